"""Followed searches: one mail a day about what is new for the reader, and what ends it."""

import re
from datetime import timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from collab import clock
from collab.activity import Event
from collab.auth.models import Account
from collab.search import followed, news, saved
from collab.search.models import SavedSearch
from collab.search.passing import Unusable
from collab.worker import Worker
from collab.workspaces import access, entries
from collab.workspaces.models import Entry
from tests.cast import World
from tests.mail import Mail, mails

DAY = timedelta(days=1)


@pytest.fixture
def world(world: World) -> World:
    """With an index."""
    world.post("Nothing in particular")
    world.drain()
    return world


def _follow(world: World, who: str, query: str = "q=quokka", name: str = "Quokkas") -> str:
    """Save and follow as a page does; answers the saved search's address."""
    browser = world.as_(who)
    browser.send("/search/saved", {"query": query, "name": name})
    with world.looking(who) as (db, viewer):
        address = f"/search/saved/{next(one.public_id for one in saved.mine(db, viewer) if one.name == name)}"
    assert browser.send(f"{address}/follow").status_code == 303
    return address


def _morning(days: int, hour: int = 8) -> timedelta:
    """How long it is until 8 o'clock in Berlin, some days from now."""
    now = clock.now().astimezone(ZoneInfo("Europe/Berlin"))
    then = (now + days * DAY).replace(hour=hour, minute=0, second=0, microsecond=0)
    return then - now


def _mails_of(world: World, days: int, hour: int = 8) -> list[Mail]:
    """All mails about searches that have left by that morning."""
    with clock.shifted(_morning(days, hour)):
        world.drain()
        followed.tell(world.context, world.engine())
        return [mail for mail in mails(world) if "search" in mail.subject or "Such" in mail.subject]


def test_what_is_new_comes_once_and_what_was_there_does_not(world: World) -> None:
    world.post("Old quokka")
    world.drain()
    address = _follow(world, "member")
    assert _mails_of(world, 1) == []
    fresh = world.post("New quokka", "It hops.")
    world.post("Something else")
    [mail] = _mails_of(world, 2)
    assert (mail.to, mail.subject) == ("member@example.com", "New for your search “Quokkas”")
    assert "Quokkas (1)" in mail.text and "- New quokka\n  http://127.0.0.1:8000/blog/" in mail.text
    assert "Old quokka" not in mail.text and "Something else" not in mail.text and "hops" not in mail.text
    assert address in mail.text and fresh.public_id
    for days in (2, 3, 4):
        assert len(_mails_of(world, days)) == 1


def test_one_mail_a_day_for_all_searches_and_none_before_the_morning(world: World) -> None:
    _follow(world, "member")
    _follow(world, "member", "q=wombat", "Wombats")
    world.post("Quokka one")
    world.post("Wombat and quokka")
    with clock.shifted(_morning(1) - timedelta(hours=3)):  # five o'clock
        world.drain()
        assert followed.tell(world.context, world.engine()) == 0
    [mail] = _mails_of(world, 1)
    assert mail.subject == "New for 2 of your searches"
    assert "Quokkas (2)" in mail.text and "Wombats (1)" in mail.text
    world.post("Quokka three")
    with clock.shifted(_morning(1) + timedelta(hours=4)):
        world.drain()
        assert followed.tell(world.context, world.engine()) == 0
    assert len(_mails_of(world, 1)) == 1
    assert len(_mails_of(world, 2)) == 2


def test_the_morning_is_that_of_the_reader_and_the_mail_in_their_language(world: World) -> None:
    _follow(world, "member", name="Kängurus")
    with world.system() as db:
        account = db.get_one(Account, world.account_id("member"))
        account.timezone, account.locale = "America/New_York", "de"
    world.post("Quokka")
    assert _mails_of(world, 1) == []  # two o'clock there
    [mail] = _mails_of(world, 1, hour=14)
    assert mail.subject == "Neu zu Ihrer Suche „Kängurus“"
    assert "Guten Tag Member," in mail.text and "Sie bekommen höchstens eine solche Mail am Tag." in mail.text


def test_what_becomes_visible_later_is_new_then_however_old_it_is(world: World) -> None:
    slug = world.workspace(members=["guest"])
    page = world.page("Quokka plan", workspace=slug)
    world.drain()
    _follow(world, "guest")
    assert _mails_of(world, 1) == []
    with world.acting("author") as (db, viewer):
        entry = access.get(db, viewer, Entry, Entry.id == page.id)
        entries.share(db, viewer, entry, clock.now(), None)
    [mail] = _mails_of(world, 2)
    assert mail.to == "guest@example.com" and "Quokka plan" in mail.text
    assert len(_mails_of(world, 3)) == 1


@pytest.mark.parametrize("lost", ["nothing", "entry", "account", "search", "follow", "everything"])
def test_rights_are_asked_again_when_the_mail_leaves(world: World, lost: str) -> None:
    slug = world.workspace(members=["guest"])
    address = _follow(world, "guest")
    page = world.post("Quokka plan", workspace=slug, guests_from=clock.now())
    world.drain()
    with clock.shifted(_morning(1)):
        assert followed.tell(world.context, world.engine()) == 1
    with world.system() as db:
        assert db.scalar(select(Event.kind).where(Event.kind == followed.EVENT)) is not None
        if lost == "entry":
            db.get_one(Entry, page.id).guests_from = None
        if lost == "account":
            db.get_one(Account, world.account_id("guest")).status = "suspended"
        if lost == "search":
            db.execute(update(SavedSearch).values(deleted_at=clock.now()))
    if lost == "follow":
        world.as_("guest").send(f"{address}/unfollow")
    if lost == "everything":
        with world.acting("author") as (db, viewer):
            entries.remove(db, viewer, access.get(db, viewer, Entry, Entry.id == page.id))
    told = [mail for mail in mails(world) if "search" in mail.subject]
    assert len(told) == (1 if lost == "nothing" else 0)


def test_nobody_is_told_of_their_own_of_what_they_have_seen_or_of_what_others_wrote_in_secret(
    world: World,
) -> None:
    slug = world.workspace(visibility="secret", members=["colleague"])
    address = _follow(world, "member")
    world.post("My quokka", author="member")
    world.page("Secret quokka", workspace=slug)
    seen = world.post("Seen quokka")
    world.drain()
    assert "1 new" in world.as_("member").get("/search/saved").text
    assert "1 new" in world.as_("member").get("/search").text
    assert world.as_("member").get(address).status_code == 303
    assert "new</" not in world.as_("member").get("/search/saved").text and seen
    assert _mails_of(world, 1) == []


def test_a_killed_worker_neither_forgets_nor_tells_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    _follow(world, "member")
    world.post("Quokka")
    world.drain()

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with clock.shifted(_morning(1)), monkeypatch.context() as patch:
        patch.setattr("collab.activity.record", killed)
        with pytest.raises(KeyboardInterrupt):
            followed.tell(world.context, world.engine())
    with clock.shifted(_morning(1)), monkeypatch.context() as patch:
        followed.tell(world.context, world.engine())
        patch.setattr("collab.mail.send", killed)
        with pytest.raises(KeyboardInterrupt):
            world.drain()
        assert followed.tell(world.context, world.engine()) == 0
    assert len(_mails_of(world, 1, hour=9)) == 1
    assert len(_mails_of(world, 2)) == 1


def test_two_workers_at_once_tell_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    _follow(world, "member")
    world.post("Quokka")
    world.drain()
    look = news.answers

    def meanwhile(*arguments: object) -> set[str]:
        monkeypatch.setattr(news, "answers", look)
        found = look(*arguments)  # type: ignore[arg-type]
        followed.tell(world.context, world.engine())
        return found

    with clock.shifted(_morning(1)):
        monkeypatch.setattr(news, "answers", meanwhile)
        followed.tell(world.context, world.engine())
    assert len(_mails_of(world, 1)) == 1


def test_while_the_index_cannot_be_asked_nothing_is_told_or_forgotten(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = _follow(world, "member")
    world.post("Quokka")

    def broken(*_: object) -> set[str]:
        raise Unusable

    with monkeypatch.context() as patch:
        patch.setattr(news, "answers", broken)
        assert _mails_of(world, 1) == []
        with clock.shifted(_morning(1)):
            assert (
                followed.tell(world.context, world.engine()) == 0
            )  # or the worker would ask without a pause
        assert world.as_("member").get("/search/saved").status_code == 200
        assert world.as_("member").get(address).status_code == 303
        assert world.as_("member").send(f"{address}/unfollow").status_code == 303
        assert world.as_("member").send(f"{address}/follow").status_code == 503
        with world.system() as db:
            db.execute(update(SavedSearch).values(followed=True, told=news.pack([])))
    assert len(_mails_of(world, 1)) == 1


def test_the_mail_ends_itself_by_one_click_and_not_by_being_looked_at(world: World) -> None:
    address = _follow(world, "guest")
    world.post("Quokka", guests_from=clock.now(), workspace=world.workspace(members=["guest"]))
    [mail] = _mails_of(world, 1)
    [file] = (world.context.data_dir / "mail").glob(f"{mail.message_id.strip('<>').split('@')[0]}.eml")
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    [path] = re.fullmatch(
        r"<http://127\.0\.0\.1:8000(/search/stop/[\w-]+)>", message["List-Unsubscribe"]
    ).groups()  # type: ignore[union-attr]
    assert path in mail.text

    scanner = world.app.test_client()
    looked = scanner.get(path)
    assert looked.status_code == 200 and "Quokkas" not in looked.text
    assert "Stop following" in world.as_("guest").get("/search/saved").text
    for _ in range(2):
        assert scanner.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert "Stop following" not in world.as_("guest").get("/search/saved").text
    world.as_("guest").send(f"{address}/follow")
    assert len(_mails_of(world, 2)) == 1


@pytest.mark.parametrize("token", ["t" * 43, "x", "a" * 200, "%00" * 20])
def test_a_false_address_ends_nothing(world: World, token: str) -> None:
    _follow(world, "guest")
    for ask in (world.app.test_client().get, world.app.test_client().post):
        assert ask(f"/search/stop/{token}").status_code == 404
    assert "Stop following" in world.as_("guest").get("/search/saved").text


def test_what_finds_too_much_cannot_be_followed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "TOO_MUCH", 1)
    world.post("Quokka one")
    world.post("Quokka two")
    world.drain()
    browser = world.as_("member")
    browser.send("/search/saved", {"query": "q=quokka", "name": "Quokkas"})
    [address] = re.findall(r'action="(/search/saved/[\w-]+/follow)"', browser.get("/search/saved").text)
    refused = browser.send(address)
    assert refused.status_code == 422 and "too much to be followed" in refused.text


def test_nobody_follows_the_searches_of_others(world: World) -> None:
    address = _follow(world, "member")
    for act in ("follow", "unfollow"):
        assert world.as_("colleague").send(f"{address}/{act}").status_code == 404


def test_the_worker_does_all_this_by_itself(world: World) -> None:
    _follow(world, "member")
    world.post("Quokka")
    world.drain()
    with clock.shifted(_morning(1)):
        Worker(world.context).look_around()
        Worker(world.context).look_around()
    assert len([mail for mail in mails(world) if "search" in mail.subject]) == 1


@pytest.mark.parametrize(
    "keys", [set(), {"e1"}, {"e1", "c1", "f9", "p3", "w2"}, {f"e{n}" for n in range(5000)}]
)
def test_keys_are_kept_in_few_bytes(keys: set[str]) -> None:
    packed = news.pack(keys)
    assert news.unpack(packed) == keys and len(packed) < 100
    assert news.unpack(None) == set()
