"""One of everything, each with a mark in it, in each kind of place; and who may see which mark.

Nothing here knows the policy: who may see a mark is asked of ``access`` in a session that the
application does not use. That ``access`` is right is shown in tests/workspaces/test_access_random.py.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from typing import Any

from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from collab import clock
from collab.auth import services as accounts
from collab.auth.issuer import keys
from collab.auth.issuer.models import OAuthClient
from collab.auth.models import Account, Firm
from collab.auth.providers.models import SignInProvider
from collab.comments import services as comments
from collab.comments.models import Comment
from collab.files import services as files
from collab.files.models import Attachment
from collab.files.preview.kinds import TEXT
from collab.files.preview.making import Made
from collab.files.preview.services import Previewer, Waiting
from collab.guests.addresses import Addressee
from collab.guests.invitations import Offer, invite
from collab.kinds import ROOMS
from collab.pages import services as pages
from collab.pages.models import Page
from collab.search import saved
from collab.tags.models import EntryTag
from collab.tags.services import set_tags
from collab.viewer import ANONYMOUS, Viewer
from collab.workspaces import access, entries
from collab.workspaces.models import Autosave, Entry, EntryGrant, JoinRequest, Revision, ShareLink, Workspace
from tests.cast import CAST, LINKED, World

#: People of this world alone: a guest who belongs nowhere, and one whose access has ended.
FURTHER = ("alone", "former")
#: The token in the address of the link by which LINKED has come, who has no account.
LINK = "l" * 43
#: In every marked text, so that one search finds all of them.
WORD = "Quokka"
#: May this viewer see it? Asked with a session that sees everything.
Sees = Callable[[Session, Viewer], bool]


@dataclass(eq=False)
class Full:
    world: World
    marks: dict[str, Sees] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    entries: list[Any] = field(default_factory=list)
    what: dict[str, str] = field(default_factory=dict)
    numbers: Any = field(default_factory=lambda: count(1000))

    def viewer(self, who: str) -> Viewer:
        """Who asks. Somebody who came by the link is nobody in particular."""
        if who != LINKED:
            return self.world.viewer(who)
        with self.world.context.read() as db:
            return replace(ANONYMOUS, link_id=db.scalars(select(ShareLink.id)).one())

    def mark(self, what: str, sees: Sees) -> str:
        """A text, as part of ``what``, that only those may come across of whom ``sees`` says so."""
        mark = f"zq{next(self.numbers)}zq"
        self.marks[mark], self.what[mark] = sees, what
        return f"{WORD} {mark}"

    def later(self, what: str) -> tuple[str, Callable[[Sees], None]]:
        """As ``mark``, for things that do not exist yet; tell the second value who sees it."""
        text = self.mark(what, lambda _db, _viewer: False)
        return text, lambda sees: self.marks.update({text.split()[1]: sees})


def reads(kind: Any, number: int) -> Sees:
    """Those who may read the entry, or the part of an entry, with this number."""

    def sees(db: Session, viewer: Viewer) -> bool:
        start = access.select_entries if issubclass(kind, Entry) else access.select_parts
        return db.scalar(start(viewer, kind, kind.id).where(kind.id == number)) is not None

    return sees


def reads_tag(entry: int) -> Sees:
    def sees(db: Session, viewer: Viewer) -> bool:
        found = access.select_parts(viewer, EntryTag, EntryTag.key).where(EntryTag.entry_id == entry)
        return db.scalar(found) is not None

    return sees


def knows_place(slug: str) -> Sees:
    def sees(db: Session, viewer: Viewer) -> bool:
        return (
            db.scalar(select(Workspace.id).where(Workspace.slug == slug, access.workspaces(viewer)))
            is not None
        )

    return sees


def reads_in_place(slug: str) -> Sees:
    """Those who know the place, or read something in it as the public does in a newsroom.

    Not those with whom a single entry is shared: they do not learn where it stands.
    """

    def sees(db: Session, viewer: Viewer) -> bool:
        newsroom = select(Workspace.id).where(Workspace.slug == slug, Workspace.allows_public)
        some = access.select_entries(viewer, Entry, Entry.id).where(Entry.workspace_id.in_(newsroom))
        return knows_place(slug)(db, viewer) or db.scalar(some.limit(1)) is not None

    return sees


def knows(account: int) -> Sees:
    return lambda db, viewer: account in access.may_notice(db, viewer, [account])


def only(account: int) -> Sees:
    return lambda _db, viewer: viewer.account_id == account


def _own_or_audited(account: int) -> Sees:
    """The name that one gives to a token stands in the audit trail, for administrators."""
    return lambda _db, viewer: viewer.account_id == account or viewer.is_admin


def _makers() -> Iterator[Callable[..., Entry]]:
    """What each further kind of entries has in tests/ROOM/marked.py:

    ``make(full, slug, *, guests)`` puts one entry of it into the workspace, with marks in everything that is
    written in it, shared with guests or not, and answers it.
    """
    for room in ROOMS:
        if find_spec(f"tests.{room}.marked"):
            yield import_module(f"tests.{room}.marked").make


MAKERS = [*_makers()]


def fill(world: World) -> Full:
    full = Full(world)
    _hire_more(world)
    for who in (*CAST, *FURTHER):
        number = world.account_id(who)
        with world.system() as db:
            about = full.mark(f"bio of {who}", knows(number))
            db.execute(
                update(Account)
                .where(Account.id == number)
                .values(bio=about, title=full.mark(f"title of {who}", knows(number)))
            )
        with world.acting(who) as (db, viewer):
            if viewer.signed_in:  # not somebody whose time is over
                name = full.mark(f"saved search of {who}", only(number))
                saved.save(db, viewer, world.engine(), f"q={WORD}", name)
    full.places = {
        "blog": "blog",
        "open": _place(full, "open", ["member", "guest", "former"]),
        "closed": _place(full, "closed", ["member", "guest", "former"]),
        "secret": _place(full, "secret", ["member"]),
        "clean": _place(full, "closed", ["member", "guest", "former", "rival"], clean_room=True),
        "news": _place(full, "closed", ["member"], allows_public=True),
    }
    for name in full.places:
        _fill_place(full, name)
        _invite(full, name)
    _personal(full)
    world.drain()
    _show_files(world)
    assert world.as_(LINKED).get(f"/s/{LINK}").status_code == 200
    return full


def _show_files(world: World) -> None:
    """Every text in a file can be looked at, as if the worker had had the time for it."""
    previewer = Previewer(world.context)
    with world.system() as db:
        query = select(Attachment.id, Attachment.sha256, Attachment.media_type, Attachment.name)
        rows = db.execute(query.where(Attachment.media_type == "text/plain")).all()
    for row in rows:
        words = world.context.storage.path(row.sha256).read_bytes()
        previewer.keep(Waiting(*row), Made(TEXT, parts=(("text", words),)))


def _invite(full: Full, name: str) -> None:
    """Somebody is invited there who has not come yet: for employees who know the place, and administrators."""
    slug = full.places[name]

    def sees(db: Session, viewer: Viewer) -> bool:
        return viewer.is_admin or (viewer.is_employee and knows_place(slug)(db, viewer))

    about = full.mark(f"name of who is invited to {name}", sees)
    firm = full.mark(f"firm of who is invited to {name}", sees)
    with full.world.acting("author") as (db, viewer):
        place, settings = access.workspace(db, viewer, slug), full.world.context.settings
        people = [Addressee(f"invited@{name}-quokka.example", about)]
        invite(db, viewer, settings, place, people, Offer(firm=firm))


def _hire_more(world: World) -> None:
    """A guest who belongs nowhere, and one whose access has ended."""
    with world.system() as db:
        firms = {
            "alone": Firm(name="Einzel KG", created_at=clock.now()),
            "former": db.scalars(select(Firm).where(Firm.name == "Muster GmbH")).one(),
        }
        db.add(firms["alone"])
        db.flush()
        for who in FURTHER:
            email = f"{who}@example.com"
            accounts.create_account(
                db, ANONYMOUS, name=who.title(), email=email, kind="guest", firm=firms[who], locale="en"
            )
        former = db.scalars(select(Account).where(Account.email_key == "former@example.com")).one()
        former.ends_at = clock.now() - timedelta(days=1)


def _share_alone(full: Full, entry: Entry) -> None:
    """The entry alone is shared with a guest who belongs nowhere, and with a firm."""
    with full.world.system() as db:
        rivals = db.scalars(select(Account.firm_id).where(Account.id == full.world.account_id("rival"))).one()
        for holder in ({"account_id": full.world.account_id("alone")}, {"firm_id": rivals}):
            db.add(
                EntryGrant(
                    entry_id=entry.id,
                    workspace_id=entry.workspace_id,
                    granted_by_id=full.world.account_id("author"),
                    ends_at=clock.now() + timedelta(days=90),
                    created_at=clock.now(),
                    **holder,
                )
            )


def _make_link(full: Full, entry: Entry) -> None:
    with full.world.system() as db:
        db.add(
            ShareLink(
                token_hash=accounts.digest(LINK),
                entry_id=entry.id,
                workspace_id=entry.workspace_id,
                name=full.mark("name of a link", _shares(entry.id)),
                may_comment=True,
                created_by_id=full.world.account_id("author"),
                ends_at=clock.now() + timedelta(days=90),
                created_at=clock.now(),
            )
        )


def _shares(entry: int) -> Sees:
    """Those who may say who reads the entry."""

    def sees(db: Session, viewer: Viewer) -> bool:
        found = db.scalars(access.select_entries(viewer, Entry).where(Entry.id == entry)).first()
        return found is not None and access.allowed(db, viewer, "share", found)

    return sees


def _place(full: Full, visibility: str, members: list[str], **more: Any) -> str:
    name, is_called = full.later(f"name of a {visibility} workspace")
    purpose, is_for = full.later(f"purpose of a {visibility} workspace")
    slug = full.world.workspace(name, visibility=visibility, members=members, purpose=purpose, **more)
    is_called(reads_in_place(slug))
    is_for(knows_place(slug))
    return slug


def _fill_place(full: Full, name: str) -> None:
    world, slug = full.world, full.places[name]
    now = clock.now()
    post(full, slug, published=False)
    shown = [post(full, slug), post(full, slug, guests_from=now)]
    if name in ("blog", "news"):
        shown.append(post(full, slug, public_from=now))
    if name != "blog":
        shown.append(page(full, slug))
        page(full, slug, draft=True)
    further = MAKERS if name == "clean" else ()  # one place, in which everybody sees something else
    for make in further:
        make(full, slug, guests=False)
        entry = make(full, slug, guests=True)
        comment(full, entry, "guest")
        comment(full, entry, "author", internal=True)
    for entry in shown if name in ("clean", "news") else shown[1:]:
        parts(full, entry)
    if name == "secret":
        _make_link(full, shown[1])
    if name in ("closed", "secret", "clean"):
        _share_alone(full, shown[1])
        _share_alone(full, shown[-1])
    if name == "clean":
        for who in ("guest", "rival"):
            post(full, slug, author=who)
            comment(full, shown[1], who)
            attach(full, shown[1], who, with_comment=True)
    for entry in full.entries:
        if entry.kind == "post" and entry.workspace_id == shown[0].workspace_id:
            with world.acting("author") as (db, _):
                entries.add_alias(db, entry, f"2019/{entry.public_id}")
    deleted = post(full, slug, guests_from=now)
    with world.acting("author") as (db, viewer):
        entries.remove(db, viewer, access.get(db, viewer, Entry, Entry.id == deleted.id))


def post(full: Full, slug: str, **more: Any) -> Any:
    """A post with marks in title, body, tag and former body."""
    title, is_called = full.later(f"title of a post in {slug} {more}")
    body, says = full.later(f"first body of a post in {slug} {more}")
    tag, has_tag = full.later(f"tag of a post in {slug} {more}")
    made = full.world.post(title, body, workspace=slug, tags=[tag.split()[1]], **more)
    is_called(reads(Entry, made.id))
    has_tag(reads_tag(made.id))
    full.entries.append(made)
    if more.get("published", True) and more.get("author", "author") == "author":
        says(_reads_revision(made.id, 1))
        with full.world.acting("author") as (db, viewer):
            entry = access.get(db, viewer, Entry, Entry.id == made.id)
            entries.revise(
                db, viewer, entry, title, full.mark("body of a post", reads(Entry, made.id)), base_version=1
            )
    else:
        says(reads(Entry, made.id))
    return made


def _reads_revision(entry: int, number: int) -> Sees:
    def sees(db: Session, viewer: Viewer) -> bool:
        found = access.select_parts(viewer, Revision, Revision.id)
        return db.scalar(found.where(Revision.entry_id == entry, Revision.number == number)) is not None

    return sees


def page(full: Full, slug: str, *, draft: bool = False) -> Page:
    title, is_called = full.later(f"title of a page in {slug} {draft}")
    body, says = full.later(f"body of a page in {slug} {draft}")
    if draft:
        with full.world.acting("author") as (db, viewer):
            made = pages.draft(db, viewer, access.workspace(db, viewer, slug), title, body)
            db.flush()
    else:
        made = full.world.page(title, body, workspace=slug)
    is_called(reads(Entry, made.id))
    says(reads(Entry, made.id))
    full.entries.append(made)
    return made


def parts(full: Full, entry: Entry) -> None:
    comment(full, entry, "author")
    comment(full, entry, "author", internal=True)
    comment(full, entry, "author", deleted=True)
    attach(full, entry, "author")
    attach(full, entry, "author", with_comment=True)
    if entry.kind == "page":
        return  # pages have no tags
    with full.world.acting("author") as (db, viewer):
        tag, has_tag = full.later(f"further tag of {entry.title}")
        tags = [
            *db.scalars(
                access.select_parts(viewer, EntryTag, EntryTag.name).where(EntryTag.entry_id == entry.id)
            )
        ]
        set_tags(db, access.get(db, viewer, Entry, Entry.id == entry.id), [*tags, tag.split()[1]])
    has_tag(reads_tag(entry.id))


def comment(full: Full, entry: Entry, who: str, *, internal: bool = False, deleted: bool = False) -> None:
    text, says = full.later(f"comment by {who} {internal=} {deleted=}")
    with full.world.acting(who) as (db, viewer):
        target = access.get(db, viewer, Entry, Entry.id == entry.id)
        made = comments.add(db, viewer, target, text, internal=internal)
        if deleted:
            comments.delete(db, viewer, made)
        else:
            says(reads(Comment, made.id))


def attach(full: Full, entry: Entry, who: str, *, with_comment: bool = False) -> None:
    name, is_called = full.later(f"file of {who} {with_comment=}")
    alt, is_described = full.later(f"alternative text of {who} {with_comment=}")
    words, is_said = full.later(f"words in a file of {who} {with_comment=}")
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    picture.seek(0)
    shown = FileStorage(picture, f"{name.replace(' ', '_')}.png")
    read = FileStorage(io.BytesIO(words.encode()), "words.txt")
    storage = full.world.context.storage
    with full.world.acting(who) as (db, viewer):
        target = access.get(db, viewer, Entry, Entry.id == entry.id)
        made, text = (
            files.attach(db, viewer, target, storage, file, limit_mb=1, alt=said, with_comment=with_comment)
            for file, said in ((shown, alt), (read, ""))
        )
    is_called(reads(Attachment, made.id))
    is_described(reads(Attachment, made.id))
    is_said(reads(Attachment, text.id))


def _personal(full: Full) -> None:
    """What is one's own: words not yet saved, tokens, requests to join."""
    world, author = full.world, full.world.account_id("author")
    with world.system() as db:
        account = db.get_one(Account, author)
        entry = next(entry for entry in full.entries if entry.published_at is not None)
        db.add(
            Autosave(
                account_id=author,
                entry_id=entry.id,
                title=entry.title,
                body=full.mark("unsaved words", only(author)),
                base_version=2,
                saved_at=clock.now(),
            )
        )
        accounts.create_token(
            db,
            world.viewer("author"),
            account,
            full.mark("name of a token", _own_or_audited(author)),
            ["read"],
        )
        closed = db.scalars(select(Workspace).where(Workspace.slug == full.places["closed"])).one()
        db.add(
            JoinRequest(
                workspace_id=closed.id,
                account_id=world.account_id("colleague"),
                message=full.mark("wish to join", only(author)),
                created_at=clock.now(),
            )
        )
        firm = db.scalars(select(Firm).where(Firm.name == "Rivale AG")).one()
        firm.name = full.mark("name of a firm", knows(world.account_id("rival")))
        db.add(
            OAuthClient(
                client_id="tool", name=full.mark("name of a tool", _administers), created_at=clock.now()
            )
        )
        db.add(
            SignInProvider(
                name="elsewhere",
                label=full.mark("label of a provider that is switched off", _administers),
                issuer="https://id.example",
                client_id="collab",
                enabled=False,
                created_at=clock.now(),
            )
        )
        keys.ensure(db, world.context.settings.key)


def _administers(_db: Session, viewer: Viewer) -> bool:
    return viewer.is_admin
