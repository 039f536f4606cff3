"""From what was typed to a question for the index: names of people and places become rows the viewer may know."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import String, cast, func, or_, select
from sqlalchemy.orm import Session

from collab.auth.models import Account
from collab.search.forms import Asked
from collab.search.periods import begin
from collab.search.question import Question
from collab.search.things import names
from collab.search.wanted import Filter, Wanted, is_value
from collab.search.widening import widen
from collab.tags.services import tag_key
from collab.viewer import Viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import Entry, Workspace

#: In the place of what is not there, or not for the viewer to know of.
NOTHING, NO_TAG, NO_KIND = -1, "-", "-"
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}")

Fault = Literal["unknown_kind", "unknown_day", "only_files", "unknown_language", "not_away"]


@dataclass(frozen=True)
class Chip:
    """A filter as it is shown: with the name of what it is narrowed to, as far as the viewer may know it."""

    filter: Filter
    name: str
    moment: datetime | None = None


@dataclass(frozen=True)
class Narrowed:
    """The question; what was wanted; the filters that hold, and those that cannot be used and do not."""

    question: Question
    wanted: Wanted
    chips: tuple[Chip, ...] = ()
    faults: tuple[tuple[Filter, Fault], ...] = ()


def question(db: Session, viewer: Viewer, asked: Asked, *, prefix: bool = False) -> Narrowed:
    """A question about the places where the viewer may look.

    Narrowing to something hidden finds nothing, as for something that is not there. A filter with a value
    that nothing could have (``after:yesterday``) does not hold, and is among the faults.
    """
    wanted = asked.wanted(viewer.timezone)
    faults = [(one, fault) for one in wanted.filters if (fault := _fault(one, viewer))]
    known = [one for one in wanted.filters if not _fault(one, viewer)]
    places, place_names = _resolve_places(db, viewer, known)
    authors, author_names = _resolve_authors(db, viewer, known)
    moments = {one: begin(one.value, viewer.timezone) for one in known if one.field in ("after", "before")}
    made = Question(
        groups=wanted.groups,
        without=wanted.without,
        strict=wanted.strict,
        typing=prefix,
        kinds=_kinds(known),
        authors=authors,
        tags=tuple(tag_key(value) or NO_TAG for value in _values(known, "tag")),
        langs=tuple(value.lower() for value in _values(known, "language")),
        has_file=True if _values(known, "has") else None,
        after=min((at for one, at in moments.items() if at and one.field == "after"), default=None),
        before=max((at for one, at in moments.items() if at and one.field == "before"), default=None),
        places=places,
        entries=_read(db, viewer),
        placed=any(one.field == "workspace" for one in known),
        order=asked.order,
    )
    names = {**place_names, **author_names}
    chips = (Chip(one, names.get(one, one.value), moments.get(one)) for one in known)
    return Narrowed(widen(db, made), wanted, tuple(chips), tuple(faults))


def _fault(one: Filter, viewer: Viewer) -> Fault | None:
    """Why the filter cannot be used, whoever may see what."""
    if one.away and one.field not in ("kind", "workspace"):
        return "not_away"
    if one.field in ("after", "before") and begin(one.value, viewer.timezone) is None:
        return "unknown_day"
    if one.field == "language" and not _LANGUAGE.fullmatch(one.value):
        return "unknown_language"
    if one.field in ("kind", "has") and not is_value(one.field, one.value):
        return "unknown_kind" if one.field == "kind" else "only_files"
    return None


def _values(filters: Sequence[Filter], name: str, *, away: bool = False) -> tuple[str, ...]:
    return tuple(one.value for one in filters if one.field == name and one.away is away)


def _kinds(filters: Sequence[Filter]) -> tuple[str, ...]:
    """The kinds that are left; none named: all."""
    named, away = _values(filters, "kind"), _values(filters, "kind", away=True)
    if not away:
        return named
    return tuple(kind for kind in named or names() if kind not in away) or (NO_KIND,)


def _resolve_places(
    db: Session, viewer: Viewer, filters: Sequence[Filter]
) -> tuple[Sequence[int], dict[Filter, str]]:
    """Where to look: by the slug or the name of workspaces; 0 is for what is in none."""
    wanted = [one for one in filters if one.field == "workspace"]
    rows = ask(db, viewer, _named_places).all() if wanted else ()
    names: dict[Filter, str] = {}
    found: dict[bool, set[int]] = {False: set(), True: set()}
    for one in wanted:
        value = one.value.casefold()
        those = [row for row in rows if value in (row.slug, row.name.casefold())]
        found[one.away].update(row.id for row in those)
        if those:
            names[one] = those[0].name
    if all(one.away for one in wanted):
        found[False] = {0, *map(int, (ask(db, viewer, _places).scalar() or "0").split(","))}
    return sorted(found[False] - found[True]) or [NOTHING], names


def _read(db: Session, viewer: Viewer) -> Collection[int] | None:
    """For those who read only part of what is in their workspaces: what they read. None for employees."""
    return None if not whereabouts.may_be_alone(viewer) else [row.id for row in ask(db, viewer, _readable)]


def _readable(viewer: Viewer) -> Any:
    return access.select_entries(viewer, Entry, Entry.id)


def _places(viewer: Viewer) -> Any:
    """The numbers of them all as one value: of 2,000 rows, Python would take longer than the database."""
    numbers = func.aggregate_strings(cast(Workspace.id, String), ",")
    return select(numbers).where(access.reachable(viewer))


def _named_places(viewer: Viewer) -> Any:
    named = or_(access.inside(viewer), Workspace.allows_public)
    return select(Workspace.id, Workspace.slug, Workspace.name).where(access.reachable(viewer), named)


def _resolve_authors(
    db: Session, viewer: Viewer, filters: Sequence[Filter]
) -> tuple[tuple[int, ...], dict[Filter, str]]:
    """Those who are called so: by their handle (also with an @) or their name."""
    wanted = {one: one.value.removeprefix("@") for one in filters if one.field == "author"}
    if not wanted:
        return (), {}
    spellings = {way for value in wanted.values() for way in (value, value.lower(), value.title())}
    rows = ask(db, viewer, _authors, spellings=sorted(spellings)).all()
    names = {
        one: row.name
        for one, value in wanted.items()
        for row in rows
        if value.casefold() in (row.handle.casefold(), row.name.casefold())
    }
    return tuple(row.id for row in rows) or (NOTHING,), names


def _authors(viewer: Viewer) -> Any:
    spellings = parameter("spellings", many=True)
    called = or_(
        Account.handle.in_(spellings), Account.name.in_(spellings), func.lower(Account.name).in_(spellings)
    )
    return select(Account.id, Account.handle, Account.name).where(called, access.people(viewer))
