"""What people do in a small company with guests. What is not allowed is refused and changes nothing.

Whatever is written holds a mark, so that it is noticed on every page that shows it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import clock
from collab.admin import services as admin
from collab.auth import services as accounts
from collab.auth import sponsors
from collab.auth.models import Account, Firm
from collab.blog import services as blog
from collab.blog.models import Post
from collab.comments import services as comments
from collab.pages import services as pages
from collab.pages.models import Page
from collab.viewer import ANONYMOUS, Viewer
from collab.workspaces import access, belonging, entries, services, shared
from collab.workspaces.models import Entry, Membership, Workspace
from tests.cast import World
from tests.guests.life import Life
from tests.workspaces.access_world import NOON

MARK = re.compile(r"zq_\d+_zq")
#: In every text, so that one search finds all of them.
WORD = "Quokka"
#: name -> (kind, firm)
PEOPLE: Mapping[str, tuple[str, str | None]] = {
    "olga": ("employee", None),
    "otto": ("employee", None),
    "mia": ("employee", None),
    "nina": ("employee", None),
    "root": ("employee", None),
    "karl": ("guest", "Kessler"),
    "kim": ("guest", "Kessler"),
    "lina": ("guest", "Linotek"),
    "lone": ("guest", None),
    "aron": ("guest", "Linotek"),
    "gone": ("guest", "Kessler"),
}
DAY = 24


class Company(Life):
    """People of the company and of two firms, four workspaces, and all that they may do."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.accounts: dict[str, int] = {}
        self.firms: dict[str, int] = {}
        self.places: dict[str, int] = {}
        self.marks: dict[int, str] = {}  # of entries
        self.said: dict[int, str] = {}  # of comments
        self.named: dict[int, str] = {}  # of workspaces

    # the beginning
    def begin(self) -> None:
        """People, firms, places and something to read in each of them."""
        with self.system() as db:
            for name, (kind, firm) in PEOPLE.items():
                if firm and firm not in self.firms:
                    made = Firm(name=firm, domains=[f"{firm.lower()}.example"], created_at=clock.now())
                    db.add(made)
                    db.flush()
                    self.firms[firm] = made.id
                self.accounts[name] = self._person(db, name, kind, firm)
            for name in (name for name, (kind, _) in PEOPLE.items() if kind == "guest"):
                account = db.get_one(Account, self.accounts[name])
                account.sponsor_id = self.accounts["otto" if name in ("karl", "lina") else "olga"]
        for account_id in self.accounts.values():
            self.sign_in(account_id)
        self._places()
        self.hour = 1  # "gone" is over
        self._words()
        self.drain()

    def go_on_from(self, other: "Company") -> None:
        """Know what another one knows whose database this one has been given."""
        for name, known in vars(other).items():
            if isinstance(known, dict | int):
                setattr(self, name, copy(known))

    def _person(self, db: Session, name: str, kind: str, firm: str | None) -> int:
        ends = NOON + timedelta(hours=1 if name == "gone" else 90 * DAY) if kind == "guest" else None
        made = accounts.create_account(
            db,
            ANONYMOUS,
            name=name.title(),
            email=f"{name}@{(firm or 'collab').lower()}.example",
            kind=kind,  # type: ignore[arg-type]
            is_admin=name == "root",
            firm=db.get_one(Firm, self.firms[firm]) if firm else None,
            locale="en",
            ends_at=ends,
        )
        return made.id

    def _places(self) -> None:
        wanted: dict[str, tuple[dict[str, Any], Sequence[str]]] = {
            "board": ({"visibility": "closed"}, ("otto", "mia", "karl", "lina", "gone")),
            "clean": ({"visibility": "closed", "clean_room": True}, ("otto", "karl", "kim", "lina", "lone")),
            "house": ({"visibility": "secret"}, ("otto", "mia")),
            "news": ({"visibility": "open", "allows_public": True}, ("otto", "kim")),
        }
        for name, (settings, people) in wanted.items():
            with self.acting(self.accounts["olga"]) as (db, viewer):
                mark = self.mark()
                place = services.create(db, viewer, f"{WORD} {name} {mark}", **settings)
                self.places[name], self.named[place.id] = place.id, mark
                for person in people:
                    handle = db.get_one(Account, self.accounts[person]).handle
                    role = "owner" if person == "otto" else "contributor"
                    belonging.add(db, viewer, place, handle, role)
        assert self.refused == 0, self.why

    def _words(self) -> None:
        for place in self.places.values():
            shared = self.write(self.accounts["olga"], place, "page")
            below = self.write(self.accounts["olga"], place, "page", parent=shared)
            post = self.write(self.accounts["otto"], place, "post")
            self.share(self.accounts["olga"], shared, 0, None)
            self.share(self.accounts["olga"], post, 0, None)
            for number in (shared, below, post):
                self.comment(self.accounts["otto"], number, internal=number == post)
        for guest, place in (("karl", "clean"), ("lina", "clean"), ("lina", "board")):
            number = self.write(self.accounts[guest], self.places[place], "post")
            self.comment(self.accounts["otto"], number, internal=False)
        assert self.refused == 0, self.why

    # acts
    def write(self, who: int, place: int, kind: str, parent: int | None = None, draft: bool = False) -> int:
        """A new entry, with one mark in its title and its words; 0 if that was refused."""
        number, mark = 0, self.mark()
        title, body = f"{WORD} {mark}", f"{WORD} says {mark}."
        with self.acting(who) as (db, viewer):
            where = db.get_one(Workspace, place)
            if kind == "post":
                made: Entry = blog.draft(db, viewer, title, body, [mark], where.slug)
                if not draft:
                    blog.publish(db, viewer, made)  # type: ignore[arg-type]
            elif draft:
                made = pages.draft(db, viewer, access.workspace(db, viewer, where.slug), title, body)
            else:
                found = access.workspace(db, viewer, where.slug)
                above = access.get(db, viewer, Page, Page.id == parent) if parent else None
                made = pages.create(db, viewer, found, title, body, parent=above)
            db.flush()
            number = made.id
        if number:
            self.marks[number] = mark
        return number

    def on_entry(self, who: int, entry: int, do: Callable[[Session, Viewer, Any], object]) -> None:
        """Do something to an entry that the person reads."""
        with self.acting(who) as (db, viewer):
            do(db, viewer, access.get(db, viewer, Entry, Entry.id == entry))

    def share(self, who: int, entry: int, guests: int | None, public: int | None) -> None:
        """``guests`` and ``public`` are hours from now; None means never."""
        now = self.now()
        moments = [None if hours is None else now + timedelta(hours=hours) for hours in (guests, public)]
        self.on_entry(who, entry, lambda db, viewer, found: entries.share(db, viewer, found, *moments))

    def publish(self, who: int, entry: int, after: int = 0) -> None:
        at = self.now() + timedelta(hours=after)

        def do(db: Session, viewer: Viewer, found: Any) -> None:
            if isinstance(found, Post):
                blog.publish(db, viewer, found, at)
            else:
                words = (found.title, found.body, None)
                pages.publish(db, viewer, found, *words, base_version=found.version)

        self.on_entry(who, entry, do)

    def withdraw(self, who: int, entry: int) -> None:
        self.on_entry(who, entry, entries.withdraw)

    def move(self, who: int, entry: int, below: int) -> None:
        def do(db: Session, viewer: Viewer, found: Any) -> None:
            parent = access.get(db, viewer, Page, Page.id == below) if below else None
            if isinstance(found, Page):
                pages.move(db, viewer, found, parent)

        self.on_entry(who, entry, do)

    def remove(self, who: int, entry: int) -> None:
        def do(db: Session, viewer: Viewer, found: Any) -> None:
            (pages.delete if isinstance(found, Page) else entries.remove)(db, viewer, found)

        self.on_entry(who, entry, do)

    def comment(self, who: int, entry: int, *, internal: bool, answer: int = 0) -> None:
        mark, number = self.mark(), 0
        with self.acting(who) as (db, viewer):
            found = access.get(db, viewer, Entry, Entry.id == entry)
            parent = None
            if answer:
                kind = comments.Comment
                parent = access.get_part(db, viewer, kind, kind.id == answer, kind.entry_id == entry)
            made = comments.add(db, viewer, found, f"{WORD} {mark}", parent=parent, internal=internal)
            number = made.id
        if number:
            self.said[number] = mark

    def pass_time(self, hours: int) -> None:
        """... and the worker keeps the house, as it does each hour."""
        self.hour += hours
        with self.system() as db:
            sponsors.keep(db, self.context.settings.guest_days)

    def let_in(self, who: int, place: int, person: int, role: str, after: int | None) -> None:
        ends = self.now() + timedelta(hours=after) if after else None
        with self.acting(who) as (db, viewer):
            handle = db.get_one(Account, person).handle
            belonging.add(db, viewer, db.get_one(Workspace, place), handle, role, ends)

    def put_out(self, who: int, member: int) -> None:
        with self.acting(who) as (db, viewer):
            found = db.get_one(Membership, member)
            belonging.remove(db, viewer, db.get_one(Workspace, found.workspace_id), found)

    def change_member(self, who: int, member: int, role: str, after: int | None) -> None:
        ends = self.now() + timedelta(hours=after) if after else None
        with self.acting(who) as (db, viewer):
            found = db.get_one(Membership, member)
            belonging.change(db, viewer, db.get_one(Workspace, found.workspace_id), found, role, ends)

    def set_up(self, who: int, place: int, changes: Mapping[str, Any]) -> None:
        with self.acting(who) as (db, viewer):
            found = db.get_one(Workspace, place)
            services.edit(db, viewer, found, changes, base_version=found.version)

    def archive(self, who: int, place: int, closed: bool) -> None:
        with self.acting(who) as (db, viewer):
            (services.archive if closed else services.restore)(db, viewer, db.get_one(Workspace, place))

    def suspend(self, person: int, on: bool) -> None:
        """By the administrator."""
        with self.acting(self.accounts["root"]) as (db, viewer):
            account = db.get_one(Account, person)
            if on:
                admin.suspend(db, viewer, account, "for a test")
            else:
                admin.activate(db, viewer, account)

    def share_branch(self, who: int, entry: int, guests: int | None) -> None:
        """An entry and all below it, as the page about sharing does."""
        at = None if guests is None else self.now() + timedelta(hours=guests)

        def do(db: Session, viewer: Viewer, found: Entry) -> None:
            entries.share(db, viewer, found, at, None)
            shared.follow(db, viewer, shared.below(db, viewer, found), at, None)

        self.on_entry(who, entry, do)

    def share_all(self, who: int, place: int, on: bool) -> None:
        """Everything in a place, as the page about its guests does."""
        with self.acting(who) as (db, viewer):
            found = db.get_one(Workspace, place)
            ids = db.scalars(access.select_entries(viewer, Entry, Entry.public_id)).all()
            shared.share(db, viewer, shared.chosen(db, viewer, found, ids), guests=on)

    def sponsored(self) -> list[tuple[int, int]]:
        """Guests who can come in, and who answers for them."""
        with self.system() as db:
            found = select(Account.id, Account.sponsor_id).where(
                Account.sponsor_id.is_not(None), access.active(self.now())
            )
            return [(row.id, row.sponsor_id) for row in db.execute(found.order_by(Account.id))]
