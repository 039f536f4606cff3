"""Turning a comment into something of its own: a page, a task, an idea …, with links both ways."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, Select, or_
from sqlalchemy.orm import Session, aliased

from collab import activity, text
from collab.comments.models import Comment, Origin
from collab.errors import Invalid
from collab.viewer import Viewer
from collab.workspaces import access, kinds, whereabouts
from collab.workspaces.kinds import Kind
from collab.workspaces.models import Entry, Workspace

#: A title is proposed from so many letters of what the comment says.
PROPOSED = 80
_made, _source = aliased(Entry, name="made"), aliased(Entry, name="source")


def offered() -> Sequence[Kind]:
    """The kinds that a comment can become: those that workspaces have a list of."""
    return [kind for kind in kinds.every() if kind.make is not None and kind.section]


def title_for(comment: Comment) -> str:
    """A title from the comment's first words."""
    first = text.clean_line(comment.text.strip().split("\n")[0]) if comment.text.strip() else ""
    return first if len(first) <= PROPOSED else f"{first[:PROPOSED].rsplit(' ', 1)[0]} …"


def turn(
    db: Session, viewer: Viewer, comment: Comment, workspace: Workspace, kind_name: str, title: str
) -> Entry:
    """Make an entry with the words of a comment, which the viewer reads. Both lead to each other.

    Invalid for a deleted comment, and for a kind that the workspace has no list of.
    """
    kind = next((kind for kind in offered() if kind.name == kind_name), None)
    if comment.deleted_at is not None or kind is None or kind.make is None:
        raise Invalid({"kind": "not_valid"})
    if kind.section not in workspace.sections:
        raise Invalid({"kind": "section_is_off"}, name=str(kind.many), place=workspace.name)
    entry = kind.make(db, viewer, workspace, title, comment.body)
    entry.of_comment = True
    db.flush()
    db.add(Origin(entry_id=entry.id, workspace_id=entry.workspace_id, comment_id=comment.id))
    activity.record(
        db,
        "comment.turned",
        viewer,
        workspace_id=comment.workspace_id,
        entry_id=comment.entry_id,
        subject_id=comment.id,
    )
    return entry


def links(db: Session, viewer: Viewer, entry: Entry, turned: Collection[str]) -> Sequence[Row[Any]]:
    """What the entry was made from, and what was made from its comments with these public ids.

    Only what the viewer reads at both ends.
    """
    here = [Origin.entry_id == entry.id]
    if turned:
        here.append(Comment.public_id.in_(turned))
    return db.execute(_links(viewer).where(or_(*here))).all()


def _links(viewer: Viewer) -> Select[Any]:
    return (
        access.select_parts(
            viewer,
            Origin,
            Origin.entry_id,
            Comment.public_id.label("comment"),
            _made.kind.label("made_kind"),
            _made.title.label("made_title"),
            _made.lang.label("made_lang"),
            whereabouts.address(viewer, _made).label("made_address"),
            _source.title.label("source_title"),
            _source.lang.label("source_lang"),
            whereabouts.address(viewer, _source).label("source_address"),
        )
        .join(Comment, Comment.id == Origin.comment_id)
        .join(_made, _made.id == Origin.entry_id)
        .join(_source, _source.id == Comment.entry_id)
        .where(access.parts(viewer, Comment), Comment.deleted_at.is_(None))
        .order_by(Origin.entry_id)
    )
