"""Filling an empty Collab with the demo company, through the same services that people use."""

import io
import ipaddress
import secrets
import tempfile
from datetime import timedelta
from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import clock
from collab.activity.outbox import Context
from collab.auth import services as accounts
from collab.auth.models import Account, Firm
from collab.auth.passwords import keep_password
from collab.blog import services as blog
from collab.blog.models import Post
from collab.comments import services as comments
from collab.comments.models import Comment
from collab.config import Settings
from collab.demo import calendar, pictures, shelf, talk, tasks
from collab.errors import CollabError
from collab.files import services as files
from collab.files.photos import keep_photo
from collab.guests import addresses, invitations
from collab.guests.invitations import Offer
from collab.home import pins
from collab.pages import services as pages
from collab.pages.models import Page
from collab.reactions.models import Reaction
from collab.viewer import ANONYMOUS, Viewer
from collab.workspaces import belonging, entries
from collab.workspaces import services as workspaces
from collab.workspaces.models import BLOG, Entry, Membership, Workspace

PASSWORD = "collab demo"  # noqa: S105 - only on this computer, see password()
NOTE = "demo.txt"
#: Whom the start names: key and what one sees as that person.
SHOWN = (
    ("margarete", "managing director"),
    ("admin", "administrator"),
    ("anna", "owner of a workspace with guests"),
    ("karl", "guest, Kessler Guss GmbH"),
    ("luca", "guest, Linotek AG"),
)


class NotEmptyError(CollabError):
    """There are people already."""


def make(context: Context) -> str:
    """Make the demo company; answers how to sign in. Raises NotEmptyError where there are people."""
    with context.read() as db:
        if db.scalar(select(Account.id).limit(1)) is not None:
            raise NotEmptyError("There are accounts already. The demo company wants an empty database.")
    company = _Company(context, password(context.settings))
    company.hire(_read("company.yaml"))
    company.found(_read("company.yaml"))
    tasks.make(context, company.people, _read("tasks.yaml"))
    calendar.make(context, company.people, _read("calendar.yaml"))
    company.give_blog_to("margarete")
    company.invite(_read("company.yaml")["invitations"])
    for post in _read("posts.yaml"):
        company.publish(post)
    talk.make(context, company.people, _read("talk.yaml"))
    shelf.make(context, company.people, _read("shelf.yaml"))
    note = company.note()
    (context.data_dir / NOTE).write_text(note, encoding="utf-8")
    return note


def note(context: Context) -> str:
    """How to sign in to the demo company; empty if this is none."""
    kept = context.data_dir / NOTE
    return kept.read_text(encoding="utf-8") if kept.exists() else ""


def password(settings: Settings) -> str:
    """The demo's password: well known where only this computer gets in, random elsewhere."""
    try:
        local = ipaddress.ip_address(settings.host).is_loopback
    except ValueError:
        local = settings.host == "localhost"
    return PASSWORD if local and not settings.base_url else secrets.token_urlsafe(9)


def _read(name: str) -> Any:
    return yaml.safe_load(resources.files("collab.demo").joinpath(name).read_text(encoding="utf-8"))


class _Company:
    """The people by their keys, while the company is being made."""

    def __init__(self, context: Context, password: str) -> None:
        self.context, self.password = context, password
        self.people: dict[str, Viewer] = {}
        self.emails: dict[str, str] = {}

    def hire(self, plan: Any) -> None:
        """Firms and people."""
        with self.context.write.begin() as db, clock.shifted(-timedelta(days=150)):
            firms = {}
            for row in plan["firms"]:
                firms[row["name"]] = Firm(**row, created_at=clock.now())
            db.add_all(firms.values())
            db.flush()
            for row in plan["people"]:
                self._hire(db, row, firms.get(row.get("firm", "")))
        with self.context.read() as db:
            for key, email in self.emails.items():
                found = db.scalar(select(Account.id).where(Account.email_key == email))
                self.people[key] = accounts.viewer_of(db, found)

    def _hire(self, db: Session, row: dict[str, Any], firm: Firm | None) -> None:
        domain = firm.domains[0] if firm else "auwald.example"
        self.emails[row["key"]] = f"{row['key']}@{domain}"
        person = accounts.create_account(
            db,
            ANONYMOUS,
            name=row["name"],
            email=self.emails[row["key"]],
            kind="guest" if firm else "employee",
            is_admin=row.get("admin", False),
            firm=firm,
            title=row.get("title", ""),
            locale=row.get("locale", ""),
            ends_at=clock.now() + timedelta(days=150 + row["ends"]) if "ends" in row else None,
        )
        if "sponsor" in row:
            sponsor = self.emails[row["sponsor"]]
            person.sponsor_id = db.scalar(select(Account.id).where(Account.email_key == sponsor))
        person.location, person.bio = row.get("location", ""), row.get("bio", "")
        person.timezone = row.get("timezone", "Europe/Berlin")
        keep_password(db, person, self.password)

    def found(self, plan: Any) -> None:
        """Workspaces with their members and pages."""
        for number, row in enumerate(plan["workspaces"]):
            owner = self.people[row["owners"][0]]
            with self.context.write.begin() as db, clock.shifted(-timedelta(days=100 - 7 * number)):
                db.info["viewer"] = owner
                place = workspaces.create(
                    db,
                    owner,
                    row["name"],
                    row["purpose"],
                    row["visibility"],
                    clean_room=row.get("clean_room", False),
                )
                for key in row.get("members", ()):
                    belonging.add(db, owner, place, self.people[key].handle, "contributor")
                for key in row.get("readers", ()):
                    belonging.add(db, owner, place, self.people[key].handle, "reader")
            for page in row["pages"]:
                self._write_page(place, page)
            self._adorn(owner, place, row)

    def invite(self, plan: Any) -> None:
        """Guests who have not come yet. Their mails lie in the data folder."""
        for row in plan:
            sponsor = self.people[row["by"]]
            with self.context.write.begin() as db:
                db.info["viewer"] = sponsor
                place = db.scalars(select(Workspace).where(Workspace.name == row["to"])).one()
                offer = Offer(message=row["message"], locale=sponsor.locale)
                people = addresses.read(row["who"])
                invitations.invite(db, sponsor, self.context.settings, place, people, offer)

    def give_blog_to(self, key: str) -> None:
        """The company blog exists already and belongs to nobody."""
        with self.context.write.begin() as db, clock.shifted(-timedelta(days=100)):
            blog_place = db.scalars(select(Workspace).where(Workspace.slug == BLOG)).one()
            db.add(
                Membership(
                    workspace_id=blog_place.id,
                    account_id=self.people[key].me,
                    role="owner",
                    created_at=clock.now(),
                )
            )

    def _write_page(self, place: Workspace, row: dict[str, Any]) -> None:
        author = self.people[row["by"]]
        with self.context.write.begin() as db, clock.shifted(-timedelta(days=30)):
            db.info["viewer"] = author
            here = db.get_one(Workspace, place.id)
            above = select(Page).where(Page.place_id == place.id, Page.title == row.get("parent"))
            parent = db.scalar(above) if "parent" in row else None
            page = pages.create(db, author, here, row["title"], row["body"], parent=parent)
            if row.get("guests"):
                entries.share(db, author, page, clock.now(), None)

    def _adorn(self, owner: Viewer, place: Workspace, row: dict[str, Any]) -> None:
        """Its picture, and what is pinned on its first page."""
        picture = io.BytesIO(pictures.draw(row["picture"])) if "picture" in row else None
        shown = keep_photo(self.context.storage, picture) if picture else None
        pinned = [page["title"] for page in row["pages"] if page.get("pinned")]
        with self.context.write.begin() as db, clock.shifted(-timedelta(days=29)):
            db.info["viewer"] = owner
            here = db.get_one(Workspace, place.id)
            workspaces.change_picture(db, owner, here, shown, row.get("alt", ""))
            for page in db.scalars(select(Page).where(Page.place_id == place.id, Page.title.in_(pinned))):
                pins.pin(db, owner, here, page.public_id)

    def publish(self, row: dict[str, Any]) -> None:
        """A post, its picture, its comments and who liked it."""
        author, *others = [self.people[key] for key in row["by"]]
        with self.context.write.begin() as db, clock.shifted(-timedelta(days=row["days"])):
            db.info["viewer"] = author
            post = blog.draft(
                db, author, row["title"], row["body"], row.get("tags", ()), row.get("workspace")
            )
            entries.set_authors(db, author, post, [other.handle for other in others])
            if "picture" in row:
                self._illustrate(db, author, post, row["picture"])
            if row.get("draft"):
                return
            blog.publish(db, author, post)
            shown = clock.now() if row.get("guests") or row.get("public") else None
            entries.share(db, author, post, shown, shown if row.get("public") else None)
        for hours, comment in enumerate(row.get("comments", ()), start=2):
            self._say(post, comment, None, timedelta(days=row["days"], hours=-hours))
        self._like(post, row)

    def _illustrate(self, db: Session, author: Viewer, post: Post, name: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.png"
            path.write_bytes(pictures.draw(name))
            picture = files.attach_path(db, author.me, post, self.context.storage, path, path.name, "")
        db.flush()
        post.image_id = picture.id

    def _say(self, post: Entry, row: dict[str, Any], parent: int | None, before: timedelta) -> None:
        author = self.people[row["by"]]
        with self.context.write.begin() as db, clock.shifted(-before):
            db.info["viewer"] = author
            answered = db.get(Comment, parent) if parent else None
            entry = db.get_one(Post, post.id)
            said = comments.add(
                db, author, entry, row["body"], parent=answered, internal=row.get("internal", False)
            )
        for reply in row.get("replies", ()):
            self._say(post, reply, said.id, before - timedelta(hours=3))

    def _like(self, post: Post, row: dict[str, Any]) -> None:
        employees = [person for person in self.people.values() if person.is_employee]
        eager = (
            employees[: len(row["title"]) % 7 + len(row.get("comments", ()))]
            if "workspace" not in row
            else []
        )
        with self.context.write.begin() as db:
            db.add_all(
                Reaction(
                    entry_id=post.id,
                    workspace_id=post.workspace_id,
                    author_id=person.me,
                    kind="thanks" if number % 3 == 2 else "like",
                    created_at=clock.now(),
                )
                for number, person in enumerate(eager)
            )

    def note(self) -> str:
        """How to sign in, for people who see Collab for the first time."""
        lines = [f"Sign in as one of these with the password “{self.password}”:"]
        lines += [f"  {self.emails[key]:32} {what}" for key, what in SHOWN]
        return "\n".join(lines) + "\n"
