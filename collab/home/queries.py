"""What is new for a viewer. Knows entries, comments and files, and no kind of them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import String, and_, case, exists, func, literal, select, union_all
from sqlalchemy.orm import aliased

from collab.auth.models import Account, Firm
from collab.comments.mentions import Mention
from collab.comments.models import Comment
from collab.files.models import Attachment
from collab.guests import sponsored
from collab.viewer import Viewer
from collab.workspaces import access, members, whereabouts
from collab.workspaces.asking import parameter
from collab.workspaces.models import BLOG, Entry, EntryAuthor, Membership, Revision, Workspace
from collab.workspaces.queries import Rows, has_owner
from collab.workspaces.watching import Watch

FOR_ME, SINCE = 10, timedelta(days=30)
ENTRY = (
    Entry.id,
    Entry.public_id,
    Entry.title,
    Entry.lang,
    Entry.summary,
    Entry.published_at,
    Entry.guests_from,
    Entry.public_from,
    Entry.author_id,
    Entry.letters.label("length"),
)
EXCERPT = 200


def about_me(viewer: Viewer) -> Rows:
    """One row about the viewer: last visit, when they came, what a new person does first, who needs them.

    ``soon`` is the moment before which a guest's end is worth a line.
    """
    ending, waiting = sponsored.needed(viewer)
    wrote = exists().where(EntryAuthor.account_id == viewer.me)
    belongs = exists().where(Membership.account_id == viewer.me)
    return select(
        Account.last_visit_at,
        Account.created_at,
        (func.length(Account.title) + func.length(Account.bio) > 0).label("described"),
        wrote.label("wrote"),
        belongs.label("belongs"),
        ending.label("ending_guests"),
        waiting.label("waiting_guests"),
        _orphan(viewer).label("orphan"),
    ).where(Account.id == viewer.me)


def _orphan(viewer: Viewer) -> Any:
    """The slug of a workspace of the viewer's that nobody owns any more."""
    lost = select(Workspace.slug).where(
        access.mine(viewer), ~has_owner(access.NOW), Workspace.archived_at.is_(None), Workspace.slug != BLOG
    )
    return lost.order_by(Workspace.id).limit(1).scalar_subquery()


def for_me(viewer: Viewer) -> Any:
    """Rows of what others said to the viewer after the moment ``since``, the newest first.

    ``reason``: "mention" in an entry or comment, "answer" to a comment of the viewer's,
    "comment" on an entry that the viewer wrote or watches, "change" of one that the viewer watches.
    """
    all_ = union_all(_comments(viewer), _mentions(viewer), _changes(viewer)).subquery()
    return select(all_).order_by(all_.c.at.desc(), all_.c.title).limit(FOR_ME).execution_options(policy=True)


def _comments(viewer: Viewer) -> Rows:
    above = aliased(Comment)
    answered = exists().where(above.id == Comment.parent_id, above.author_id == viewer.me)
    meant = Comment.id.in_(select(Mention.comment_id).where(Mention.account_id == viewer.me))
    mine = Comment.entry_id.in_(select(EntryAuthor.entry_id).where(EntryAuthor.account_id == viewer.me))
    watched = exists().where(
        Watch.entry_id == Comment.entry_id, Watch.account_id == viewer.me, Watch.since < Comment.created_at
    )
    return (
        access.select_parts(
            viewer,
            Comment,
            case((meant, "mention"), (answered, "answer"), else_="comment").label("reason"),
            Entry.title,
            whereabouts.address(viewer),
            Entry.lang,
            Comment.public_id.label("comment_id"),
            func.substr(Comment.text, 1, EXCERPT).label("excerpt"),
            Comment.created_at.label("at"),
            *whereabouts.columns(viewer),
            *members.PERSON,
        )
        .join(Entry, Entry.id == Comment.entry_id)
        .join(Workspace, Workspace.id == Entry.workspace_id)
        .join(Account, Account.id == Comment.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(
            Comment.created_at > parameter("since"),
            Comment.author_id != viewer.me,
            Comment.deleted_at.is_(None),
            meant | answered | mine | watched,
        )
    )


def _mentions(viewer: Viewer) -> Rows:
    return (
        access.select_entries(
            viewer,
            Entry,
            literal("mention").label("reason"),
            Entry.title,
            whereabouts.address(viewer),
            Entry.lang,
            literal("", String).label("comment_id"),
            Entry.summary.label("excerpt"),
            Entry.published_at.label("at"),
            *whereabouts.columns(viewer),
            *members.PERSON,
        )
        .join(Mention, and_(Mention.entry_id == Entry.id, Mention.comment_id == 0))
        .join(Workspace, Workspace.id == Entry.workspace_id)
        .join(Account, Account.id == Entry.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(
            Mention.account_id == viewer.me,
            Entry.author_id != viewer.me,
            Entry.published_at > parameter("since"),
            Entry.published_at <= access.NOW,
        )
    )


def _changes(viewer: Viewer) -> Rows:
    """The last change by others of each entry that the viewer watches: one line, however many there were."""
    last = (
        select(func.max(Revision.id))
        .join(Watch, Watch.entry_id == Revision.entry_id)
        .where(
            Watch.account_id == viewer.me,
            Revision.author_id != viewer.me,
            Revision.created_at > Watch.since,
            Revision.created_at > parameter("since"),
        )
        .group_by(Revision.entry_id)
    )
    return (
        access.select_parts(
            viewer,
            Revision,
            literal("change").label("reason"),
            Entry.title,
            whereabouts.address(viewer),
            Entry.lang,
            literal("", String).label("comment_id"),
            Revision.note.label("excerpt"),
            Revision.created_at.label("at"),
            *whereabouts.columns(viewer),
            *members.PERSON,
        )
        .join(Entry, Entry.id == Revision.entry_id)
        .join(Workspace, Workspace.id == Entry.workspace_id)
        .join(Account, Account.id == Revision.author_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(Revision.id.in_(last))
    )


def latest_lines(viewer: Viewer) -> Any:
    """For each of the workspaces ``places`` the newest entry that the viewer may read: title, address, when."""
    place = Entry.workspace_id
    nth = func.row_number().over(partition_by=place, order_by=(Entry.published_at.desc(), Entry.id.desc()))
    each = (
        access.select_entries(
            viewer,
            Entry,
            place,
            Entry.title,
            whereabouts.address(viewer),
            Entry.lang,
            Entry.published_at,
            nth.label("nth"),
        )
        .where(place.in_(parameter("places", many=True)), Entry.published_at <= access.NOW)
        .subquery()
    )
    return select(each).where(each.c.nth == 1).execution_options(policy=True)


def _picture() -> Any:
    """The first picture of an entry that is not part of a comment."""
    first = aliased(Attachment)
    return (
        select(func.min(first.id))
        .where(
            first.entry_id == Entry.id,
            first.width >= 320,
            first.with_comment.is_(False),
            first.deleted_at.is_(None),
        )
        .correlate(Entry)
        .scalar_subquery()
    )


def _with_picture(query: Rows) -> Rows:
    return query.add_columns(
        Attachment.public_id.label("file_id"), Attachment.name.label("file_name")
    ).outerjoin(Attachment, Attachment.id == _picture())


def _newest(viewer: Viewer, workspace_id: Any, limit: int) -> Any:
    """The ids of the newest readable entries of a workspace.

    Asked for each kind by itself, so that the database walks its index from the end and stops.
    """
    each = []
    for kind in Entry.__mapper__.polymorphic_map:
        some = (
            access.select_entries(viewer, Entry, Entry.id, Entry.published_at)
            .where(Entry.workspace_id == workspace_id, Entry.kind == kind, Entry.published_at <= access.NOW)
            .order_by(Entry.published_at.desc())
            .limit(limit)
            .subquery()
        )
        each.append(select(some.c.id))
    return union_all(*each)


def blog(viewer: Viewer, limit: int) -> Rows:
    """Rows of the newest entries of the company blog, with a picture if they have one."""
    place = select(Workspace.id).where(Workspace.slug == BLOG).scalar_subquery()
    query = (
        access.select_entries(viewer, Entry, whereabouts.address(viewer), *ENTRY)
        .where(Entry.id.in_(_newest(viewer, place, limit)))
        .order_by(Entry.published_at.desc(), Entry.id.desc())
        .limit(limit)
    )
    return _with_picture(query)


def newsroom(viewer: Viewer) -> Rows:
    """Rows of what is public, for a page by ``public_from``, with a picture if there is one."""
    query = access.select_entries(viewer, Entry, whereabouts.address(viewer), *ENTRY).where(
        Entry.public_from <= access.NOW
    )
    return _with_picture(query)


def authors(_viewer: Viewer) -> Rows:
    """Rows of the names on ``entries`` that the viewer has, in their order."""
    return (
        select(EntryAuthor.entry_id, *members.PERSON)
        .join(Account, Account.id == EntryAuthor.account_id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(EntryAuthor.entry_id.in_(parameter("entries", many=True)))
        .order_by(EntryAuthor.entry_id, EntryAuthor.position)
    )
