"""Everything that Collab says, it says in German too."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
GERMAN = ROOT / "collab" / "translations" / "de" / "LC_MESSAGES" / "messages.po"
#: As in the target ``translations`` of the Makefile.
KEYWORDS = ("_l", "lazy_gettext", "lazy_ngettext:1,2")
PLACEHOLDER = re.compile(r"%\([^)]*\)[a-z]|%(?!%)[a-z]")
#: In the column "not" of docs/terms.md, but words that German needs for other things.
ALSO_GERMAN = {"Tag"}

Id = str | tuple[str, ...]


def _extracted() -> Iterator[tuple[str, Id]]:
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(
        ROOT / "collab",
        method_map=methods,
        options_map=options,
        keywords={**DEFAULT_KEYWORDS, **parse_keywords(KEYWORDS)},
    )
    for name, line, text, _comments, context in found:
        assert context is None, f"{name}:{line}: texts with a context are not expected here"
        yield f"{name}:{line}", text


@pytest.fixture(scope="module")
def texts() -> dict[Id, list[str]]:
    """Each text of the source with the places where it stands."""
    found: dict[Id, list[str]] = defaultdict(list)
    for place, text in _extracted():
        found[text].append(place)
    return found


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with GERMAN.open("rb") as file:
        return read_po(file, locale="de")


def _forms(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _pairs(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Each English form beside its German one."""
    for message in _messages(catalogue):
        yield from zip(_forms(message.id), _forms(message.string), strict=True)


def test_the_catalogue_has_just_the_texts_of_the_source(
    texts: dict[Id, list[str]], catalogue: Catalog
) -> None:
    assert len(texts) > 500, "the extraction finds the texts"
    known = {_forms(message.id) for message in _messages(catalogue)}
    used = {_forms(text): places for text, places in texts.items()}
    assert {text: places for text, places in used.items() if text not in known} == {}, "make translations"
    assert known - set(used) == set(), "make translations"


def test_a_singular_has_one_plural_everywhere(texts: dict[Id, list[str]]) -> None:
    """The catalogue keeps one plural for a singular, so a second one would never be shown."""
    plurals: dict[str, set[Id]] = defaultdict(set)
    for text in texts:
        if not isinstance(text, str):
            plurals[text[0]].add(text)
    assert [found for found in plurals.values() if len(found) > 1] == []


def test_every_text_is_translated(catalogue: Catalog) -> None:
    assert catalogue.num_plurals == 2
    unfinished = [
        message.id
        for message in _messages(catalogue)
        if message.fuzzy
        or len(_forms(message.string)) != len(_forms(message.id))
        or not all(form.strip() for form in _forms(message.string))
    ]
    assert unfinished == []


def test_translations_name_the_same_values(catalogue: Catalog) -> None:
    wrong = [
        (english, german)
        for english, german in _pairs(catalogue)
        if sorted(PLACEHOLDER.findall(english)) != sorted(PLACEHOLDER.findall(german))
    ]
    assert wrong == []


def test_translations_begin_and_end_like_their_texts(catalogue: Catalog) -> None:
    """Space at the ends, and the colon or ellipsis before what follows, belong to the layout."""
    wrong = [
        (english, german)
        for english, german in _pairs(catalogue)
        if (english[:1].isspace(), english[-1:].isspace()) != (german[:1].isspace(), german[-1:].isspace())
        or english.endswith((":", "…")) != german.endswith((":", "…"))
    ]
    assert wrong == []


def test_german_quotes_stand_in_pairs(catalogue: Catalog) -> None:
    wrong = [
        german
        for _english, german in _pairs(catalogue)
        if german.count("„") != german.count("“") or any(mark in german for mark in '"”‚‘')
    ]
    assert wrong == []


def test_german_uses_the_words_of_the_list(catalogue: Catalog) -> None:
    things = (ROOT / "docs" / "terms.md").read_text("utf-8").split("## ")[1]
    rows = [line.split("|")[1:-1] for line in things.splitlines() if line.startswith("|")][2:]
    avoided = {word.strip() for row in rows for word in row[2].split(",") if word.strip()} - ALSO_GERMAN
    assert {"Artikel", "Benutzer", "Thread"} <= avoided, "the list is read"
    word = re.compile(r"(?<![\w-])(?:" + "|".join(sorted(map(re.escape, avoided))) + r")(?![\w-])")
    assert [german for _english, german in _pairs(catalogue) if word.search(german)] == []


def test_the_compiled_catalogue_is_up_to_date(catalogue: Catalog) -> None:
    with GERMAN.with_suffix(".mo").open("rb") as file:
        compiled = read_mo(file)

    def strings(source: Catalog) -> dict[tuple[str, ...], tuple[str, ...]]:
        return {_forms(message.id): _forms(message.string) for message in _messages(source)}

    assert strings(compiled) == strings(catalogue), "make translations"
