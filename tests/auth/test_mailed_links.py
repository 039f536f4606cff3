"""Links by mail: they work once, in time, for whom they were sent, and looking at them changes nothing."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from collab import clock
from collab.activity.models import Event
from collab.auth.models import Account, OneTimeToken
from collab.auth.passwords import set_password
from collab.auth.providers.models import Identity, SignInProvider
from tests.cast import PASSWORD, Client, World
from tests.mail import mails

NEW = "a much better sentence"


def browser(world: World) -> Client:
    """A window in which nobody is signed in."""
    client = world.app.test_client()
    assert isinstance(client, Client)
    return client


def ask(world: World, who: str, wanted: str = "reset") -> None:
    answer = browser(world).send("/login/forgot", {"email": f"{who}@example.com", "wanted": wanted})
    assert answer.status_code == 202


def link(world: World, who: str, wanted: str = "reset") -> str:
    ask(world, who, wanted)
    return mails(world, who)[-1].path


def signs_in(world: World, who: str, password: str) -> bool:
    fields = {"email": f"{who}@example.com", "password": password}
    return browser(world).send("/login", fields).status_code == 303


def bind(world: World, who: str, *, exclusive: bool = True) -> None:
    """``who`` comes in through a provider that may be the only way."""
    with world.system() as db:
        provider = SignInProvider(
            name="company", label="Acme", issuer="https://id.example", client_id="c", exclusive=exclusive,
            created_at=clock.now(),
        )  # fmt: skip
        db.add(provider)
        db.flush()
        db.add(
            Identity(
                account_id=world.account_id(who), provider_id=provider.id, issuer=provider.issuer,
                subject="1", linked_by="admin", linked_at=clock.now(),
            )
        )  # fmt: skip


def test_a_reset_link_sets_a_password_once_and_signs_everybody_out(world: World) -> None:
    path = link(world, "author")
    here = world.as_("author")
    assert here.get("/account/").status_code == 200

    page = browser(world).get(path)
    assert (page.status_code, "Author" in page.text) == (200, True)
    assert browser(world).send(path, {"password": "short"}).status_code == 422
    assert browser(world).send(path, {"password": NEW}).status_code == 303

    assert signs_in(world, "author", NEW)
    assert here.get("/account/").status_code == 303
    assert browser(world).get(path).status_code == 410
    assert browser(world).send(path, {"password": PASSWORD}).status_code == 410
    assert not signs_in(world, "author", PASSWORD)
    assert "Your password was changed" in [mail.subject for mail in mails(world, "author")]


@pytest.mark.parametrize("wanted", ["reset", "link"])
def test_looking_at_a_link_uses_nothing_up(world: World, wanted: str) -> None:
    path = link(world, "author", wanted)
    with world.looking() as (db, _):
        before = db.execute(select(OneTimeToken.used_at, OneTimeToken.token_hash)).all()
    for _ in range(3):
        assert browser(world).head(path).status_code == 200
        assert browser(world).get(path).status_code == 200
    with world.looking() as (db, _):
        assert db.execute(select(OneTimeToken.used_at, OneTimeToken.token_hash)).all() == before
    fields = {"password": NEW} if wanted == "reset" else {}
    assert browser(world).send(path, fields).status_code == 303


def test_a_newer_link_stops_the_older_one(world: World) -> None:
    first = link(world, "author")
    second = link(world, "author")
    assert first != second
    assert browser(world).get(first).status_code == 410
    assert browser(world).get(second).status_code == 200


def test_every_address_gets_the_same_answer_and_only_known_ones_a_mail(world: World) -> None:
    with world.system() as db:
        db.execute(update(Account).where(Account.handle == "rival").values(status="locked"))
        db.execute(update(Account).where(Account.handle == "guest").values(status="suspended"))
    answers = {
        who: browser(world).send("/login/forgot", {"email": f"{who}@example.com", "wanted": "reset"})
        for who in ("author", "nobody", "rival", "guest")
    }
    texts = {re.sub(r'content="[^"]*"', "", answer.text.replace(who, "X")) for who, answer in answers.items()}
    assert {answer.status_code for answer in answers.values()} == {202}
    assert len({re.sub(r'value="[^"]*"', "", text) for text in texts}) == 1
    assert "If we know" in answers["nobody"].text
    assert [mail.to for mail in mails(world)] == ["author@example.com"]
    with world.looking() as (db, _):
        assert len(db.scalars(select(Event.id).where(Event.kind == "password.reset_asked")).all()) == 4


def test_nobody_is_flooded_with_mail(world: World) -> None:
    for _ in range(3):
        ask(world, "author")
    answer = browser(world).send("/login/forgot", {"email": "Author@example.com"})
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    unknown = [browser(world).send("/login/forgot", {"email": "x@example.com"}).status_code for _ in range(4)]
    assert unknown == [202, 202, 202, 429]


@pytest.mark.parametrize(("wanted", "minutes"), [("reset", 31), ("link", 16)])
def test_a_link_ends_by_itself(
    world: World, wanted: str, minutes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = link(world, "author", wanted)
    later = clock.now() + timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert browser(world).get(path).status_code == 410


def test_a_mailed_link_signs_in_once_by_its_button(world: World) -> None:
    path = link(world, "author", "link")
    client = browser(world)
    assert client.get(path).status_code == 200
    assert client.get("/account/").status_code == 303
    assert client.send(path).status_code == 303
    assert client.get("/account/").status_code == 200
    assert browser(world).send(path).status_code == 410


def test_a_link_for_somebody_else_says_so_and_signs_the_first_one_out(world: World) -> None:
    path, here = link(world, "author", "link"), world.as_("member")
    page = here.get(path).text
    assert "Member" in page
    assert "Author" in page
    assert here.send(path).status_code == 303
    assert "author@example.com" in here.get("/account/methods").text


@pytest.mark.parametrize("wanted", ["reset", "link"])
def test_who_comes_in_through_the_company_only_gets_no_link_but_a_word(world: World, wanted: str) -> None:
    bind(world, "author")
    ask(world, "author", wanted)
    [mail] = mails(world, "author")
    assert "Acme" in mail.text
    assert "/login/reset/" not in mail.text
    assert "/login/link/" not in mail.text


def test_the_only_way_in_closes_passwords_and_links_except_for_administrators(world: World) -> None:
    old = {who: link(world, who) for who in ("author", "admin")}
    with world.system() as db:
        for who in old:
            set_password(db, db.get_one(Account, world.account_id(who)), PASSWORD)
    bind(world, "author")
    with world.system() as db:
        db.execute(update(Identity).values(subject="2"))
        identity = db.scalars(select(Identity)).one()
        db.add(
            Identity(
                account_id=world.account_id("admin"), provider_id=identity.provider_id,
                issuer=identity.issuer, subject="3", linked_by="admin", linked_at=clock.now(),
            )
        )  # fmt: skip
    assert not signs_in(world, "author", PASSWORD)
    assert browser(world).get(old["author"]).status_code == 410
    assert signs_in(world, "admin", PASSWORD)
    assert browser(world).get(old["admin"]).status_code == 200


def test_an_unproven_address_gets_no_link(world: World) -> None:
    with world.system() as db:
        db.execute(update(Account).where(Account.handle == "author").values(email_key=None))
    ask(world, "author")
    assert mails(world) == []


@pytest.mark.parametrize("token", ["x", "%2e%2e", "a" * 5000, "ä", "' OR 1=1"])
@pytest.mark.parametrize("page", ["reset", "link", "email", "email-back"])
def test_a_made_up_link_leads_to_a_page_that_says_so(world: World, page: str, token: str) -> None:
    assert browser(world).get(f"/login/{page}/{token}").status_code in (404, 410)
    assert browser(world).send(f"/login/{page}/{token}").status_code in (404, 410)


# Addresses ---------------------------------------------------------------------------------------


def test_a_new_address_counts_once_its_link_is_pressed_and_the_old_one_has_a_way_back(world: World) -> None:
    here = world.as_("author")
    assert here.send("/account/email", {"email": "New@Example.org"}).status_code == 303
    [proof] = mails(world, "New@Example.org")
    with world.system() as db:
        set_password(db, db.get_one(Account, world.account_id("author")), PASSWORD)
    assert browser(world).get(proof.path).status_code == 200
    assert signs_in(world, "author", PASSWORD)

    assert browser(world).send(proof.path).status_code == 303

    assert not signs_in(world, "author", PASSWORD)
    fields = {"email": "new@example.org", "password": PASSWORD}
    assert browser(world).send("/login", fields).status_code == 303
    back = mails(world, "author")[-1]
    assert back.subject == "Your address was changed"
    assert "New@Example.org" in back.text
    assert browser(world).get(back.path).status_code == 200
    assert browser(world).send(back.path).status_code == 303
    assert signs_in(world, "author", PASSWORD)
    assert here.get("/account/").status_code == 303
    assert "/login/reset/" in mails(world, "author")[-1].text


def test_two_changes_leave_the_first_address_its_way_back(world: World) -> None:
    for address in ("thief@example.org", "thief2@example.org"):
        world.as_("author").send("/account/email", {"email": address})
        browser(world).send(mails(world, address)[0].path)
    [back] = mails(world, "author")
    assert browser(world).send(back.path).status_code == 303
    with world.looking() as (db, _):
        account = db.get_one(Account, world.account_id("author"))
        assert (account.email, account.email_key) == ("author@example.com", "author@example.com")


def test_an_address_of_somebody_else_is_told_to_that_address_alone(world: World) -> None:
    answer = world.as_("author").send("/account/email", {"email": "member@example.com"})
    assert answer.status_code == 303
    [mail] = mails(world)
    assert (mail.to, mail.subject) == ("member@example.com", "This address is in use already")
    assert "Author" not in mail.text


def test_an_address_that_was_taken_meanwhile_stays_with_who_proved_it_first(world: World) -> None:
    world.as_("author").send("/account/email", {"email": "new@example.org"})
    world.as_("member").send("/account/email", {"email": "new@example.org"})
    first, second = mails(world, "new@example.org")
    assert browser(world).send(first.path).status_code == 303
    refused = browser(world).send(second.path)
    assert refused.status_code == 409
    assert "belongs to another account" in refused.text


@pytest.mark.parametrize(
    "address", ["", "no address", "author@example.com", "a@b", "x" * 300 + "@example.com"]
)
def test_what_is_no_new_address_is_refused_at_its_field(world: World, address: str) -> None:
    answer = world.as_("author").send("/account/email", {"email": address})
    assert answer.status_code == 422
    assert "f-email-error" in answer.text
    assert mails(world) == []
