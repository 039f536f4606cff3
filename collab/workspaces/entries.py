"""What may be done to any entry, whatever its kind: write, publish, share, delete, undo."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from collab import activity, clock, language, text
from collab.auth.models import Account
from collab.errors import Conflict, Invalid
from collab.viewer import Viewer
from collab.workspaces import access, small
from collab.workspaces.models import Autosave, Entry, EntryAlias, EntryAuthor, Revision, Workspace

Resolve = Callable[[str], tuple[str, bool]]
K = TypeVar("K", bound=Entry)
#: While somebody types, it is told only so often that a draft says something else.
SELDOM = timedelta(minutes=1)


def fill(entry: Entry, title: str, body: str, resolve: Resolve | None = None) -> text.Rendered:
    """Set the words of an entry and all that is made from them."""
    rendered = text.render(body, resolve=resolve)
    entry.title, entry.body = title, body
    entry.html, entry.text, entry.summary = rendered.html, rendered.text, rendered.summary
    entry.letters = len(rendered.text)
    entry.rules = text.RULES
    if not entry.lang_chosen:
        entry.lang = language.guess(f"{title}\n{rendered.text}")
    return rendered


def choose_language(db: Session, viewer: Viewer, entry: Entry, lang: str) -> None:
    """Say which language the entry is in: ``de`` or ``en``; "" lets its words tell again."""
    access.require(db, viewer, "edit", entry)
    if lang == (entry.lang if entry.lang_chosen else ""):
        return
    entry.lang_chosen = bool(lang)
    entry.lang = lang or language.guess(f"{entry.title}\n{entry.text}")
    _record(db, viewer, entry, "edited")


def begin(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    entry: Entry,
    title: str,
    body: str,
    resolve: Resolve | None = None,
) -> text.Rendered:
    """Put a new entry, a draft of the viewer's, into the workspace. Flushes, so that it has an id."""
    access.require(db, viewer, "contribute", workspace)
    now = clock.now()
    entry.workspace_id, entry.author_id = workspace.id, viewer.me
    entry.created_at = entry.updated_at = now
    rendered = fill(entry, title, body, resolve)
    db.add(entry)
    db.flush()
    db.add(EntryAuthor(entry_id=entry.id, account_id=viewer.me, position=0))
    _record(db, viewer, entry, "drafted")
    return rendered


def revise(
    db: Session,
    viewer: Viewer,
    entry: Entry,
    title: str,
    body: str,
    *,
    base_version: int,
    note: str = "",
    resolve: Resolve | None = None,
) -> text.Rendered | None:
    """Change the words of an entry; a published one keeps what it said before.

    ``base_version`` is the version that the editor read: Conflict if it is not the present
    one. Nothing changes, and None comes back, if the words are the same.
    """
    access.require(db, viewer, "edit", entry)
    if locked_version(db, viewer, entry) != base_version:
        raise Conflict
    forget_autosave(db, viewer, entry)
    if (entry.title, entry.body) == (title, body):
        return None
    minor = not note and entry.title == title and small.is_small(entry.body, body)
    rendered = fill(entry, title, body, resolve)
    entry.version += 1
    entry.updated_at = clock.now()
    if entry.published_at is not None:
        keep_revision(db, entry, viewer.me, note)
    _record(db, viewer, entry, "edited", **({"small": True} if minor else {}))
    return rendered


def locked_version(db: Session, viewer: Viewer, entry: Entry) -> int:
    """The version in the database now; nobody else changes it until this transaction ends."""
    db.flush()
    found = select(Entry.version).where(Entry.id == entry.id).execution_options(policy=True)
    version: int = db.execute(found.with_for_update()).scalar_one()
    return version


def stale(db: Session, kind: type[K], limit: int = 200) -> Sequence[K]:
    """Entries whose HTML was made by older rules. For maintenance: the session reads as the system."""
    return db.scalars(select(kind).where(Entry.rules != text.RULES).limit(limit)).all()


def keep_revision(
    db: Session, entry: Entry, author_id: int, note: str = "", at: datetime | None = None
) -> None:
    """Note down what the entry says now, under its present version."""
    db.add(
        Revision(
            workspace_id=entry.workspace_id,
            entry_id=entry.id,
            number=entry.version,
            title=entry.title,
            body=entry.body,
            author_id=author_id,
            note=note,
            created_at=at or clock.now(),
        )
    )


def publish(db: Session, viewer: Viewer, entry: Entry, at: datetime | None = None) -> None:
    """Show a draft to its readers from ``at`` (an aware time, now by default) on.

    Publishing twice changes nothing and tells nobody. A guest's entry is for guests too;
    other times of sharing that are set already move so that the staff know first.
    """
    access.require(db, viewer, "publish", entry)
    if entry.published_at is not None:
        return
    if not entry.title.strip():
        raise Invalid({"title": "required"})
    entry.published_at = max(at or clock.now(), clock.now())
    if not viewer.is_employee:
        entry.guests_from = entry.published_at
    _staff_first(entry)
    keep_revision(db, entry, viewer.me)
    _record(db, viewer, entry, "published")


def withdraw(db: Session, viewer: Viewer, entry: Entry) -> None:
    """Make a published entry a draft again. Its history, comments and address stay."""
    access.require(db, viewer, "publish", entry)
    if entry.published_at is None:
        return
    entry.published_at = entry.guests_from = entry.public_from = None
    entry.version += 1
    _record(db, viewer, entry, "withdrawn")


def share(
    db: Session, viewer: Viewer, entry: Entry, guests_from: datetime | None, public_from: datetime | None
) -> None:
    """Say from when guests, and from when everybody, may read the entry; None means never.

    What is public is for guests too. Invalid where the workspace does not allow the public,
    or where outsiders would know before the staff.
    """
    if (entry.guests_from, entry.public_from) == (guests_from, public_from):
        return
    access.require(db, viewer, "share", entry)
    if public_from is not None and not db.get_one(Workspace, entry.workspace_id).allows_public:
        raise Invalid({"public_from": "not_public"})
    if public_from is not None and guests_from is None:
        guests_from = public_from
    if guests_from and public_from and public_from < guests_from:
        raise Invalid({"public_from": "guests_first"})
    if entry.published_at and guests_from and guests_from < entry.published_at:
        guests_from = entry.published_at
    entry.guests_from, entry.public_from = guests_from, public_from
    _staff_first(entry)
    _record(db, viewer, entry, "shared")


def _staff_first(entry: Entry) -> None:
    if entry.published_at and entry.guests_from:
        entry.guests_from = max(entry.guests_from, entry.published_at)
    if entry.guests_from and entry.public_from:
        entry.public_from = max(entry.public_from, entry.guests_from)


def remove(db: Session, viewer: Viewer, entry: Entry) -> None:
    """Delete an entry for everybody; ``restore`` brings it back as it was."""
    access.require(db, viewer, "delete", entry)
    entry.deleted_at, entry.deleted_by_id = clock.now(), viewer.account_id
    _record(db, viewer, entry, "deleted")


def restore(db: Session, viewer: Viewer, entry: Entry) -> None:
    """Undo a deletion. ``entry`` comes from ``deleted``, which checks who may."""
    entry.deleted_at = entry.deleted_by_id = None
    db.flush()
    access.require(db, viewer, "read", entry)
    _record(db, viewer, entry, "restored")


def set_authors(db: Session, viewer: Viewer, entry: Entry, handles: Sequence[str]) -> None:
    """Put other people's names on the entry, after the first author's, in this order.

    Invalid if a handle is nobody's that the viewer may know.
    """
    wanted = list(dict.fromkeys(handles))
    rows = db.execute(
        select(Account.handle, Account.id).where(Account.handle.in_(wanted), access.people(viewer))
    )
    known = {row.handle: row.id for row in rows}
    unknown = [handle for handle in wanted if handle not in known]
    if unknown:
        raise Invalid({"authors": "unknown_people"}, names=", ".join(unknown))
    ids = [entry.author_id, *(known[handle] for handle in wanted if known[handle] != entry.author_id)]
    present = db.scalars(
        select(EntryAuthor.account_id).where(EntryAuthor.entry_id == entry.id).order_by(EntryAuthor.position)
    ).all()
    if list(present) == ids:
        return
    access.require(db, viewer, "edit", entry)
    db.execute(delete(EntryAuthor).where(EntryAuthor.entry_id == entry.id))
    db.info.pop("author", None)
    db.add_all(
        EntryAuthor(entry_id=entry.id, account_id=account, position=n) for n, account in enumerate(ids)
    )


def add_alias(db: Session, entry: Entry, address: str) -> None:
    """Keep a former address of the entry leading to it."""
    known = (
        select(func.count())
        .select_from(EntryAlias)
        .where(EntryAlias.entry_id == entry.id, EntryAlias.address == address)
        .execution_options(policy=True)
    )
    if not db.scalar(known):
        db.add(
            EntryAlias(workspace_id=entry.workspace_id, entry_id=entry.id, kind=entry.kind, address=address)
        )


def autosave(db: Session, viewer: Viewer, entry: Entry, title: str, body: str, base_version: int) -> datetime:
    """Keep unsaved words: in a draft itself, beside a published entry. Answers when.

    A draft that somebody else changed meanwhile is kept beside too; nothing is overwritten.
    """
    access.require(db, viewer, "edit", entry)
    now = clock.now()
    if entry.published_at is None and locked_version(db, viewer, entry) == base_version:
        fill(entry, title, body)
        entry.updated_at = now
        _record_draft(db, viewer, entry, now)
        return now
    kept = db.get(Autosave, (viewer.me, entry.id))
    if kept is None:
        kept = Autosave(account_id=viewer.me, entry_id=entry.id)
        db.add(kept)
    kept.title, kept.body, kept.base_version, kept.saved_at = title, body, base_version, now
    return now


def _record_draft(db: Session, viewer: Viewer, entry: Entry, now: datetime) -> None:
    """Tell that a draft says something else, so that its authors find it; seldom while somebody types."""
    told = select(func.max(activity.Event.at)).where(
        activity.Event.entry_id == entry.id, activity.Event.kind == f"{entry.kind}.drafted"
    )
    last = db.scalar(told)
    if last is None or last <= now - SELDOM:
        _record(db, viewer, entry, "drafted")


def autosaved(db: Session, viewer: Viewer, entry: Entry) -> Autosave | None:
    """The viewer's unsaved words about the entry, if they differ from what it says."""
    kept = db.get(Autosave, (viewer.me, entry.id))
    if kept is None or (kept.title, kept.body) == (entry.title, entry.body):
        return None
    return kept


def forget_autosave(db: Session, viewer: Viewer, entry: Entry) -> None:
    """The words were saved, or given up."""
    db.execute(delete(Autosave).where(Autosave.account_id == viewer.me, Autosave.entry_id == entry.id))


def _record(db: Session, viewer: Viewer, entry: Entry, what: str, **data: bool) -> None:
    activity.record(
        db,
        f"{entry.kind}.{what}",
        viewer,
        workspace_id=entry.workspace_id,
        entry_id=entry.id,
        version=entry.version,
        **data,
    )
