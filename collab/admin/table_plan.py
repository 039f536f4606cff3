"""What the rows of a table would do, and doing it. The plan is made anew before anything is done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab import clock
from collab.admin import queries, services
from collab.admin.forms import after
from collab.admin.tables import Line
from collab.auth.models import Account, Firm
from collab.auth.services import email_key, is_address
from collab.config import Settings
from collab.errors import Conflict, Invalid, NotFound
from collab.guests import sponsoring
from collab.viewer import Viewer
from collab.workspaces import access, terms


@dataclass(frozen=True)
class Step:
    """What a row would do: ``act`` (create, change, suspend, activate, end, nothing), or its problem."""

    line: Line
    act: str
    problem: str = ""
    account_id: int | None = None
    firm: str | None = None
    sponsor_id: int | None = None

    @property
    def does(self) -> bool:
        """Would it change anything?"""
        return not self.problem and self.act != "nothing"

    @property
    def needs_reason(self) -> bool:
        """Is it about somebody's access, so that it has to be said why?"""
        moves = self.act == "change" and (self.line.ends_on is not None or self.sponsor_id is not None)
        return self.does and (moves or self.act in ("suspend", "end"))


@dataclass(frozen=True)
class _Known:
    """What the rows speak of, asked for at once."""

    accounts: dict[str, Account]
    firms: dict[str, Firm]
    sponsors: dict[str, int]


def plan(db: Session, viewer: Viewer, settings: Settings, lines: Sequence[Line]) -> list[Step]:
    """A step for each row. Changes nothing; as many statements for one row as for thousands."""
    known = _known(db, viewer, lines)
    seen: set[str] = set()
    steps = []
    for line in lines:
        key = email_key(line.email)
        problem = line.problem or ("" if is_address(line.email) else "not_an_email")
        if not problem and key in seen:
            problem = "twice_in_table"
        seen.add(key)
        steps.append(Step(line, line.act, problem) if problem else _step(viewer, settings, line, known))
    return steps


def again(
    db: Session, viewer: Viewer, settings: Settings, lines: Sequence[Line], shown: Sequence[str]
) -> list[Step]:
    """The plan now. A row that would do something else than was ``shown`` has that as its problem."""
    steps = plan(db, viewer, settings, lines)
    return [
        replace(step, problem="changed_meanwhile") if step.does and step.act != act else step
        for step, act in zip(steps, shown, strict=True)
    ]


def _known(db: Session, viewer: Viewer, lines: Sequence[Line]) -> _Known:
    keys = {email_key(line.email) for line in lines if line.email}
    accounts = db.scalars(
        select(Account).where(
            Account.email_key.in_(keys), Account.kind != "visitor", queries.may_manage(viewer)
        )
    )
    firms = {firm.name.casefold(): firm for firm in db.scalars(select(Firm))}
    named = {email_key(line.sponsor).removeprefix("@") for line in lines if line.sponsor}
    active = access.active(clock.now())
    employees = db.execute(
        select(Account.id, Account.email_key, func.lower(Account.handle).label("handle")).where(
            Account.kind == "employee", active, Account.email_key.in_(named) | Account.handle.in_(named)
        )
    ).all()
    sponsors = {name: row.id for row in employees for name in (row.email_key, row.handle)}
    return _Known({account.email_key or "": account for account in accounts}, firms, sponsors)


def _step(viewer: Viewer, settings: Settings, line: Line, known: _Known) -> Step:
    account = known.accounts.get(email_key(line.email))
    act = line.act or ("create" if account is None else "change")
    firm = known.firms.get(line.firm.casefold()) if line.firm else None
    sponsor_id = known.sponsors.get(email_key(line.sponsor).removeprefix("@")) if line.sponsor else None
    kind = account.kind if account else line.kind or "employee"
    problem = (
        _unfit(viewer, act, account, line, kind)
        or ("unknown_firm" if line.firm and firm is None else "")
        or ("unknown_sponsor" if line.sponsor and sponsor_id is None else "")
        or ("only_guests_have_a_firm" if (firm or sponsor_id) and kind != "guest" else "")
        or _wrong_end(viewer, settings, line, kind)
    )
    if not problem and account is not None and _is_so(act, account, line, firm, sponsor_id):
        act = "nothing"
    return Step(
        line, act, problem, account.id if account else None, firm.public_id if firm else None, sponsor_id
    )


def _unfit(viewer: Viewer, act: str, account: Account | None, line: Line, kind: str) -> str:
    if act == "create":
        return "taken" if account is not None else "" if line.name else "no_name"
    if account is None:
        return "unknown_account"
    if line.kind and line.kind != kind:
        return "kind_stays"
    if account.id == viewer.account_id and act in ("suspend", "end"):
        return "not_yourself"
    if account.status == "locked":
        return "cannot_sign_in"
    return "not_a_guest" if act == "end" and kind != "guest" else ""


def _wrong_end(viewer: Viewer, settings: Settings, line: Line, kind: str) -> str:
    if line.ends_on is None:
        return ""
    ends_at = after(line.ends_on)
    if ends_at <= clock.now():
        return "end_in_past"
    late = kind == "guest" and ends_at > terms.latest_end(settings, viewer.timezone)
    return "grant_too_late" if late else ""


def _is_so(act: str, account: Account, line: Line, firm: Firm | None, sponsor_id: int | None) -> bool:
    if act == "suspend":
        return account.status == "suspended"
    if act == "activate":
        return account.status == "active"
    if act == "end":
        return sponsoring.has_ended(account)
    return (
        line.name in ("", account.name)
        and (firm is None or firm.id == account.firm_id)
        and (line.ends_on is None or after(line.ends_on) == account.ends_at)
        and sponsor_id in (None, account.sponsor_id)
    )


def carry_out(
    db: Session, viewer: Viewer, settings: Settings, steps: Sequence[Step], reason: str
) -> list[tuple[Step, str]]:
    """Do what the steps say; answers those that failed after all, with a code. The caller commits."""
    failed = []
    for step in steps:
        try:
            with db.begin_nested():
                _do(db, viewer, settings, step, reason)
        except Invalid as error:
            failed.append((step, next(iter(error.errors.values()))))
        except (Conflict, NotFound):
            failed.append((step, "changed_meanwhile"))
    return failed


def _do(db: Session, viewer: Viewer, settings: Settings, step: Step, reason: str) -> None:
    line = step.line
    ends_at = after(line.ends_on) if line.ends_on else None
    if step.act == "create":
        made = services.create(
            db,
            viewer,
            settings,
            name=line.name,
            email=line.email,
            kind=line.kind or "employee",
            firm=step.firm or "",
            ends_at=ends_at,
        )
        made.sponsor_id = step.sponsor_id or made.sponsor_id
        return
    account = db.get_one(Account, step.account_id)
    if step.act == "suspend":
        services.suspend(db, viewer, account, reason)
    elif step.act == "activate":
        services.activate(db, viewer, account)
    elif step.act == "end":
        sponsoring.end(db, viewer, account, reason)
    elif step.act == "change":
        _change(db, viewer, settings, account, step, ends_at, reason)


def _change(
    db: Session,
    viewer: Viewer,
    settings: Settings,
    account: Account,
    step: Step,
    ends_at: datetime | None,
    reason: str,
) -> None:
    wanted: dict[str, object] = {"name": step.line.name} if step.line.name else {}
    if step.firm is not None:
        wanted["firm"] = step.firm
    if ends_at is not None and account.kind == "employee":
        wanted["ends_at"] = ends_at
    services.change(db, viewer, settings, account, wanted)
    if ends_at is not None and account.kind == "guest":
        sponsoring.extend(db, viewer, settings, account, ends_at, reason)
    if step.sponsor_id is not None:
        other = db.get_one(Account, step.sponsor_id)
        sponsoring.hand_over(db, viewer, account, other.public_id, reason)
