"""The company's own words: what administrators say means the same is found by either."""

import re

import pytest

from collab.search import synonyms, widening
from collab.search.question import Phrase, Question, Word, plain
from tests.cast import World


def _say(world: World, words: str) -> None:
    answer = world.as_("admin").send("/admin/synonyms/", {"words": words})
    assert answer.status_code == 303, answer.text


def _found(world: World, q: str, who: str = "member") -> set[str]:
    page = world.as_(who).get("/search", query_string={"q": q}).text
    return {re.sub("<.*?>", "", title) for title in re.findall(r'<h3 class="hit-title">(.*?)</h3>', page)}


def _address(world: World) -> str:
    page = world.as_("admin").get("/admin/synonyms/").text
    [found] = re.findall(r'action="(/admin/synonyms/[\w-]{16})"', page)
    return str(found)


def test_either_word_finds_the_other_in_all_their_forms(world: World) -> None:
    world.post("Anna", "Die Wärmepumpen laufen.")
    world.post("Bert", "Our WP hums.")
    world.post("Carl", "Eine Wärme Pumpe im Keller.")
    world.post("Dora", "Eine Pumpe für Wasser.")
    world.drain()
    assert _found(world, "WP") == {"Bert"}
    _say(world, "WP = Wärmepumpe")
    assert _found(world, "WP") == {"Anna", "Bert", "Carl"}
    assert {"Anna", "Bert", "Carl"} <= _found(world, "Wärmepumpen")
    assert _found(world, "WP Keller") == {"Carl"}
    assert "<mark>Wärmepumpen</mark>" in world.as_("member").get("/search?q=WP").text


def test_what_is_changed_deleted_and_brought_back_holds_at_the_next_search(world: World) -> None:
    world.post("Anna", "Ein Ventilator.")
    world.post("Bert", "Ein Gebläse.")
    world.drain()
    _say(world, "Lüfter; Ventilator")
    assert _found(world, "Lüfter") == {"Anna"}
    admin, address = world.as_("admin"), _address(world)
    assert admin.send(address, {"words": "Lüfter, Ventilator, Gebläse"}).status_code == 303
    assert _found(world, "Lüfter") == {"Anna", "Bert"}
    assert admin.send(f"{address}/delete").status_code == 303
    assert _found(world, "Lüfter") == set()
    assert admin.send(f"{address}/delete").status_code == 404
    assert admin.send(f"{address}/restore").status_code == 303
    assert _found(world, "Lüfter") == {"Anna", "Bert"}
    told = admin.get("/admin/audit/").text
    for kind in ("Synonyms added", "Synonyms changed", "Synonyms deleted", "Deleted synonyms brought back"):
        assert kind in told
    assert "Lüfter, Ventilator, Gebläse" in told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "Please give at least two words"),
        ("WP", "Please give at least two words"),
        ("WP, wp , WP", "Please give at least two words"),
        ("WP, ...", "Please give at least two words"),
        ("WP, " + "x" * 81, "at most 80 characters"),
        (", ".join(f"w{n}" for n in range(13)), "Please give at most 12"),
    ],
)
def test_what_says_nothing_is_refused_and_stays_in_the_form(world: World, words: str, said: str) -> None:
    answer = world.as_("admin").send("/admin/synonyms/", {"words": words})
    assert answer.status_code == 422 and said in answer.text
    assert f'value="{words}"' in answer.text


def test_nobody_but_administrators_comes_near(world: World) -> None:
    _say(world, "WP, Wärmepumpe")
    address = _address(world)
    for who in ("member", "guest"):
        for act in ("", "/delete", "/restore"):
            assert world.as_(who).send(address + act, {"words": "a, b"}).status_code == 404
        assert world.as_(who).get("/admin/synonyms/").status_code == 404


def test_synonyms_show_nobody_more_than_they_may_read(world: World) -> None:
    slug = world.workspace(visibility="secret")
    world.page("Anna", "Ein Ventilator.", workspace=slug)
    world.drain()
    _say(world, "Lüfter, Ventilator")
    assert _found(world, "Lüfter") == set()
    assert _found(world, "Lüfter", "author") == {"Anna"}


@pytest.fixture
def widened(world: World) -> World:
    with world.acting("admin") as (db, viewer):
        for words in ("WP, Wärmepumpe, heat pump", "IT, Informatik"):
            synonyms.create(db, viewer, words)
    return world


@pytest.mark.parametrize(
    ("asked", "groups"),
    [
        (plain("wp"), [{"wp", "Wärmepumpe", "heat pump"}]),
        (
            plain("heat pumps kosten"),
            [{"heat", "WP", "Wärmepumpe"}, {"pumps", "WP", "Wärmepumpe"}, {"kosten"}],
        ),
        (plain("pump heat"), [{"pump"}, {"heat"}]),
        (plain("kosten heat"), [{"kosten"}, {"heat"}]),
        (plain("is it so"), [{"is"}, {"it"}, {"so"}]),
        (plain("IT"), [{"IT", "Informatik"}]),
        (Question(((Phrase(("WP",)),), (Word("WP", prefix=True),))), [{"WP"}, {"WP"}]),
        (Question(((Word("WP"), Word("Ofen")),)), [{"WP", "Ofen", "Wärmepumpe", "heat pump"}]),
        (Question(without=(Word("WP"),)), []),
        (Question(), []),
    ],
)
def test_groups_are_widened_by_what_means_the_same(
    widened: World, asked: Question, groups: list[set[str]]
) -> None:
    with widened.looking("member") as (db, _):
        found = widening.widen(db, asked)
    said = [
        {item.text if isinstance(item, Word) else " ".join(item.words) for item in group}
        for group in found.groups
    ]
    assert said == groups
    assert (found.without, found.strict) == (asked.without, asked.strict)


def test_a_search_asks_one_statement_more_for_all_synonyms(widened: World) -> None:
    browser = widened.as_("member")
    widened.post("WP", "A heat pump, IT and Informatik")
    widened.drain()

    def asked(words: str) -> int:
        """The statements of a page for which nothing has to be counted first."""
        browser.get("/search", query_string={"q": words})
        return int(browser.get("/search", query_string={"q": words}).headers["X-Collab-Statements"])

    assert asked("WP") == asked("WP heat pump IT Informatik") <= 10
