"""The readers on real collections: exact numbers, and the odd cases that each is known for."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
import yaml

from collab import text
from collab.imports.blogs import Posts, read_posts
from collab.imports.documents import ImportedPost
from collab.imports.wikis import Pages, read_pages

pytestmark = pytest.mark.corpus

DRIED = re.compile(r"\A\s*(---|\+\+\+)\n.*?\n(---|\+\+\+)-*[ \t]*\n", re.DOTALL)
Load = Callable[[str], tuple[Posts, dict[str, ImportedPost]]]


@cache
def _blog(folder: Path) -> tuple[Posts, dict[str, ImportedPost]]:
    posts = read_posts(folder)
    return posts, {post.source: post for post in posts}


@pytest.fixture
def blog(corpus: Path) -> Load:
    return lambda name: _blog(corpus / name)


def find(found: dict[str, ImportedPost], part: str) -> ImportedPost:
    (source,) = [source for source in found if part in source]
    return found[source]


@pytest.mark.parametrize(
    ("name", "posts", "authors", "several", "tags", "drafts", "skipped"),
    [
        ("blog-en-18f", 505, 270, 233, 140, 1, 2),
        # 67 spellings are 65 people; 45 lists of authors and 6 texts with several
        ("blog-de-okfn", 502, 65, 51, 319, 7, 46),
        ("blog-en-rust", 136, 42, 4, 0, 0, 4),
    ],
)
def test_every_post_arrives(
    blog: Load, name: str, posts: int, authors: int, several: int, tags: int, drafts: int, skipped: int
):
    reader, found = blog(name)
    assert len(reader) == len(found) == posts
    assert not [problem for problem in reader.problems if problem.fatal]
    assert sum(problem.kind == "skipped" for problem in reader.problems) == skipped
    assert len({key for post in found.values() for key in post.authors}) == authors
    assert sum(len(post.authors) > 1 for post in found.values()) == several
    assert len({tag for post in found.values() for tag in post.tags}) == tags
    assert sum(not post.published for post in found.values()) == drafts
    assert len({post.slug for post in found.values()}) == posts
    assert all(post.title and post.body.text and post.authors for post in found.values())


@pytest.mark.parametrize("name", ["blog-en-18f", "blog-de-okfn", "blog-en-rust"])
def test_no_words_are_lost_and_no_markup_is_left(blog: Load, corpus: Path, name: str):
    """Each word of the original stands in the post, but for tags, addresses and scripts."""
    _, found = blog(name)
    for source, post in list(found.items())[::7]:
        written = unicodedata.normalize("NFC", (corpus / name / source).read_bytes().decode())
        written = written.replace("\r\n", "\n")
        words = Counter(re.findall(r"[a-z]{3,}", _prose(DRIED.sub("", written, count=1)).lower()))
        arrived = Counter(re.findall(r"[a-z]{3,}", f"{post.title} {post.body.text}".lower()))
        assert sum((words - arrived).values()) <= 2, (source, words - arrived)
        outside_code = re.sub(r"(?s)```.*?```|`[^`]*`", "", post.body.text)
        assert not re.search(r"\{% |<script|<iframe|<div|\{: |site\.baseurl", outside_code), source


def _prose(markdown: str) -> str:
    for pattern in (
        r"(?s)<(script|style|svg|iframe)\b.*?</\1>|<!--.*?-->|\{%.*?%\}|\{\{.*?\}\}",
        r"(?m)^\s{0,3}\[[^\]]+\]:\s*\S+.*$",
        r"\]\([^()]*(\([^()]*\)[^()]*)*\)|\]\[[^\]]*\]|\{:[^}]*\}",
        r"</?[a-zA-Z][^<>]*>",
        r"&[a-z]+;",
    ):
        markdown = re.sub(pattern, " ", markdown)
    return markdown


@pytest.mark.parametrize("name", ["blog-en-18f", "blog-de-okfn"])
def test_titles_dates_and_tags_are_those_of_the_file(blog: Load, corpus: Path, name: str):
    """Against another reading of the front matter, wherever a strict parser takes it."""
    _, found = blog(name)
    checked = 0
    for source, post in found.items():
        block = DRIED.match((corpus / name / source).read_bytes().decode().replace("\r\n", "\n"))
        try:
            data = yaml.safe_load(block[0].strip().strip("-")) if block else {}
        except (yaml.YAMLError, ValueError):
            continue
        assert _letters(post.title) == _letters(str(data["title"])), source
        if "date" in data:
            assert _day(str(data["date"])) in (f"{post.date:%Y-%m-%d}", _day_before(post)), source
        assert {_letters(tag) for tag in post.tags} == {_letters(tag) for tag in data["tags"] if tag}
        checked += 1
    assert checked > 500 - 3


def _letters(words: str) -> str:
    return "".join(re.findall(r"\w", re.sub(r"&#?\w+;|</?\w+>", "", words))).casefold().replace("_", "")


def _day(written: str) -> str:
    """``2017-11-8``, ``2017-09-27 (optional)`` and ``September 8, 2014`` as a day."""
    if numbers := re.match(r"(\d{4})-(\d+)-(\d+)", written):
        return f"{numbers[1]}-{int(numbers[2]):02}-{int(numbers[3]):02}"
    return f"{datetime.strptime(written, '%B %d, %Y').replace(tzinfo=UTC):%Y-%m-%d}"


def _day_before(post: ImportedPost) -> str:
    """An evening in America is the next day here."""
    return f"{post.date - timedelta(days=1):%Y-%m-%d}" if post.date.hour < 6 else ""


def test_18f_odd_cases(blog: Load):
    posts, found = blog("blog-en-18f")
    assert find(found, "2016-05-19-content-debt").authors == ("id:melody",)
    assert find(found, "2014-05-14-hacking").summary.startswith(
        "When asked what it is we do, one quick answer"
    )
    assert find(found, "2017-09-28-three").date.date().isoformat() == "2017-09-27"
    assert find(found, "2014-03-12-coming-soon").date.isoformat() == "2014-03-12T14:11:00+00:00"
    assert [find(found, f"{year}-andrew-hyder-award").slug for year in ("2023-05-08", "2024-01-12")] == [
        "andrew-hyder-award",
        "andrew-hyder-award-2024",
    ]
    assert posts.people.person("id:dan-williams").name == "Dan O. Williams"
    assert "[Maya Benari](collab:person/id%3Amaya)" in find(found, "what-was-your-path").body.text
    assert set(posts.people.namesakes()) == {"Mark Headd", "Jeannine Hunter"}
    links = sum(len(post.body.links) for post in found.values())
    images = {image.path for post in found.values() for image in post.body.images}
    leads = {post.image.path for post in found.values() if post.image}
    assert (links, len(images), len(leads)) == (551, 87, 31)


def test_okfn_odd_cases(blog: Load):
    posts, found = blog("blog-de-okfn")
    odine = find(found, "2017-09-31-ODINE")
    assert odine.date.date().isoformat() == "2017-09-30"
    assert any(note.startswith("there is no 2017-09-31") for note in odine.notes)
    names = {person.name for person in posts.people.met()}
    assert {"Fiona Krakenbürger", "Markus Neuschäfer", "Christian Pauschert", "Stefan Kaufmann"} <= names
    assert not {name for name in names if " und " in name or "," in name or "&" in name}
    assert "Open Data" in {tag for post in found.values() for tag in post.tags}
    assert len(posts.tags.unified()) == 28
    assert Counter(post.lang for post in found.values())["de"] in range(447, 460)
    assert [post.slug for post in found.values() if re.fullmatch(r"open-data-day(-[\d-]+)?", post.slug)] == [
        "open-data-day",
        "open-data-day-2017",
        "open-data-day-2018",
    ]  # fmt: skip
    assert all(re.fullmatch(r"[a-z0-9-]+", post.slug) for post in found.values())


def test_rust_odd_cases(blog: Load):
    _, found = blog("blog-en-rust")
    first, second = find(found, "Rust-1.0@0"), find(found, "Rust-1.0@1")
    assert (first.date.date().isoformat(), first.slug) == ("2014-09-15", "rust-1-0")
    assert (second.date.date().isoformat(), second.slug) == ("2015-05-15", "rust-1-0-2015")
    assert len(find(found, "content/MIR/index.md").body.images) == 10
    assert find(found, "Rust-1.35.0").body.links == ("content/Rust-1.19.md", "content/Rust-1.32.0.md")


@cache
def _wiki(folder: Path) -> Pages:
    return read_pages(folder)


def test_the_handbook(corpus: Path):
    pages = _wiki(corpus / "handbook-en-18f")
    found = list(pages)
    written = [page for page in found if not page.made]
    assert len(pages) == len(written) == 246
    assert sum(bool(page.redirect_to) for page in written) == 3
    assert (
        sum(page.body.text.startswith("[") and len(page.body.text.split("\n")) == 2 for page in written) == 5
    )
    assert sum(len(page.revisions) for page in found) == 179
    assert sum(bool(page.revisions) for page in found) == 18
    # 42 names in the history are 41 people: one of them goes with and without pronouns
    assert len({each.author for page in found for each in page.revisions}) == 41
    current = [page for page in found if page.revisions and page.revisions[-1].body.text == page.body.text]
    assert len(current) == 18
    assert not [problem for problem in pages.problems if problem.fatal]
    assert {page.path for page in found if not page.parent and page.path} >= {
        "about-us",
        "tools",
        "getting-started",
    }
    slack = pages.read("pages/tools/slack/guidelines.md")
    assert (slack.path, slack.parent) == ("tools/slack/guidelines", "pages/tools/slack.md")
    assert len({page.path for page in found if page.path}) == len(found) - 3


def test_the_wollmux_book(corpus: Path):
    pages = _wiki(corpus / "wiki-de-wollmux")
    found = {page.source: page for page in pages}
    assert len(pages) == 44
    assert sum(source.startswith("markdown/18.1/") for source in found) == 11
    assert {page.lang for page in found.values()} == {"de"}
    assert len({image.path for page in found.values() for image in page.body.images}) == 65
    print_ = found["markdown/18.2/MailMerge/options.md"]
    assert print_.title == "Zusammenführen von Ausgangsdokument und Datenquelle"
    assert print_.parent == "markdown/18.2/MailMerge/Seriendruck.md"
    assert found["markdown/18.2/Bedienelemente_des_WollMux.md"].title == "Bedienelemente des WollMux"
    assert not any("{{ page.title" in page.body.text for page in found.values())
    longest = max(found.values(), key=lambda page: len(page.body.text))
    assert len(text.render(longest.body.text).headings) == len(longest.body.headings) > 100


@pytest.mark.parametrize("name", ["handbook-en-18f", "wiki-de-wollmux"])
def test_links_between_pages_lead_to_pages(corpus: Path, name: str):
    pages = _wiki(corpus / name)
    known = {*pages.found, *pages.redirects}
    links = [link for page in pages for link in page.body.links]
    assert set(links) <= known
    assert len(links) > 130
