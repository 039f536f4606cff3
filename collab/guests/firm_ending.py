"""Ending all access of a firm in one step, and giving it back as long as nothing else has changed."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.activity import Event
from collab.auth import services as accounts
from collab.auth.models import Account, Firm, SignInSession
from collab.auth.providers.models import SignInProvider
from collab.auth.sponsors import answer_for, remembered
from collab.errors import Invalid, NotFound
from collab.guests.firm_queries import here
from collab.guests.models import Invitation
from collab.guests.waiting import is_waiting
from collab.viewer import Viewer
from collab.workspaces.models import EntryGrant

REASON = "firm"
NAMED = 12


@dataclass(frozen=True)
class Access:
    """How much access a firm has: what would end. Numbers only, and the first guests' names."""

    guests: int
    grants: int
    invitations: int
    sessions: int
    names: tuple[str, ...] = ()
    #: Sign-in providers that would make accounts for further people of the firm.
    providers: tuple[str, ...] = ()

    @property
    def anything(self) -> bool:
        return bool(self.guests or self.grants or self.invitations or self.providers)


def _guests(firm: Firm) -> Select[Account]:
    return select(Account).where(Account.firm_id == firm.id, Account.kind == "guest", here())


def _grants(firm: Firm) -> Select[EntryGrant]:
    return select(EntryGrant).where(EntryGrant.firm_id == firm.id, EntryGrant.ends_at > clock.now())


def _invitations(firm: Firm) -> Select[Invitation]:
    return select(Invitation).where(Invitation.firm_id == firm.id, is_waiting())


def _makers(firm: Firm) -> Select[SignInProvider]:
    return select(SignInProvider).where(
        SignInProvider.firm_id == firm.id,
        SignInProvider.creates_accounts,
        SignInProvider.enabled,
        SignInProvider.managed_by == "admin",
    )


def look(db: Session, viewer: Viewer, firm: Firm) -> Access:
    """What would end. For administrators."""
    _require(viewer)
    sessions = select(func.count(SignInSession.id)).where(
        SignInSession.account_id.in_(_guests(firm).with_only_columns(Account.id)),
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > clock.now(),
    )

    def count(query: Select[Any]) -> int:
        return db.scalar(select(func.count()).select_from(query.subquery())) or 0

    names = _guests(firm).with_only_columns(Account.name).order_by(func.lower(Account.name)).limit(NAMED)
    labels = _makers(firm).with_only_columns(SignInProvider.label).order_by(SignInProvider.label)
    return Access(
        guests=count(_guests(firm).with_only_columns(Account.id)),
        grants=count(_grants(firm).with_only_columns(EntryGrant.id)),
        invitations=count(_invitations(firm).with_only_columns(Invitation.id)),
        sessions=db.scalar(sessions) or 0,
        names=tuple(db.scalars(names)),
        providers=tuple(db.scalars(labels)),
    )


def end_all(db: Session, viewer: Viewer, firm: Firm, reason: str) -> Access:
    """Everything of the firm ends now; answers how much that was.

    Guests with their sessions, tokens and feeds, grants to the firm, invitations on their way; and its
    own sign-in makes no new accounts. Raises Invalid without a reason, NotFound for who is no
    administrator. With nothing to end nothing happens.
    """
    _require(viewer)
    if not reason:
        raise Invalid({"reason": "required"})
    ended = look(db, viewer, firm)
    if not ended.anything:
        return ended
    now, was = clock.now(), _remembered(db, firm)
    for guest in db.scalars(_guests(firm).order_by(Account.id).with_for_update()).all():
        before = remembered(guest)
        guest.ends_at, guest.end_reason = now, REASON
        accounts.revoke(db, guest, reason="firm_ended")
        activity.record(
            db, "guest.ended", viewer, subject_id=guest.id, reason=reason, code=REASON, was=before
        )
    for grant in db.scalars(_grants(firm)).all():
        grant.ends_at = now
    for invitation in db.scalars(_invitations(firm)).all():
        invitation.withdrawn_at = now
    for provider in db.scalars(_makers(firm)).all():
        provider.creates_accounts = False
    numbers = {key: value for key, value in asdict(ended).items() if isinstance(value, int)}
    activity.record(
        db,
        "firm.ended",
        viewer,
        firm=firm.id,
        name=firm.name,
        reason=reason,
        now=now.isoformat(),
        numbers=numbers,
        was=was,
    )
    return ended


def _remembered(db: Session, firm: Firm) -> dict[str, Any]:
    """What is there now, by numbers, so that it can be given back."""
    return {
        "guests": {str(guest.id): remembered(guest) for guest in db.scalars(_guests(firm))},
        "grants": {str(grant.id): grant.ends_at.isoformat() for grant in db.scalars(_grants(firm))},
        "invitations": [invitation.id for invitation in db.scalars(_invitations(firm))],
        "providers": [provider.id for provider in db.scalars(_makers(firm))],
    }


def last_end(db: Session, viewer: Viewer, firm: Firm) -> Row[Any] | None:
    """Row (event, name of who did it) of the last time that all access ended and was not given back."""
    _require(viewer)
    query = (
        select(Event.kind, Event.at, Event.data, Account.name)
        .outerjoin(Account, Account.id == Event.actor_id)
        .where(Event.kind.in_(("firm.ended", "firm.given_back")), Event.data["firm"].as_integer() == firm.id)
        .order_by(Event.id.desc())
        .limit(1)
    )
    found = db.execute(query).first()
    return found if found is not None and found.kind == "firm.ended" else None


def give_back(db: Session, viewer: Viewer, firm: Firm) -> int:
    """Undo the last end of all access, for what nobody has changed since; answers how many guests.

    People sign in anew. The viewer answers for those whose sponsor has left meanwhile.
    Raises NotFound if there is nothing to give back.
    """
    event = last_end(db, viewer, firm)
    if event is None:
        raise NotFound
    ended_at, was = datetime.fromisoformat(event.data["now"]), event.data["was"]
    back = _guests_back(db, viewer, firm, ended_at, was["guests"])
    for number, ends_at in was["grants"].items():
        grant = db.get(EntryGrant, int(number))
        if grant is not None and grant.ends_at == ended_at:
            grant.ends_at = datetime.fromisoformat(ends_at)
    for number in was["invitations"]:
        invitation = db.get(Invitation, number)
        if invitation is not None and invitation.withdrawn_at == ended_at:
            invitation.withdrawn_at = None
    for number in was["providers"]:
        provider = db.get(SignInProvider, number)
        if provider is not None and provider.firm_id == firm.id:
            provider.creates_accounts = True
    activity.record(db, "firm.given_back", viewer, firm=firm.id, name=firm.name, number=back)
    return back


def _guests_back(
    db: Session, viewer: Viewer, firm: Firm, ended_at: datetime, was: dict[str, dict[str, Any]]
) -> int:
    ended = select(Account).where(
        Account.firm_id == firm.id, Account.end_reason == REASON, Account.ends_at == ended_at
    )
    back = 0
    for guest in db.scalars(ended.order_by(Account.id).with_for_update()).all():
        before = was.get(str(guest.id))
        if before is None:
            continue
        guest.ends_at = datetime.fromisoformat(before["ends_at"]) if before["ends_at"] else None
        guest.end_reason = before["reason"]
        answer_for(viewer, guest)
        back += 1
    return back


def _require(viewer: Viewer) -> None:
    if not viewer.is_admin or viewer.looker is not None:
        raise NotFound
