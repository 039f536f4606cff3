"""One entry shared alone: with one guest or all guests of a firm, who need not be in its workspace."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, false, func, literal, or_, select, true
from sqlalchemy.orm import Session, aliased

from collab import activity, clock
from collab.auth.models import Account, Firm
from collab.config import Settings
from collab.errors import Invalid, NotFound
from collab.viewer import Viewer
from collab.workspaces import access, members, terms, whereabouts
from collab.workspaces.access import Somebody, _walled_off
from collab.workspaces.models import Entry, EntryGrant, ShareLink, Workspace
from collab.workspaces.queries import Rows

#: What has ended is listed for so long.
LISTED = timedelta(days=90)


# What is shared with somebody ------------------------------------------------------------------


def grant_for(db: Session, viewer: Viewer, entry: Entry) -> Row[Any] | None:
    """Who shares the entry with the viewer (``name``) until when (``ends_at``), the longest; if anybody."""
    if viewer.kind != "guest":
        return None
    query: Rows = (
        select(Account.name, EntryGrant.ends_at)
        .join(Account, Account.id == EntryGrant.granted_by_id)
        .where(EntryGrant.entry_id == entry.id, access.granted(viewer))
        .order_by(EntryGrant.ends_at.desc())
        .limit(1)
    )
    return db.execute(query).first()


def shared_with(db: Session, viewer: Viewer) -> Sequence[Row[Any]]:
    """Rows of the entries that alone are shared with the viewer, the latest first; guests only have such.

    What lies in a workspace of theirs, such as an idea of their own, is found there.
    """
    if viewer.kind != "guest":
        return ()
    given = select(EntryGrant.entry_id).where(access.granted(viewer))
    mine = select(Workspace.id).where(access.mine(viewer))
    columns = (Entry.title, Entry.lang, Entry.summary, Entry.published_at, whereabouts.address(viewer))
    query = (
        access.select_entries(viewer, Entry, *columns)
        .where(Entry.id.in_(given), Entry.workspace_id.not_in(mine), Entry.published_at <= clock.now())
        .order_by(Entry.published_at.desc(), Entry.id.desc())
        .limit(100)
    )
    return db.execute(query).all()


# Grants ------------------------------------------------------------------------------------------


def grants(db: Session, entry: Entry) -> Sequence[Row[Any]]:
    """To whom an entry that the viewer may share is, and was lately, granted: those that work first.

    Rows of ``EntryGrant``, the guest (columns of ``members.PERSON``, and ``account_ends_at``) or the
    firm (``firm_name``), and who gave it (``given_by``).
    """
    giver = aliased(Account)
    query: Rows = (
        select(
            EntryGrant,
            *members.PERSON,
            Account.ends_at.label("account_ends_at"),
            giver.name.label("given_by"),
        )
        .outerjoin(Account, Account.id == EntryGrant.account_id)
        .outerjoin(Firm, Firm.id == func.coalesce(EntryGrant.firm_id, Account.firm_id))
        .join(giver, giver.id == EntryGrant.granted_by_id)
        .where(EntryGrant.entry_id == entry.id, EntryGrant.ends_at > clock.now() - LISTED)
        .order_by((EntryGrant.ends_at > clock.now()).desc(), EntryGrant.created_at.desc(), EntryGrant.id)
    )
    return db.execute(query).all()


def firms(db: Session) -> Sequence[Row[Any]]:
    """Rows (id, public_id, name, guests) of the firms that have guests now. For employees."""
    query: Rows = (
        select(Firm.id, Firm.public_id, Firm.name, func.count(Account.id).label("guests"))
        .join(Account, and_(Account.firm_id == Firm.id, access.active(clock.now())))
        .group_by(Firm.id, Firm.public_id, Firm.name)
        .order_by(func.lower(Firm.name))
    )
    return db.execute(query).all()


def candidates(db: Session, viewer: Viewer, words: str) -> list[members.Person]:
    """The guests whom ``words`` may mean: an address or handle exactly, else those whose name fits."""
    wanted = words.strip()
    query: Rows = (
        select(*members.PERSON)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(access.people(viewer), Account.kind == "guest", access.active(clock.now()))
    )
    handle = wanted.removeprefix("@").lower()
    exactly = query.where(
        or_(Account.handle == handle, Account.public_id == wanted, Account.email_key == wanted.lower())
    )
    rows = db.execute(exactly).all() or db.execute(members.matching(query, wanted).limit(8)).all()
    return [members.person(row) for row in rows] if wanted else []


def guest(db: Session, viewer: Viewer, words: str) -> Account:
    """The guest with this handle, id or address, or the only one with such a name. Invalid for nobody."""
    found = candidates(db, viewer, words)
    if len(found) != 1:
        raise Invalid({"guest": "several_people" if found else "unknown_guest"})
    account: Account = db.scalars(select(Account).where(Account.handle == found[0].handle)).one()
    return account


def firm(db: Session, public_id: str) -> Firm:
    found = db.scalars(select(Firm).where(Firm.public_id == public_id)).first()
    if found is None:
        raise Invalid({"firm": "unknown_firm"})
    return found


def give(
    db: Session,
    viewer: Viewer,
    entry: Entry,
    to: Account | Firm,
    settings: Settings,
    *,
    ends_at: datetime,
    may_comment: bool,
) -> EntryGrant:
    """Let a guest, or all guests of a firm, read this one entry until ``ends_at``.

    Giving it again says anew until when, and whether to comment. Invalid for an end that is too
    late, and in a clean room for a competitor of whoever wrote the entry.
    """
    access.require(db, viewer, "share", entry)
    terms.check_end(settings, viewer.timezone, ends_at)
    account_id, firm_id = (to.id, to.firm_id) if isinstance(to, Account) else (None, to.id)
    if of_a_competitor(db, entry, account_id, firm_id):
        raise Invalid({"guest" if account_id else "firm": "competitor_wrote_it"})
    held = EntryGrant.account_id == to.id if isinstance(to, Account) else EntryGrant.firm_id == to.id
    grant = db.scalars(select(EntryGrant).where(EntryGrant.entry_id == entry.id, held)).first()
    if grant is None:
        grant = EntryGrant(entry_id=entry.id, workspace_id=entry.workspace_id, created_at=clock.now())
        grant.account_id, grant.firm_id = account_id, None if account_id else to.id
        db.add(grant)
    grant.granted_by_id, grant.ends_at, grant.may_comment = viewer.me, ends_at, may_comment
    db.flush()
    _record(db, viewer, "entry.granted", entry, grant.id, account=account_id, firm=grant.firm_id)
    return grant


def of_a_competitor(
    db: Session, entry: Entry, account_id: int | None = None, firm_id: int | None = None
) -> bool:
    """Would the policy keep the entry from this guest, or firm, because a competitor wrote it in a clean room?"""
    who = Somebody(literal(account_id or 0), false(), true(), literal(firm_id or 0))
    found = select(Entry.id).where(Entry.id == entry.id, _walled_off(who)).execution_options(policy=True)
    return db.scalar(found) is not None


def grant(db: Session, entry: Entry, public_id: str) -> EntryGrant:
    """A grant of this entry; NotFound."""
    found = db.scalars(
        select(EntryGrant).where(EntryGrant.entry_id == entry.id, EntryGrant.public_id == public_id)
    ).first()
    if found is None:
        raise NotFound
    return found


def change(
    db: Session,
    viewer: Viewer,
    entry: Entry,
    given: EntryGrant,
    settings: Settings,
    *,
    ends_at: datetime,
    may_comment: bool | None = None,
) -> None:
    """Say anew until when. One that has ended goes on, so this also undoes ``end``."""
    to = db.get_one(Account, given.account_id) if given.account_id else db.get_one(Firm, given.firm_id)
    comment = given.may_comment if may_comment is None else may_comment
    give(db, viewer, entry, to, settings, ends_at=ends_at, may_comment=comment)


def end(db: Session, viewer: Viewer, entry: Entry, given: EntryGrant) -> None:
    """From now on the entry is not shared with them any more. Ending twice changes nothing."""
    access.require(db, viewer, "share", entry)
    if given.ends_at > clock.now():
        given.ends_at = clock.now()
        _record(
            db, viewer, "entry.grant_ended", entry, given.id, account=given.account_id, firm=given.firm_id
        )


def _record(db: Session, viewer: Viewer, what: str, entry: Entry, subject_id: int, **data: Any) -> None:
    known = {name: value for name, value in data.items() if value is not None}
    activity.record(
        db, what, viewer, workspace_id=entry.workspace_id, entry_id=entry.id, subject_id=subject_id, **known
    )


# Links that work -----------------------------------------------------------------------------------


def open_links(entry_id: int) -> Select[int]:
    """The ids of the links by which the entry can be read now."""
    return select(ShareLink.id).where(ShareLink.entry_id == entry_id, access.works(access.NOW))
