"""A firm's lead proposes colleagues; nothing is sent before an employee approves."""

import pytest

from collab.auth.models import Account, Firm
from tests.cast import World
from tests.guests.inviting import accept, browser, kept, letters, path

NEW = "nina@muster.example"


@pytest.fixture
def place(world: World) -> str:
    """A workspace in which the guest, who leads for Muster, is; the member is the guest's contact."""
    slug = world.workspace(
        "Falzwerk", visibility="closed", members=["member", "guest"], readers=["colleague"]
    )
    with world.system() as db:
        lead = db.get_one(Account, world.account_id("guest"))
        lead.is_lead, lead.sponsor_id = True, world.account_id("member")
        firm = db.get_one(Firm, lead.firm_id)
        firm.lead_invites, firm.domains = True, ["muster.example"]
    return slug


def propose(world: World, slug: str, email: str = NEW, who: str = "guest") -> tuple[int, str]:
    data = {"email": email, "name": "Nina", "workspace": slug, "message": "Our quality"}
    answer = world.as_(who).send("/firm/colleagues", data)
    return answer.status_code, answer.text


def test_the_contact_is_asked_and_approves(world: World, place: str) -> None:
    assert propose(world, place)[0] == 303
    assert letters(world, NEW) == []
    [asked] = letters(world, "member")
    assert asked.subject == "Guest would like to bring in a colleague"
    assert f"/w/{place}/invite" in asked.text
    page = world.as_("member").get(f"/w/{place}/invite").text
    assert "Our quality" in page
    [proposal] = kept(world, NEW)
    assert world.as_("member").send(f"/invitations/{proposal.public_id}/approve").status_code == 303
    [mail] = letters(world, NEW)
    assert mail.subject == "Member invites you to “Falzwerk”"
    guest = accept(world, path(mail), "Nina Muster")
    assert guest.get(f"/w/{place}/").status_code == 200
    assert "has come in" in world.as_("guest").get("/firm/colleagues").text


def test_declined_nothing_is_sent_and_the_lead_sees_it(world: World, place: str) -> None:
    propose(world, place)
    [proposal] = kept(world, NEW)
    assert world.as_("author").send(f"/invitations/{proposal.public_id}/decline").status_code == 303
    assert letters(world, NEW) == []
    assert "not approved" in world.as_("guest").get("/firm/colleagues").text
    assert world.as_("author").send(f"/invitations/{proposal.public_id}/approve").status_code == 404


def test_taken_back_there_is_nothing_to_approve(world: World, place: str) -> None:
    propose(world, place)
    [proposal] = kept(world, NEW)
    assert world.as_("rival").send(f"/firm/colleagues/{proposal.public_id}/withdraw").status_code == 404
    assert world.as_("guest").send(f"/firm/colleagues/{proposal.public_id}/withdraw").status_code == 303
    assert world.as_("member").send(f"/invitations/{proposal.public_id}/approve").status_code == 404


@pytest.mark.parametrize("who", ["colleague", "admin", "guest", "rival"])
def test_only_who_may_invite_there_decides(world: World, place: str, who: str) -> None:
    propose(world, place)
    [proposal] = kept(world, NEW)
    for act in ("approve", "decline", "resend", "withdraw"):
        assert world.as_(who).send(f"/invitations/{proposal.public_id}/{act}").status_code in (403, 404)
    assert kept(world, NEW)[0].approved_at is None
    assert letters(world, NEW) == []


@pytest.mark.parametrize("who", ["rival", "author"])
def test_only_leads_of_firms_that_may(world: World, place: str, who: str) -> None:
    assert "/firm/colleagues" in world.as_("guest").get("/my-access/").text
    assert "/firm/colleagues" not in world.as_(who).get("/my-access/").text
    assert world.as_(who).get("/firm/colleagues").status_code == 404
    assert propose(world, place, who=who)[0] == 404
    with world.system() as db:
        lead = db.get_one(Account, world.account_id("guest"))
        db.get_one(Firm, lead.firm_id).lead_invites = False
    assert world.as_("guest").get("/firm/colleagues").status_code == 404


def test_colleagues_only_and_only_where_the_lead_is(world: World, place: str) -> None:
    elsewhere = world.workspace("Elsewhere")
    assert "not an address of your firm" in propose(world, place, "x@rivale.example")[1]
    assert propose(world, elsewhere)[0] == 422
    assert propose(world, place)[0] == 303
    assert "there already, or is invited" in propose(world, place)[1]


def test_it_tells_nothing_about_people_of_others(world: World, place: str) -> None:
    """An address that is a colleague's or a competitor's reads like any other."""
    with world.system() as db:
        db.get_one(Account, world.account_id("rival")).email_key = "rival@muster.example"
        db.get_one(Account, world.account_id("colleague")).email_key = "colleague@muster.example"
    answers = {
        propose(world, place, f"{name}@muster.example")[0] for name in ("rival", "colleague", "nobody")
    }
    assert answers == {303}
    [proposal] = kept(world, "colleague@muster.example")
    page = world.as_("member").send(f"/invitations/{proposal.public_id}/approve", follow_redirects=True).text
    assert "colleague@muster.example: This is a colleague" in page
    assert kept(world, "colleague@muster.example")[0].approved_at is None


def test_without_a_contact_there_an_owner_decides(world: World, place: str) -> None:
    with world.system() as db:
        db.get_one(Account, world.account_id("guest")).sponsor_id = None
    propose(world, place)
    assert kept(world, NEW)[0].sponsor_id == world.account_id("author")


def test_an_unapproved_proposal_has_no_link(world: World, place: str) -> None:
    propose(world, place)
    letters(world, NEW)
    assert kept(world, NEW)[0].token_hash is None
    assert browser(world).get(f"/invitation/{'x' * 43}").status_code == 404
