"""A firm as a unit: what employees see of it, and ending all its access in one step."""

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from collab import clock
from collab.activity import Event
from collab.auth.models import Account, Firm
from collab.auth.providers.models import SignInProvider
from collab.guests.models import Invitation
from collab.workspaces.models import EntryGrant, Workspace
from tests.cast import STRANGER, World

MARK = "Quokka"


def _firm(world: World, name: str = "Muster GmbH") -> str:
    with world.looking() as (db, _viewer):
        return db.scalars(select(Firm.public_id).where(Firm.name == name)).one()


def _sponsor(world: World, guest: str, sponsor: str, ends_at: datetime | None = None) -> None:
    with world.system() as db:
        account = db.get_one(Account, world.account_id(guest))
        account.sponsor_id, account.ends_at = world.account_id(sponsor), ends_at


def _invite(world: World, email: str, slug: str, sponsor: str = "author") -> int:
    with world.system() as db:
        made = Invitation(
            email=email,
            email_key=email,
            sponsor_id=world.account_id(sponsor),
            firm_id=db.scalars(select(Firm.id).where(Firm.name == "Muster GmbH")).one(),
            workspace_id=db.scalars(select(Workspace.id).where(Workspace.slug == slug)).one(),
            role="reader",
            created_at=clock.now(),
            send_at=clock.now(),
            expires_at=clock.now() + timedelta(days=14),
            ends_at=clock.now() + timedelta(days=90),
        )
        db.add(made)
        db.flush()
        return made.id


def _grant(world: World, entry: object, days: int = 30) -> int:
    with world.system() as db:
        made = EntryGrant(
            workspace_id=entry.workspace_id,  # type: ignore[attr-defined]
            entry_id=entry.id,  # type: ignore[attr-defined]
            firm_id=db.scalars(select(Firm.id).where(Firm.name == "Muster GmbH")).one(),
            granted_by_id=world.account_id("author"),
            ends_at=clock.now() + timedelta(days=days),
            created_at=clock.now(),
        )
        db.add(made)
        db.flush()
        return made.id


# What employees see ---------------------------------------------------------------------------


def test_a_firm_shows_its_guests_with_contact_places_and_end(world: World) -> None:
    slug = world.workspace("Falzwerk", members=["guest", "member"])
    _sponsor(world, "guest", "author", clock.now() + timedelta(days=20))

    page = world.as_("member").get(f"/firms/{_firm(world)}").text

    for text in ("Guest</a>", "Author</a>", f'href="/w/{slug}/"', "Falzwerk", "until", "never here"):
        assert text in page
    assert "Rival" not in page


@pytest.mark.parametrize("who", ["guest", "rival", STRANGER])
def test_pages_of_firms_are_for_employees(world: World, who: str) -> None:
    for path in ("/firms/", f"/firms/{_firm(world)}"):
        assert world.as_(who).get(path).status_code == (303 if who == STRANGER else 404)


def test_a_firm_page_names_no_place_that_one_may_not_know(world: World) -> None:
    secret = world.workspace(f"{MARK} secret", visibility="secret", members=["guest"])
    world.post(f"{MARK} plan", workspace=secret, guests_from=clock.now())
    _invite(world, "nina@quokka.example", secret)

    assert MARK not in world.as_("member").get(f"/firms/{_firm(world)}").text
    assert MARK not in world.as_("admin").get(f"/firms/{_firm(world)}").text
    assert "quokka.example" not in world.as_("member").get(f"/firms/{_firm(world)}").text
    page = world.as_("author").get(f"/firms/{_firm(world)}").text
    assert page.count(f"{MARK} plan") == 1
    assert "nina@quokka.example" in page


def test_a_firm_that_is_only_invited_in_secret_is_not_known(world: World) -> None:
    secret = world.workspace("Secret", visibility="secret")
    number = _invite(world, "nina@quokka.example", secret)
    with world.system() as db:
        firm = Firm(name=f"{MARK} AG", created_at=clock.now())
        db.add(firm)
        db.flush()
        db.get_one(Invitation, number).firm_id = firm.id
    for who, sees in (("author", True), ("admin", True), ("member", False)):
        assert (MARK in world.as_(who).get("/firms/").text) is sees
        path = f"/firms/{_firm(world, f'{MARK} AG')}"
        assert world.as_(who).get(path).status_code == (200 if sees else 404)


def test_what_they_can_read_is_what_the_policy_says(world: World) -> None:
    slug = world.workspace("Falzwerk", members=["guest", "member"])
    world.post("Shared words", workspace=slug, guests_from=clock.now())
    world.post("Later words", workspace=slug, guests_from=clock.now() + timedelta(days=1))
    world.post("Internal words", workspace=slug)
    _grant(world, world.post("Given words", author="member"))
    _grant(world, world.post("Ended words", author="member"), days=-1)

    page = world.as_("member").get(f"/firms/{_firm(world)}").text

    assert "Shared words" in page
    assert "Given words" in page
    assert "shared alone" in page
    for hidden in ("Later words", "Internal words", "Ended words"):
        assert hidden not in page
    assert "Shared words" not in world.as_("member").get(f"/firms/{_firm(world, 'Rivale AG')}").text


def test_firms_are_found_by_name(world: World) -> None:
    page = world.as_("member").get("/firms/?q=muster").text
    assert "Muster GmbH" in page
    assert "Rivale AG" not in page
    assert "No firm for" in world.as_("member").get("/firms/?q=nobody").text


def test_the_badge_of_a_guest_leads_employees_to_the_firm(world: World) -> None:
    profile = world.as_("member").get("/people/guest").text
    assert 'href="/firms/?name=Muster%20GmbH"' in profile
    page = world.as_("member").get("/firms/?name=Muster%20GmbH", follow_redirects=True)
    assert "<h1>Muster GmbH</h1>" in page.text
    assert world.as_("member").get("/firms/?name=Nobody").status_code == 404
    assert "/firms/" not in world.as_("guest").get("/people/guest").text


# The end ---------------------------------------------------------------------------------------


def test_all_access_of_a_firm_ends_in_one_step_and_is_given_back(world: World) -> None:
    slug = world.workspace("Falzwerk", members=["guest"])
    ends_at = clock.now() + timedelta(days=20)
    _sponsor(world, "guest", "author", ends_at)
    invited, grant = _invite(world, "nina@muster.example", slug), _grant(world, world.post("Given"))
    guest, rival, path = world.as_("guest"), world.as_("rival"), f"/admin/firms/{_firm(world)}"
    token = world.token("guest")
    assert guest.get("/account/").status_code == 200

    asked = world.as_("admin").get(f"{path}/end").text
    assert re.findall(r"<dd>(\d+)</dd>", asked) == ["1", "1", "1", "1"]
    done = world.as_("admin").send(f"{path}/end", {"reason": "Contract is over"}, follow_redirects=True)

    assert "1 guest is out." in done.text
    assert guest.get("/account/").status_code in (303, 403)
    assert world.as_(STRANGER).get("/api/v1/me", headers=token).status_code == 401
    assert rival.get("/account/").status_code == 200
    with world.looking() as (db, _viewer):
        account = db.get_one(Account, world.account_id("guest"))
        assert (account.end_reason, account.ends_at and account.ends_at <= clock.now()) == ("firm", True)
        assert db.get_one(Invitation, invited).withdrawn_at is not None
        assert db.get_one(EntryGrant, grant).ends_at <= clock.now()
    assert "Nothing is open any more" in world.as_("admin").get(f"{path}/end").text
    assert "Contract is over" in world.as_("admin").get("/admin/audit/").text

    back = world.as_("admin").send(f"{path}/give-back", follow_redirects=True)

    assert "1 guest may come in again." in back.text
    with world.looking() as (db, _viewer):
        account = db.get_one(Account, world.account_id("guest"))
        assert (account.end_reason, account.ends_at) == ("", ends_at)
        assert db.get_one(Invitation, invited).withdrawn_at is None
        assert db.get_one(EntryGrant, grant).ends_at > clock.now()
    again = world.as_("admin").send(f"{path}/give-back", follow_redirects=True)
    assert "nothing to give back" in again.text


def test_only_what_nobody_has_changed_since_is_given_back(world: World) -> None:
    _sponsor(world, "guest", "author", clock.now() + timedelta(days=20))
    path = f"/admin/firms/{_firm(world)}"
    world.as_("admin").send(f"{path}/end", {"reason": "Contract is over"})
    with world.system() as db:
        db.get_one(Account, world.account_id("guest")).end_reason = "admin"

    back = world.as_("admin").send(f"{path}/give-back", follow_redirects=True)

    assert "0 guests" in back.text
    with world.looking() as (db, _viewer):
        assert db.get_one(Account, world.account_id("guest")).end_reason == "admin"


def test_the_end_wants_a_reason_and_an_administrator(world: World) -> None:
    path = f"/admin/firms/{_firm(world)}/end"
    refused = world.as_("admin").send(path, {"reason": " "})
    assert (refused.status_code, "Please fill this in." in refused.text) == (422, True)
    for who in ("author", "guest"):
        assert world.as_(who).send(path, {"reason": "x"}).status_code == 404
    with world.looking() as (db, _viewer):
        assert db.get_one(Account, world.account_id("guest")).end_reason == ""


def test_an_ended_firm_gets_no_new_accounts_by_its_own_sign_in(world: World) -> None:
    with world.system() as db:
        firm = db.scalars(select(Firm).where(Firm.name == "Muster GmbH")).one()
        provider = SignInProvider(
            name="muster",
            label="Muster",
            issuer="https://id.muster.example",
            client_id="x",
            audience="guests",
        )
        provider.firm_id, provider.creates_accounts, provider.created_at = firm.id, True, clock.now()
        db.add(provider)
    path = f"/admin/firms/{_firm(world)}"

    def makes() -> bool:
        with world.looking() as (db, _viewer):
            return db.scalars(select(SignInProvider.creates_accounts)).one()

    world.as_("admin").send(f"{path}/end", {"reason": "Contract is over"})
    assert not makes()
    world.as_("admin").send(f"{path}/give-back")
    assert makes()


def test_a_guest_speaks_for_the_firm_and_no_longer(world: World) -> None:
    with world.looking() as (db, _viewer):
        people = {name: db.get_one(Account, world.account_id(name)).public_id for name in ("guest", "rival")}
    path = f"/admin/firms/{_firm(world)}"

    world.as_("admin").send(f"{path}/lead", {"account": people["guest"], "on": "true"})
    assert "speaks for the firm" in world.as_("member").get(f"/firms/{_firm(world)}").text
    world.as_("admin").send(f"{path}/lead", {"account": people["guest"], "on": "false"})

    with world.looking() as (db, _viewer):
        assert not db.get_one(Account, world.account_id("guest")).is_lead
        assert len(db.scalars(select(Event).where(Event.kind == "firm.lead_changed")).all()) == 2
    stranger = world.as_("admin").send(f"{path}/lead", {"account": people["rival"], "on": "true"})
    assert stranger.status_code == 404


def test_an_administrator_chooses_the_sign_in_of_a_firm(world: World) -> None:
    with world.system() as db:
        for name, audience in (("one", "guests"), ("two", "guests"), ("staff", "employees")):
            db.add(
                SignInProvider(
                    name=name,
                    label=name.title(),
                    issuer=f"https://{name}.example",
                    client_id="x",
                    audience=audience,
                    created_at=clock.now(),
                )
            )
    with world.looking() as (db, _viewer):
        ids = dict(db.execute(select(SignInProvider.name, SignInProvider.public_id)).all())
    path = f"/admin/firms/{_firm(world)}/provider"

    def chosen() -> list[str]:
        with world.looking() as (db, _viewer):
            return list(db.scalars(select(SignInProvider.name).where(SignInProvider.firm_id.is_not(None))))

    for name, found in (("one", ["one"]), ("two", ["two"])):
        assert world.as_("admin").send(path, {"provider": ids[name]}).status_code == 303
        assert chosen() == found
    assert world.as_("admin").send(path, {"provider": ids["staff"]}).status_code == 422
    assert world.as_("admin").send(path, {"provider": ""}).status_code == 303
    assert chosen() == []


def test_statements_of_a_firm_page_do_not_grow(world: World) -> None:
    slug = world.workspace("Falzwerk", members=["guest"])
    world.as_("member").get("/")

    def statements() -> int:
        return int(world.as_("member").get(f"/firms/{_firm(world)}").headers["X-Collab-Statements"])

    few = statements()
    with world.system() as db:
        firm = db.scalars(select(Firm).where(Firm.name == "Muster GmbH")).one()
    for name in ("Zoe", "Yan", "Xi"):
        world.account(name, kind="guest", firm=firm)
        world.post(f"By {name}", workspace=slug, guests_from=clock.now())
        _invite(world, f"{name}@muster.example", slug)
    assert statements() == few
