"""One act for many accounts: first who would be concerned and who is left out, then the act."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from collab import clock
from collab.admin import forms, queries, services
from collab.auth.models import Account
from collab.config import Settings
from collab.errors import Conflict, Invalid, NotFound
from collab.guests import sponsoring
from collab.viewer import Viewer

#: How many accounts are changed in one transaction.
BATCH = 500
#: More at once are refused: the answer would take too long.
MOST = 5000
#: What a confirmation page shows the names of.
NAMED = 20
GUESTS_ONLY = frozenset({"extend", "end", "sponsor"})
WITH_REASON = frozenset({"suspend", "extend", "end", "sponsor"})
#: Why somebody is left out.
WHY: dict[str, Any] = {
    "not_yourself": _l("your own account"),
    "cannot_sign_in": _l("cannot sign in anyhow"),
    "not_a_guest": _l("no guest"),
    "already": _l("is so already"),
    "last_admin": _l("the last administrator"),
    "refused": _l("could not be changed"),
}


@dataclass(frozen=True)
class Left:
    """Somebody whom the act leaves out, and why (a key of ``WHY``)."""

    name: str
    public_id: str
    why: str


@dataclass(frozen=True)
class Plan:
    """Whom an act concerns, by number; whom it leaves out; the names of the first."""

    act: str
    account_ids: tuple[int, ...]
    names: tuple[str, ...]
    left: tuple[Left, ...]


def plan(db: Session, viewer: Viewer, wanted: forms.Chosen) -> Plan:
    """Who is chosen, sorted by what the act would do. Changes nothing. Raises Invalid for too many."""
    query = queries.people(viewer, wanted)
    if not wanted.every:
        query = queries.people(viewer, forms.Filters()).where(Account.public_id.in_(wanted.account))
    rows = db.execute(query.add_columns(Account.id).order_by(Account.name, Account.id).limit(MOST + 1)).all()
    if len(rows) > MOST:
        raise Invalid({"": "too_many"}, max=MOST)
    concerned: list[Row[Any]] = []
    left: list[Left] = []
    for row in rows:
        why = _left_out(viewer, wanted.act, row)
        if why:
            left.append(Left(row.name, row.public_id, why))
        else:
            concerned.append(row)
    names = tuple(row.name for row in concerned[:NAMED])
    return Plan(wanted.act, tuple(row.id for row in concerned), names, tuple(left))


def _left_out(viewer: Viewer, act: str, row: Row[Any]) -> str:
    state = queries.state(row)
    if row.id == viewer.account_id:
        return "not_yourself"
    if act in GUESTS_ONLY and row.kind != "guest":
        return "not_a_guest"
    if state == "locked":
        return "cannot_sign_in"
    if (act, state) in (("suspend", "suspended"), ("end", "ended")):
        return "already"
    return "already" if act == "activate" and state != "suspended" else ""


@dataclass(frozen=True)
class Wish:
    """What is to be done with each: why, until when, who answers from now on (a handle or id)."""

    act: str
    reason: str = ""
    ends_at: datetime | None = None
    sponsor: str = ""


def check(db: Session, viewer: Viewer, settings: Settings, wish: Wish) -> None:
    """Raise Invalid for what no account could take."""
    if wish.act in WITH_REASON and not wish.reason:
        raise Invalid({"reason": "required"})
    if wish.act == "extend" and wish.ends_at is not None and wish.ends_at <= clock.now():
        raise Invalid({"ends_on": "end_in_past"})
    if wish.act == "sponsor" and not wish.sponsor:
        raise Invalid({"sponsor": "required"})


def batches(account_ids: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The accounts in parts for one transaction each."""
    return (tuple(account_ids[start : start + BATCH]) for start in range(0, len(account_ids), BATCH))


def carry_out(
    db: Session, viewer: Viewer, settings: Settings, wish: Wish, account_ids: Iterable[int]
) -> tuple[int, list[Left]]:
    """Do it with these accounts; answers with how many, and who was left out after all.

    The caller commits. Raises Invalid for what is wrong with the wish itself.
    """
    check(db, viewer, settings, wish)
    done, left = 0, []
    accounts = db.scalars(select(Account).where(Account.id.in_(list(account_ids))).order_by(Account.id))
    for account in accounts.all():
        try:
            _ACTS[wish.act](db, viewer, settings, account, wish)
            done += 1
        except Invalid as error:
            why = error.errors.get("", "refused")
            if {"ends_on", "account"} & error.errors.keys():  # the same for everybody
                raise
            left.append(Left(account.name, account.public_id, why if why in WHY else "refused"))
        except (Conflict, NotFound):
            left.append(Left(account.name, account.public_id, "refused"))
    return done, left


Act = Callable[[Session, Viewer, Settings, Account, Wish], object]
_ACTS: dict[str, Act] = {
    "suspend": lambda db, viewer, _s, account, wish: services.suspend(db, viewer, account, wish.reason),
    "activate": lambda db, viewer, _s, account, _w: services.activate(db, viewer, account),
    "sign_out": lambda db, viewer, _s, account, _w: services.end_access(db, viewer, account),
    "extend": lambda db, viewer, settings, account, wish: sponsoring.extend(
        db, viewer, settings, account, wish.ends_at, wish.reason
    ),
    "end": lambda db, viewer, _s, account, wish: sponsoring.end(db, viewer, account, wish.reason),
    "sponsor": lambda db, viewer, _s, account, wish: sponsoring.hand_over(
        db, viewer, account, wish.sponsor, wish.reason
    ),
}
