"""Which firm somebody is from: by the domain of the address, else as the inviter says."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth.models import Account, Firm
from collab.errors import Invalid
from collab.guests import addresses
from collab.guests.addresses import PUBLIC, Addressee
from collab.guests.firm_queries import known as known_firms
from collab.viewer import Viewer


def known(db: Session, people: Sequence[Addressee]) -> dict[str, Firm | None]:
    """The firm of each address that tells it: an account's own one, else the one with its domain."""
    keys = {each.key for each in people}
    firms = db.scalars(select(Firm)).all()
    by_id = {firm.id: firm for firm in firms}
    by_domain = {domain: firm for firm in firms for domain in firm.domains}
    held = select(Account.email_key, Account.firm_id).where(Account.email_key.in_(keys))
    accounts = {key: by_id.get(firm or 0) for key, firm in db.execute(held) if key}
    found: dict[str, Firm | None] = {
        each.key: by_domain[each.domain] for each in people if each.domain in by_domain
    }
    return found | accounts


def firms_of(
    db: Session, viewer: Viewer, people: Sequence[Addressee], typed: str
) -> Mapping[str, Firm | None]:
    """The firm of each address. ``typed`` names the firm of those whose domain is nobody's.

    A firm that there is not yet is made, with those domains that are its own. Raises Invalid where
    nobody says which firm a company's address belongs to; somebody with a public mailbox may be of none.
    """
    found = known(db, people)
    unknown = [each for each in people if each.key not in found]
    if not unknown:
        return found
    domains = addresses.own_domains(unknown)
    if not typed:
        if domains:
            raise Invalid({"firm": "firm_needed"}, domains=", ".join(domains))
        return found | {each.key: None for each in unknown}
    firm = _by_name(db, typed) or _new(db, viewer, typed, domains)
    return found | {each.key: firm for each in unknown}


def _by_name(db: Session, name: str) -> Firm | None:
    return next((each for each in db.scalars(select(Firm)) if each.name.casefold() == name.casefold()), None)


def _new(db: Session, viewer: Viewer, name: str, domains: list[str]) -> Firm:
    firm = Firm(name=name, domains=[each for each in domains if each not in PUBLIC], created_at=clock.now())
    db.add(firm)
    db.flush()
    activity.record(db, "firm.created", viewer, name=name)
    return firm


def names(db: Session, viewer: Viewer) -> Sequence[str]:
    """The names of the firms that the viewer may know of, for who types one."""
    return db.scalars(
        select(Firm.name).where(known_firms(viewer)).order_by(func.lower(Firm.name)).limit(500)
    ).all()
