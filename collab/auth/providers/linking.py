"""Who is this? Which account a person is, of whom a provider has given valid proof.

``(issuer, subject)`` alone signs in. The order below is the whole policy; an address never leads
into an account unless the company's own provider speaks for its domain.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth import services
from collab.auth.directory import account_by_external_id
from collab.auth.models import Account
from collab.auth.providers import entitlement
from collab.auth.providers.models import Identity, SignInProvider
from collab.auth.providers.refusals import Refused
from collab.auth.providers.who import Who
from collab.errors import Invalid
from collab.viewer import ANONYMOUS, Viewer

#: How long somebody who comes as a guest by a provider's word may stay; owners and administrators renew.
GUEST_STAYS = timedelta(days=90)


def arrived(db: Session, provider: SignInProvider, person: Who, all_claims: Mapping[str, Any]) -> Identity:
    """The identity through which the person signs in; made where somebody is let in for the first time.

    Raises Refused with the code that says why not.
    """
    identity = _known(db, person)
    if identity is not None:
        account = db.get_one(Account, identity.account_id)
        check_standing(account)
        entitlement.check_known(provider, person, account)
    else:
        identity = (
            _of_directory(db, provider, person, all_claims)
            or _of_domain(db, provider, person)
            or _new(db, provider, person)
        )
        account = db.get_one(Account, identity.account_id)
    _refresh(db, identity, account, person)
    viewer = services.viewer_of(db, account.id)
    entitlement.follow_groups(db, viewer, provider, identity, account, person)
    if account.is_admin:
        provider.proved_at = clock.now()
    return identity


def attach(db: Session, viewer: Viewer, provider: SignInProvider, person: Who) -> Identity:
    """One more way in for the viewer, who has just proved both. Linking twice changes nothing.

    Raises Refused if it is somebody else's way in: it never moves.
    """
    known = _known(db, person)
    if known is not None and known.account_id != viewer.me:
        raise Refused("identity_in_use", about=viewer.me)
    account = db.get_one(Account, viewer.me)
    entitlement.check_known(provider, person, account)
    return known or link(db, viewer, provider, person, account, "self")


def link(
    db: Session, viewer: Viewer, provider: SignInProvider, person: Who, account: Account, by: str
) -> Identity:
    """Note that the person is this account. ``identity.linked`` lets its holder know."""
    identity = Identity(
        account_id=account.id,
        provider_id=provider.id,
        issuer=person.issuer,
        subject=person.subject,
        linked_by=by,
        linked_at=clock.now(),
        claims=dict(person.claims),
    )
    db.add(identity)
    db.flush()
    activity.record(
        db, "identity.linked", viewer, subject_id=account.id, provider=provider.name, linked_by=by
    )
    return identity


def check_standing(account: Account) -> None:
    """Raise Refused if the account may do nothing."""
    if account.status != "active":
        raise Refused("account_inactive", account.status, about=account.id)
    if account.ends_at is not None and account.ends_at <= clock.now():
        code = "guest_access_ended" if account.kind == "guest" else "account_inactive"
        raise Refused(code, "ended", about=account.id, ended=account.ends_at.isoformat())


# The order ------------------------------------------------------------------------------------


def _known(db: Session, person: Who) -> Identity | None:
    return db.scalar(
        select(Identity).where(Identity.issuer == person.issuer, Identity.subject == person.subject)
    )


def _of_directory(
    db: Session, provider: SignInProvider, person: Who, claims: Mapping[str, Any]
) -> Identity | None:
    """The company's directory has made the account and calls it by the same name as its provider."""
    name = claims.get(provider.subject_claim)
    if provider.audience != "employees" or not isinstance(name, str) or not name:
        return None
    account = account_by_external_id(db, name)
    if account is None:
        return None
    check_standing(account)
    entitlement.check_known(provider, person, account)
    return link(db, ANONYMOUS, provider, person, account, "scim")


def _of_domain(db: Session, provider: SignInProvider, person: Who) -> Identity | None:
    """The provider speaks for the domain of a proven address that exactly one account has.

    An account whose own address is not proven has no ``email_key`` and cannot lie in wait. Nobody
    becomes an administrator, or gets into an account that is linked here already, by an address.
    """
    if provider.email_trust != "domains" or not person.proven:
        return None
    account = _owner(db, person)
    kind = "guest" if provider.audience == "guests" else "employee"
    if account is None or account.is_admin or (provider.audience == "guests" and account.kind != kind):
        return None
    if provider.firm_id is not None and account.firm_id != provider.firm_id:
        return None
    linked = select(Identity.id).where(Identity.account_id == account.id, Identity.provider_id == provider.id)
    if db.scalar(linked) is not None:
        return None
    check_standing(account)
    entitlement.kind_for_new(provider, person)  # shown, not merely undenied: it is the first time
    entitlement.check_known(provider, person, account)
    return link(db, ANONYMOUS, provider, person, account, "domain")


def _new(db: Session, provider: SignInProvider, person: Who) -> Identity:
    """A new account, where the provider may make some."""
    if person.email and _owner(db, person) is not None:
        raise Refused("account_exists" if person.vouched else "not_invited", "address_taken")
    if not provider.creates_accounts:
        raise Refused("not_invited", "no_accounts_made")
    guest = entitlement.kind_for_new(provider, person) == "guest"
    try:
        account = services.create_account(
            db,
            ANONYMOUS,
            name=person.name or person.subject,
            email=person.email if person.proven else None,
            kind="guest" if guest else "employee",
            ends_at=clock.now() + GUEST_STAYS if guest else None,
        )
    except Invalid as error:  # somebody else has taken the address at this very moment
        raise Refused("not_invited", str(error)) from error
    if guest:
        account.firm_id = provider.firm_id
    if person.email and not person.proven:
        account.email = person.email  # contact data; it opens nothing and reserves nothing
    return link(db, ANONYMOUS, provider, person, account, "jit")


def _owner(db: Session, person: Who) -> Account | None:
    return db.scalar(select(Account).where(Account.email_key == person.email_key))


def _refresh(db: Session, identity: Identity, account: Account, person: Who) -> None:
    """Take over what the provider owns: a name that came from it, and an address where there is none."""
    before = identity.claims.get("name")
    if person.name and account.name == before and person.name != before:
        account.name = person.name
        activity.record(db, "account.changed", ANONYMOUS, subject_id=account.id, fields=["name"])
    if account.email_key is None and person.proven and _owner(db, person) is None:
        account.email, account.email_key = person.email, person.email_key
        activity.record(db, "account.changed", ANONYMOUS, subject_id=account.id, fields=["email"])
    identity.claims = {**person.claims, "name": person.name}
    identity.used_at = clock.now()
