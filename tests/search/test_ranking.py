"""Which things answer a question, and in which order; what it is narrowed to; what the index keeps of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collab.search import kept, question
from collab.search import whoosh_index as engine
from collab.search.plan import Way
from collab.search.question import Phrase, Question, Word, plain
from collab.search.ranking import Postings
from collab.search.weights import Document, key_of
from collab.search.whoosh_reader import Reader

NOW = datetime(2026, 11, 1, tzinfo=UTC)
FILLER = "Many other things are said here, about rain, roads, tea and the long way to work. "


def _document(number: int, title: str, text: str = "", **more: object) -> Document:
    known: dict[str, object] = {"kind": "post", "place": 1, "lang": "en", "at": NOW, **more}
    return Document(f"e{number}", title=title, text=text, entry=number, **known)  # type: ignore[arg-type]


@pytest.fixture
def ask(tmp_path: Path) -> Reader:
    engine.rebuild(
        tmp_path,
        [
            _document(1, "Budget", "The budget for quokkas. " + FILLER * 5),
            _document(2, "Animals", "Quokkas eat leaves. " + FILLER * 40, tag_keys=["zoo"], has_file=True),
            _document(3, "Quokka", "All about one animal.", kind="page", place=2, authors=[7, 8]),
            _document(4, "Häuser", "Straßen und Häuser", lang="de", at=NOW - timedelta(days=60)),
            _document(5, "Plan WS-320", "The plan.", authors=[7]),
            _document(6, "Release 3.11", FILLER),
            Document("p9", "person", 0, "Ada Quokkasdottir ada", "Engineer", at=NOW),
        ],
    )
    return Reader(tmp_path)


def test_titles_count_more_and_long_texts_less(ask: Reader) -> None:
    assert ask.find(plain("quokka")) == ["e3", "e1", "e2"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("budget quokkas", ["e1"]),
        ("budget leaves", []),
        ("haus", ["e4"]),
        ("haus strasse", ["e4"]),
        ("ws 320", ["e5"]),
        ("WS-320", ["e5"]),
        ("ws-321", []),
        ("ws320", ["e5"]),
        ("3.11", ["e6"]),
        ("nowhere", []),
        ("", []),
        ("...", []),
    ],
)
def test_of_two_words_both_must_be_there(ask: Reader, words: str, found: list[str]) -> None:
    assert ask.find(plain(words)) == found


def test_a_sentence_finds_what_says_most_of_it_first(ask: Reader) -> None:
    found = ask.find(plain("what is the budget for the quokkas and their zookeepers"))
    assert found[0] == "e1"
    assert "e4" not in found


def test_a_word_that_is_being_typed_may_end_anywhere(ask: Reader) -> None:
    assert ask.find(plain("quok", typing=True)) == ["e3", "p9"]
    assert ask.find(plain("ada quo", typing=True)) == ["p9"]
    assert ask.find(plain("plan ws-3", typing=True)) == ["e5"]
    assert ask.find(plain("quok")) == []


@pytest.mark.parametrize(
    ("narrowed", "found"),
    [
        ({"kinds": ("page",)}, ["e3"]),
        ({"kinds": ("nothing",)}, []),
        ({"kinds": ("page", "post")}, ["e3", "e1", "e2"]),
        ({"tags": ("zoo",)}, ["e2"]),
        ({"tags": ("nothing",)}, []),
        ({"langs": ("de",)}, []),
        ({"has_file": True}, ["e2"]),
        ({"has_file": False}, ["e3", "e1"]),
        ({"entries": [3, 4]}, ["e3"]),
        ({"entries": []}, []),
        ({"places": [2]}, ["e3"]),
        ({"places": [1]}, ["e1", "e2"]),
        ({"places": []}, []),
        ({"authors": (8,)}, ["e3"]),
        ({"authors": (-1,)}, []),
        ({"after": NOW}, ["e3", "e1", "e2"]),
        ({"after": NOW + timedelta(seconds=1)}, []),
        ({"authors": (7,), "kinds": ("post",)}, []),
        ({"before": NOW}, []),
        ({"before": NOW + timedelta(seconds=1), "order": "date"}, ["e1", "e2", "e3"]),
    ],
)
def test_what_a_question_is_narrowed_to_is_kept(ask: Reader, narrowed: dict, found: list[str]) -> None:
    for _ in range(2):  # the second time from what is kept
        assert ask.find(replace(plain("quokka"), **narrowed)) == found


def test_people_and_workspaces_are_everywhere(ask: Reader) -> None:
    assert ask.find(replace(plain("ada"), places=[0])) == ["p9"]


def test_only_so_many_are_answered_the_best_first(ask: Reader) -> None:
    assert ask.find(plain("quokka"), 2) == ["e3", "e1"]


def test_what_is_kept_follows_every_change(tmp_path: Path) -> None:
    """Through many small writes, which Whoosh puts together now and then, and with too little room."""
    engine.rebuild(tmp_path, [_document(number, f"Quokka {number}") for number in range(10)])
    reader = Reader(tmp_path, room=200)
    there = set(range(10))
    for number in range(40):
        gone = number // 2
        engine.update(tmp_path, [_document(10 + number, f"Quokka {10 + number}", FILLER)], [f"e{gone}"])
        there = there - {gone} | {10 + number}
        assert set(reader.find(plain("quokka"))) == {f"e{one}" for one in there}
        assert reader.find(plain(f"quokka {10 + number}")) == [f"e{10 + number}"]
        assert reader.find(plain(f"quokka {gone}")) == []
    engine.update(tmp_path, [], [f"e{number}" for number in there])
    assert reader.find(plain("quokka")) == []


def test_a_list_is_kept_only_while_there_is_room() -> None:
    lists = kept.Kept(room=130)
    for number in range(3):
        found = Postings([1, 2], [0.5, 0.5], 9)
        lists.put(("segment", 1.0, (Way(((("terms", str(number)),),)),)), found)
    assert lists.get(("segment", 1.0, (Way(((("terms", "0"),),)),))) is None
    assert lists.get(("segment", 1.0, (Way(((("terms", "2"),),)),))) is found


def test_an_index_of_another_form_is_none(tmp_path: Path) -> None:
    engine.rebuild(tmp_path, [_document(1, "Quokka")])
    folder = tmp_path / (tmp_path / engine.CURRENT).read_text()
    older = folder.rename(tmp_path / "search-1a2b3c4d")
    (tmp_path / engine.CURRENT).write_text(older.name)
    assert not engine.exists(tmp_path)
    with pytest.raises(FileNotFoundError):
        Reader(tmp_path).find(plain("quokka"))
    engine.rebuild(tmp_path, [_document(1, "Quokka")])
    assert Reader(tmp_path).find(plain("quokka")) == ["e1"]
    assert not older.exists()


def test_more_words_than_are_looked_at_do_no_harm(ask: Reader) -> None:
    assert ask.find(plain(" ".join(["quokka", "budget"] * question.MOST_GROUPS))) == ["e1"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Question(((Phrase(("budget", "for", "quokkas")),),)), ["e1"]),
        (Question(((Phrase(("quokkas", "for", "budget")),),)), []),
        (Question(((Phrase(("plan", "ws-320")),),)), ["e5"]),
        (Question(((Phrase(("budget", "the")),),)), []),  # the title's last word, the text's first
        (Question(((Word("budget"), Word("leaves")),)), ["e1", "e2"]),
        (Question(((Word("quokka"),),), without=(Word("leaves"),)), ["e3", "e1"]),
        (Question(((Word("quokka"),),), without=(Phrase(("budget", "for")),)), ["e3", "e2"]),
        (Question(((Word("quok", prefix=True),),)), ["e3", "p9", "e1", "e2"]),
        (Question(((Word("leav", prefix=True),),)), ["e2"]),
        (Question(kinds=("page",)), ["e3"]),
        (Question(without=(Word("quokka"),)), []),
        (Question(((Word("budget"),), (Word("nowhere"),)), wide=True), ["e1"]),
        (Question(((Word("the"),), (Word("leaves"),))), ["e2"]),
    ],
)
def test_what_is_asked_with_operators_is_answered(ask: Reader, asked: Question, found: list[str]) -> None:
    assert sorted(ask.find(asked)) == sorted(found)


def test_all_that_answers_is_what_is_found(ask: Reader) -> None:
    asked = plain("quokka")
    things = set(map(key_of, ask.matching(asked)))
    assert things == set(ask.find(asked)) == {"e1", "e2", "e3"}


def test_words_spelt_nearly_so_are_known(ask: Reader) -> None:
    assert ask.similar("quoka", 1)[0] == "quokka"
