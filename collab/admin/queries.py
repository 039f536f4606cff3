"""People and firms as administrators see them: who they are, never what they wrote or read."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, String, and_, cast, false, func, literal, not_, or_, select
from sqlalchemy.orm import Session, aliased

from collab import clock, text
from collab.admin.forms import Filters, People
from collab.auth.models import Account, ApiToken, Firm, Group, GroupMember, SignInSession
from collab.db import UtcDateTime
from collab.errors import NotFound
from collab.viewer import Viewer
from collab.web.paging import Page, page
from collab.workspaces import access

Rows = Select[*tuple[Any, ...]]
ACCOUNT_ID: Any = Account.__table__.c.id


#: The employee who answers for a guest.
Sponsor = aliased(Account, name="sponsor")
NEVER = literal(datetime(1970, 1, 1, tzinfo=UTC), UtcDateTime())
NO_END = literal(datetime(9999, 1, 1, tzinfo=UTC), UtcDateTime())
#: sort -> (key, descending)
ORDERS: dict[str, tuple[Any, bool]] = {
    "name": (Account.name, False),
    "newest": (ACCOUNT_ID, True),
    "seen": (func.coalesce(Account.seen_at, NEVER, type_=UtcDateTime()), True),
    "ends": (func.coalesce(Account.ends_at, NO_END, type_=UtcDateTime()), False),
}
SOON = {"ends14": timedelta(days=14), "ends30": timedelta(days=30)}
LONG_AWAY = timedelta(days=90)
#: What a row of people shows.
PERSON = (
    Account.public_id,
    Account.handle,
    Account.name,
    Account.email,
    Account.kind,
    Account.status,
    Account.is_admin,
    Account.title,
    Account.location,
    Account.photo,
    Account.ends_at,
    Account.created_at,
    Account.seen_at,
    Account.firm_id,
    Account.is_lead,
    Account.sponsor_id,
    Firm.name.label("firm_name"),
    Firm.public_id.label("firm_public_id"),
    Sponsor.name.label("sponsor_name"),
    Sponsor.public_id.label("sponsor_public_id"),
    Sponsor.email.label("sponsor_email"),
)


def may_manage(viewer: Viewer) -> ColumnElement[bool]:
    """A condition that holds for administrators: no query of this room answers anybody else."""
    return literal(viewer.signed_in and viewer.is_admin)


def people(viewer: Viewer, wanted: Filters) -> Rows:
    """Rows (``PERSON``) of all accounts that fit, for administrators."""
    return _fitting(_persons().where(may_manage(viewer), Account.kind != "visitor"), wanted)


def _persons() -> Rows:
    return (
        select(*PERSON)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .outerjoin(Sponsor, Sponsor.id == Account.sponsor_id)
    )


def colleagues(viewer: Viewer, wanted: People) -> Rows:
    """Rows (``PERSON``) of the people whom the viewer may know of and who have not gone."""
    here = or_(access.active(clock.now()), Account.status == "locked")
    query = _persons().where(access.people(viewer), here, Account.kind != "visitor")
    return _fitting(query, People(q=wanted.q, kind=wanted.kind, firm=wanted.firm))


def listing(db: Session, query: Rows, wanted: People) -> Page[Any]:
    """One page of a query over people, in the order that is wanted."""
    key, descending = ORDERS[wanted.sort]
    return page(db, query, key, ACCOUNT_ID, cursor=wanted.cursor, limit=wanted.limit, descending=descending)


def _fitting(query: Rows, wanted: Filters) -> Rows:
    if wanted.kind:
        query = query.where(Account.kind == wanted.kind)
    if wanted.status:
        query = query.where(_in_state(wanted.status))
    if wanted.admin:
        query = query.where(Account.is_admin)
    if wanted.lead:
        query = query.where(Account.is_lead)
    query = _belonging(query, wanted)
    if wanted.seen:
        query = query.where(_seen(wanted.seen))
    if wanted.ends_before:
        query = query.where(Account.ends_at < wanted.ends_before)
    for word in wanted.q.split()[:8]:
        query = query.where(_named(word))
    return query


def _belonging(query: Rows, wanted: Filters) -> Rows:
    if wanted.firm:
        query = query.where(Firm.public_id == wanted.firm)
    if wanted.sponsor:
        query = query.where(Sponsor.public_id == wanted.sponsor)
    if wanted.group:
        members = select(GroupMember.account_id).join(Group, Group.id == GroupMember.group_id)
        query = query.where(Account.id.in_(members.where(Group.public_id == wanted.group)))
    return query


def _seen(seen: str) -> ColumnElement[bool]:
    if seen == "never":
        return and_(Account.seen_at.is_(None), Account.status != "locked")
    return Account.seen_at < clock.now() - LONG_AWAY


def _in_state(status: str) -> ColumnElement[bool]:
    now = clock.now()
    if status == "ended":
        return and_(Account.status == "active", Account.ends_at <= now)
    if status == "active":
        return access.active(now)
    if status in SOON:
        return and_(access.active(now), Account.ends_at <= now + SOON[status])
    if status == "no_sponsor":
        return and_(access.active(now), Account.kind == "guest", Account.sponsor_id.is_(None))
    if status == "orphaned":
        return and_(access.active(now), Account.end_reason == "sponsor_left")
    return Account.status == status


def _named(word: str) -> ColumnElement[bool]:
    """Somewhere in name, address or handle; the handle spells umlauts out, as SQLite cannot."""
    plain = text.slugify(word, "").replace("-", ".")
    return or_(
        Account.name.icontains(word, autoescape=True),
        Account.email_key.contains(word.casefold(), autoescape=True),
        Account.handle.contains(plain, autoescape=True) if plain else false(),
    )


def count(db: Session, query: Rows) -> int:
    """How many rows there are in all."""
    return db.scalar(query.with_only_columns(func.count(ACCOUNT_ID)).order_by(None)) or 0


def account(db: Session, viewer: Viewer, public_id: str) -> Account:
    """The account; NotFound if there is none, and for everybody but administrators."""
    found = db.scalar(
        select(Account).where(Account.public_id == public_id, Account.kind != "visitor", may_manage(viewer))
    )
    if found is None:
        raise NotFound
    return found


def row(db: Session, query: Rows, public_id: str) -> Row[Any]:
    """The one row of a query over people; NotFound without it."""
    found = db.execute(query.where(Account.public_id == public_id)).first()
    if found is None:
        raise NotFound
    return found


def doors(db: Session, account_id: int) -> tuple[int, int]:
    """How many sessions and tokens of the account still work."""
    now = clock.now()
    sessions = select(func.count()).where(
        SignInSession.account_id == account_id,
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > now,
    )
    tokens = select(func.count()).where(
        ApiToken.account_id == account_id,
        ApiToken.revoked_at.is_(None),
        not_(func.coalesce(ApiToken.expires_at <= now, false())),
    )
    found = db.execute(select(sessions.scalar_subquery(), tokens.scalar_subquery())).one()
    return found[0], found[1]


def state(account: Account | Row[Any]) -> str:
    """``active``, ``suspended``, ``locked``, or ``ended`` for one whose end has come."""
    if account.status == "active" and account.ends_at is not None and account.ends_at <= clock.now():
        return "ended"
    return str(account.status)


def domain(account: Account) -> str:
    """What stands behind the @ of the account's address."""
    return (account.email_key or "").rpartition("@")[2]


def version(account: Account | Row[Any]) -> int:
    """A number that changes when what an administrator changes here does."""
    names = ("name", "email", "kind", "status", "is_admin", "firm_id", "ends_at")
    state = repr([getattr(account, name) for name in names])
    return int.from_bytes(hashlib.sha256(state.encode()).digest()[:7])


def named(db: Session, viewer: Viewer, wanted: Filters) -> dict[str, str]:
    """The names behind the ids that a list is filtered by: firm, sponsor, group."""
    columns = {
        "firm": select(Firm.name).where(Firm.public_id == wanted.firm),
        "sponsor": select(Account.name).where(Account.public_id == wanted.sponsor),
        "group": select(Group.name).where(Group.public_id == wanted.group),
    }
    asked = {name: query for name, query in columns.items() if getattr(wanted, name)}
    return {name: db.scalar(query.where(may_manage(viewer))) or "?" for name, query in asked.items()}


def sponsors(viewer: Viewer) -> Rows:
    """Rows of the employees who answer for guests: how many, and how many of them end within 14 days."""
    now = clock.now()
    soon = and_(Account.ends_at > now, Account.ends_at <= now + SOON["ends14"])
    guests = or_(Account.ends_at.is_(None), Account.ends_at > now)
    return (
        select(
            Sponsor.id,
            Sponsor.public_id,
            Sponsor.name,
            Sponsor.handle,
            Sponsor.photo,
            Sponsor.status,
            Sponsor.ends_at,
            func.count(Account.id).filter(guests).label("guests"),
            func.count(Account.id).filter(soon).label("soon"),
        )
        .join(Account, Account.sponsor_id == Sponsor.id)
        .where(may_manage(viewer), Account.kind == "guest")
        .group_by(Sponsor.id)
    )


def sponsor_listing(db: Session, viewer: Viewer, cursor: str | None, limit: int) -> Page[Any]:
    """One page of the employees who answer for guests."""
    key: Any = Sponsor.id
    return page(db, sponsors(viewer), Sponsor.name, key, cursor=cursor, limit=limit, descending=False)


def firms(viewer: Viewer) -> Rows:
    """Rows (id, name, domains, number of guests) of all firms, for administrators."""
    return (
        select(
            Firm.id,
            Firm.public_id,
            Firm.name,
            Firm.domains,
            Firm.created_at,
            Firm.lead_invites,
            func.count(Account.id).label("guests"),
        )
        .outerjoin(Account, Account.firm_id == Firm.id)
        .where(may_manage(viewer))
        .group_by(Firm.id)
    )


def by_name(query: Rows) -> Rows:
    """All firms of the query, as pages offer them."""
    return query.order_by(func.lower(Firm.name), Firm.id)


def firm_listing(db: Session, viewer: Viewer, cursor: str | None, limit: int, words: str = "") -> Page[Any]:
    """One page of the firms, of those with these words in name or domain."""
    key: Any = Firm.__table__.c.id
    query = firms(viewer)
    for word in words.split()[:8]:
        plain = json.dumps(word.casefold())[1:-1]
        in_domain = cast(Firm.domains, String).contains(plain, autoescape=True)
        query = query.where(or_(Firm.name.icontains(word, autoescape=True), in_domain))
    return page(db, query, Firm.name, key, cursor=cursor, limit=limit, descending=False)


def firm(db: Session, viewer: Viewer, public_id: str) -> Firm:
    """The firm; NotFound if there is none, and for everybody but administrators."""
    found = db.scalar(select(Firm).where(Firm.public_id == public_id, may_manage(viewer)))
    if found is None:
        raise NotFound
    return found
