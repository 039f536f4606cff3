"""What happened, as rows: events of which the viewer may know, with what they are about."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import and_, case, func, or_

from collab.activity.models import Event
from collab.auth.models import Account, Firm
from collab.comments.models import Comment
from collab.files.models import Attachment
from collab.home.queries import EXCERPT
from collab.viewer import Viewer
from collab.web.paging import ordered
from collab.workspaces import access, kinds, members, whereabouts
from collab.workspaces.asking import parameter
from collab.workspaces.models import Entry, Workspace
from collab.workspaces.queries import Rows

SAID, ATTACHED = "comment.added", "file.added"
#: What is told of every kind, unless the kind says "".
WRITTEN = ("published", "edited", "imported")
#: Who came, whose account is the event's subject; what became of the workspace.
CAME = ("member.joined", "member.added", "member.accepted")
PLACE = ("workspace.created", "workspace.archived", "workspace.restored", "workspace.taken_over")


EVENT = (
    Event.kind.label("event"),
    Event.at,
    Event.data,
    Entry.id.label("entry_id"),
    Entry.public_id,
    Entry.kind,
    Entry.title,
    Entry.lang,
    Entry.guests_from,
    Entry.public_from,
    Comment.public_id.label("comment_id"),
    func.substr(Comment.text, 1, EXCERPT).label("excerpt"),
    Comment.internal,
    Attachment.name.label("file_name"),
    Workspace.slug.label("workspace_slug"),
    Workspace.name.label("workspace_name"),
)


@cache
def _about_entries() -> Sequence[str]:
    """The events about entries that are told."""
    return [
        f"{kind.name}.{what}"
        for kind in kinds.every()
        for what in dict.fromkeys((*WRITTEN, *kind.happened))
        if kind.happened.get(what, what) != ""
    ]


def _shown(viewer: Viewer) -> Any:
    """The entry of an event is out, and what was said or attached there may be read.

    For guests an entry begins when it was shared with them: what happened to it before is not told.
    """
    said = and_(Comment.deleted_at.is_(None), access.parts(viewer, Comment))
    attached = and_(Attachment.deleted_at.is_(None), access.parts(viewer, Attachment))
    shown = [
        Entry.published_at <= access.NOW,
        or_(Event.kind != SAID, said),
        or_(Event.kind != ATTACHED, attached),
    ]
    if viewer.kind == "guest":
        shown.append(or_(Event.kind.endswith(".published"), Event.at >= Entry.guests_from))
    return and_(Event.kind.in_((*_about_entries(), SAID, ATTACHED)), *shown)


def happened(viewer: Viewer, one: bool, others: bool, after: bool) -> Rows:
    """Rows of what happened in the workspace ``place``, or, unless ``one``, in all of the viewer's own.

    With ``others``, not by the viewer. Only what was imported was done by nobody. The latest first,
    for a page (``paging``), ``after`` a cursor or not.
    """
    told: Any = _shown(viewer)
    if viewer.kind == "employee":
        told = or_(told, and_(Event.entry_id.is_(None), Event.kind.in_((*CAME, *PLACE))))
    who = case((Event.kind.in_(CAME), Event.subject_id), else_=Event.actor_id)
    where = Event.workspace_id == parameter("place") if one else access.mine(viewer)
    query = _with_parts(access.select_events(viewer, *EVENT, whereabouts.address(viewer), *members.PERSON))
    query = (
        query.outerjoin(Account, Account.id == who)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(told, where, or_(Account.id.is_not(None), Event.kind.endswith(".imported")))
    )
    if others:
        query = query.where(or_(Event.actor_id.is_(None), Event.actor_id != viewer.me))
    return ordered(query, Event.id, Event.__table__.c.id, after=after)


def _with_parts(query: Rows) -> Rows:
    """... joined with the workspace, and with the comment or file that an event is about."""
    return (
        query.join(Workspace, Workspace.id == Event.workspace_id)
        .outerjoin(Comment, and_(Event.kind == SAID, Comment.id == Event.subject_id))
        .outerjoin(Attachment, and_(Event.kind == ATTACHED, Attachment.id == Event.subject_id))
    )
