"""Mails about one's account: what is told, to whom, in which words, and only once."""

import smtplib
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from collab import activity, clock, mail
from collab.activity import outbox
from collab.activity.models import Delivery
from collab.auth import services as accounts
from collab.auth.listeners import LISTENER
from collab.auth.models import Account, SignInSession
from collab.auth.passwords import set_password
from tests.cast import PASSWORD, Client, World
from tests.mail import mails

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEWER = FIREFOX.replace("140", "141")
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18 Safari/604"


def sign_in(world: World, agent: str = FIREFOX, ip: str = "192.0.2.7") -> None:
    client = world.app.test_client()
    assert isinstance(client, Client)
    answer = client.send(
        "/login",
        {"email": "author@example.com", "password": PASSWORD},
        headers={"User-Agent": agent},
        environ_overrides={"REMOTE_ADDR": ip},
    )
    assert answer.status_code == 303


@pytest.fixture(autouse=True)
def password(world: World) -> None:
    with world.system() as db:
        set_password(db, db.get_one(Account, world.account_id("author")), PASSWORD)


def subjects(world: World, who: str = "author") -> list[str]:
    return [found.subject for found in mails(world, who)]


@pytest.mark.parametrize(
    ("agent", "ip", "told"),
    [
        (FIREFOX, "192.0.2.7", False),
        (NEWER, "192.0.2.99", False),
        (PHONE, "192.0.2.7", True),
        (FIREFOX, "198.51.100.7", True),
    ],
    ids=["the same", "an upgrade nearby", "another device", "another network"],
)
def test_a_new_device_is_told_and_a_known_one_is_not(world: World, agent: str, ip: str, told: bool) -> None:
    sign_in(world)
    assert subjects(world) == []  # the very first
    sign_in(world, agent, ip)
    assert subjects(world) == ["Somebody signed in on a new device"] * told


def test_after_three_months_a_device_is_new_again(world: World) -> None:
    sign_in(world)
    with world.system() as db:
        db.execute(update(SignInSession).values(seen_at=clock.now() - timedelta(days=91)))
    sign_in(world)
    assert subjects(world) == ["Somebody signed in on a new device"]


def test_a_mail_says_what_when_where_and_what_to_do_in_the_readers_words(world: World) -> None:
    with world.system() as db:
        account = db.get_one(Account, world.account_id("author"))
        account.locale, account.timezone = "de", "Asia/Tokyo"
    sign_in(world)
    sign_in(world, PHONE, "198.51.100.7")
    [found] = mails(world, "author")
    assert found.subject == "Anmeldung auf einem neuen Gerät"
    for words in ("Guten Tag Author,", "Wann:", "Safari · iPhone, 198.51.100.0/24", "Administration"):
        assert words in found.text
    assert "http://127.0.0.1:8000/account/sessions" in found.text
    at = clock.now() + timedelta(hours=9)
    assert f"{at.day}." in found.text
    assert "<" not in found.text


def test_each_act_on_the_ways_in_is_told(world: World) -> None:
    author = world.as_("author")
    author.send("/account/password", {"current": PASSWORD, "password": "a much better sentence"})
    author.send("/account/tokens", {"name": "Robot", "scopes": "read"})
    author.send("/account/tokens", {"name": "Reader", "scopes": "feed"})
    assert subjects(world) == ["Your password was changed", "An access key was made"]
    assert "“Robot”" in mails(world, "author")[-1].text


def test_all_administrators_learn_of_a_new_one(world: World) -> None:
    with world.looking() as (db, _):
        author = db.get_one(Account, world.account_id("author")).public_id
    world.as_("admin").send(f"/admin/people/{author}/admin", {"is_admin": "true"})
    assert subjects(world) == ["You are administrator now"]
    assert subjects(world, "admin") == ["Author is administrator now"]


def test_the_locked_and_those_without_an_address_get_nothing(world: World) -> None:
    with world.system() as db:
        db.execute(update(Account).where(Account.handle == "rival").values(status="locked"))
        db.execute(update(Account).where(Account.handle == "guest").values(email=None, email_key=None))
        for who in ("rival", "guest"):
            person = accounts.viewer_of(db, world.account_id("author"))
            activity.record(db, "account.password_set", person, subject_id=world.account_id(who))
    assert mails(world) == []


def test_a_delivery_that_comes_again_sends_nothing_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(mail, "send", lambda message, *_: sent.append(message["Message-ID"]))
    world.as_("author").send("/account/password", {"current": PASSWORD, "password": "a much better sentence"})
    world.drain()
    with world.system() as db:
        event = db.scalars(
            select(activity.Event).where(activity.Event.kind == "account.password_changed")
        ).one()
        db.add(Delivery(event_id=event.id, listener=LISTENER.name, due_at=clock.now()))
    world.drain()
    assert len(sent) == 1


def test_one_mail_that_fails_holds_up_no_other_and_goes_out_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[str, str]] = []
    broken = True

    def send(message: mail.EmailMessage, *_: object) -> None:
        if broken and message["To"] == "author@example.com":
            raise smtplib.SMTPServerDisconnected
        sent.append((message["To"], message["Message-ID"]))

    monkeypatch.setattr(mail, "send", send)
    with world.system() as db:
        for who in ("member", "author", "colleague"):
            person = accounts.viewer_of(db, world.account_id(who))
            activity.record(db, "account.password_changed", person, subject_id=person.me)
    world.drain()
    assert [to for to, _ in sent] == ["member@example.com", "colleague@example.com"]
    broken = False
    with world.system() as db:
        outbox.retry_failed(db)
    world.drain()
    assert sorted(to for to, _ in sent) == [f"{who}@example.com" for who in ("author", "colleague", "member")]
    assert len({name for _, name in sent}) == 3
