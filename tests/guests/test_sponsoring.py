"""Whoever answers for a guest extends, ends, hands over; and no guest runs on without anybody."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from collab import clock
from collab.activity import Event
from collab.auth import services as accounts
from collab.auth import sponsors
from collab.auth.models import Account
from collab.workspaces.models import Membership
from tests.cast import World

MONTH = timedelta(days=30)


def invite(world: World, guest: str = "guest", sponsor: str = "author", left: timedelta = MONTH) -> str:
    """``sponsor`` answers for ``guest`` for so long; answers the guest's id in addresses."""
    with world.system() as db:
        account = db.get_one(Account, world.account_id(guest))
        account.sponsor_id, account.ends_at = world.account_id(sponsor), clock.now() + left
        return account.public_id


def look(world: World, guest: str = "guest") -> Account:
    with world.system() as db:
        found = db.get_one(Account, world.account_id(guest))
        db.expunge(found)
        return found


def days_left(world: World, guest: str = "guest") -> int:
    ends_at = look(world, guest).ends_at
    assert ends_at is not None
    return (ends_at - clock.now()).days


def test_one_click_extends_and_can_be_taken_back(world: World) -> None:
    base = f"/my-guests/{invite(world)}"
    before = look(world).ends_at

    page = world.as_("author").get("/my-guests/").text
    assert "Guest" in page and "Muster GmbH" in page and f'action="{base}/extend"' in page
    assert world.as_("author").send(f"{base}/extend").status_code == 303
    assert days_left(world) in (90, 91)

    assert world.as_("author").send(f"{base}/undo").status_code == 303
    assert look(world).ends_at == before
    assert world.as_("author").send(f"{base}/undo").status_code == 404


def test_memberships_that_ended_with_the_account_move_along(world: World) -> None:
    base = f"/my-guests/{invite(world)}"
    ends_at = look(world).ends_at
    world.workspace(members=["guest"])
    world.workspace("Early", members=["guest"])

    def held() -> dict[str, Any]:
        with world.system() as db:
            rows = db.scalars(select(Membership).where(Membership.account_id == world.account_id("guest")))
            return {row.workspace_id: row for row in rows}

    rows = held()
    first, second = sorted(rows)
    with world.system() as db:
        db.get_one(Membership, rows[first].id).ends_at = ends_at
        db.get_one(Membership, rows[second].id).ends_at = clock.now() + timedelta(days=2)
    world.as_("author").send(f"{base}/extend")
    moved = held()
    assert moved[first].ends_at == look(world).ends_at
    assert moved[second].ends_at < clock.now() + timedelta(days=3)
    world.as_("author").send(f"{base}/undo")
    assert held()[first].ends_at == ends_at


def test_a_chosen_day_holds_up_to_what_the_policy_allows(world: World) -> None:
    base, author = f"/my-guests/{invite(world)}", world.as_("author")
    near, far = clock.now() + timedelta(days=9), clock.now() + timedelta(days=400)

    assert author.send(f"{base}/extend", {"ends_on": near.date().isoformat()}).status_code == 303
    assert days_left(world) in (8, 9, 10)
    refused = author.send(f"{base}/extend", {"ends_on": far.date().isoformat()})
    assert refused.status_code == 422 and "365 days at most" in refused.text
    assert author.send(f"{base}/extend", {"ends_on": "2020-01-01"}).status_code == 422


def test_ending_takes_effect_with_the_next_request(world: World) -> None:
    base = f"/my-guests/{invite(world)}"
    guest, key = world.as_("guest"), world.token("guest", "read")
    assert guest.get("/workspaces/").status_code == 200

    assert world.as_("author").send(f"{base}/end").status_code == 303
    assert guest.get("/workspaces/").status_code != 200
    assert world.app.test_client().get("/api/v1/me", headers=key).status_code == 401
    assert look(world).end_reason == "sponsor"

    world.as_("author").send(f"{base}/undo")
    assert days_left(world) >= 28
    assert world.anew("guest").get("/workspaces/").status_code == 200


@pytest.mark.parametrize("who", ["member", "guest", "rival", "stranger"])
def test_who_does_not_answer_for_a_guest_finds_nothing(world: World, who: str) -> None:
    base, before = f"/my-guests/{invite(world)}", look(world).ends_at
    for act in ("", "/extend", "/end", "/hand-over", "/take-over", "/undo"):
        data = {"account": "admin"} if act == "/hand-over" else {}
        answer = world.as_(who).send(base + act, data) if act else world.as_(who).get(base)
        assert answer.status_code in (404, 401, 303), act
        if answer.status_code == 303:
            assert "/login" in answer.headers["Location"]
    assert look(world).ends_at == before


def test_an_administrator_says_why(world: World) -> None:
    base, admin = f"/my-guests/{invite(world)}", world.as_("admin")
    assert admin.send(f"{base}/end").status_code == 422
    assert admin.send(f"{base}/end", {"reason": "Contract is over"}).status_code == 303
    assert look(world).end_reason == "admin"
    with world.system() as db:
        event = db.scalars(select(Event).where(Event.kind == "guest.ended")).one()
    assert event.data["reason"] == "Contract is over" and event.actor_id == world.account_id("admin")
    assert "Contract is over" in admin.get("/admin/audit/").text


def test_handing_over_makes_a_colleague_the_contact(world: World) -> None:
    base, author = f"/my-guests/{invite(world)}", world.as_("author")
    assert author.send(f"{base}/hand-over", {"account": "@guest"}).status_code == 422
    assert author.send(f"{base}/hand-over", {"account": "Member"}).status_code == 303
    assert author.get(base).status_code == 404
    assert world.as_("member").get(base).status_code == 200
    author.send(f"{base}/undo")
    assert author.get(base).status_code == 200


def test_who_leaves_leaves_no_guest_without_an_end(world: World) -> None:
    base = f"/my-guests/{invite(world, left=timedelta(days=200))}"
    invite(world, "rival", "member")
    world.workspace(owner="colleague", members=["guest"])
    with world.acting("admin") as (db, viewer):
        accounts.suspend(db, viewer, db.get_one(Account, world.account_id("author")))

    assert (look(world).sponsor_id, look(world).end_reason, days_left(world)) == (None, "sponsor_left", 13)
    assert look(world, "rival").sponsor_id == world.account_id("member")
    assert "waits for somebody" in world.as_("colleague").get("/my-guests/").text
    assert "has lost the contact" in world.as_("colleague").get("/").text
    assert world.as_("member").send(f"{base}/take-over").status_code == 404

    assert world.as_("colleague").send(f"{base}/take-over").status_code == 303
    assert look(world).sponsor_id == world.account_id("colleague") and days_left(world) in (90, 91)
    assert "has lost the contact" not in world.as_("colleague").get("/").text
    world.as_("colleague").send(f"{base}/undo")
    assert look(world).sponsor_id is None and days_left(world) == 13


def test_an_employee_whose_end_has_come_leaves_too(world: World) -> None:
    invite(world)
    with world.system() as db:
        db.get_one(Account, world.account_id("author")).ends_at = clock.now() + timedelta(days=1)
    with world.system() as db:
        sponsors.keep(db, 90)
    assert look(world).sponsor_id is not None
    with clock.shifted(timedelta(days=2)):
        for _again in range(2):
            with world.system() as db:
                sponsors.keep(db, 90)
        assert look(world).sponsor_id is None and days_left(world) == 13
    with world.system() as db:
        # rival has had nobody from the beginning
        assert len(db.scalars(select(Event.id).where(Event.kind == "guest.orphaned")).all()) == 2


def test_who_adds_a_guest_without_a_contact_becomes_it(world: World) -> None:
    place = world.workspace(owner="author")
    world.workspace("Other", owner="author", members=["rival"])
    invite(world, "rival", "member")
    world.as_("author").send(f"/w/{place}/members", {"account": "@guest", "role": "reader"})
    world.as_("author").send(f"/w/{place}/members", {"account": "@rival", "role": "reader"})
    assert look(world).sponsor_id == world.account_id("author")
    assert look(world, "rival").sponsor_id == world.account_id("member")


def test_a_place_that_the_sponsor_may_not_know_of_is_only_counted(world: World) -> None:
    invite(world)
    world.workspace("Open harbour", members=["guest"])
    world.workspace("Night shift", visibility="secret", owner="admin", members=["guest"])
    page = world.as_("author").get("/my-guests/").text
    assert "Open harbour" in page and "Night shift" not in page
    assert "1 place that you do not know of" in page


def test_administrators_make_guests_for_whom_they_answer(world: World) -> None:
    asked = {"name": "New", "email": "new@example.com", "kind": "guest"}
    token = world.token("admin", "admin")
    made = world.app.test_client().post("/api/v1/accounts", json=asked, headers=token)
    assert made.status_code == 201
    ends_at = datetime.fromisoformat(made.json["ends_at"])  # type: ignore[index]
    assert (ends_at - clock.now()).days in (90, 91)
    assert "New" in world.as_("admin").get("/my-guests/").text
    late = {**asked, "email": "late@example.com", "ends_at": "2099-01-01T00:00:00Z"}
    assert world.app.test_client().post("/api/v1/accounts", json=late, headers=token).status_code == 422
