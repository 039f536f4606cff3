"""What people search for, told to administrators without anybody in it."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from collab import clock
from collab.search import asked_words
from collab.search.asked_words import Taking, normal
from collab.search.models import AskedWords
from collab.worker import Worker
from tests.cast import World

PEOPLE = ("author", "member", "colleague", "guest", "rival")


@pytest.fixture
def world(world: World) -> World:
    """With an index."""
    world.post("Nothing in particular")
    world.drain()
    return world


def _asks(world: World, q: str, people: tuple[str, ...] = PEOPLE, **more: str) -> None:
    for who in people:
        assert world.as_(who).get("/search", query_string={"q": q, **more}).status_code == 200


def _shown(world: World, query: str = "") -> list[tuple[str, int, int]]:
    page = world.as_("admin").get(f"/admin/searches/{query}").text
    found = re.findall(r'<th scope="row">(.*?)</th><td[^>]*>(\d+)</td><td[^>]*>(\d+)</td>', page)
    return [(words, int(vain), int(asked)) for words, vain, asked in found]


def test_administrators_see_what_is_asked_and_what_is_not_found(world: World) -> None:
    world.post("Wärmepumpe")
    world.drain()
    _asks(world, "Wärmepumpe", ("author", "member", "colleague"))
    _asks(world, "Gebläse")
    assert Taking().take(world.context) == 2
    assert _shown(world) == [("gebläse", 5, 5)]
    assert _shown(world, "?show=all") == [("gebläse", 5, 5), ("wärmepumpe", 0, 3)]
    assert _shown(world, "?show=all&q=WÄRME") == [("wärmepumpe", 0, 3)]
    page = world.as_("admin").get("/admin/searches/").text
    assert 'href="/search?q=gebl%C3%A4se"' in page
    [prefilled] = re.findall(r'href="(/admin/synonyms/\?words=[^"]*)"', page)
    assert 'value="gebläse,"' in world.as_("admin").get(prefilled).text


def test_what_few_ask_stays_unsaid_and_nobody_counts_twice_a_day(world: World) -> None:
    taking = Taking()
    for _ in range(4):
        _asks(world, "Gebläse", ("member",))
        taking.take(world.context)
    _asks(world, "gebläse", ("colleague",), sort="date")
    taking.take(world.context)
    with world.system() as db:
        assert [(row.words, row.asked) for row in db.query(AskedWords)] == [("gebläse", 2)]
    assert _shown(world) == []
    with clock.shifted(timedelta(days=1)):
        world.anew("member").get("/search?q=Gebläse")
        taking.take(world.context)
        assert list(taking.marks) == [clock.now().date() - timedelta(days=1), clock.now().date()]
        world.anew("admin")
        assert _shown(world) == [("gebläse", 3, 3)]
    with clock.shifted(timedelta(days=3)):
        world.anew("member").get("/search?q=Gebläse")
        taking.take(world.context)
        assert list(taking.marks) == [clock.now().date()]


def test_only_searches_are_counted(world: World) -> None:
    browser = world.as_("member")
    browser.get("/search?q=gebl")
    for path in ("/search", "/search?q=kind:page", "/search?q=geblaese&offset=20", "/search/quick?q=gebl"):
        assert browser.get(path).status_code == 200
    key = world.token("member", "read")
    assert world.app.test_client().get("/api/v1/search?q=geblaese", headers=key).status_code == 200
    Taking().take(world.context)
    with world.system() as db:
        assert [row.words for row in db.query(AskedWords)] == ["gebl"]


def test_who_looks_as_a_guest_is_not_counted(world: World) -> None:
    guest = replace(world.viewer("guest"), looker=world.viewer("member"))
    asked_words.note(world.context.settings, guest, "Gebläse", in_vain=True)
    assert Taking().take(world.context) == 0


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("  WÄRMEPUMPE,  Keller! ", "wärmepumpe keller"),
        ("DIN 18017-3", "din 18017-3"),
        ("WS-320", "ws-320"),
        ("F&E", "f&e"),
        ("anna@example.com", ""),
        ("0171 234 5678", ""),
        ("+49 (30) 123-45", ""),
        ("Konto 1234567", ""),
        ("https://example.com/x", ""),
        ("x", ""),
        ("...", ""),
        ("wort " * 40, ("wort " * 16).strip()),
    ],
)
def test_nothing_that_could_be_somebodys_address_or_number_is_counted(words: str, kept: str) -> None:
    assert normal(words) == kept


def test_neither_file_nor_table_names_anybody(world: World) -> None:
    _asks(world, "Gebläse", ("member",))
    file: Path = world.context.data_dir / "asked-words"
    assert file.stat().st_mode & 0o777 == 0o600
    written = file.read_text()
    number = world.account_id("member")
    assert "member" not in written and f" {number}" not in written.replace(f"{clock.now().date()}", "")
    Taking().take(world.context)
    assert not file.exists() and not file.with_suffix(".taken").exists()
    assert set(AskedWords.__table__.columns.keys()) == {"id", "day", "words", "asked", "in_vain"}


def test_a_search_never_fails_because_of_the_count(world: World) -> None:
    (world.context.data_dir / "asked-words").mkdir()
    _asks(world, "Gebläse", ("member",))


def test_a_worker_that_was_killed_goes_on_with_what_it_had_taken(world: World) -> None:
    _asks(world, "Gebläse", ("member",))
    file: Path = world.context.data_dir / "asked-words"
    taken = file.with_suffix(".taken")
    file.rename(taken)
    with taken.open("a") as more:
        more.write('["2026-01-01", "cut sho')
    _asks(world, "Lüfter", ("member",))
    taking = Taking()
    assert [taking.take(world.context), taking.take(world.context), taking.take(world.context)] == [1, 1, 0]


def test_the_file_stays_small_while_nobody_takes_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked_words, "LARGEST", 300)
    for number in range(20):
        _asks(world, f"wort{number}x", ("member",))
    assert (world.context.data_dir / "asked-words").stat().st_size < 500


def test_the_worker_counts_what_was_asked(world: World) -> None:
    _asks(world, "Gebläse")
    Worker(world.context).look_around()
    assert _shown_later(world) == 5


def test_after_ninety_days_nothing_is_left(world: World) -> None:
    _asks(world, "Gebläse")
    Taking().take(world.context)
    with clock.shifted(timedelta(days=89)):
        Worker(world.context).keep_house()
        assert _shown_later(world) == 5
    with clock.shifted(timedelta(days=91)):
        Worker(world.context).keep_house()
        assert _shown_later(world) == 0


def _shown_later(world: World) -> int:
    with world.system() as db:
        return sum(row.asked for row in db.query(AskedWords))


def test_only_administrators_see_it(world: World) -> None:
    for who in ("member", "guest"):
        assert world.as_(who).get("/admin/searches/").status_code == 404
    assert world.as_("admin").get("/admin/searches/?days=1").status_code == 422
