"""Sign-in providers as administrators see them."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab.activity import Event
from collab.admin.queries import Rows, may_manage
from collab.auth.models import Account
from collab.auth.providers.models import Identity, SignInProvider
from collab.errors import NotFound
from collab.viewer import Viewer


def providers(viewer: Viewer) -> Rows:
    """Rows (``SignInProvider``, people: how many sign in through it), for administrators."""
    people = (
        select(func.count(Identity.id)).where(Identity.provider_id == SignInProvider.id).scalar_subquery()
    )
    return (
        select(SignInProvider, people.label("people"))
        .where(may_manage(viewer))
        .order_by(SignInProvider.enabled.desc(), func.lower(SignInProvider.label), SignInProvider.id)
    )


def provider(db: Session, viewer: Viewer, public_id: str) -> SignInProvider:
    """The provider; NotFound if there is none, and for everybody but administrators."""
    found = db.scalar(select(SignInProvider).where(SignInProvider.public_id == public_id, may_manage(viewer)))
    if found is None:
        raise NotFound
    return found


def arrivals(viewer: Viewer, row: SignInProvider) -> Rows:
    """Rows of the people who came in through the provider, the latest first."""
    return (
        select(
            Account.public_id,
            Account.name,
            Account.handle,
            Account.kind,
            Identity.subject,
            Identity.used_at,
            Identity.linked_by,
        )
        .join(Account, Account.id == Identity.account_id)
        .where(Identity.provider_id == row.id, may_manage(viewer))
        .order_by(Identity.used_at.desc(), Identity.id.desc())
    )


def failures(viewer: Viewer, row: SignInProvider) -> Rows:
    """Rows (at, data) of what was refused there, the latest first."""
    named: Any = Event.data["provider"].as_string()
    return (
        select(Event.at, Event.data)
        .where(Event.kind.in_(("session.refused", "logout.refused")), named == row.name, may_manage(viewer))
        .order_by(Event.id.desc())
    )
