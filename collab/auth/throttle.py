"""How often something may be tried. One function for every door where one could guess."""

import ipaddress
from datetime import timedelta

from sqlalchemy import case, delete, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Throttle
from collab.db import inserting
from collab.errors import TooMany

WINDOW = timedelta(minutes=15)


def network(address: str) -> str:
    """The /24 or /64 that an address lies in; one person's reach, not one address."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network(f"{ip}/{24 if ip.version == 4 else 64}", strict=False))


def check(db: Session, key: str, most: int) -> None:
    """Raise TooMany if ``key`` was counted ``most`` times within its quarter of an hour."""
    kept = db.execute(select(Throttle.since, Throttle.count).where(Throttle.key == key[:200])).first()
    if kept is not None and kept[0] + WINDOW > clock.now() and kept[1] >= most:
        raise TooMany(int((kept[0] + WINDOW - clock.now()).total_seconds()) + 1)


def count(db: Session, key: str) -> None:
    """One more try by ``key``. In one statement, so that of many at once none is lost."""
    now = clock.now()
    first = inserting(db, Throttle).values(key=key[:200], since=now, count=1)
    passed = Throttle.since <= now - WINDOW
    again = {
        Throttle.since: case((passed, now), else_=Throttle.since),
        Throttle.count: case((passed, 1), else_=Throttle.count + 1),
    }
    db.execute(first.on_conflict_do_update(index_elements=[Throttle.key], set_=again))


def worth_noting(db: Session, key: str, most: int) -> bool:
    """Count ``key``; False once that was ``most`` times, so that nobody fills the log by being refused."""
    try:
        check(db, key, most)
    except TooMany:
        return False
    count(db, key)
    return True


def forget_old(db: Session) -> None:
    """Windows that have passed are not kept. Called by the worker."""
    db.execute(delete(Throttle).where(Throttle.since < clock.now() - WINDOW))
