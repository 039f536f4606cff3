"""Both engines answer the same, whatever stands in the texts and whatever is asked."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.orm import Session

from collab.search import postgresql_rows, tsvector, whoosh_index
from collab.search.postgresql import PostgresEngine
from collab.search.postgresql_models import SearchDocument
from collab.search.question import Phrase, Question, Word, plain
from collab.search.weights import Document
from collab.search.whoosh_engine import WhooshEngine
from tests.cast import World

NOW = datetime(2026, 11, 1, tzinfo=UTC)
GERMAN = "Lüftung Lueftung Lüftungsanlage Wohnraumlüftung Anlagen Häuser Haus Straße strasse und die"
ENGLISH = "house houses running runs the plan plans planning ÉTÉ ete WS-320 WS-321 320 DIN 18017-3 a.b 中文"
SIGNS = "O'Neil x\\y = : * | & ! < > ' \" kpost \x01 \x02 \x01kpost"
WORDS = [*GERMAN.split(" "), *ENGLISH.split(" "), *SIGNS.split(" ")]
words = st.sampled_from(WORDS)
texts = st.lists(words, max_size=12).map(" ".join)
times = st.integers(0, 5).map(lambda hours: NOW + timedelta(hours=hours / 2))
documents = st.builds(
    Document,
    key=st.integers(1, 6).flatmap(lambda number: st.sampled_from("ecfpw").map(lambda one: f"{one}{number}")),
    kind=st.sampled_from(["post", "page", "comment"]),
    place=st.integers(0, 3),
    title=texts,
    text=texts,
    tags=st.lists(words, max_size=2),
    tag_keys=st.lists(st.sampled_from(["zoo", "it's", "a b"]), max_size=2),
    authors=st.lists(st.integers(1, 3), max_size=2),
    lang=st.sampled_from(["", "de", "en"]),
    at=times,
    entry=st.integers(0, 3),
    has_file=st.booleans(),
)
items = st.one_of(
    st.builds(Word, words, prefix=st.booleans()),
    words.map(lambda word: Word(word[:2], prefix=True)),
    st.builds(Phrase, st.lists(words, min_size=1, max_size=3).map(tuple)),
)
questions = st.builds(
    Question,
    groups=st.lists(st.lists(items, min_size=1, max_size=2).map(tuple), max_size=6).map(tuple),
    without=st.lists(items, max_size=2).map(tuple),
    strict=st.booleans(),
    wide=st.booleans(),
    typing=st.booleans(),
    kinds=st.lists(st.sampled_from(["post", "page", "it's"]), max_size=2).map(tuple),
    authors=st.lists(st.integers(-1, 3), max_size=2).map(tuple),
    tags=st.lists(st.sampled_from(["zoo", "it's", "no"]), max_size=2).map(tuple),
    langs=st.lists(st.sampled_from(["de", "en"]), max_size=1).map(tuple),
    has_file=st.sampled_from([None, None, True, False]),
    after=st.none() | times,
    before=st.none() | times,
    places=st.none() | st.sets(st.integers(0, 3)) | st.sets(st.integers(0, 40), min_size=20),
    entries=st.none() | st.sets(st.integers(1, 3)),
    order=st.sampled_from(["relevance", "date"]),
)


@contextmanager
def _engines(db: Session, written: list[Document]) -> Iterator[tuple[WhooshEngine, PostgresEngine]]:
    """Both engines over the same documents."""
    db.execute(delete(SearchDocument))
    postgresql_rows.put(db.connection(), written)
    with tempfile.TemporaryDirectory() as folder:
        whoosh_index.rebuild(Path(folder), written)
        yield WhooshEngine(Path(folder)), PostgresEngine()


@pytest.mark.parametrize("database", ["postgresql"])
def test_what_answers_is_the_same(world: World) -> None:
    @settings(max_examples=60, deadline=None, derandomize=True)
    @given(st.lists(documents, max_size=8, unique_by=lambda one: one.key), st.lists(questions, max_size=8))
    def check(written: list[Document], asked: list[Question]) -> None:
        with world.context.write() as db, _engines(db, written) as (whoosh, postgres):
            for question in asked:
                expected = whoosh.find(db, question, 100)
                found = postgres.find(db, question, 100)
                assert set(found) == set(expected), question
                together = postgres.matching(db, question)
                assert {f"{letter}{one}" for letter, some in together.items() for one in some} == set(
                    expected
                ), question
                if question.order == "date" or not question.groups:
                    assert found == expected, question

    check()


@pytest.mark.parametrize("database", ["postgresql"])
def test_what_is_best_is_nearly_the_same(world: World) -> None:
    filler = "Many other things are said here, about rain, roads, tea and the long way to work. "
    said = [
        Document("e1", "post", 1, "Budget", "The budget for quokkas. " + filler * 5, lang="en"),
        Document("e2", "post", 1, "Animals", "Quokkas eat leaves. " + filler * 40, lang="en"),
        Document("e3", "post", 1, "Quokka", "All about one animal.", lang="en"),
        Document("c4", "comment", 1, "", "Quokka, quokka, quokka and a numbat", lang="en"),
        *(Document(f"e{number}", "post", 1, f"Filler {number}", filler * 5) for number in range(10, 30)),
    ]
    with world.context.write() as db, _engines(db, said) as (whoosh, postgres):
        for asked in (
            plain("quokka"),
            plain("budget quokkas"),
            plain("what is the budget for the quokkas and their rain"),
            plain("quok", typing=True),
            replace(plain("quokka budget numbat leaves"), wide=True),
        ):
            assert postgres.find(db, asked, 10) == whoosh.find(db, asked, 10), asked
        assert postgres.find(db, plain("quokka"), 2) == whoosh.find(db, plain("quokka"), 2)


@pytest.mark.parametrize("database", ["postgresql"])
def test_whatever_stands_in_a_text_can_be_kept(world: World) -> None:
    """PostgreSQL's limits on words, on places of a word, and on all of a text's words together."""
    very_long = " ".join(f"{number:x}中{number}" for number in range(150_000))
    said = [
        Document("e1", "post", 1, "Long", very_long, tag_keys=["x" * 3000]),
        Document("e2", "post", 1, "Often", "quokka " * 30_000),
        Document("e3", "post", 1, "", ""),
        Document("e4", "post", 1, "\x01\x02\\' \x01kpost", "' \\ \\\\ '' & | ! :* <-> \x01p1"),
    ]
    with world.context.write() as db, _engines(db, said) as (_, postgres):
        assert postgres.find(db, plain("often"), 10) == ["e2"]
        assert postgres.find(db, Question(((Phrase(("quokka", "quokka")),),)), 10) == ["e2"]
        assert postgres.find(db, replace(plain("long"), tags=("x" * 3000,)), 10) == ["e1"]
        assert postgres.find(db, plain(f"{7:x}中{7}"), 10) == ["e1"]
        assert set(postgres.find(db, Question(kinds=("post",)), 10)) == {"e1", "e2", "e3", "e4"}


def test_how_often_a_word_is_said_is_kept_in_levels() -> None:
    for often in (0.5, 1.0, 1.9, 3.0, 6.67, 13.3, 30.0):
        assert tsvector.often_at(tsvector.level(often)) == pytest.approx(often, rel=0.2)
    assert tsvector.level(0.01) == tsvector.LOWEST
    assert tsvector.level(10_000) == tsvector.HIGHEST
