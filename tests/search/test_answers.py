"""What the search page shows: passages with the words marked, only what one may read, in few statements."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collab import clock
from collab.search.excerpt import mark
from collab.search.question import Group, Phrase, Question, Word, plain
from tests.cast import World


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        ("Die Häuser der Straße", "haus strasse", ["Häuser", "Straße"]),
        ("Die HÄUSER, das Haus, Haustür", "häuser", ["HÄUSER", "Haus", "Haustür"]),
        ("The plans; a planner; explanation", "plan", ["plans"]),
        ("plan_b, Plan-C", "plan", ["plan", "Plan"]),
        ("Eine Wohnraumlüftungsanlage", "lueftung", ["Wohnraumlüftungsanlage"]),
        ("Eine Lüftungsanlage: die Anlage", "Lüftungsanlage", ["Lüftungsanlage"]),
        ("Die Anlage zur Lüftung", "Lüftungsanlage", ["Anlage", "Lüftung"]),
        ("WS-320, WS 320, WS-3200, 320", "WS-320", ["WS-320"]),
        ("Gerät WS 320, WS-3200, 320", "WS-320", ["WS 320"]),
        (
            "geprüft, Lu\u0308ftung, Kolleg:innen",
            "prüfen lüftung kollegen",
            ["geprüft", "Lu\u0308ftung", "Kolleg:innen"],
        ),
        ("the plan of the house", "the plan", ["plan"]),
        ("to be or not to be", "to be", ["to", "be", "to", "be"]),
        ("İstanbul plan", "plan", ["plan"]),
        ("nothing here", "plan", []),
        ("x y z", "...", []),
    ],
)
def test_whole_words_are_marked_however_they_are_written(text: str, asked: str, marked: list[str]) -> None:
    found = mark(text, asked, None)
    assert str(found) == text
    assert list(found.pieces[1::2]) == marked


@pytest.mark.parametrize(
    ("group", "marked"),
    [
        ((Phrase(("long", "plans")),), ["long plans"]),
        ((Word("pla", prefix=True),), ["plan", "planned", "plans"]),
        ((Word("long"), Phrase(("no", "such"))), ["long", "long"]),
        ((Phrase(("WS-320", "plan")),), []),
    ],
)
def test_passages_and_beginnings_are_marked(group: Group, marked: list[str]) -> None:
    text = "A plan, long. It was planned: long plans"
    assert list(mark(text, Question((group,)), None).pieces[1::2]) == marked


def test_what_is_being_typed_is_marked_where_it_goes_on() -> None:
    assert mark("A planner plans", plain("quite pla", typing=True), None).pieces[1::2] == ("planner", "plans")


@pytest.mark.parametrize("asked", ["haus", "Lüftungsanlage", "email", "WS-320", "ausserhalb"])
def test_the_passage_is_found_however_it_is_written(asked: str) -> None:
    filler = "Hier steht sonst gar nichts. " * 300
    text = f"{filler}Die haeuser, Anlage zur Lueftung, E-Mail, WS 320 außerhalb.{filler}"
    passage = mark(text, asked, 200)
    assert len(passage.pieces) > 1, str(passage)


@given(st.text(max_size=300), st.text(max_size=20), st.sampled_from([None, 40]))
def test_marking_never_fails_and_changes_nothing(text: str, asked: str, length: int | None) -> None:
    shown = str(mark(text, asked, length))
    assert shown.removeprefix("… ").removesuffix(" …") in text


#: Statements that asking the index takes where it is in the database itself, however much is there.
MORE = {"sqlite": 0, "postgresql": 4}


def test_the_passage_is_where_the_words_stand_together() -> None:
    text = "Plans first. " + "filler " * 900 + "Here the project has a plan. " + "filler " * 900
    passage = str(mark(text, "project plan", 120))
    assert "the project has a plan" in passage
    assert passage.startswith("… ") and passage.endswith(" …") and len(passage) < 200


def test_what_was_written_is_text_also_between_the_marks() -> None:
    shown = mark('<img src=x> "plan" <b>plan</b>', "plan", None).__html__()
    assert shown == "&lt;img src=x&gt; &#34;<mark>plan</mark>&#34; &lt;b&gt;<mark>plan</mark>&lt;/b&gt;"


def _titles(page: str) -> list[str]:
    return [re.sub("<.*?>", "", title) for title in re.findall(r'<h3 class="hit-title">(.*?)</h3>', page)]


def test_every_search_page_asks_few_statements_however_much_it_shows(world: World, database: str) -> None:
    slug = world.workspace(members=["member"])
    post = world.post("Quokka post")
    world.page("Quokka page", workspace=slug)
    world.comment(post, "Quokka comment")
    world.account("Quokka")
    world.drain()
    paths = [
        "/search",
        "/search?q=quokka",
        "/search?q=quokka&limit=2",
        "/search?q=quokka&offset=1",
        f"/search?q=quokka&workspace={slug}&author=author&since=week&kind=page",
        "/search/quick?q=quok",
        "/api/v1/search?q=quokka",
    ]
    for who in ("member", "guest"):
        world.as_(who).get("/search")  # notes the visit
        for path in paths:
            answer = world.as_(who).get(path)
            assert answer.status_code == 200, path
            most = 10 if "hit-title" in answer.text or path.startswith(("/api", "/search/quick")) else 16
            most += MORE[database]
            assert int(answer.headers["X-Collab-Statements"]) <= most, (who, path)


def test_pages_of_hits_follow_each_other_without_gaps(world: World) -> None:
    for number in range(7):
        world.post(f"Quokka {number}")
    world.drain()
    seen: list[str] = []
    for offset in (0, 3, 6):
        seen += _titles(world.as_("member").get(f"/search?q=quokka&limit=3&offset={offset}").text)
    assert sorted(seen) == [f"Quokka {number}" for number in range(7)]


def test_what_the_policy_refuses_does_not_hide_what_it_allows(world: World, database: str) -> None:
    """The best candidates are all internal; the guest's one hit comes far behind them."""
    slug = world.workspace(members=["guest"])
    for _ in range(30):
        world.post("Quokka", workspace=slug)
    world.post("A long title in which a quokka is found", workspace=slug, guests_from=clock.now())
    world.drain()
    guest = world.as_("guest")
    guest.get("/search")  # notes the visit
    for path in ("/search?q=quokka", "/search?q=quokka&limit=1", f"/search?q=quokka&workspace={slug}"):
        answer = guest.get(path)
        assert _titles(answer.text) == ["A long title in which a quokka is found"], path
        assert int(answer.headers["X-Collab-Statements"]) <= 10 + MORE[database]
    assert _titles(guest.get("/search?q=quokka&offset=1").text) == []
    assert "offset=" not in guest.get("/search?q=quokka&limit=1").text
