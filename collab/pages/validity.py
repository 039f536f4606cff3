"""Until when a page is valid, who looks after it, and asking them in time whether it still is right."""

from calendar import monthrange
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth.models import Account
from collab.errors import Invalid
from collab.pages.models import Page
from collab.viewer import ANONYMOUS, Viewer
from collab.workspaces import access, members
from collab.workspaces.models import Membership, Workspace
from collab.workspaces.queries import current

#: So long before the day its owner is asked for the first time; on the day, for the second.
BEFORE = timedelta(days=14)
#: So many pages are asked about in one go; the others an hour later.
AT_ONCE = 500


def today(viewer: Viewer) -> date:
    return clock.now().astimezone(ZoneInfo(viewer.timezone)).date()


def soon(viewer: Viewer) -> date:
    """Pages that are valid until then are looked through already."""
    return today(viewer) + BEFORE


def arrange(db: Session, viewer: Viewer, page: Page, keeper: str, until: date | None, months: int) -> None:
    """Say who looks after the page (a name or handle; "" for its author) and until when it is valid (None: for ever).

    Invalid for somebody who may not read the page, or of whom the viewer knows nothing.
    """
    access.require(db, viewer, "edit", page)
    account = members.named(db, viewer, keeper, Account.id.in_(access.readers(page.id))) if keeper else None
    page.keeper_id = account.id if account and account.id != page.author_id else None
    page.review_months = months
    valid_until(db, viewer, page, until)


def valid_until(db: Session, viewer: Viewer, page: Page, until: date | None) -> None:
    """The page is valid until and including the day; its owner is asked anew."""
    access.require(db, viewer, "edit", page)
    if until is not None and until < today(viewer) and until != page.due_on:
        raise Invalid({"until": "day_is_over"})
    if until != page.due_on:
        page.due_on, page.reminded_on = until, None
    activity.record(
        db,
        "page.validity_set",
        viewer,
        workspace_id=page.workspace_id,
        entry_id=page.id,
        until=str(until or ""),
    )


def confirm(db: Session, viewer: Viewer, page: Page) -> date:
    """The page is still right: it is valid for its months from today. Answers until when."""
    access.require(db, viewer, "edit", page)
    until = later(today(viewer), page.review_months)
    valid_until(db, viewer, page, until)
    return until


def later(day: date, months: int) -> date:
    """The same day some months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def remind(db: Session) -> None:
    """Note who is to be asked about which pages; the mails follow from the events. For the system, once an hour.

    Each page is asked about once before its day and once on it, whenever this runs.
    """
    now = clock.now().date()
    query = (
        select(Page)
        .join(Workspace, Workspace.id == Page.workspace_id)
        .where(Page.deleted_at.is_(None), Page.published_at <= clock.now(), Workspace.archived_at.is_(None))
        .where(Page.due_on <= now + BEFORE)
        .where(or_(Page.reminded_on.is_(None), and_(Page.due_on <= now, Page.reminded_on < Page.due_on)))
        .order_by(Page.due_on, Page.id)
        .limit(AT_ONCE)
    )
    asked: dict[int, list[int]] = {}
    for page in db.scalars(query).all():
        page.reminded_on = now
        for account in _who(db, page):
            asked.setdefault(account, []).append(page.id)
    for account, pages in asked.items():
        activity.record(db, "page.review_due", ANONYMOUS, subject_id=account, pages=pages)


def _who(db: Session, page: Page) -> list[int]:
    """Its owner; where they are gone or read it no more, the owners of the workspace."""
    keeper = page.keeper_id or page.author_id
    reads = access.readers(page.id).where(Account.id == keeper)
    if db.scalar(reads) is not None:
        return [keeper]
    owners = (
        select(Membership.account_id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.workspace_id == page.workspace_id, Membership.role == "owner")
        .where(current(access.NOW), access.active(access.NOW))
        .order_by(Membership.account_id)
    )
    return list(db.scalars(owners))
