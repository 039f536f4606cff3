"""Saved searches: one's own, under a name, and gone when one wants."""

import re
from datetime import timedelta

import pytest

from collab import clock
from collab.auth.models import Account
from collab.search import saved
from collab.search.models import SavedSearch
from collab.worker import Worker
from tests.cast import World


def _save(world: World, who: str, query: str, name: str = "") -> str:
    """Save as a page does; answers the address of the saved search."""
    answer = world.as_(who).send("/search/saved", {"query": query, "name": name})
    assert answer.status_code == 303, answer.text
    return _listed(world, who)[-1]


def _listed(world: World, who: str) -> list[str]:
    """The addresses in the list, as they stand there."""
    page = world.as_(who).get("/search/saved").text
    return re.findall(r'<p class="row-title"><a href="(/search/saved/[^"]+)"', page)


@pytest.mark.parametrize("who", ["member", "guest"])
def test_a_search_is_saved_found_again_renamed_and_deleted_with_a_way_back(world: World, who: str) -> None:
    browser = world.as_(who)
    offered = browser.get("/search?q=heat+pump&kind=page&offset=20").text
    assert 'name="query" value="kind=page&amp;q=heat+pump"' in offered
    address = _save(world, who, "kind=page&q=heat+pump", "Pumps")
    assert browser.get(address).headers["Location"] == "/search?kind=page&q=heat+pump"
    assert "Saved as “Pumps”" in browser.get("/search?q=heat+pump&kind=page").text
    assert "Pumps" in browser.get("/search").text

    assert browser.send(address, {"name": "  All   pumps "}).status_code == 303
    assert "All pumps" in browser.get("/search/saved").text
    refused = browser.send(address, {"name": " "})
    assert refused.status_code == 422 and "Please fill this in." in refused.text

    assert browser.send(f"{address}/delete").status_code == 303
    assert f"{address}/restore" in browser.get("/search/saved").text  # the undo
    assert _listed(world, who) == [] and browser.get(address).status_code == 404
    assert browser.send(f"{address}/restore").status_code == 303
    assert _listed(world, who) == [address]
    assert browser.send(f"{address}/restore").status_code == 404


def test_the_same_question_is_kept_once_however_its_address_is_written(world: World) -> None:
    _save(world, "member", "q=heat+pump&kind=page", "First")
    _save(world, "member", "?kind=page&q=heat%20pump&offset=40&since=", "Second")
    page = world.as_("member").get("/search/saved").text
    assert "Second" in page and "First" not in page


def test_what_has_no_name_is_called_by_what_it_asks(world: World) -> None:
    _save(world, "member", "q=heat+pump&kind=page")
    assert "heat pump · page" in world.as_("member").get("/search/saved").text


@pytest.mark.parametrize(
    "query", ["", "q=", "offset=20", "kind=nonsense", "unknown=1", "q=" + "x" * 1000, "q=%00", "&" * 900]
)
def test_what_asks_nothing_is_not_kept(world: World, query: str) -> None:
    answer = world.as_("member").send("/search/saved", {"query": query, "name": "Name"})
    assert answer.status_code == 422
    assert _listed(world, "member") == []


def test_nobody_comes_across_the_searches_of_others(world: World) -> None:
    address = _save(world, "member", "q=merger", "Secret plan")
    number = address.rpartition("/")[2]
    for who in ("colleague", "admin", "guest"):
        browser = world.as_(who)
        assert browser.get(address).status_code == 404
        for act in ("", "/delete", "/restore"):
            assert browser.send(address + act, {"name": "Mine"}).status_code == 404, act
        gone = browser.delete(f"/api/v1/searches/{number}", headers=world.token(who))
        assert gone.status_code == 404
        assert "Secret plan" not in browser.get("/search/saved").text + browser.get("/search?q=merger").text
    assert _listed(world, "member") == [address]


def test_there_are_fifty_at_most(world: World) -> None:
    for number in range(saved.MOST):
        with world.acting("member") as (db, viewer):
            saved.save(db, viewer, world.engine(), f"q=word{number}", "")
    browser = world.as_("member")
    refused = browser.send("/search/saved", {"query": "q=more", "name": "More"})
    assert refused.status_code == 422 and "You have 50 saved searches" in refused.text
    address = _listed(world, "member")[0]
    browser.send(f"{address}/delete")
    assert browser.send("/search/saved", {"query": "q=more", "name": "More"}).status_code == 303
    assert browser.send(f"{address}/restore").status_code == 422


def test_programs_list_save_and_delete(world: World) -> None:
    client, key = world.app.test_client(), world.token("guest")
    made = client.post("/api/v1/searches", json={"query": "q=pump", "name": "Pumps"}, headers=key)
    assert made.status_code == 201
    assert made.json is not None and made.json["url"].endswith("/search?q=pump")
    listed = client.get("/api/v1/searches", headers=world.token("guest", "read")).json
    assert listed is not None and listed["items"] == [made.json]
    gone = f"/api/v1/searches/{made.json['id']}"
    assert client.delete(gone, headers=world.token("guest", "read")).status_code == 403
    assert client.delete(gone, headers=key).status_code == 204
    assert client.delete(gone, headers=key).status_code == 404
    assert client.post("/api/v1/searches", json={"query": ""}, headers=key).status_code == 422
    assert client.post("/api/v1/searches", json={"query": 5}, headers=key).status_code == 422


def test_who_looks_as_a_guest_does_not_see_the_guests_searches(world: World) -> None:
    _save(world, "guest", "q=merger", "Secret plan")
    with world.system() as db:
        db.get_one(Account, world.account_id("guest")).sponsor_id = world.account_id("colleague")
        public_id = db.get_one(Account, world.account_id("guest")).public_id
    browser = world.as_("colleague")
    assert browser.send(f"/my-guests/{public_id}/look").status_code == 303
    assert browser.get("/search/saved").status_code == 403
    page = browser.get("/search?q=merger")
    assert page.status_code == 200 and "Secret plan" not in page.text + browser.get("/search").text


def test_deleted_ones_and_those_of_forgotten_guests_go_for_good(world: World) -> None:
    _save(world, "guest", "q=merger", "Secret plan")
    world.as_("member").send(f"{_save(world, 'member', 'q=old')}/delete")
    _save(world, "member", "q=kept")
    with world.system() as db:
        db.get_one(Account, world.account_id("guest")).ends_at = clock.now() + timedelta(days=1)
    with clock.shifted(timedelta(days=400)):
        Worker(world.context).keep_house()
    with world.system() as db:
        assert [row.query for row in db.query(SavedSearch)] == ["q=kept"]
