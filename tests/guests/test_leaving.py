"""Guests become employees and employees guests under the same name; who is long gone loses the name."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from collab import clock
from collab.auth.models import Account, SignInSession
from collab.guests import leaving
from collab.workspaces.models import EntryGrant, Membership, Workspace
from tests.cast import World
from tests.guests.test_sponsoring import invite, look


def convert(world: World, who: str, **fields: str) -> int:
    path = f"/admin/people/{look(world, who).public_id}/convert"
    return world.anew("admin").send(path, {"reason": "Contract", **fields}).status_code


def test_a_guest_becomes_an_employee_and_stays_the_same_person(world: World) -> None:
    invite(world)
    place = world.workspace("Harbour", visibility="closed", members=["guest"])
    internal = world.post("Internal crane", workspace=place)
    shared = world.post("Shared crane", workspace=place, guests_from=clock.now())
    world.comment(shared, "From outside.", author="guest")
    with world.system() as db:
        db.add(
            EntryGrant(
                entry_id=shared.id,
                workspace_id=shared.workspace_id,
                account_id=world.account_id("guest"),
                granted_by_id=world.account_id("author"),
                ends_at=clock.now() + timedelta(days=9),
                created_at=clock.now(),
            )
        )
    before, old = look(world), world.as_("guest")
    assert convert(world, "guest") == 303

    after = look(world)
    assert (after.id, after.kind, after.ends_at, after.sponsor_id, after.firm_id) == (
        before.id,
        "employee",
        None,
        None,
        None,
    )
    assert old.get("/account/").status_code == 303
    now = world.anew("guest")
    assert now.get(internal.address).status_code == 200 and now.get("/people/").status_code == 200
    page = now.get(shared.address).text
    assert "From outside." in page and "Muster GmbH" not in page
    with world.system() as db:
        grant = db.scalars(select(EntryGrant)).one()
        membership = db.scalars(select(Membership).where(Membership.account_id == before.id)).one()
    assert grant.ends_at <= clock.now() and (membership.role, membership.origin) == ("contributor", "hand")


def test_an_employee_becomes_a_guest_who_is_answered_for(world: World) -> None:
    invite(world, sponsor="member")
    place = world.workspace("Harbour", visibility="open", members=["member"])
    internal = world.post("Internal crane", author="member", workspace=place)
    with world.system() as db:
        db.get_one(Account, world.account_id("member")).is_admin = True
    assert convert(world, "member", account="@guest") == 422
    assert convert(world, "member", account="@author") == 303

    member = look(world, "member")
    assert (member.kind, member.is_admin, member.sponsor_id) == ("guest", False, world.account_id("author"))
    assert member.ends_at is not None and (member.ends_at - clock.now()).days in (90, 91)
    assert (look(world).sponsor_id, look(world).end_reason) == (None, "sponsor_left")
    browser = world.anew("member")
    assert browser.get(internal.address).status_code == 404
    assert browser.get("/people/").status_code == browser.get("/admin/people").status_code == 404
    assert world.as_("author").get(internal.address).status_code == 200


def test_who_owns_workspaces_hands_them_over_first(world: World) -> None:
    world.workspace("Harbour master", owner="member")
    path = f"/admin/people/{look(world, 'member').public_id}/convert"
    refused = world.as_("admin").send(path, {"reason": "Contract", "account": "@author"})
    assert refused.status_code == 422 and "1 workspace" in refused.text
    assert look(world, "member").kind == "employee"


def test_only_administrators_convert_and_not_themselves(world: World) -> None:
    assert convert(world, "guest", reason="") == 422
    assert convert(world, "admin", account="@author") == 422
    path = f"/admin/people/{look(world).public_id}/convert"
    assert world.as_("author").send(path, {"reason": "x"}).status_code == 404
    assert look(world).kind == "guest"


# Former guests ---------------------------------------------------------------------------------


@pytest.fixture
def written(world: World) -> str:
    """The address of an entry under which a guest wrote, who has ended since."""
    public_id = invite(world)
    place = world.workspace("Harbour", members=["guest"])
    post = world.post("Shared crane", workspace=place, guests_from=clock.now())
    world.comment(post, "It holds ten tons.", author="guest")
    world.as_("author").send(f"/my-guests/{public_id}/end")
    return post.address


def test_what_a_former_guest_wrote_says_so(world: World, written: str) -> None:
    page = world.as_("author").get(written).text
    assert "It holds ten tons." in page and "(former guest)" in page and "Muster GmbH" in page
    assert "(former guest)" in world.as_("author").get("/people/guest").text


def test_after_the_time_that_is_set_the_name_goes_and_the_content_stays(world: World, written: str) -> None:
    settings = replace(world.context.settings, guest_anonymise_days=30)
    world.as_("guest")
    with clock.shifted(timedelta(days=29)), world.system() as db:
        assert leaving.forget(db, settings) == 0
    with clock.shifted(timedelta(days=31)):
        with world.system() as db:
            assert leaving.forget(db, replace(settings, guest_anonymise_days=0)) == 0
            assert leaving.forget(db, settings) == 1
            assert leaving.forget(db, settings) == 0
        page = world.anew("author").get(written).text
        assert "It holds ten tons." in page and "Former guest" in page
        assert world.as_("author").get("/my-guests/?show=ended").text.count("Muster") == 0
    with world.system() as db:
        [guest] = db.scalars(select(Account).where(Account.anonymised_at.is_not(None)))
        assert (guest.name, guest.email, guest.email_key, guest.photo) == ("Former guest", None, None, None)
        assert "guest" not in guest.handle
        sessions = db.scalars(select(SignInSession).where(SignInSession.account_id == guest.id)).all()
        assert all(not row.ip and not row.user_agent and row.ended_at for row in sessions)
        assert db.scalar(select(Workspace.name).where(Workspace.name == "Harbour"))
