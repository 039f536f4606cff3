"""Administrators look after accounts; nobody else finds a door."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from collab import clock
from collab.activity import Event
from collab.auth import services as accounts
from collab.auth.models import Account, Firm
from collab.viewer import ANONYMOUS
from tests.cast import STRANGER, Client, World

NEW = {"name": "Nina New", "email": "nina@example.com", "kind": "employee"}


def page_of(world: World, who: str) -> str:
    """The address of the page that administrators have of ``who``."""
    with world.looking() as (db, _viewer):
        return f"/admin/people/{db.get_one(Account, world.account_id(who)).public_id}"


def account(world: World, email: str) -> Account:
    with world.looking() as (db, _viewer):
        return db.scalars(select(Account).where(Account.email_key == email)).one()


def events(world: World) -> list[tuple[str, dict[str, object]]]:
    with world.looking() as (db, _viewer):
        return [(row.kind, row.data) for row in db.execute(select(Event.kind, Event.data).order_by(Event.id))]


def sign_in(world: World, email: str, password: str) -> bool:
    client = world.app.test_client()
    assert isinstance(client, Client)
    return client.send("/login", {"email": email, "password": password}).status_code == 303


def password_in(page: str) -> str:
    found = re.search(r"<code>((?:[a-z2-9]{4}-){3}[a-z2-9]{4})</code>", page)
    assert found, page
    return found[1]


def test_a_new_employee_signs_in_with_the_password_shown_once(world: World) -> None:
    made = world.as_("admin").send("/admin/people/new", NEW)

    assert made.status_code == 200
    password = password_in(made.text)
    assert sign_in(world, "nina@example.com", password)
    public_id = account(world, "nina@example.com").public_id
    assert password not in world.as_("admin").get(f"/admin/people/{public_id}").text
    assert password not in str(events(world))


def test_a_guest_has_a_firm_and_an_end(world: World) -> None:
    with world.looking() as (db, _viewer):
        firm = db.scalars(select(Firm).where(Firm.name == "Muster GmbH")).one()
    day = (clock.now() + timedelta(days=10)).date()
    guest = NEW | {
        "kind": "guest",
        "firm": firm.public_id,
        "ends_on": day.isoformat(),
        "password": "many good words",
    }

    assert world.as_("admin").send("/admin/people/new", guest).status_code == 303

    made = account(world, "nina@example.com")
    assert (made.kind, made.firm_id) == ("guest", firm.id)
    assert made.ends_at is not None
    assert timedelta(days=9) < made.ends_at - clock.now() < timedelta(days=12)
    assert sign_in(world, "nina@example.com", "many good words")


def test_a_guest_without_an_end_ends_after_the_usual_time(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.as_("admin").send("/admin/people/new", NEW | {"kind": "guest", "password": "many good words"})
    assert sign_in(world, "nina@example.com", "many good words")
    later = clock.now() + timedelta(days=92)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert not sign_in(world, "nina@example.com", "many good words")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Please fill this in."),
        ({"email": "nina"}, "such as anna@example.com"),
        ({"email": "AUTHOR@example.com"}, "already in use"),
        ({"kind": "admin"}, "Please choose one of these"),
        ({"firm": "no-such-firm", "kind": "guest"}, "There is no such firm."),
        ({"firm": "no-such-firm"}, "Only guests belong to a firm."),
        ({"ends_on": "2001-01-01"}, "The end lies in the past."),
        ({"password": "short"}, "at least 12 characters"),
        ({"is_admin": "1"}, "There is no such field."),
    ],
)
def test_a_refused_account_is_not_made_and_the_page_keeps_what_was_written(
    world: World, wrong: dict[str, str], sentence: str
) -> None:
    answer = world.as_("admin").send("/admin/people/new", NEW | wrong)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert (wrong.get("name") or "Nina New") in answer.text
    with world.looking() as (db, _viewer):
        assert db.scalar(select(Account).where(Account.name == "Nina New")) is None


def test_an_account_changes_name_and_address(world: World) -> None:
    path = page_of(world, "author")
    version = re.search(r'name="version" value="(\d+)"', world.as_("admin").get(path).text)
    assert version
    fields = {"name": "Ann A.", "email": "ann@example.com", "version": version[1]}

    assert world.as_("admin").send(path, fields).status_code == 303
    late = world.as_("admin").send(path, fields | {"name": "Too late"})

    assert account(world, "ann@example.com").name == "Ann A."
    assert ("account.changed", {"fields": ["name", "email"]}) in events(world)
    assert late.status_code == 422
    assert "Somebody else has changed this meanwhile." in late.text


def test_a_guest_always_has_an_end_that_the_policy_allows(world: World) -> None:
    path, near = page_of(world, "guest"), (clock.now() + timedelta(days=20)).date().isoformat()
    for day, status, left in ((near, 303, 20), ("2099-12-31", 422, 20), ("", 303, 90)):
        version = re.search(r'name="version" value="(\d+)"', world.as_("admin").get(path).text)
        assert version
        fields = {"name": "Guest", "email": "guest@example.com", "ends_on": day, "version": version[1]}
        assert world.as_("admin").send(path, fields).status_code == status
        ends_at = account(world, "guest@example.com").ends_at
        assert ends_at is not None and abs((ends_at - clock.now()).days - left) <= 1


def test_suspending_ends_everything_at_once_and_undo_brings_it_back(world: World) -> None:
    author, token = world.as_("author"), world.token("author")
    assert author.get("/account/").status_code == 200

    done = world.as_("admin").send(
        f"{page_of(world, 'author')}/suspend", {"reason": "Left us"}, follow_redirects=True
    )

    assert "can no longer come in" in done.text
    assert author.get("/account/").status_code == 303
    assert world.as_(STRANGER).get("/api/v1/me", headers=token).status_code == 401
    assert ("account.suspended", {"reason": "Left us"}) in events(world)
    undo = re.search(r'class="toast toast-undo">.*?action="([^"]+)"', done.text, re.S)
    assert undo
    world.as_("admin").send(undo[1])
    assert account(world, "author@example.com").status == "active"


def test_nobody_suspends_themself(world: World) -> None:
    done = world.as_("admin").send(
        f"{page_of(world, 'admin')}/suspend", {"reason": "Left us"}, follow_redirects=True
    )
    assert "your own account" in done.text
    assert account(world, "admin@example.com").status == "active"


def test_somebody_stays_administrator(world: World) -> None:
    admin = world.as_("admin")
    alone = admin.send(f"{page_of(world, 'admin')}/admin", {"is_admin": "false"}, follow_redirects=True)
    assert "Somebody has to be administrator" in alone.text
    assert account(world, "admin@example.com").is_admin

    admin.send(f"{page_of(world, 'author')}/admin", {"is_admin": "true"})
    admin.send(f"{page_of(world, 'admin')}/admin", {"is_admin": "false"})

    assert account(world, "author@example.com").is_admin
    assert not account(world, "admin@example.com").is_admin
    assert admin.get("/admin/people").status_code == 303  # rights changed: sign in anew


def test_a_guest_and_one_with_an_end_cannot_be_administrator(world: World) -> None:
    ends_at = clock.now() + timedelta(days=5)
    world.account("Temp", ends_at=ends_at)
    for who in ("guest", "temp"):
        world.as_("admin").send(f"{page_of(world, who)}/admin", {"is_admin": "true"})
        assert not account(world, f"{who}@example.com").is_admin


def test_a_new_password_replaces_the_old_one_everywhere(world: World) -> None:
    author = world.as_("author")
    path = f"{page_of(world, 'author')}/password"

    first = password_in(world.as_("admin").send(path).text)
    assert sign_in(world, "author@example.com", first)
    assert author.get("/account/").status_code == 303
    world.as_("admin").send(path, {"password": "chosen by the admin"})

    assert not sign_in(world, "author@example.com", first)
    assert sign_in(world, "author@example.com", "chosen by the admin")
    own = world.as_("admin").send(f"{page_of(world, 'admin')}/password", follow_redirects=True)
    assert "your own account" in own.text


def test_all_sessions_and_tokens_end_by_one_act(world: World) -> None:
    author, token = world.as_("author"), world.token("author")
    world.as_("admin").send(f"{page_of(world, 'author')}/sign-out")
    assert author.get("/account/").status_code == 303
    assert world.as_(STRANGER).get("/api/v1/me", headers=token).status_code == 401
    assert account(world, "author@example.com").status == "active"


def test_an_imported_person_gets_access_by_an_address(world: World) -> None:
    with world.system() as db:
        met = accounts.create_account(db, ANONYMOUS, name="Old Author", email=None, status="locked")
        path = f"/admin/people/{met.public_id}"
    admin = world.as_("admin")
    assert "Old Author" in admin.get("/admin/people?status=locked").text
    assert "Old Author" not in admin.get("/admin/people?status=active").text
    admin.send(f"{path}/activate")
    with world.looking() as (db, _viewer):
        assert db.get_one(Account, met.id).status == "locked"

    made = admin.send(
        f"{path}/access", {"name": "Old Author", "email": "old@example.com", "kind": "employee"}
    )

    assert sign_in(world, "old@example.com", password_in(made.text))
    assert account(world, "old@example.com").id == met.id
    assert admin.send(f"{path}/access", NEW).status_code == 409


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=author", {"Author"}),
        ("q=RIVAL%40example", {"Rival"}),
        ("q=100%25", set()),
        ("kind=guest", {"Guest", "Rival"}),
        ("admin=1", {"Admin"}),
        ("status=suspended", {"Member"}),
        ("kind=guest&status=active&sort=seen", {"Guest", "Rival"}),
        ("firm=no-such-firm", set()),
    ],
)
def test_search_and_filters_of_the_list(world: World, query: str, found: set[str]) -> None:
    world.as_("admin").send(f"{page_of(world, 'member')}/suspend", {"reason": "Left us"})
    page = world.as_("admin").get(f"/admin/people?{query}").text
    assert set(re.findall(r'<a href="/admin/people/[\w-]{16}">(\w+)</a>', page)) == found


@pytest.mark.parametrize(
    "query", ["sort=email", "sort=password", "kind=root", "status=x", "nonsense=1", "cursor=x"]
)
def test_what_is_no_filter_or_order_is_refused(world: World, query: str) -> None:
    assert world.as_("admin").get(f"/admin/people?{query}").status_code == 422


@pytest.mark.parametrize("sort", ["name", "newest", "seen"])
def test_every_account_is_on_one_page_of_the_list(world: World, sort: str) -> None:
    with world.system() as db:
        for number in range(60):
            accounts.create_account(db, ANONYMOUS, name="Same Name", email=f"same{number}@example.com")
    world.as_("admin").get("/account/")  # whoever looks is seen now, and not between two pages
    seen: list[str] = []
    address = f"/admin/people?sort={sort}"
    while address:
        page = world.as_("admin").get(address).text
        seen += re.findall(r'<a href="/admin/people/([\w-]{16})">', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 66


def test_statements_of_the_list_do_not_grow(world: World) -> None:
    def statements() -> int:
        return int(world.as_("admin").get("/admin/people").headers["X-Collab-Statements"])

    world.as_("admin").get("/")
    few = statements()
    for name in ("Zoe", "Yan", "Xi"):
        world.account(name)
    assert statements() == few <= 8


def test_a_guest_with_a_foreign_address_is_pointed_out(world: World) -> None:
    with world.system() as db:
        db.scalars(select(Firm).where(Firm.name == "Muster GmbH")).one().domains = ["muster.de"]
    assert (
        "does not belong to the domains of Muster GmbH"
        in world.as_("admin").get(page_of(world, "guest")).text
    )
    assert "does not belong" not in world.as_("admin").get(page_of(world, "rival")).text
