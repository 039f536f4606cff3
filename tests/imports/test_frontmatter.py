"""The data above a document, well formed or not."""

import pytest

from collab.imports import frontmatter


def test_yaml_values_stay_as_written():
    data, text, notes = frontmatter.split("---\ntitle: 1.10\ndate: 2017-09-31\ndraft: yes\n---\nWords\n")
    assert data == {"title": "1.10", "date": "2017-09-31", "draft": "yes"}
    assert (text, notes) == ("Words\n", [])


def test_toml_values_stay_as_written():
    data, text, _ = frontmatter.split('+++\ntitle = "A"\ndate = 2020-01-02\n[extra]\nteam = "B"\n+++\nWords')
    assert data == {"title": "A", "date": "2020-01-02", "extra": {"team": "B"}}
    assert text == "Words"


@pytest.mark.parametrize(
    ("block", "key", "value"),
    [
        ("authors:\n\t- melody\t\t\ntitle: T", "authors", ["melody"]),
        ("title: News: all of it", "title", "News: all of it"),
        ("excerpt: <p>A</p>\n\n<p>B: <b>c</b></p>\ntitle: T", "excerpt", "<p>A</p>\n\n<p>B: <b>c</b></p>"),
        ('title: "Fine"\ntags: [a, b\nimage: x.png', "image", "x.png"),
        ("title: 'It's open'\ntags:\n  - a", "title", "It's open"),
    ],
)
def test_one_slip_costs_one_value_at_most(block: str, key: str, value: object):
    data, text, notes = frontmatter.split(f"---\n{block}\n---\nWords")
    assert data[key] == value
    assert text == "Words"
    assert notes == ["front matter is not valid YAML: read key by key"]


def test_broken_toml_is_read_key_by_key():
    data, text, notes = frontmatter.split(
        '+++\ntitle = "A"\nauthors = [ "B"\npath = "2020/01/02/a"\n+++\nWords'
    )
    assert data["title"] == "A"
    assert data["path"] == "2020/01/02/a"
    assert text == "Words"
    assert notes


@pytest.mark.parametrize(
    "text",
    ["Just words\n", "---\nA rule above\n---\nand below\n", "+++\nno end", "# Title\n\n---\n\nmore"],
)
def test_a_text_without_data_stays_whole(text: str):
    assert frontmatter.split(text) == ({}, text, [])


def test_an_empty_block_is_taken_away():
    assert frontmatter.split("---\n---\nWords") == ({}, "Words", [])
    assert frontmatter.split("---\ntitle: A\n------\nWords")[1] == "Words"


@pytest.mark.parametrize(("written", "meant"), [("false", False), ("no", False), ("true", True), ("?", True)])
def test_booleans_as_yaml_means_them(written: str, meant: bool):
    assert frontmatter.truth(written, default=True) is meant
