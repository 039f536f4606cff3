"""Two people changed one post: both changes in one text, or both side by side."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from collab.blog.models import Post
from collab.history import compare
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Revision


@dataclass(frozen=True)
class Merged:
    """``title`` and ``body`` hold both changes; where ``clean`` is not true, somebody has to decide.

    ``conflicts`` are (before, mine, theirs); before is None where it is not known any more.
    """

    title: str
    body: str
    clean: bool
    conflicts: list[tuple[str | None, str, str]]


def merge(db: Session, viewer: Viewer, post: Post, title: str, body: str, base_version: int) -> Merged:
    """Put words written on top of ``base_version`` together with what the post says now."""
    if (title, body) == (post.title, post.body):
        return Merged(title, body, clean=True, conflicts=[])
    base = db.execute(
        access.select_parts(viewer, Revision, Revision.title, Revision.body).where(
            Revision.entry_id == post.id, Revision.number == base_version
        )
    ).first()
    if base is None:
        return Merged(title, body, clean=False, conflicts=[(None, body, post.body)])
    merged = compare.merge(base.body, body, post.body)
    headline = compare.merge_line(base.title, title, post.title)
    return Merged(
        title if headline is None else headline,
        merged.draft,
        clean=merged.text is not None and headline is not None,
        conflicts=list(merged.conflicts),
    )
