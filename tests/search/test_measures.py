"""What search is measured by: the order of answers, times, the texts and the questions about them."""

from pathlib import Path

import pytest

from bench.search import judged, relevance, tables
from bench.search.homes import WHOOSH, engines, engines_for, home
from bench.search.judged import ndcg
from bench.search.meter import Timings, percentile, ratio
from bench.search.questions import questions
from bench.search.rivals import PAGES, TWO, Fts5
from bench.search.texts import LETTERS, made, texts
from bench.search.world import ALL, FEW


@pytest.mark.parametrize(
    ("found", "is_worth"),
    [
        (["a", "b", "x"], 1.0),
        (["b", "a"], (1 + 2 / 1.5849625) / (2 + 1 / 1.5849625)),
        (["x", "y", "a"], (2 / 2) / (2 + 1 / 1.5849625)),
        (["x"] * 10 + ["a"], 0.0),
        ([], 0.0),
    ],
)
def test_what_is_worth_most_belongs_first(found: list[str], is_worth: float) -> None:
    assert ndcg(found, {"a": 2.0, "b": 1.0}) == pytest.approx(is_worth)


@pytest.fixture
def collection(tmp_path: Path) -> Path:
    folder = tmp_path / "animals"
    folder.mkdir()
    (folder / "docs.jsonl").write_text(
        '{"id": "q", "title": "Quokka", "text": "Eats leaves."}\n'
        '{"id": "w", "title": null, "text": "Wombats dig.", "lang": "en"}\n\n'
    )
    (folder / "queries.jsonl").write_text(
        '{"id": "1", "text": "quokka"}\n{"id": "2", "text": "badger"}\n{"id": "3", "text": "unjudged"}\n'
    )
    (folder / "qrels.tsv").write_text("1\tq\t2\n1\tw\t0\n2\tw\t1\n")
    return folder


def test_a_collection_is_judged_by_its_questions_that_have_answers(collection: Path) -> None:
    [found] = judged.found_in([collection.parent, collection])
    assert (found.name, found.ids, found.reference) == ("animals", ["q", "w"], None)
    assert found.questions == [("quokka", {"q": 2.0}), ("badger", {"w": 1.0})]

    with home(WHOOSH, workspaces=1) as world:
        reached = relevance.reached(found, world)
    assert (reached.ndcg, reached.unanswered) == (0.5, 0.5)


def test_what_others_reach_is_said_beside_the_collection(collection: Path) -> None:
    beside = collection.parent / "REFERENCE.md"
    beside.write_text("animals 0.999\n\nReference to reach: animals 0.512, cranfield 0.6.\n")
    assert judged.read(collection).reference == 0.512


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert percentile([1.0, 2.0, 3.0, 4.0], 0.5) == 2.0
    assert percentile([float(number) for number in range(1, 151)], 0.99) == 149.0
    assert percentile([7.0], 0.99) == 7.0
    assert (ratio(6.0, 2.0), ratio(None, 2.0), ratio(6.0, None), ratio(6.0, 0.0)) == (3.0, None, None, None)


def test_texts_are_the_same_each_time_and_about_as_long_as_said() -> None:
    first, again = list(texts(30)), list(texts(30))
    assert first == again
    assert len({text.text for text in first}) == 30
    assert {text.lang for text in first} == {"de", "en"}
    assert all(LETTERS * 0.9 < len(text.text) < LETTERS * 1.2 for text in first)


def test_texts_of_a_folder_come_first(tmp_path: Path) -> None:
    (tmp_path / "a-plan.md").write_text("The plan is not for the board. " * 20)
    one, other = texts(2, tmp_path)
    assert (one.title, one.lang) == ("a plan", "en")
    assert other == made(0)


def test_questions_are_different_and_have_answers(tmp_path: Path) -> None:
    sample = list(texts(300))
    asked = questions(sample, 25)
    assert len({one.two for one in asked}) == 25
    assert asked == questions(sample, 25)
    fts = Fts5(tmp_path)
    fts.fill(sample)
    for one in asked:
        assert one.phrase in sample[one.number].text
        assert all(word in sample[one.number].text.lower() for word in one.two.split())
        for ask in fts.asks.values():
            assert ask(one) > 0


def test_lines_are_not_too_long_and_say_what_is_missing(collection: Path) -> None:
    times = {what: Timings([101.0, 1234.5]) for what in (TWO, PAGES)}
    measured = {FEW: times, ALL: times, "FTS5": {TWO: Timings([0.5])}}
    lines = list(tables.speed(measured, 10_000, "Whoosh", ["FTS5", "Tantivy"]))
    assert "202.0" in lines[2] and lines[2].rstrip().endswith("-")
    assert lines[-1].endswith("less than 100 ms: MISSED")
    one = judged.read(collection)
    lines += tables.relevance(
        [(one, {"Whoosh": relevance.Relevance(0.5, 0.25, 1.0)})], ["Whoosh", "PostgreSQL"]
    )
    assert tables.ABSENT in lines[-1]
    assert max(map(len, lines)) <= 100


def test_each_size_is_measured_where_it_would_be_run() -> None:
    assert engines_for(1000) == [WHOOSH]
    assert engines_for(10_000) == list(engines())
    assert WHOOSH not in engines_for(100_000)
