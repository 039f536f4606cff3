"""What stands on the first page of a workspace."""

from sqlalchemy import case, func

from collab.auth.models import Account, Firm
from collab.comments.models import Comment
from collab.home.queries import ENTRY, EXCERPT
from collab.viewer import Viewer
from collab.workspaces import access, members, whereabouts
from collab.workspaces.asking import parameter
from collab.workspaces.models import Entry
from collab.workspaces.queries import Rows

#: When something last happened to an entry that its readers notice.
MOMENT = case((Entry.published_at > Entry.updated_at, Entry.published_at), else_=Entry.updated_at)


def changed(viewer: Viewer, limit: int) -> Rows:
    """Rows of the entries of the workspace ``place`` that were last published or changed."""
    return (
        access.select_entries(
            viewer, Entry, whereabouts.address(viewer), *ENTRY, MOMENT.label("at"), *members.PERSON
        )
        .join(Account, Account.id == Entry.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Entry.workspace_id == parameter("place"), Entry.published_at <= access.NOW)
        .order_by(MOMENT.desc(), Entry.id.desc())
        .limit(limit)
    )


def said(viewer: Viewer, limit: int) -> Rows:
    """Rows of the latest comments in the workspace ``place``."""
    return (
        access.select_parts(
            viewer,
            Comment,
            Entry.title,
            whereabouts.address(viewer),
            Entry.lang,
            Comment.public_id.label("comment_id"),
            func.substr(Comment.text, 1, EXCERPT).label("excerpt"),
            Comment.created_at.label("at"),
            Comment.internal,
            *members.PERSON,
        )
        .join(Entry, Entry.id == Comment.entry_id)
        .join(Account, Account.id == Comment.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Comment.workspace_id == parameter("place"), Comment.deleted_at.is_(None))
        .order_by(Comment.created_at.desc(), Comment.id.desc())
        .limit(limit)
    )
