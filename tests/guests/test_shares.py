"""The page on which an entry alone is shared."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from collab import clock
from collab.activity.models import Event
from collab.db import Base
from collab.guests.models import Invitation
from collab.workspaces.models import Entry, EntryGrant, ShareLink
from tests.cast import World
from tests.guests.test_links import browser


@pytest.fixture
def page(world: World) -> Entry:
    return world.page("Quokka page", workspace=world.workspace(visibility="closed", members=["member"]))


def day(days: int) -> str:
    return (clock.now() + timedelta(days=days)).date().isoformat()


def _share(world: World, page: Entry, status: int = 303, **more: str) -> str:
    sent = world.as_("author").send(f"/entries/{page.public_id}/shares", {"ends_on": day(10), **more})
    assert sent.status_code == status
    return sent.text


def _only(world: World) -> EntryGrant:
    with world.system() as db:
        found = db.scalars(select(EntryGrant)).one()
        db.expunge(found)
        return found


@pytest.mark.parametrize("named", ["guest@example.com", "GUEST@example.com", "@guest", "Guest"])
def test_a_guest_is_named_by_address_handle_or_name(world: World, page: Entry, named: str) -> None:
    _share(world, page, guest=named)
    assert world.as_("guest").get(f"/entries/{page.public_id}").status_code == 200
    shown = world.as_("author").get(f"/entries/{page.public_id}/shares").text
    assert "Guest · Muster GmbH" in shown
    assert "reads only" in shown


@pytest.mark.parametrize(
    "named", ["nobody@example.com", "member", "colleague@example.com", "x" * 400, "%", "_"]
)
def test_nobody_else_is_taken_for_a_guest(world: World, page: Entry, named: str) -> None:
    assert "Quokka page" in _share(world, page, 422, guest=named)
    with world.system() as db:
        assert db.scalars(select(EntryGrant)).all() == []


def test_whom_nobody_knows_is_invited_to_the_one_text(world: World, page: Entry) -> None:
    refused = _share(world, page, 422, guest="Nina Neu <nina@neu.example>")
    assert 'name="of_firm"' in refused
    _share(world, page, guest="Nina Neu <nina@neu.example>", of_firm="Neu AG")
    shown = world.as_("author").get(f"/entries/{page.public_id}/shares").text
    assert "Nina Neu" in shown
    with world.system() as db:
        invited = db.scalars(select(Invitation)).one()
        assert (invited.entry_id, invited.role, invited.email) == (page.id, None, "nina@neu.example")


def test_a_firm_is_chosen_by_its_name(world: World, page: Entry) -> None:
    shown = world.as_("author").get(f"/entries/{page.public_id}/shares").text
    firm = re.search(r'<option value="([\w-]+)">Muster GmbH', shown)
    assert firm is not None
    _share(world, page, firm=firm[1], may_comment="1")
    assert world.as_("guest").get(f"/entries/{page.public_id}").status_code == 200
    _share(world, page, 422, firm=firm[1], guest="rival")
    _share(world, page, 422, firm="nobody")
    _share(world, page, 422)


@pytest.mark.parametrize("wrong", [day(-2), day(4000), "soon", "", "9999-12-31", "0001-01-01"])
def test_an_end_is_needed_and_not_too_late(world: World, page: Entry, wrong: str) -> None:
    assert 'aria-invalid="true"' in _share(world, page, 422, guest="guest", ends_on=wrong)


def test_taking_it_back_works_at_once_and_can_be_undone(world: World, page: Entry) -> None:
    _share(world, page, guest="guest")
    author, guest = world.as_("author"), world.as_("guest")
    shown = author.get(f"/entries/{page.public_id}/shares").text
    end = re.search(r'action="(/entries/[\w-]+/shares/[\w-]+/end)"', shown)
    assert end is not None
    before = _only(world).ends_at
    author.send(end[1])
    assert guest.get(f"/entries/{page.public_id}").status_code == 404
    after = author.get(f"/entries/{page.public_id}/shares").text
    assert "Ended" in after
    undo = re.search(r'action="(/entries/[\w-]+/shares/[\w-]+/undo\?day=[\d-]+)"', after)
    assert undo is not None
    author.send(undo[1])
    assert guest.get(f"/entries/{page.public_id}").status_code == 200
    assert _only(world).ends_at == before
    with world.system() as db:
        kinds = db.scalars(select(Event.kind).where(Event.kind.startswith("entry.")).order_by(Event.id)).all()
    assert kinds == ["entry.granted", "entry.grant_ended", "entry.granted"]


def test_sharing_again_changes_the_one_that_is_there(world: World, page: Entry) -> None:
    _share(world, page, guest="guest")
    _share(world, page, guest="guest", ends_on=day(20), may_comment="1")
    grant = _only(world)
    assert grant.may_comment
    author = world.as_("author")
    author.send(f"/entries/{page.public_id}/shares/{grant.public_id}/change", {"ends_on": day(5)})
    assert not _only(world).may_comment
    author.send(f"/entries/{page.public_id}/shares/{grant.public_id}/change", {"ends_on": day(4000)})
    assert _only(world).ends_at < clock.now() + timedelta(days=7)


def test_in_a_clean_room_no_competitor_gets_what_a_guest_wrote(world: World) -> None:
    slug = world.workspace(members=["guest", "rival", "member"], clean_room=True)
    page = world.page("Quokka page", workspace=slug, author="guest")
    owner = world.as_("author")
    path = f"/entries/{page.public_id}/shares"
    refused = owner.send(path, {"guest": "rival", "ends_on": day(5)})
    assert refused.status_code == 422
    assert "Somebody from another firm wrote this" in refused.text
    assert owner.send(path, {"guest": "guest", "ends_on": day(5)}).status_code == 303
    assert owner.send(f"/entries/{page.public_id}/links", {"name": "x", "ends_on": day(5)}).status_code == 422


def test_only_who_may_share_it_shares_it(world: World, page: Entry) -> None:
    _share(world, page, guest="guest")
    grant = _only(world)
    base = f"/entries/{page.public_id}"
    acts = [
        f"{base}/shares",
        f"{base}/links",
        *(f"{base}/shares/{grant.public_id}/{a}" for a in ("end", "undo", "change")),
    ]
    for who, status in {"member": 403, "colleague": 404, "guest": 404, "admin": 404}.items():
        for act in acts:
            sent = world.as_(who).send(act, {"guest": "rival", "name": "x", "ends_on": day(5)})
            assert sent.status_code == status, (who, act)
    other = world.page("Other page", workspace=page.address.split("/")[2])
    assert (
        world.as_("author").send(f"/entries/{other.public_id}/shares/{grant.public_id}/end").status_code
        == 404
    )


def test_a_link_is_shown_once_and_can_be_taken_back(world: World, page: Entry) -> None:
    author, base = world.as_("author"), f"/entries/{page.public_id}"
    made = author.send(f"{base}/links", {"name": "Kessler", "ends_on": day(10), "password": "zebra crossing"})
    address = re.search(r'value="http[^"]*(/s/[\w-]{43})"', made.text)
    assert address is not None
    listed = author.get(f"{base}/shares").text
    assert "/s/" not in listed
    assert "Kessler" in listed
    with world.system() as db:
        kept = repr(db.execute(select(ShareLink.__table__)).all()) + repr(
            db.execute(select(Event.__table__)).all()
        )
    assert address[1].removeprefix("/s/") not in kept
    assert "zebra" not in kept
    assert browser(world).get(address[1]).status_code == 200
    revoke = re.search(rf'action="({base}/links/[\w-]+/revoke)"', listed)
    assert revoke is not None
    author.send(revoke[1])
    assert browser(world).get(address[1]).status_code == 404
    assert "Taken back" in author.get(f"{base}/shares").text


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"ends_on": day(-1)}, {"password": "short"}, {"password": "x" * 1001}, {"more": "x"}],
)
def test_a_wrong_link_is_not_made(world: World, page: Entry, wrong: dict[str, str]) -> None:
    fields = {"name": "Kessler", "ends_on": day(10), **wrong}
    sent = world.as_("author").send(f"/entries/{page.public_id}/links", fields)
    assert sent.status_code == 422
    assert "/s/" not in sent.text


# Programs ------------------------------------------------------------------------------------------------


def test_programs_share_one_entry_and_take_it_back(world: World, page: Entry) -> None:
    author, token = world.as_("author"), world.token("author")
    path = f"/api/v1/entries/{page.public_id}/grants"
    made = author.post(path, json={"guest": "guest", "ends_at": f"{day(9)}T00:00:00Z"}, headers=token)
    assert (made.status_code, made.json["guest"], made.json["may_comment"]) == (201, "guest", True)
    assert world.as_("guest").get(f"/api/v1/pages/{page.public_id}").status_code == 200
    assert [item["id"] for item in author.get(path, headers=token).json["items"]] == [made.json["id"]]
    assert author.delete(f"{path}/{made.json['id']}", headers=token).status_code == 204
    assert world.as_("guest").get(f"/api/v1/pages/{page.public_id}").status_code == 404


def test_programs_make_links_whose_address_is_told_once(world: World, page: Entry) -> None:
    author, token = world.as_("author"), world.token("author")
    path, key = f"/api/v1/entries/{page.public_id}/links", {"Idempotency-Key": "one"}
    body = {"name": "Kessler", "ends_at": f"{day(9)}T00:00:00Z", "password": "zebra crossing"}
    made = author.post(path, json=body, headers=token | key)
    assert made.status_code == 201
    assert "/s/" in made.json["url"]
    listed = author.get(path, headers=token).json["items"]
    assert [(item["url"], item["works"], item["password"]) for item in listed] == [(None, True, True)]
    secret = made.json["url"].rpartition("/")[2]
    with world.system() as db:
        kept = db.execute(select(Base.metadata.tables["idempotency"])).all()
    assert secret not in repr(kept)
    assert author.delete(f"{path}/{made.json['id']}", headers=token).status_code == 204
    assert browser(world).get(f"/s/{secret}").status_code == 404


@pytest.mark.parametrize("who", ["member", "colleague", "guest"])
def test_programs_of_others_do_not(world: World, page: Entry, who: str) -> None:
    token = world.token(who)
    for what in ("grants", "links"):
        path = f"/api/v1/entries/{page.public_id}/{what}"
        body = {"guest": "guest", "ends_at": f"{day(9)}T00:00:00Z"} if what == "grants" else {"name": "x"}
        assert world.as_(who).get(path, headers=token).status_code in (403, 404)
        assert world.as_(who).post(path, json=body, headers=token).status_code in (403, 404, 422)
        assert world.as_(who).delete(f"{path}/{'x' * 16}", headers=token).status_code in (403, 404)
    with world.system() as db:
        assert db.scalars(select(EntryGrant)).all() == []
