"""What administrators do with sign-in providers."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.admin.provider_forms import NewProvider, Provider
from collab.auth import sealed
from collab.auth.models import Firm, SignInSession
from collab.auth.providers import plain
from collab.auth.providers.models import Identity, SignInProvider
from collab.errors import Conflict, Invalid
from collab.viewer import Viewer


def create(db: Session, viewer: Viewer, key: str, wanted: NewProvider) -> SignInProvider:
    """A new provider, switched on. ``key`` seals its secret.

    Raises Invalid for a name or issuer that another has, and for what does not fit together.
    """
    for name in ("name", "issuer"):
        column = getattr(SignInProvider, name)
        if db.scalar(select(SignInProvider.id).where(column == getattr(wanted, name))) is not None:
            raise Invalid({name: "taken"})
    row = SignInProvider(
        name=wanted.name,
        kind=wanted.kind,
        issuer=wanted.issuer,
        client_secret=sealed.seal(key, wanted.client_secret),
        created_at=clock.now(),
        **_values(db, wanted, wanted.kind),
    )
    db.add(row)
    db.flush()
    activity.record(db, "provider.created", viewer, provider=row.name)
    return row


def change(db: Session, viewer: Viewer, key: str, row: SignInProvider, wanted: Provider) -> None:
    """Take over what the form says. Raises Conflict for a provider of the settings file."""
    if row.managed_by == "file":
        raise Conflict
    values = _values(db, wanted, row.kind)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if wanted.client_secret:
        row.client_secret = sealed.seal(key, wanted.client_secret)
        changed.append("client_secret")
    if changed:
        activity.record(db, "provider.changed", viewer, provider=row.name, fields=changed)


def switch(db: Session, viewer: Viewer, row: SignInProvider, on: bool, *, keep_session: int | None) -> None:
    """On or off. Off, nobody comes in through it and whoever did is signed out, but for ``keep_session``."""
    if row.enabled == on:
        return
    if row.managed_by == "file":
        raise Conflict
    row.enabled = on
    if on:
        activity.record(db, "provider.changed", viewer, provider=row.name, fields=["enabled"])
        return
    db.execute(
        update(SignInSession)
        .where(
            SignInSession.identity_id.in_(select(Identity.id).where(Identity.provider_id == row.id)),
            SignInSession.ended_at.is_(None),
            SignInSession.id != (keep_session or 0),
        )
        .values(ended_at=clock.now(), ended_reason="provider_off")
        .execution_options(synchronize_session=False)
    )
    activity.record(db, "provider.disabled", viewer, provider=row.name)


def set_exclusive(db: Session, viewer: Viewer, row: SignInProvider, on: bool) -> None:
    """Make it the only way in of its people, or one among others.

    Raises Invalid until an administrator has come in through it once.
    """
    if row.exclusive == on:
        return
    if on and row.proved_at is None:
        raise Invalid({"": "provider_not_proved"})
    row.exclusive = on
    activity.record(db, "provider.changed", viewer, provider=row.name, fields=["exclusive"])


def _values(db: Session, wanted: Provider, kind: str) -> dict[str, Any]:
    if kind == "openid" and "openid" not in wanted.scopes.split():
        raise Invalid({"scopes": "openid_missing"})
    if kind == "oauth2":
        for name in plain.NEEDED:
            if not getattr(wanted, name):
                raise Invalid({name: "required"})
    if wanted.email_trust == "domains" and not wanted.domains:
        raise Invalid({"domains": "required"})
    values = wanted.model_dump(exclude={"name", "kind", "issuer", "client_secret", "firm", *plain.ADDRESSES})
    return values | {"endpoints": wanted.endpoints, "firm_id": _firm(db, wanted)}


def _firm(db: Session, wanted: Provider) -> int | None:
    if not wanted.firm or wanted.audience != "guests":
        return None
    found = db.scalar(select(Firm.id).where(Firm.public_id == wanted.firm))
    if found is None:
        raise Invalid({"firm": "unknown_firm"})
    return found
