"""Which providers there are for whom, and a person's own identities: seen, taken away."""

from typing import Any

from sqlalchemy import Row, func, or_, select, update
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth import groups, sealed
from collab.auth.methods.models import Passkey
from collab.auth.models import Account, Password, SignInSession
from collab.auth.providers import entitlement
from collab.auth.providers.fetch import Peer
from collab.auth.providers.models import Identity, SignInProvider
from collab.auth.providers.refusals import Refused
from collab.auth.services import usable
from collab.config import Settings
from collab.errors import NotFound
from collab.viewer import Viewer


def peer(settings: Settings, provider: SignInProvider) -> Peer:
    """The provider as it is spoken to; its secret stands in the clear here only."""
    return Peer(
        name=provider.name,
        issuer=provider.issuer,
        client_id=provider.client_id,
        client_secret=sealed.unseal(settings.key, provider.client_secret),
        scopes=provider.scopes,
        plain_http=not settings.secure,
    )


def by_name(db: Session, name: str, *, enabled: bool = True) -> SignInProvider:
    """The provider; NotFound without it, and for one that is switched off unless that does not matter."""
    found = db.scalar(select(SignInProvider).where(SignInProvider.name == name))
    if found is None or (enabled and not found.enabled):
        raise NotFound
    return found


def offered(db: Session, last: str | None) -> list[SignInProvider]:
    """What the sign-in page offers, the one that this browser used ``last`` first."""
    query = select(SignInProvider).where(
        SignInProvider.enabled, or_(SignInProvider.listed, SignInProvider.name == (last or ""))
    )
    return sorted(db.scalars(query), key=lambda each: (each.name != last, each.label.casefold(), each.id))


# One's own identities -------------------------------------------------------------------------


def identities_of(db: Session, viewer: Viewer) -> list[Row[Any]]:
    """Rows (public_id, name, label, kind, enabled, claims, linked_at, used_at) of the viewer's identities."""
    query = (
        select(
            Identity.id,
            Identity.public_id,
            SignInProvider.name,
            SignInProvider.label,
            SignInProvider.kind,
            SignInProvider.enabled,
            Identity.claims,
            Identity.linked_at,
            Identity.used_at,
        )
        .join(SignInProvider, SignInProvider.id == Identity.provider_id)
        .where(Identity.account_id == viewer.me)
        .order_by(Identity.id)
    )
    return list(db.execute(query))


def only_way(db: Session, account_id: int) -> SignInProvider | None:
    """The provider through which alone the account comes in; None for one that cannot come in at all."""
    return db.scalar(
        select(SignInProvider)
        .join(Identity, Identity.provider_id == SignInProvider.id)
        .join(Account, Account.id == Identity.account_id)
        .where(
            Account.id == account_id, usable(clock.now()), SignInProvider.exclusive, SignInProvider.enabled
        )
        .limit(1)
    )


def of_own_firm(db: Session, viewer: Viewer) -> list[SignInProvider]:
    """The sign-ins of the guest's own firm that the guest does not use yet."""
    mine = select(Identity.provider_id).where(Identity.account_id == viewer.me)
    query = select(SignInProvider).where(
        SignInProvider.enabled,
        SignInProvider.firm_id == (viewer.firm_id or 0),
        SignInProvider.id.not_in(mine),
    )
    return sorted(db.scalars(query), key=lambda each: (each.label.casefold(), each.id))


def linkable(db: Session, viewer: Viewer) -> list[SignInProvider]:
    """Providers that the viewer could add as one more way in."""
    mine = select(Identity.provider_id).where(Identity.account_id == viewer.me)
    query = select(SignInProvider).where(
        SignInProvider.enabled, SignInProvider.listed, SignInProvider.id.not_in(mine)
    )
    return sorted(db.scalars(query), key=lambda each: (each.label.casefold(), each.id))


def provable(db: Session, viewer: Viewer) -> list[Row[Any]]:
    """The viewer's identities through which they can show again who they are (step-up).

    Plain OAuth 2 providers cannot tell when somebody last proved it, so they are not among them.
    """
    return [row for row in identities_of(db, viewer) if row.enabled and row.kind == "openid"]


def unlink(db: Session, viewer: Viewer, public_id: str) -> None:
    """Take one of the viewer's ways in away; sessions that came by it go on as the viewer's own.

    Raises NotFound for somebody else's, Refused for the last way in.
    """
    db.execute(select(Account.id).where(Account.id == viewer.me).with_for_update())
    found = db.scalar(
        select(Identity).where(Identity.public_id == public_id, Identity.account_id == viewer.me)
    )
    if found is None:
        raise NotFound
    if not ways_in(db, viewer.me, but_identity=found.id):
        raise Refused("last_sign_in_method", about=viewer.me)
    provider = db.get_one(SignInProvider, found.provider_id)
    account = db.get_one(Account, viewer.me)
    db.execute(
        update(SignInSession)
        .where(SignInSession.identity_id == found.id)
        .values(identity_id=None, op_sid=None, id_token=None)
    )
    db.delete(found)
    groups.set_groups_of(db, viewer, account, [], entitlement.keeper(provider))
    activity.record(db, "identity.unlinked", viewer, subject_id=account.id, provider=provider.name)


def ways_in(db: Session, account_id: int, *, but_identity: int = 0) -> int:
    """How many ways to sign in the account has: its password, passkeys, identities of providers in use."""
    identities = (
        select(func.count(Identity.id))
        .join(SignInProvider, SignInProvider.id == Identity.provider_id)
        .where(Identity.account_id == account_id, Identity.id != but_identity, SignInProvider.enabled)
    )
    keys = select(func.count(Passkey.id)).where(Passkey.account_id == account_id)
    passwords = select(func.count(Password.account_id)).where(Password.account_id == account_id)
    found = db.execute(
        select(identities.scalar_subquery(), keys.scalar_subquery(), passwords.scalar_subquery())
    ).one()
    return sum(int(number) for number in found)
