"""What stands beside a thread: what is new in it, what was made from it, what it was made from."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from collab import clock
from collab.comments import reading, turning
from collab.comments.threads import Made, Shown
from collab.viewer import Viewer
from collab.workspaces import access, kinds
from collab.workspaces.models import Entry, Workspace


@dataclass
class Beside:
    """``new`` comments since the viewer was here, of which ``first_new`` is the uppermost.

    ``origin``: the comment from which the entry was made. ``read_url``: where it is noted that the viewer
    has read all up to ``until``. ``closed``: nobody writes here any more.
    """

    origin: Made | None = None
    new: int = 0
    first_new: str = ""
    read_url: str = ""
    until: str = ""
    closed: bool = False


def look(
    db: Session, viewer: Viewer, entry: Entry, rows: Sequence[Row[Any]], comments: Sequence[Shown]
) -> Beside:
    """Note on the ``comments`` (of ``rows``) what is new and what was made from them; answer the rest."""
    found = Beside(closed=entry.is_talk and entry.settled_at is not None)
    if not viewer.signed_in:
        return found
    everything = list(_walk(comments))
    _may_turn(db, viewer, entry, everything)
    if entry.is_talk and viewer.looker is None:
        found.read_url, found.until = f"/entries/{entry.public_id}/read", clock.now().isoformat()
        _look_for_new(found, reading.since(db, viewer, entry), everything, viewer.handle)
    turned = [row.public_id for row in rows if row.turned]
    if turned or entry.of_comment:
        _link(found, entry, turning.links(db, viewer, entry, turned), everything)
    return found


def _walk(comments: Sequence[Shown]) -> Iterator[Shown]:
    for comment in comments:
        yield comment
        yield from _walk(comment.replies)


def _may_turn(db: Session, viewer: Viewer, entry: Entry, comments: Sequence[Shown]) -> None:
    """Who contributes there may turn a comment into something; who may change talk says what was decided."""
    turns = access.allowed(db, viewer, "contribute", db.get_one(Workspace, entry.workspace_id))
    decides = entry.is_talk and (
        access.allowed(db, viewer, "edit", entry) or access.allowed(db, viewer, "moderate", entry)
    )
    for comment in comments:
        if comment.deleted:
            continue
        if turns:
            comment.turn_url = f"/comments/{comment.public_id}/turn"
        if decides:
            comment.decide_url = f"{entry.address}/decision"


def _look_for_new(found: Beside, since: datetime | None, comments: Sequence[Shown], me: str) -> None:
    for comment in comments:
        if since is None or comment.deleted or comment.author.handle == me or comment.created_at <= since:
            continue
        comment.unread = True
        found.new += 1
        found.first_new = found.first_new or comment.public_id


def _link(found: Beside, entry: Entry, rows: Sequence[Row[Any]], comments: Sequence[Shown]) -> None:
    shown = {comment.public_id: comment for comment in comments}
    for row in rows:
        if row.entry_id == entry.id:
            url = f"{row.source_address}#comment-{row.comment}"
            found.origin = Made(row.source_title, url, row.source_lang)
        elif row.comment in shown:
            kind = kinds.named(row.made_kind)
            made = Made(row.made_title, row.made_address, row.made_lang, kind.one if kind else "")
            shown[row.comment].made.append(made)
