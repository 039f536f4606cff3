"""What administrators do with firms. Ending all access of one is ``guests.firm_ending``."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth.models import Account, Firm
from collab.auth.providers.models import SignInProvider
from collab.errors import Invalid, NotFound
from collab.viewer import Viewer


def create_firm(db: Session, viewer: Viewer, name: str, domains: list[str]) -> Firm:
    """A new firm. Raises Invalid for a name or domain that another one has."""
    _check_firm(db, name, domains, 0)
    firm = Firm(name=name, domains=domains, created_at=clock.now())
    db.add(firm)
    db.flush()
    activity.record(db, "firm.created", viewer, firm=firm.id, name=name)
    return firm


def change_firm(
    db: Session,
    viewer: Viewer,
    firm: Firm,
    name: str,
    domains: list[str],
    lead_invites: bool | None = None,
) -> None:
    """Another name, other domains, or whether its leads propose colleagues; its guests stay its guests."""
    proposes = firm.lead_invites if lead_invites is None else lead_invites
    if (name, domains, proposes) == (firm.name, firm.domains, firm.lead_invites):
        return
    _check_firm(db, name, domains, firm.id)
    firm.name, firm.domains, firm.lead_invites = name, domains, proposes
    activity.record(db, "firm.changed", viewer, firm=firm.id, name=name)


def set_lead(db: Session, viewer: Viewer, firm: Firm, public_id: str, on: bool) -> Account:
    """Let a guest speak for the firm, or no longer. NotFound for who is no guest of it."""
    guest = db.scalar(
        select(Account).where(
            Account.public_id == public_id, Account.firm_id == firm.id, Account.kind == "guest"
        )
    )
    if guest is None:
        raise NotFound
    if guest.is_lead != on:
        guest.is_lead = on
        activity.record(
            db, "firm.lead_changed", viewer, subject_id=guest.id, firm=firm.id, name=firm.name, is_lead=on
        )
    return guest


def providers(db: Session, firm: Firm) -> list[SignInProvider]:
    """The providers for guests that are this firm's or nobody's, and that this page may change."""
    return list(
        db.scalars(
            select(SignInProvider)
            .where(
                SignInProvider.audience == "guests",
                SignInProvider.managed_by == "admin",
                or_(SignInProvider.firm_id.is_(None), SignInProvider.firm_id == firm.id),
            )
            .order_by(SignInProvider.label, SignInProvider.id)
        )
    )


def choose_provider(db: Session, viewer: Viewer, firm: Firm, public_id: str) -> None:
    """The provider is the firm's own from now on, and another one is no longer; nothing for none.

    Raises Invalid for a provider that is another firm's, not for guests, or not there.
    """
    known = {provider.public_id: provider for provider in providers(db, firm)}
    if public_id and public_id not in known:
        raise Invalid({"provider": "not_valid"})
    for key, provider in known.items():
        wanted = firm.id if key == public_id else None
        if provider.firm_id != wanted:
            provider.firm_id = wanted
            activity.record(db, "provider.changed", viewer, provider=provider.name, fields=["firm_id"])


def _check_firm(db: Session, name: str, domains: list[str], but: int) -> None:
    others = db.execute(select(Firm.name, Firm.domains).where(Firm.id != but)).all()
    if name.casefold() in {other.name.casefold() for other in others}:
        raise Invalid({"name": "taken"})
    if set(domains) & {domain for other in others for domain in other.domains}:
        raise Invalid({"domains": "taken"})
