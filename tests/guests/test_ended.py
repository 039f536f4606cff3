"""A guest whose time is over learns that, why and whom to ask: after proving who they are, and nobody else."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from collab import clock
from collab.activity import Event
from collab.auth import once
from collab.auth.methods import mailed
from collab.auth.models import Account
from collab.auth.passwords import keep_password
from tests.cast import PASSWORD, World
from tests.guests.test_sponsoring import invite, look


def sign_in(world: World, email: str, password: str) -> TestResponse:
    browser = world.app.test_client()
    return browser.send("/login", {"email": email, "password": password})  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def ended(world: World) -> str:
    """The guest's id in addresses; the guest's time is over, ended by the sponsor."""
    public_id = invite(world)
    with world.system() as db:
        keep_password(db, db.get_one(Account, world.account_id("guest")), PASSWORD)
    world.as_("author").send(f"/my-guests/{public_id}/end")
    return public_id


def renewals(world: World) -> int:
    with world.system() as db:
        return len(db.scalars(select(Event.id).where(Event.kind == "guest.renewal_asked")).all())


@pytest.mark.usefixtures("ended")
def test_only_the_right_password_tells(world: World) -> None:
    told = sign_in(world, "guest@example.com", PASSWORD)
    assert told.status_code == 403 and "guest_access_ended" in told.text
    assert "Author ended it." in told.text and "Ask to renew" in told.text
    wrong, nobody = (
        sign_in(world, email, "not it at all") for email in ("guest@example.com", "x@example.com")
    )
    assert wrong.status_code == nobody.status_code == 401
    for answer in (wrong, nobody):
        assert "guest_access_ended" not in answer.text and "Author" not in answer.text


@pytest.mark.usefixtures("ended")
def test_a_mailed_link_tells_too_and_signs_nobody_in(world: World) -> None:
    with world.system() as db:
        token = once.issue(db, mailed.SIGN_IN, world.account_id("guest"), timedelta(minutes=15))
    browser = world.app.test_client()
    assert browser.get(f"/login/link/{token}").status_code == 200
    told = browser.send(f"/login/link/{token}")  # type: ignore[attr-defined]
    assert told.status_code == 403 and "guest_access_ended" in told.text
    assert browser.get_cookie("collab") is None


def test_the_button_asks_once_a_day(world: World, ended: str) -> None:
    proof = re.search(r'name="proof" value="([^"]+)"', sign_in(world, "guest@example.com", PASSWORD).text)
    assert proof
    stranger = world.as_("stranger")
    for _again in range(2):
        asked = stranger.send("/my-access/renew", {"proof": proof[1]})
        assert asked.status_code == 200 and "Author has a mail from us now" in asked.text
    assert renewals(world) == 1
    with clock.shifted(timedelta(days=1, minutes=1)):
        assert stranger.send("/my-access/renew", {"proof": proof[1]}).status_code == 303  # too old by then
    assert renewals(world) == 1
    world.as_("author").send(f"/my-guests/{ended}/undo")
    late = stranger.send("/my-access/renew", {"proof": proof[1]})
    assert late.headers["Location"] == "/login" and renewals(world) == 1


@pytest.mark.parametrize("proof", ["", "x", "MQ.aaaa.bbbb"])
def test_a_proof_that_is_none_asks_nothing(world: World, proof: str) -> None:
    assert world.as_("stranger").send("/my-access/renew", {"proof": proof}).headers["Location"] == "/login"
    assert renewals(world) == 0


def test_an_open_page_says_why_with_the_next_request(world: World) -> None:
    public_id = invite(world, left=timedelta(hours=1))
    browser, api = world.as_("guest"), {"Accept": "application/json"}
    assert browser.get("/workspaces/").status_code == 200
    with clock.shifted(timedelta(hours=2)):
        told = browser.get("/workspaces/")
        assert told.status_code == 403 and "Your access ended on" in told.text
        assert browser.get("/api/v1/me", headers=api).status_code == 401
        assert world.as_("stranger").get("/workspaces/").status_code == 303
    with clock.shifted(timedelta(days=2)):
        assert browser.get("/workspaces/").status_code == 303  # not for whoever finds the browser later
    assert public_id


def test_somebody_suspended_by_password_is_answered_as_ever(world: World) -> None:
    with world.system() as db:
        account = db.get_one(Account, world.account_id("member"))
        keep_password(db, account, PASSWORD)
        account.status = "suspended"
    assert sign_in(world, "member@example.com", PASSWORD).status_code == 401


# My access -----------------------------------------------------------------------------------


def test_a_guest_sees_where_thanks_to_whom_and_until_when(world: World) -> None:
    public_id = invite(world, left=timedelta(days=5))
    world.workspace("Harbour", members=["guest"])
    world.workspace("Elsewhere", members=["rival"])
    world.as_("author").send(f"/my-guests/{public_id}/look")
    page = world.as_("guest").get("/my-access/").text
    for text in ("Harbour", "Author", "author@example.com", "Muster GmbH", "Ends soon", "Ask to extend"):
        assert text in page, text
    assert "Elsewhere" not in page
    assert re.search(r"<li>Author, <time", page)
    assert 'href="/my-access/"' in world.as_("guest").get("/workspaces/").text
    assert world.as_("member").get("/my-access/").status_code == 404


def test_asking_to_extend_goes_out_once_a_day(world: World) -> None:
    invite(world)
    guest = world.as_("guest")
    for _again in range(2):
        assert guest.send("/my-access/ask").status_code == 303
    assert renewals(world) == 1
    assert "You have asked for more time today" in guest.get("/my-access/").text
    assert world.as_("member").send("/my-access/ask").status_code == 404


def test_leaving_ends_everything_at_once(world: World) -> None:
    invite(world)
    key = world.token("guest", "read")
    assert world.as_("guest").send("/my-access/leave").status_code == 303
    assert look(world).end_reason == "left"
    assert world.as_("guest").get("/workspaces/").status_code == 303
    assert world.as_("stranger").get("/api/v1/me", headers=key).status_code == 401
    assert world.as_("member").send("/my-access/leave").status_code == 404


def test_a_browser_that_was_signed_out_is_told_nothing(world: World) -> None:
    """Who signs a lost browser out does not want it to learn later whose it was."""
    public_id = invite(world)
    lost = world.as_("guest")
    world.anew("guest").send("/account/sessions/end-others")
    world.as_("author").send(f"/my-guests/{public_id}/end")
    assert lost.get("/workspaces/").status_code == 303
    assert world.as_("guest").get("/workspaces/").status_code == 403
