"""The providers of the settings file, brought into the table when Collab starts."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from collab import activity, clock
from collab.auth import sealed
from collab.auth.providers.models import SignInProvider
from collab.config import OidcSetting, SettingError, Settings
from collab.viewer import ANONYMOUS


def sync(settings: Settings, write: sessionmaker[Session]) -> None:
    """Make the table say what the file says. Repeatable; several processes may do it at once.

    A provider that has gone from the file is switched off and kept, for what hangs on it. Raises
    SettingError for an issuer that an administrator has set up under another name.
    """
    try:
        with write.begin() as db:
            _sync(settings, db)
    except IntegrityError:  # another process was faster: now there is nothing left to do
        with write.begin() as db:
            _sync(settings, db)


def _sync(settings: Settings, db: Session) -> None:
    rows = {row.name: row for row in db.scalars(select(SignInProvider).with_for_update())}
    wanted = {each.name: each for each in settings.oidc}
    for row in list(rows.values()):
        if row.managed_by == "file" and row.name not in wanted:
            _gone(db, rows, row, wanted)
    for name, each in wanted.items():
        other = next((row for row in rows.values() if row.issuer == each.issuer and row.name != name), None)
        if other is not None:
            raise SettingError(
                f"[[oidc]] {name}: an administrator has set up {each.issuer} already, as {other.name!r}. "
                "Give it that name here, or another issuer there."
            )
        _bring(settings, db, rows.get(name), each)


def _gone(
    db: Session, rows: dict[str, SignInProvider], row: SignInProvider, wanted: dict[str, OidcSetting]
) -> None:
    """Not in the file any more: renamed, or no longer wanted."""
    renamed = next((each for each in wanted.values() if each.issuer == row.issuer), None)
    if renamed is not None and renamed.name not in rows:
        rows[renamed.name] = rows.pop(row.name)
        row.name = renamed.name
    elif row.enabled:
        row.enabled = False
        activity.record(db, "provider.disabled", ANONYMOUS, provider=row.name)


def _bring(settings: Settings, db: Session, row: SignInProvider | None, wanted: OidcSetting) -> None:
    values = _values(wanted)
    if row is None:
        row = SignInProvider(name=wanted.name, created_at=clock.now(), **values)
        row.client_secret = sealed.seal(settings.key, wanted.client_secret)
        db.add(row)
        db.flush()
        activity.record(db, "provider.created", ANONYMOUS, provider=row.name)
        return
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if sealed.unseal(settings.key, row.client_secret) != wanted.client_secret:
        row.client_secret = sealed.seal(settings.key, wanted.client_secret)
        changed.append("client_secret")
    if changed:
        activity.record(db, "provider.changed", ANONYMOUS, provider=row.name, fields=changed)


def _values(wanted: OidcSetting) -> dict[str, Any]:
    trust = wanted.trust_email if isinstance(wanted.trust_email, str) else "domains"
    return {
        "label": wanted.label or wanted.name,
        "kind": "openid",
        "issuer": wanted.issuer,
        "client_id": wanted.client_id,
        "scopes": wanted.scopes,
        "audience": "employees",
        "email_trust": trust,
        "domains": list(wanted.domains),
        "creates_accounts": wanted.creates_accounts,
        "groups_claim": wanted.groups_claim,
        "admin_groups": list(wanted.admin_groups),
        "employee_groups": list(wanted.employee_groups),
        "guest_groups": list(wanted.guest_groups),
        "subject_claim": wanted.subject_claim,
        "session_hours": wanted.session_hours,
        "enabled": True,
        "managed_by": "file",
    }
