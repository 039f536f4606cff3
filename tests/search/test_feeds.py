"""Searches as feeds: for feed readers by a key that opens this one feed, with the reader's rights at each fetch."""

import re
import xml.etree.ElementTree as ET
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update

from collab import clock
from collab.auth.models import Account
from collab.search import feed_views
from collab.search.passing import Unusable
from collab.web import feeds
from collab.workspaces import access, entries
from collab.workspaces.models import Entry
from tests.cast import World

ATOM = "{http://www.w3.org/2005/Atom}"


def _address(world: World, who: str, query: str = "q=quokka") -> str:
    """A personal address, as the page shows it once."""
    answer = world.as_(who).send("/search/feeds", {"query": query})
    assert answer.status_code == 200, answer.text
    [found] = re.findall(r'value="http://127\.0\.0\.1:8000(/search/feed\.atom\?[^"]*)"', answer.text)
    return str(found).replace("&amp;", "&")


def _titles(world: World, address: str) -> list[str]:
    answer = world.app.test_client().get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml")
    return [_text(entry, "title") for entry in _entries(ET.fromstring(answer.data))]


def _entries(feed: ET.Element) -> list[ET.Element]:
    found = feed.findall(f"{ATOM}entry")
    for entry in found:  # RFC 4287, 4.1.2
        assert _text(entry, "id").startswith("http") and entry.find(f"{ATOM}updated") is not None
        assert entry.find(f"{ATOM}author/{ATOM}name") is not None and entry.find(f"{ATOM}link") is not None
    return found


def _text(thing: ET.Element, name: str) -> str:
    return str(thing.findtext(f"{ATOM}{name}"))


def test_a_reader_gets_what_is_newest_and_nothing_twice(world: World) -> None:
    world.post("Quokka <one>", "The first *quokka* & all.")
    post = world.post("Quokka two")
    world.comment(post, "A quokka comment")
    world.account("Quokka")
    world.drain()
    address = _address(world, "member")
    feed = ET.fromstring(world.app.test_client().get(address).data)
    assert _text(feed, "title") == "Search: quokka"
    assert _text(feed, "id") == "http://127.0.0.1:8000/search/feed.atom?q=quokka"
    found = _entries(feed)
    assert [_text(entry, "title") for entry in found] == [
        "Quokka two",
        "Quokka two",
        "Quokka <one>",
        "Quokka",
    ]
    assert "<mark>quokka</mark> &amp; all" in _text(found[2], "content")
    assert len({_text(entry, "id") for entry in found}) == 4
    with world.acting("author") as (db, viewer):
        entry = access.get(db, viewer, Entry, Entry.id == post.id)
        entries.revise(db, viewer, entry, "Quokka renamed", "Some words.", base_version=1)
    world.drain()
    again = _entries(ET.fromstring(world.app.test_client().get(address).data))
    assert {_text(entry, "id") for entry in again} == {_text(entry, "id") for entry in found}


def test_what_has_not_changed_is_not_sent_again(world: World) -> None:
    world.post("Quokka one")
    world.drain()
    address, reader = _address(world, "member"), world.app.test_client()
    tag = reader.get(address).headers["ETag"]
    assert reader.get(address, headers={"If-None-Match": tag}).status_code == 304
    world.post("Quokka two")
    world.drain()
    assert reader.get(address, headers={"If-None-Match": tag}).status_code == 200
    assert "private" in reader.get(address).headers["Cache-Control"]


def test_an_empty_feed_says_the_same_at_any_time(world: World) -> None:
    world.post("A numbat")
    world.drain()
    browser = world.as_("member")
    first = browser.get("/search/feed.atom?q=quokka")
    feeds._finished.clear()
    with clock.shifted(timedelta(minutes=5)):
        later = browser.get("/search/feed.atom?q=quokka")
    assert (later.data, later.headers["ETag"]) == (first.data, first.headers["ETag"])


def test_rights_hold_at_each_fetch(world: World) -> None:
    slug = world.workspace(members=["guest"])
    post = world.post("Quokka plan", workspace=slug)
    world.drain()
    address = _address(world, "guest")
    assert _titles(world, address) == []
    for shared in (clock.now(), None):
        with world.acting("author") as (db, viewer):
            entries.share(db, viewer, access.get(db, viewer, Entry, Entry.id == post.id), shared, None)
        assert _titles(world, address) == (["Quokka plan"] if shared else [])


def test_a_key_opens_one_feed_and_nothing_else(world: World) -> None:
    world.post("Quokka")
    world.drain()
    address = _address(world, "member", "q=quokka&kind=post")
    key, reader = address.rpartition("=")[2], world.app.test_client()
    assert _titles(world, f"/search/feed.atom?key={key}&q=quokka&kind=post") == ["Quokka"]
    for other in ("q=quokka", "q=quokka&kind=page", "q=other&kind=post", "q=quokka&kind=post&sort=date"):
        assert reader.get(f"/search/feed.atom?{other}&key={key}").status_code == 404
    assert "Quokka" not in reader.get(f"/blog/feed.atom?key={key}").text
    assert reader.get(f"/search?q=quokka&key={key}").status_code == 303
    bearer = {"Authorization": f"Bearer {key}"}
    assert reader.get("/api/v1/search?q=quokka", headers=bearer).status_code == 401


def test_a_key_for_the_blog_opens_no_search(world: World) -> None:
    world.post("Quokka")
    world.drain()
    page = world.as_("member").send("/blog/feeds", {"feed": "/blog/feed.atom"}).text
    [key] = re.findall(r"feed\.atom\?key=([\w-]+)", page)
    reader = world.app.test_client()
    assert "Quokka" in reader.get(f"/blog/feed.atom?key={key}").text
    assert reader.get(f"/search/feed.atom?q=quokka&key={key}").status_code == 404


@pytest.mark.parametrize("over", ["ended", "suspended", "revoked", "nonsense"])
def test_a_key_that_is_over_finds_nothing(world: World, over: str) -> None:
    address = _address(world, "guest")
    browser = world.as_("guest")
    if over == "revoked":
        listed = browser.get("/account/tokens").text
        assert "Feed reader: quokka" in listed
        [revoke] = re.findall(r'action="(/account/tokens/[\w-]+/revoke)"', listed)
        assert browser.send(revoke).status_code == 303
    elif over == "nonsense":
        address = address.rpartition("=")[0] + "=nonsense"
    else:
        gone = {"ended": {"ends_at": clock.now() - timedelta(days=1)}, "suspended": {"status": "suspended"}}[
            over
        ]
        with world.system() as db:
            db.execute(update(Account).where(Account.id == world.account_id("guest")).values(**gone))
    assert world.app.test_client().get(address).status_code == 404


def test_who_is_signed_in_needs_no_key(world: World) -> None:
    world.post("Quokka")
    world.drain()
    assert "Quokka" in world.as_("member").get("/search/feed.atom?q=quokka").text
    signed_out = world.app.test_client().get("/search/feed.atom?q=quokka")
    assert signed_out.status_code == 303 and urlsplit(signed_out.headers["Location"]).path == "/login"


@pytest.mark.parametrize("query", ["", "q=", "kind=nonsense"])
def test_what_asks_nothing_has_no_feed(world: World, query: str) -> None:
    assert world.as_("member").send("/search/feeds", {"query": query}).status_code == 422
    assert world.as_("member").get(f"/search/feed.atom?{query}").status_code in (404, 422)


def test_while_the_index_cannot_be_asked_readers_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> list[str]:
        raise Unusable

    monkeypatch.setattr(feed_views, "passed", broken)
    assert world.as_("member").get("/search/feed.atom?q=quokka").status_code == 503
