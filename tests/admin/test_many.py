"""Many accounts at once: filters, ticked rows, all that fit, and tables with a dry run."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from collab import clock
from collab.activity import Event
from collab.auth import groups, once
from collab.auth import services as accounts
from collab.auth.models import Account, Firm, OneTimeToken
from collab.viewer import ANONYMOUS
from collab.workspaces import access, belonging, group_roles
from tests.cast import World

NAME = r'<a href="/admin/people/[\w-]{16}">([^<]+)</a>'


def _public_id(world: World, who: str) -> str:
    with world.looking() as (db, _viewer):
        return db.get_one(Account, world.account_id(who)).public_id


def _account(world: World, email: str) -> Account:
    with world.looking() as (db, _viewer):
        return db.scalars(select(Account).where(Account.email_key == email)).one()


def _listed(world: World, query: str) -> list[str]:
    return re.findall(NAME, world.as_("admin").get(f"/admin/people?{query}").text)


def _guests(world: World, number: int, **more: Any) -> None:
    with world.system() as db:
        for index in range(number):
            account = accounts.create_account(
                db, ANONYMOUS, name=f"Nick {index:03}", email=f"nick{index}@example.com", kind="guest"
            )
            account.sponsor_id = world.account_id("author")
            account.ends_at = clock.now() + timedelta(days=index + 1)
            for name, value in more.items():
                setattr(account, name, value)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status=ends14", ["Guest"]),
        ("status=ends30", ["Guest", "Rival"]),
        ("status=no_sponsor", ["Rival"]),
        ("status=orphaned", ["Rival"]),
        ("lead=1", ["Guest"]),
        ("seen=never&kind=guest", ["Rival"]),
        ("seen=90", ["Guest"]),
        ("kind=guest&sort=ends", ["Guest", "Rival"]),
        ("sponsor={author}", ["Guest"]),
        ("sponsor=nobody", []),
        ("group={group}", ["Member"]),
        ("group=none", []),
    ],
)
def test_filters_for_those_who_look_after_guests(world: World, query: str, found: list[str]) -> None:
    now = clock.now()
    with world.system() as db:
        guest, rival = (db.get_one(Account, world.account_id(who)) for who in ("guest", "rival"))
        guest.sponsor_id, guest.is_lead, guest.ends_at = (
            world.account_id("author"),
            True,
            now + timedelta(days=5),
        )
        guest.seen_at = now - timedelta(days=91)
        rival.end_reason, rival.ends_at = "sponsor_left", now + timedelta(days=20)
        group = groups.create(db, ANONYMOUS, "Sales")
        groups.add(db, ANONYMOUS, group, world.account_id("member"))
    query = query.format(author=_public_id(world, "author"), group=group.public_id)
    assert _listed(world, query) == found


def test_visitors_are_in_no_list_and_no_count(world: World) -> None:
    with world.system() as db:
        visitor = accounts.create_account(db, ANONYMOUS, name="Quokka", email=None, status="locked")
        visitor.kind = "visitor"
    for query in ("", "status=locked", "q=Quokka", "seen=never"):
        assert "Quokka" not in _listed(world, query)
    assert "6 accounts" in world.as_("admin").get("/admin/people").text
    assert world.as_("admin").get(f"/admin/people/{visitor.public_id}").status_code == 404
    listed = world.as_("admin").get("/api/v1/accounts?q=Quokka", headers=world.token("admin", "admin")).json
    assert listed == {"items": [], "next": None} or not listed["items"]  # type: ignore[index]


def test_a_list_by_end_date_goes_on_page_by_page(world: World) -> None:
    _guests(world, 60)
    seen: list[str] = []
    address = "/admin/people?kind=guest&sort=ends"
    while address:
        page = world.as_("admin").get(address).text
        seen += re.findall(NAME, page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert seen[:2] == ["Nick 000", "Nick 001"]
    assert len(seen) == len(set(seen)) == 62


def test_who_answers_for_how_many(world: World) -> None:
    _guests(world, 20)
    page = world.as_("admin").get("/admin/guests/sponsors").text
    assert "Author</a>" in page
    assert "20 guests" in page
    assert "13 end within 14 days" in page or "14 end within 14 days" in page


def test_the_page_of_a_guest_names_the_contact_person(world: World) -> None:
    _guests(world, 1)
    path = f"/admin/people/{_account(world, 'nick0@example.com').public_id}"
    page = world.as_("admin").get(path).text
    assert "Contact person" in page
    assert 'href="/people/author"' in page
    assert "Contact person" not in world.as_("admin").get(f"/admin/people/{_public_id(world, 'member')}").text


# Ticked rows ----------------------------------------------------------------------------------


def _bulk(world: World, act: str, *who: str, **data: Any) -> Any:
    path = f"/admin/people/bulk/?act={act}" + "".join(f"&account={_public_id(world, one)}" for one in who)
    page = world.as_("admin").get(path).text
    number = re.search(r'name="number" value="(\d+)"', page)
    assert number, page
    return world.as_("admin").send(path, {"number": number[1], **data}, follow_redirects=True)


def test_a_page_says_who_would_be_concerned_and_who_is_left_out(world: World) -> None:
    path = "/admin/people/bulk/?act=suspend" + "".join(
        f"&account={_public_id(world, who)}" for who in ("author", "guest", "admin")
    )
    page = world.as_("admin").get(path).text
    assert "Suspend: 2 accounts" in page
    assert "Author, Guest" in page
    assert "1 is left out" in page
    assert "your own account" in page
    assert _account(world, "author@example.com").status == "active"


def test_the_ticked_are_suspended_with_a_reason_and_come_back(world: World) -> None:
    refused = _bulk(world, "suspend", "author", "member")
    assert "Please fill this in." in refused.text
    assert _account(world, "author@example.com").status == "active"

    done = _bulk(world, "suspend", "author", "member", "admin", reason="Plant closed")

    assert "Done for 2 accounts." in done.text
    assert "1 was left out." in done.text
    for who in ("author", "member"):
        assert _account(world, f"{who}@example.com").status == "suspended"
    assert _account(world, "admin@example.com").status == "active"
    with world.looking() as (db, _viewer):
        told = db.scalars(select(Event.data).where(Event.kind == "account.suspended")).all()
    assert told == [{"reason": "Plant closed"}] * 2

    _bulk(world, "activate", "author", "member", "colleague")
    assert _account(world, "author@example.com").status == "active"


def test_all_that_fit_are_extended_handed_over_and_ended(world: World) -> None:
    _guests(world, 60)
    path = "/admin/people/bulk/?act={act}&every=1&q=nick"

    def do(act: str, **data: str) -> str:
        fields = {"number": "60", "reason": "New contract", **data}
        return world.as_("admin").send(path.format(act=act), fields, follow_redirects=True).text

    day = (clock.now() + timedelta(days=80)).date()
    assert "Done for 60 accounts." in do("extend", ends_on=day.isoformat())
    assert "Done for 60 accounts." in do("sponsor", sponsor="member")
    nick = _account(world, "nick0@example.com")
    assert nick.sponsor_id == world.account_id("member")
    assert nick.ends_at is not None
    assert nick.ends_at > clock.now() + timedelta(days=79)
    assert "Done for 60 accounts." in do("end")
    ended = _account(world, "nick59@example.com").ends_at
    assert ended is not None
    assert ended <= clock.now()


def test_who_fits_must_be_who_was_confirmed(world: World) -> None:
    _guests(world, 3)
    path = "/admin/people/bulk/?act=end&every=1&q=nick"
    answer = world.as_("admin").send(path, {"number": "2", "reason": "x"})
    assert (answer.status_code, "has changed meanwhile" in answer.text) == (422, True)
    assert _account(world, "nick0@example.com").end_reason == ""


@pytest.mark.parametrize(
    ("act", "data", "sentence"),
    [
        ("extend", {"reason": "x", "ends_on": "2001-01-01"}, "lies in the past"),
        ("extend", {"reason": "x", "ends_on": "2999-01-01"}, "days at most"),
        ("sponsor", {"reason": "x"}, "Please fill this in."),
        ("sponsor", {"reason": "x", "sponsor": "nobody"}, "We do not know"),
        ("sponsor", {"reason": "x", "sponsor": "rival"}, "We do not know"),
    ],
)
def test_what_cannot_be_done_for_anybody_is_refused(
    world: World, act: str, data: dict[str, str], sentence: str
) -> None:
    before = _account(world, "guest@example.com").ends_at
    assert sentence in _bulk(world, act, "guest", **data).text
    assert _account(world, "guest@example.com").ends_at == before


def test_nobody_ticked_is_told(world: World) -> None:
    answer = world.as_("admin").get("/admin/people/bulk/?act=suspend", follow_redirects=True)
    assert "Please tick somebody first." in answer.text
    assert world.as_("admin").get("/admin/people/bulk/?act=delete").status_code == 422


# Tables ---------------------------------------------------------------------------------------

TABLE = (
    "\ufeffE-Mail;Name;Art;Firma;bis;Ansprechpartner;Aktion\r\n"
    'neu@muster.example;"Neu; Nora";Gast;muster gmbh;{day};author@example.com;\r\n'
    "member@example.com;;;;;;sperren\r\n"
    "author@example.com;Ann Author;;;;;\r\n"
    "admin@example.com;;;;;;sperren\r\n"
    "wrong;;;;;;\r\n"
    "nobody@example.com;;;;;;sperren\r\n"
    "x@example.com;X;Gast;No such firm;;;\r\n"
    "y@example.com;Y;Gast;;01.01.2001;;\r\n"
    "neu@muster.example;Twice;;;;;\r\n"
    "guest@example.com;Guest;;;;;\r\n"
)


def _upload(world: World, content: bytes | str) -> Any:
    written = content.encode() if isinstance(content, str) else content
    return world.as_("admin").send("/admin/people/table/", {"file": (io.BytesIO(written), "people.csv")})


def _token(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found, page
    return found[1]


def test_a_dry_run_says_row_by_row_what_would_happen_and_changes_nothing(world: World) -> None:
    day = (clock.now() + timedelta(days=20)).strftime("%d.%m.%Y")
    page = _upload(world, TABLE.format(day=day)).text

    for text in ("1 × make", "1 × suspend", "1 × change", "1 × is so already", "6 rows cannot be used"):
        assert text in page
    for sentence in (
        "your own account",
        "such as anna@example.com",
        "no account with this address",
        "There is no such firm.",
        "lies in the past",
        "in a row above",
    ):
        assert sentence in page
    assert _account(world, "member@example.com").status == "active"
    with world.looking() as (db, _viewer):
        assert db.scalar(select(Account).where(Account.email_key == "neu@muster.example")) is None
        kept = db.scalars(select(OneTimeToken.data).where(OneTimeToken.purpose == once.TABLES[0])).one()
    assert "muster" not in str(kept)


def test_the_button_does_it_once_and_forgets_the_table(world: World) -> None:
    day = (clock.now() + timedelta(days=20)).strftime("%d.%m.%Y")
    token = _token(_upload(world, TABLE.format(day=day)).text)
    refused = world.as_("admin").send("/admin/people/table/do", {"token": token})
    assert (refused.status_code, "Please fill this in." in refused.text) == (422, True)

    done = world.as_("admin").send("/admin/people/table/do", {"token": token, "reason": "Reorganisation"})

    assert "Done for 3 rows" in done.text
    assert "6 rows were not used." in done.text
    made = _account(world, "neu@muster.example")
    assert (made.name, made.kind, made.sponsor_id) == ("Neu; Nora", "guest", world.account_id("author"))
    assert made.ends_at is not None
    assert _account(world, "member@example.com").status == "suspended"
    assert _account(world, "author@example.com").name == "Ann Author"
    assert _account(world, "admin@example.com").status == "active"
    failed = world.as_("admin").send("/admin/people/table/failures", {"token": _token(done.text)})
    rows = list(csv.reader(io.StringIO(failed.data.decode("utf-8-sig"))))
    assert [row[1] for row in rows[1:3]] == ["admin@example.com", "wrong"]
    assert len(rows) == 7
    again = world.as_("admin").send("/admin/people/table/do", {"token": token, "reason": "x"})
    assert (again.status_code, "used already" in again.text) == (422, True)
    with world.system() as db:
        once.forget_old(db)
        purposes = db.scalars(select(OneTimeToken.purpose)).all()
        assert once.TABLES[0] not in purposes


def test_the_plan_is_made_again_when_the_button_is_pressed(world: World) -> None:
    token = _token(_upload(world, "email,name\nnew@example.com,New One\n").text)
    world.account("New")

    done = world.as_("admin").send("/admin/people/table/do", {"token": token})

    assert "Done for 0 rows" in done.text
    assert "has changed this meanwhile" in done.text
    assert _account(world, "new@example.com").name == "New"
    with world.looking() as (db, _viewer):
        assert len(db.scalars(select(Account).where(Account.email_key == "new@example.com")).all()) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "choose a file"),
        (b"email;name\n\xff\xfe", "UTF-8"),
        (b"name;firm\nA;B\n", "one of them is email"),
        (b"email;shoe size\na@b.example;43\n", "shoe size"),
        (b"email\n" + b"a@b.example\n" * 5001, "5000 rows"),
        (b'email\n"' + b"x" * 200_000, "no table"),
    ],
)
def test_what_is_no_table_is_refused(world: World, content: bytes, sentence: str) -> None:
    answer = _upload(world, content)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_another_administrators_table_is_not_done(world: World) -> None:
    token = _token(_upload(world, "email,name\nnew@example.com,New One\n").text)
    with world.system() as db:
        db.get_one(Account, world.account_id("author")).is_admin = True
    answer = world.as_("author").send("/admin/people/table/do", {"token": token})
    assert answer.status_code == 422


def test_a_table_of_thousands_asks_as_often_as_one_of_a_few(world: World) -> None:
    def statements(rows: int) -> int:
        table = "email;name\n" + "".join(f"p{number}@example.com;P {number}\n" for number in range(rows))
        return int(_upload(world, table).headers["X-Collab-Statements"])

    world.as_("admin").get("/")
    statements(1)
    assert statements(3) == statements(900)


def test_the_list_as_a_file_is_what_the_filters_say(world: World) -> None:
    with world.system() as db:
        db.scalars(select(Account).where(Account.name == "Rival")).one().name = "=cmd()"
    answer = world.as_("admin").send("/admin/people/export?kind=guest")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][:6] == ["name", "email", "kind", "firm", "ends_on", "sponsor"]
    assert [row[0] for row in rows[1:]] == ["'=cmd()", "Guest"]
    with world.looking() as (db, _viewer):
        assert db.scalar(select(Event.id).where(Event.kind == "accounts.exported"))


# Handing over ---------------------------------------------------------------------------------


def test_workspaces_and_guests_of_who_leaves_go_to_a_colleague(world: World) -> None:
    alone, shared = (
        world.workspace("Quokka", visibility="secret", owner="author"),
        world.workspace("Both"),
    )
    with world.acting("author") as (db, viewer):
        belonging.add(db, viewer, access.workspace(db, viewer, shared), "member", "owner")
    _guests(world, 2)
    path = f"/admin/people/{_public_id(world, 'author')}/hand-over"

    asked = world.as_("admin").get(path).text
    assert re.findall(r"<dd>(\d+)</dd>", asked) == ["1", "2"]
    assert "Quokka" not in asked
    done = world.as_("admin").send(path, {"account": "colleague", "reason": "Retires"}, follow_redirects=True)

    assert "Handed over: 1 workspace, 2 guests." in done.text
    assert world.as_("colleague").get(f"/w/{alone}/").status_code == 200
    assert world.as_("admin").get(f"/w/{alone}/").status_code == 404
    assert _account(world, "nick0@example.com").sponsor_id == world.account_id("colleague")
    assert "nothing to hand over" in world.as_("admin").get(path).text


@pytest.mark.parametrize("heir", ["admin", "author", "guest", "nobody", ""])
def test_who_cannot_take_over_gets_nothing(world: World, heir: str) -> None:
    slug = world.workspace("Quokka", visibility="secret", owner="author")
    path = f"/admin/people/{_public_id(world, 'author')}/hand-over"
    answer = world.as_("admin").send(path, {"account": heir, "reason": "Retires"})
    assert answer.status_code == 422
    assert world.as_("admin").get(f"/w/{slug}/").status_code == 404


# Groups ---------------------------------------------------------------------------------------


def test_a_group_is_made_filled_renamed_and_deleted(world: World) -> None:
    admin = world.as_("admin")
    path = admin.send("/admin/groups/", {"name": "Sales"}).headers["Location"]
    assert (
        "Member is in the group now."
        in admin.send(f"{path}/members", {"account": "member"}, follow_redirects=True).text
    )
    slug = world.workspace("Board", visibility="closed")
    with world.acting("author") as (db, viewer):
        place = access.workspace(db, viewer, slug)
        group_roles.give(db, viewer, place, path.rsplit("/", 1)[1], "reader")
    world.drain()
    assert "Member</a>" in world.as_("author").get(f"/w/{slug}/members").text
    assert "Board" in admin.get(path).text

    admin.send(path, {"name": "Sales team"})
    assert "Sales team" in admin.get("/admin/groups/?q=team").text
    assert "no more" in admin.send(f"{path}/delete", follow_redirects=True).text
    world.drain()

    assert admin.get(path).status_code == 404
    assert "Member</a>" not in world.as_("author").get(f"/w/{slug}/members").text


def test_a_group_that_is_kept_elsewhere_is_only_looked_at(world: World) -> None:
    with world.system() as db:
        group = groups.create(db, ANONYMOUS, "From outside", "scim")
    path = f"/admin/groups/{group.public_id}"
    page = world.as_("admin").get(path).text
    assert "kept elsewhere" in page
    for act, data in (("", {"name": "x"}), ("/members", {"account": "member"}), ("/delete", {})):
        assert world.as_("admin").send(path + act, data).status_code == 403
    assert "From outside" in world.as_("admin").get("/admin/groups/").text


def test_statements_of_the_lists_do_not_grow(world: World) -> None:
    pages = (
        "/admin/people?kind=guest&sort=ends",
        "/admin/guests/sponsors",
        "/admin/groups/",
        "/admin/firms/",
    )
    for page in pages:
        world.as_("admin").get(page)

    def statements() -> list[int]:
        return [int(world.as_("admin").get(page).headers["X-Collab-Statements"]) for page in pages]

    few = statements()
    _guests(world, 30)
    with world.system() as db:
        for name in ("A", "B", "C"):
            groups.create(db, ANONYMOUS, name)
            db.add(Firm(name=f"Firm {name}", created_at=clock.now()))
    assert statements() == few
