"""What the employee who answers for a guest does: extend, end, hand over, take over, take back.

The sponsor acts for their own guests, an administrator for anybody's if they say why. Each act is
an event that keeps what was before, so that it can be taken back for a while.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.activity import Event
from collab.auth import services as accounts
from collab.auth.models import Account
from collab.auth.sponsors import remembered
from collab.config import Settings
from collab.errors import Invalid, NotFound
from collab.viewer import Viewer
from collab.workspaces import access, terms
from collab.workspaces.members import named
from collab.workspaces.models import EntryGrant, Membership
from collab.workspaces.queries import owned

#: How long an act can be taken back.
UNDO = timedelta(minutes=10)
#: What else changes how long somebody is a guest, or by whom: after it nothing older is taken back.
CHANGES = (
    "guest.act_undone",
    "guest.orphaned",
    "guest.left",
    "firm.access_ended",
    "account.changed",
    "account.suspended",
)
ACTS = ("guest.extended", "guest.ended", "guest.handed_over", "guest.taken_over")


def get(db: Session, viewer: Viewer, public_id: str, *, waiting: bool = False) -> Account:
    """The guest, for who answers for them and for administrators; with ``waiting`` also for who may take over.

    NotFound for everybody else, and for guests whose name has been taken away.
    """
    mine: list[ColumnElement[bool]] = [Account.sponsor_id == viewer.me]
    if waiting:
        mine.append(may_take_over(viewer))
    found = db.scalar(
        select(Account).where(
            Account.public_id == public_id,
            Account.kind == "guest",
            Account.anonymised_at.is_(None),
            or_(*mine) if not viewer.is_admin else Account.kind == "guest",
        )
    )
    if found is None or not viewer.is_employee:
        raise NotFound
    return found


def may_take_over(viewer: Viewer) -> ColumnElement[bool]:
    """A condition on ``Account``: nobody answers for the guest, who is in a workspace that the viewer owns."""
    shared = select(Membership.account_id).where(
        Membership.workspace_id.in_(owned(viewer)),
        Membership.account_id == Account.id,
        or_(
            Membership.ends_at.is_(None),
            Membership.ends_at > access.NOW,
            Membership.ends_at >= Account.ends_at,
        ),
    )
    orphaned = Account.sponsor_id.is_(None)
    return orphaned & (Account.kind == "guest") & shared.correlate(Account).exists()


def extend(
    db: Session,
    viewer: Viewer,
    settings: Settings,
    guest: Account,
    ends_at: datetime | None = None,
    reason: str = "",
) -> None:
    """Another end: ``ends_at``, or the usual number of days from today, which never shortens.

    Memberships and grants that ended together with the account move along. An administrator who
    extends a guest for whom nobody answers does from then on. Raises Invalid for an end that has
    passed or is later than the policy allows.
    """
    _require(viewer, guest, reason)
    if ends_at is not None:
        terms.check_end(settings, viewer.timezone, ends_at)
    wanted = ends_at or max(terms.usual_end(settings, viewer.timezone), guest.ends_at or clock.now())
    if wanted != guest.ends_at or guest.end_reason:
        sponsor = guest.sponsor_id or viewer.me
        _record(
            db, viewer, guest, "guest.extended", reason, sponsor_id=sponsor, ends_at=wanted, end_reason=""
        )


def end(db: Session, viewer: Viewer, guest: Account, reason: str = "") -> None:
    """Everything ends now: sessions, tokens, feeds, tools. Ending twice changes nothing."""
    _require(viewer, guest, reason)
    if has_ended(guest):
        return
    code = "sponsor" if guest.sponsor_id == viewer.account_id else "admin"
    _record(db, viewer, guest, "guest.ended", reason, together=False, ends_at=clock.now(), end_reason=code)
    accounts.revoke(db, guest, reason="guest_ended")


def has_ended(guest: Account) -> bool:
    return guest.ends_at is not None and guest.ends_at <= clock.now()


def hand_over(db: Session, viewer: Viewer, guest: Account, name: str, reason: str = "") -> Account:
    """Another employee (handle or id) answers for the guest from now on; answers who.

    Raises Invalid for somebody whom the viewer may not know of, a guest, or who cannot come in.
    """
    _require(viewer, guest, reason)
    other = named(db, viewer, name, Account.kind == "employee")
    if other.id != guest.sponsor_id:
        kept = "" if guest.end_reason == "sponsor_left" else guest.end_reason
        _record(
            db,
            viewer,
            guest,
            "guest.handed_over",
            reason,
            together=False,
            sponsor_id=other.id,
            end_reason=kept,
        )
    return other


def take_over(db: Session, viewer: Viewer, settings: Settings, guest: Account, reason: str = "") -> None:
    """Answer for a guest whose sponsor has gone: the viewer is the sponsor, the end the usual one.

    For owners of a workspace that the guest is in, and for administrators who say why.
    """
    if db.scalar(select(Account.id).where(Account.id == guest.id, may_take_over(viewer))) is None:
        if not viewer.is_admin or guest.sponsor_id is not None:
            raise NotFound
        _require(viewer, guest, reason)
    end = terms.usual_end(settings, viewer.timezone)
    _record(db, viewer, guest, "guest.taken_over", reason, sponsor_id=viewer.me, ends_at=end, end_reason="")


def undo(db: Session, viewer: Viewer, public_id: str) -> Account:
    """Take back the viewer's own act, if nothing has been done about the guest since.

    Raises NotFound without such an act, or too long after it.
    """
    guest = db.scalar(select(Account).where(Account.public_id == public_id, Account.kind == "guest"))
    last = guest and db.scalar(
        select(Event)
        .where(Event.subject_id == guest.id, Event.kind.in_(ACTS + CHANGES))
        .order_by(Event.id.desc())
        .limit(1)
    )
    if guest is None or not last or last.kind not in ACTS or last.actor_id != viewer.account_id:
        raise NotFound
    was = last.data["was"]
    if last.at < clock.now() - UNDO or not _still_answers(db, was["sponsor"]):
        raise NotFound
    guest.sponsor_id, guest.end_reason = was["sponsor"], was["reason"]
    guest.ends_at = _moment(was["ends_at"])
    for table, moved in last.data.get("moved", {}).items():
        for number, ends_at in moved.items():
            row = db.get(_TOGETHER[table], int(number))
            if row is not None:
                row.ends_at = _moment(ends_at)
    activity.record(db, "guest.act_undone", viewer, subject_id=guest.id, act=last.kind)
    return guest


# Inside -------------------------------------------------------------------------------------

_TOGETHER: dict[str, Any] = {"membership": Membership, "grant": EntryGrant}


def _require(viewer: Viewer, guest: Account, reason: str) -> None:
    """Raise NotFound for who has nothing to say here, Invalid for an administrator who does not say why."""
    if not viewer.is_employee or guest.kind != "guest" or guest.anonymised_at is not None:
        raise NotFound
    if guest.sponsor_id == viewer.account_id:
        return
    if not viewer.is_admin:
        raise NotFound
    if not reason:
        raise Invalid({"reason": "required"})


def _record(
    db: Session,
    viewer: Viewer,
    guest: Account,
    kind: str,
    reason: str,
    *,
    together: bool = True,
    **values: Any,
) -> None:
    """Set what is given, move along what ended together with the account, and note what was before."""
    was = remembered(guest)
    moved = _move(db, guest, values["ends_at"]) if together and "ends_at" in values else {}
    for name, value in values.items():
        setattr(guest, name, value)
    data: dict[str, Any] = {"until": guest.ends_at.isoformat() if guest.ends_at else None, "was": was}
    if moved:
        data["moved"] = moved
    activity.record(db, kind, viewer, subject_id=guest.id, reason=reason, to=guest.sponsor_id, **data)


def _move(db: Session, guest: Account, ends_at: datetime) -> dict[str, dict[str, str]]:
    """Give memberships and grants that ended when the account did its new end; answers their old ones."""
    ends = _common_ends(db, guest)
    moved: dict[str, dict[str, str]] = {}
    for name, table in _TOGETHER.items():
        rows = db.scalars(select(table).where(table.account_id == guest.id, table.ends_at.in_(ends)))
        for row in rows.all():
            moved.setdefault(name, {})[str(row.id)] = row.ends_at.isoformat()
            row.ends_at = ends_at
    db.flush()
    return moved


def _common_ends(db: Session, guest: Account) -> list[datetime]:
    """The account's end, and the one that it had before it was cut short."""
    cut = db.scalar(
        select(Event.data)
        .where(Event.subject_id == guest.id, Event.kind.in_(("guest.ended", "guest.orphaned")))
        .order_by(Event.id.desc())
        .limit(1)
    )
    before = _moment(cut["was"]["ends_at"]) if cut and guest.end_reason else None
    return [end for end in (guest.ends_at, before) if end is not None]


def _moment(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None


def _still_answers(db: Session, sponsor_id: int | None) -> bool:
    """Is the former sponsor still somebody who can answer? Nobody could before, too."""
    if sponsor_id is None:
        return True
    now = clock.now()
    found = select(Account.id).where(Account.id == sponsor_id, Account.kind == "employee", access.active(now))
    return db.scalar(found) is not None
