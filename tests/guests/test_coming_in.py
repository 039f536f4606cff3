"""Coming in by an invitation: a look changes nothing, one button does it, once; and what can be in the way."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from collab import clock
from collab.auth.methods.models import Totp
from collab.auth.models import Account, Firm, SignInSession
from collab.auth.providers.models import Identity, SignInProvider
from collab.errors import Refused
from collab.guests import coming_in, invitations
from collab.guests.addresses import Addressee
from collab.guests.invitations import Offer
from collab.workspaces import access
from collab.workspaces.models import EntryGrant, Membership
from tests.cast import World
from tests.guests.inviting import NEW, accept, browser, kept, letters, link


@pytest.fixture
def place(world: World) -> str:
    return world.workspace("Falzwerk", visibility="closed", members=["member"])


def account(world: World, email: str = NEW) -> Account:
    with world.system() as db:
        found = db.scalars(select(Account).where(Account.email_key == email)).one()
        db.expunge_all()
        return found


def test_looking_changes_nothing(world: World, place: str) -> None:
    where = link(world, place, message="Welcome aboard")
    for _ in range(3):
        page = browser(world).get(where)
        browser(world).head(where)
    assert page.status_code == 200
    for said in (
        "Author invites you to “Falzwerk”",
        "Welcome aboard",
        "author@example.com",
        NEW,
        "Accept and come in",
    ):
        assert said in page.text
    assert kept(world)[0].accepted_at is None


def test_one_button_makes_the_account_and_signs_in(world: World, place: str) -> None:
    guest = accept(world, link(world, place))
    made = account(world)
    [invitation] = kept(world)
    with world.system() as db:
        firm = db.get(Firm, made.firm_id or 0)
        assert firm and firm.name == "Kessler Guss GmbH"
        held = db.scalars(select(Membership).where(Membership.account_id == made.id)).one()
        assert (held.role, held.ends_at) == ("contributor", None)
    assert (made.kind, made.name, made.ends_at) == ("guest", "Karl Kessler", invitation.ends_at)
    assert made.sponsor_id == world.account_id("author")
    welcome = guest.get("/welcome").text
    for said in (
        "Welcome, Karl Kessler",
        "Falzwerk",
        "author@example.com",
        f'href="/w/{place}/"',
        "Set a password",
    ):
        assert said in welcome
    assert guest.get(f"/w/{place}/").status_code == 200


def test_without_a_name_the_form_comes_back(world: World, place: str) -> None:
    where = link(world, place)
    answer = browser(world).send(f"{where}/accept", {"name": "  "})
    assert answer.status_code == 422
    assert "Please fill this in" in answer.text
    accept(world, where)


def test_the_contact_is_told_once(world: World, place: str) -> None:
    accept(world, link(world, place))
    told = [mail for mail in letters(world, "author") if mail.subject == "Karl Kessler has come in"]
    assert len(told) == 1


def test_the_language_is_the_one_chosen_on_the_page(world: World, place: str) -> None:
    where = link(world, place, locale="en")
    window = browser(world)
    window.send("/language", {"locale": "de", "next": where})
    assert "Annehmen und eintreten" in window.get(where).text
    accept(world, where, client=window)
    assert account(world).locale == "de"
    assert "Willkommen" in window.get("/welcome").text


def test_used_it_leads_to_signing_in(world: World, place: str) -> None:
    where = link(world, place)
    guest = accept(world, where)
    stranger = browser(world).get(where)
    assert (stranger.status_code, "invitation_used" in stranger.text) == (410, True)
    assert "/login/forgot" in stranger.text
    assert 'href="/welcome"' in guest.get(where).text
    assert browser(world).send(f"{where}/accept", {"name": "X"}).status_code == 410


def test_expired_the_sponsor_can_be_asked_once_a_day(world: World, place: str) -> None:
    where = link(world, place)
    late = timedelta(days=15)
    with clock.shifted(late):
        window = browser(world)
        page = window.get(where)
        assert (page.status_code, "invitation_expired" in page.text) == (410, True)
        assert "Ask Author for a new one" in page.text
        assert window.send(f"{where}/accept", {"name": "X"}).status_code == 410
        for _ in range(2):
            assert window.send(f"{where}/ask").status_code == 303
        assert "Author has been told" in window.get(where).text
    asked = [mail for mail in letters(world, "author", late) if "asks for a new invitation" in mail.subject]
    assert len(asked) == 1
    with clock.shifted(late + timedelta(days=2)):
        browser(world).send(f"{where}/ask")
    again = [m for m in letters(world, "author", late + timedelta(days=2)) if "asks for" in m.subject]
    assert len(again) == 2


def test_unknown_and_withdrawn_are_the_same(world: World, place: str) -> None:
    where = link(world, place)
    world.as_("author").send(f"/invitations/{kept(world)[0].public_id}/withdraw")
    pages = [browser(world).get(path) for path in (where, f"/invitation/{'x' * 43}")]
    assert [page.status_code for page in pages] == [404, 404]
    assert all("invitation_unknown" in page.text for page in pages)
    assert browser(world).send(f"{where}/accept", {"name": "X"}).status_code == 404
    program = browser(world).get(where, headers={"Accept": "application/json"})
    assert program.json and program.json["title"] == "invitation_unknown"


def test_declined_there_is_no_account_and_the_sponsor_knows(world: World, place: str) -> None:
    where = link(world, place)
    assert browser(world).send(f"{where}/decline").status_code == 200
    gone = browser(world).get(where)
    assert (gone.status_code, "You have declined" in gone.text) == (410, True)
    assert [mail.subject for mail in letters(world, "author")][-1] == f"{NEW} has declined"
    with world.system() as db:
        assert db.scalar(select(Account.id).where(Account.email_key == NEW)) is None
    assert "declined" in world.as_("author").get(f"/w/{place}/invite").text


@pytest.mark.parametrize("who", ["colleague", "rival"])
def test_somebody_else_is_asked_to_sign_out_first(world: World, place: str, who: str) -> None:
    where = link(world, place)
    window = world.anew(who)
    page = window.get(where).text
    assert NEW in page
    assert who.title() in page
    assert window.send(f"{where}/accept", {"name": "X"}).location == where
    assert kept(world)[0].accepted_at is None
    assert window.send(f"{where}/switch").location == where
    accept(world, where, client=window)


def test_a_guest_who_is_here_already_gets_the_place_and_the_later_end(world: World, place: str) -> None:
    soon = clock.now() + timedelta(days=3)
    with world.system() as db:
        guest = db.get_one(Account, world.account_id("guest"))
        guest.sponsor_id, guest.ends_at = world.account_id("member"), soon
    where = link(world, place, "guest@example.com")
    window = browser(world)
    assert 'name="name"' not in window.get(where).text
    accept(world, where, client=window)
    found = account(world, "guest@example.com")
    assert found.id == world.account_id("guest")
    assert found.sponsor_id == world.account_id("member")
    assert found.ends_at and found.ends_at > soon
    assert window.get(f"/w/{place}/").status_code == 200


def test_an_invitation_never_shortens_and_its_place_ends_with_it(world: World, place: str) -> None:
    far = clock.now() + timedelta(days=200)
    with world.system() as db:
        guest = db.get_one(Account, world.account_id("guest"))
        guest.sponsor_id, guest.ends_at = world.account_id("author"), far
    accept(world, link(world, place, "guest@example.com"))
    assert account(world, "guest@example.com").ends_at == far
    [invitation] = kept(world, "guest@example.com")
    with world.system() as db:
        [held] = db.scalars(select(Membership).where(Membership.account_id == world.account_id("guest")))
        assert held.ends_at == invitation.ends_at


def test_whose_time_was_over_comes_back_with_a_new_contact(world: World, place: str) -> None:
    with world.system() as db:
        guest = db.get_one(Account, world.account_id("guest"))
        guest.sponsor_id = world.account_id("member")
        guest.ends_at, guest.end_reason = clock.now() - timedelta(days=3), "sponsor"
    accept(world, link(world, place, "guest@example.com"))
    found = account(world, "guest@example.com")
    assert (found.sponsor_id, found.end_reason) == (world.account_id("author"), "")


def test_a_guest_without_a_contact_gets_one_and_keeps_the_later_end(world: World, place: str) -> None:
    far = clock.now() + timedelta(days=200)
    with world.system() as db:
        guest = db.get_one(Account, world.account_id("guest"))
        guest.sponsor_id, guest.ends_at, guest.end_reason = None, far, "sponsor_left"
    accept(world, link(world, place, "guest@example.com"))
    found = account(world, "guest@example.com")
    assert (found.sponsor_id, found.ends_at, found.end_reason) == (world.account_id("author"), far, "")


def test_a_suspended_account_is_refused_without_a_word(world: World, place: str) -> None:
    where = link(world, place, "guest@example.com")
    with world.system() as db:
        db.get_one(Account, world.account_id("guest")).status = "suspended"
    answer = browser(world).send(f"{where}/accept")
    assert (answer.status_code, "account_inactive" in answer.text) == (403, True)
    assert "suspended" not in answer.text.lower()
    assert kept(world, "guest@example.com")[0].accepted_at is None


def test_the_promise_ends_with_who_made_it(world: World, place: str) -> None:
    first, second = link(world, place, who="member"), link(world, place, "b@kessler-guss.example")
    with world.system() as db:
        db.get_one(Account, world.account_id("member")).status = "suspended"
    assert browser(world).get(first).status_code == 404
    assert browser(world).send(f"{first}/accept", {"name": "X"}).status_code == 404
    world.as_("author").send(f"/w/{place}/archive")
    assert browser(world).get(second).status_code == 404


def test_an_account_with_an_authenticator_app_is_asked_for_its_code(world: World, place: str) -> None:
    with world.system() as db:
        db.add(Totp(account_id=world.account_id("guest"), secret="x", last_step=1, created_at=clock.now()))
    where = link(world, place, "guest@example.com")
    window = browser(world)
    answer = window.send(f"{where}/accept")
    assert answer.location.startswith("/login/code")
    assert window.get("/welcome").status_code == 303


def test_an_account_of_an_exclusive_provider_signs_in_there(world: World, place: str) -> None:
    with world.system() as db:
        provider = SignInProvider(
            name="muster", label="Muster", issuer="https://id.example", client_id="c", exclusive=True,
            created_at=clock.now(),
        )  # fmt: skip
        db.add(provider)
        db.flush()
        db.add(
            Identity(
                account_id=world.account_id("guest"), provider_id=provider.id, issuer=provider.issuer,
                subject="1", linked_by="self", linked_at=clock.now(),
            )
        )  # fmt: skip
    window = browser(world)
    answer = window.send(f"{link(world, place, 'guest@example.com')}/accept")
    assert answer.location == "/login/oidc/muster?next=/welcome"
    with world.system() as db:
        sessions = select(SignInSession).where(SignInSession.account_id == world.account_id("guest"))
        assert db.scalars(sessions).all() == []


def test_the_firms_own_sign_in_is_offered(world: World, place: str) -> None:
    guest = accept(world, link(world, place))
    own = account(world).firm_id
    with world.system() as db:
        for name, firm in (("kessler", own), ("other", None)):
            db.add(
                SignInProvider(
                    name=name, label=name.title(), issuer=f"https://{name}.example", client_id="c",
                    firm_id=firm, listed=False, created_at=clock.now(),
                )
            )  # fmt: skip
    page = guest.get("/welcome").text
    assert "/login/oidc/kessler/link" in page
    assert "/login/oidc/other/link" not in page


def test_a_password_set_on_the_welcome_leads_on(world: World, place: str) -> None:
    guest = accept(world, link(world, place))
    answer = guest.send("/account/password", {"password": "a much better sentence", "next": f"/w/{place}/"})
    assert (answer.status_code, answer.location) == (303, f"/w/{place}/")
    again = browser(world).send("/login", {"email": NEW, "password": "a much better sentence"})
    assert again.status_code == 303


def test_one_entry_alone(world: World, place: str) -> None:
    post = world.post("The drawing", workspace=place)
    body = {"emails": [NEW], "firm": "Kessler", "entry": post.public_id}
    made = world.as_("author").post(
        f"/api/v1/workspaces/{place}/invitations", json=body, headers=world.token("author")
    )
    assert made.status_code == 201, made.text
    [mail] = letters(world)
    assert "“The drawing”" in mail.subject
    assert "Falzwerk" not in mail.text
    where = mail.text.partition("http://127.0.0.1:8000")[2].split()[0]
    page = browser(world).get(where)
    assert "Falzwerk" not in page.text
    guest = accept(world, where)
    assert "Falzwerk" not in guest.get("/welcome").text
    assert f'href="/entries/{post.public_id}"' in guest.get("/welcome").text
    assert guest.get(f"/w/{place}/").status_code == 404
    karl, author = account(world).id, world.account_id("author")
    with world.system() as db:
        grant = db.scalars(select(EntryGrant)).one()
        assert (grant.account_id, grant.granted_by_id) == (karl, author)


def test_one_entry_is_for_who_may_share_it(world: World, place: str) -> None:
    post = world.post("The drawing", workspace=place)
    body = {"emails": [NEW], "firm": "Kessler", "entry": post.public_id}
    answer = world.as_("member").post(
        f"/api/v1/workspaces/{place}/invitations", json=body, headers=world.token("member")
    )
    assert answer.status_code == 403
    assert answer.json and answer.json["title"] == "may_not_invite"


# Races ---------------------------------------------------------------------------------------


def _at_once(*acts: object) -> list[object]:
    """What each of the acts, begun at one moment, comes to: a value, or the code of its refusal."""
    results: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int) -> None:
        start.wait()
        try:
            results[number] = acts[number]()  # type: ignore[operator]
        except Refused as error:
            results[number] = error.code

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


def _accepting(world: World, where: str) -> object:
    def run() -> int:
        with world.context.write.begin() as db:
            return coming_in.accept(db, where.rpartition("/")[2], "Karl").id

    return run


def test_of_two_who_accept_at_once_one_comes_in(world: World, place: str) -> None:
    where = link(world, place)
    results = _at_once(_accepting(world, where), _accepting(world, where))
    assert sorted(map(str, results)) == sorted([str(account(world).id), "invitation_used"])


def test_two_invitations_accepted_at_once_make_one_account(world: World, place: str) -> None:
    other = world.workspace("Other")
    one, two = link(world, place), link(world, other)
    results = _at_once(_accepting(world, one), _accepting(world, two))
    assert results == [account(world).id] * 2
    with world.system() as db:
        held = db.scalars(select(Membership).where(Membership.account_id == account(world).id)).all()
        assert len(held) == 2


def test_two_who_invite_the_same_person_at_once_leave_one_invitation(world: World, place: str) -> None:
    def inviting(who: str) -> object:
        def run() -> int:
            with world.acting(who) as (db, viewer):
                workspace = access.workspace(db, viewer, place)
                offer = Offer(firm="Kessler")
                settings = world.context.settings
                return invitations.invite(db, viewer, settings, workspace, [Addressee(NEW)], offer)[0].id

        return run

    _at_once(inviting("author"), inviting("member"))
    assert [each.withdrawn_at is None for each in kept(world)] == [False, True]


def test_withdrawn_while_it_is_accepted_is_one_or_the_other(world: World, place: str) -> None:
    where = link(world, place)
    public_id = kept(world)[0].public_id

    def withdraw() -> str:
        with world.acting("author") as (db, viewer):
            invitations.withdraw(db, viewer, invitations.one(db, viewer, public_id))
        return "withdrawn"

    def tried() -> str:
        try:
            return withdraw()
        except Exception as error:
            return type(error).__name__

    accepted, taken_back = _at_once(_accepting(world, where), tried)
    [left] = kept(world)
    assert (left.accepted_at is None) != (left.withdrawn_at is None)
    assert (accepted == "invitation_unknown") == (taken_back == "withdrawn")
