"""What can be asked about workspaces, each question for a viewer."""

from typing import Any, Protocol

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from collab import clock
from collab.activity.models import Event
from collab.auth.models import Account
from collab.errors import NotFound
from collab.viewer import Viewer
from collab.web.paging import Page, cut, ordered, values
from collab.workspaces import access
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import BLOG, Entry, JoinRequest, Membership, Workspace

Condition = ColumnElement[bool]
Rows = Select[*tuple[Any, ...]]

RAIL = 12
_BY_NAME: Any = (Workspace.name, Workspace.__table__.c.id)


class Listed(Protocol):
    """A list that is asked for: words that are in what it shows, where it goes on, how long it is."""

    @property
    def q(self) -> str: ...

    @property
    def cursor(self) -> str | None: ...

    @property
    def limit(self) -> int: ...


# Conditions ---------------------------------------------------------------------------------


def current(now: access.Moment, membership: Any = Membership) -> Condition:
    """The membership has not ended."""
    return or_(membership.ends_at.is_(None), membership.ends_at > now)


def has_owner(now: access.Moment) -> Condition:
    """A condition on ``Workspace``: somebody who can act owns it."""
    owner = aliased(Membership)
    return exists().where(
        owner.workspace_id == Workspace.id,
        owner.role == "owner",
        current(now, owner),
        owner.account_id.in_(select(Account.id).where(access.active(now))),
    )


def owned(viewer: Viewer) -> Select[int]:
    """The ids of the workspaces that the viewer owns."""
    return select(Membership.workspace_id).where(
        Membership.account_id == viewer.me, Membership.role == "owner", current(access.NOW)
    )


def _count(condition: Condition) -> ColumnElement[int]:
    found = select(func.count()).select_from(Membership).join(Account, Account.id == Membership.account_id)
    return (
        found.where(Membership.workspace_id == Workspace.id, condition).correlate(Workspace).scalar_subquery()
    )


def _people(viewer: Viewer, kind: str = "") -> ColumnElement[int]:
    """How many members the viewer may know of; nothing for guests, who see no counts."""
    if not viewer.is_employee:
        return literal(None)
    condition = and_(access.members(viewer, beside=True), access.active(access.NOW))
    return _count(and_(condition, Account.kind == kind) if kind else condition)


def _my_role(viewer: Viewer) -> ColumnElement[str]:
    return (
        select(Membership.role)
        .where(
            Membership.workspace_id == Workspace.id,
            Membership.account_id == viewer.me,
            current(access.NOW),
        )
        .correlate(Workspace)
        .scalar_subquery()
    )


# Workspaces ---------------------------------------------------------------------------------


def newer(viewer: Viewer) -> Select[int]:
    """The ids of workspaces with entries of others that appeared after the viewer's last visit."""
    appeared = Entry.published_at if viewer.is_employee else Entry.guests_from
    visit = select(Account.last_visit_at).where(Account.id == viewer.me).scalar_subquery()
    kinds = list(Entry.__mapper__.polymorphic_map)  # with them the index by time of publishing helps
    found: Select[int] = access.select_entries(viewer, Entry, Entry.workspace_id).where(
        Entry.kind.in_(kinds), appeared > visit, appeared <= access.NOW, Entry.author_id != viewer.me
    )
    return found


def rail(viewer: Viewer) -> Rows:
    """The viewer's own workspaces for the rail: those with news first, at most twelve."""
    unread = Workspace.id.in_(newer(viewer)).label("unread")
    return (
        select(Workspace.id, Workspace.slug, Workspace.name, unread)
        .where(access.mine(viewer), Workspace.archived_at.is_(None), Workspace.slug != BLOG)
        .order_by(unread.desc(), Workspace.name, Workspace.id)
        .limit(RAIL)
        .execution_options(policy=True)
    )


def cards(viewer: Viewer) -> Rows:
    """Rows for lists of workspaces that the viewer may know of."""
    return select(
        Workspace.id,
        Workspace.public_id,
        Workspace.slug,
        Workspace.name,
        Workspace.purpose,
        Workspace.visibility,
        Workspace.joining,
        Workspace.joins_as,
        Workspace.picture,
        Workspace.clean_room,
        Workspace.allows_public,
        Workspace.sections,
        Workspace.version,
        Workspace.created_at,
        Workspace.archived_at,
        _my_role(viewer).label("role"),
        access.inside(viewer).label("inside"),
        _people(viewer).label("member_count"),
        _people(viewer, "guest").label("guest_count"),
    ).where(access.workspaces(viewer))


def listed(db: Session, viewer: Viewer, asked: Listed, *conditions: Condition) -> Page[Any]:
    """``cards`` of the workspaces that meet the conditions, by name.

    Which ones these are is found first: people are counted for those that are shown, not for all.
    """
    query = select(Workspace.id).where(access.workspaces(viewer), *conditions)
    few = ordered(matching(query, asked.q), *_BY_NAME, after=bool(asked.cursor), descending=False).subquery()
    rows = cards(viewer).join(few, few.c.id == Workspace.id).add_columns(few.c.sort_key, few.c.sort_id)
    found = db.execute(
        rows.order_by(few.c.sort_key, few.c.sort_id), values(_BY_NAME[0], asked.cursor, asked.limit)
    )
    return cut(found.all(), asked.limit)


def matching(query: Rows, words: str) -> Rows:
    """Of a query over workspaces, those with all of ``words`` in name or purpose."""
    both = Workspace.name.concat("\n").concat(Workspace.purpose)  # looked through once, and not in each twice
    for word in words.split()[:8]:
        query = query.where(contains(both, word))
    return query


def contains(column: Any, word: str) -> Condition:
    """``column`` holds ``word``, whatever the case, also where the database folds only ASCII."""
    every = (word,) if word.isascii() else (word, word.lower(), word.capitalize(), word.upper())
    spellings = dict.fromkeys(every)
    return or_(*(column.icontains(spelling, autoescape=True) for spelling in spellings))


def glance(db: Session, viewer: Viewer, slug: str) -> Row[Any]:
    """A workspace that the viewer may know of, as ``Workspace``, and what its page needs to know.

    ``inside``, ``role`` (None without a membership), ``member_count``, ``asked`` (the viewer's own
    request waits), ``requests`` (how many wait for the viewer's answer), ``orphaned``,
    ``taken_over`` (when an administrator last did). Raises NotFound.
    """
    found = ask(db, viewer, _glance, slug=slug).first()
    if found is None:
        raise NotFound
    return found


def _glance(viewer: Viewer) -> Rows:
    waiting = (
        select(func.count())
        .select_from(JoinRequest)
        .where(JoinRequest.workspace_id == Workspace.id, JoinRequest.workspace_id.in_(owned(viewer)))
    )
    asked = exists().where(JoinRequest.workspace_id == Workspace.id, JoinRequest.account_id == viewer.me)
    taken = select(func.max(Event.at)).where(
        Event.workspace_id == Workspace.id, Event.kind == "workspace.taken_over"
    )
    return select(
        Workspace,
        access.inside(viewer).label("inside"),
        _my_role(viewer).label("role"),
        _people(viewer).label("member_count"),
        asked.label("asked"),
        waiting.correlate(Workspace).scalar_subquery().label("requests"),
        (~has_owner(access.NOW)).label("orphaned"),
        taken.correlate(Workspace).scalar_subquery().label("taken_over"),
    ).where(Workspace.slug == parameter("slug"), access.workspaces(viewer))


def known(db: Session, viewer: Viewer, name: str) -> Workspace:
    """The workspace with this public id or slug, if the viewer may know of it; else NotFound."""
    found = db.scalar(
        select(Workspace)
        .where(or_(Workspace.public_id == name, Workspace.slug == name), access.workspaces(viewer))
        .order_by(case((Workspace.public_id == name, 0), else_=1))
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


def orphans(viewer: Viewer) -> Rows:
    """Workspaces without an owner who can act, for administrators.

    The names of those that the administrator may not know of stay out: ``name`` is None there.
    """
    name = case((access.workspaces(viewer), Workspace.name))
    query = select(Workspace.public_id, Workspace.created_at, name.label("name"))
    query = query.where(~has_owner(clock.now())).order_by(Workspace.created_at)
    return query if viewer.is_admin else query.where(literal(False))


def orphan(db: Session, viewer: Viewer, public_id: str) -> Workspace:
    """One of ``orphans``, to be taken over; else NotFound."""
    found = db.scalar(select(Workspace).where(Workspace.public_id == public_id, ~has_owner(clock.now())))
    if found is None or not viewer.is_admin:
        raise NotFound
    return found
