"""From events to sentences: what belongs together is one line, and what is not worth a line is none."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.orm import Session

from collab.home.present import Line, Place, flag
from collab.home.stream_queries import ATTACHED, CAME, SAID
from collab.viewer import Viewer
from collab.workspaces import access, kinds, members
from collab.workspaces.members import Person

#: What is said of every kind that says nothing of its own.
EVERY: Mapping[str, Any] = {
    "published": _l("%(who)s wrote “%(title)s”"),
    "edited": _l("%(who)s changed “%(title)s”"),
    "imported": _l("%(who)s brought “%(title)s” here"),
}
#: ... where nobody did it by hand: one, and several.
BROUGHT = _l("“%(title)s” was brought here"), _l("“%(title)s” and more were brought here")
#: What is said of people who came, and of the workspace itself.
PLACES: Mapping[str, Any] = {
    **dict.fromkeys(CAME, _l("%(who)s is a member now")),
    "workspace.created": _l("%(who)s made this workspace"),
    "workspace.archived": _l("%(who)s archived this workspace"),
    "workspace.restored": _l("%(who)s opened this workspace again"),
    "workspace.taken_over": _l("%(who)s took this workspace over, because nobody owned it"),
}
MANY = 3  # so many things of one kind on one day by one person are one line
NAMED = 2  # so many people are called by their names


@dataclass
class _Told:
    """What will be one line: its rows, the latest first."""

    what: str
    rows: list[Any] = field(default_factory=list)
    more: list[Any] = field(default_factory=list)

    @property
    def first(self) -> Any:
        return self.rows[0]


def lines(
    db: Session, viewer: Viewer, rows: Sequence[Any], *, in_place: bool = False, with_guests: bool = False
) -> list[Line]:
    """What the stream says of these rows of ``stream_queries.happened``.

    ``in_place``: on a page of the workspace, which need not be named; ``with_guests`` says who reads.
    """
    ids = {row.account_id for row in rows if row.account_id is not None}
    known = ids if viewer.kind == "employee" or not ids else access.may_notice(db, viewer, list(ids))
    zone = ZoneInfo(viewer.timezone)
    together = _collapsed(_grouped(sorted(rows, key=_at, reverse=True), zone), zone)
    return [_line(told, known, in_place=in_place, with_guests=with_guests) for told in together]


def _at(row: Any) -> datetime:
    """A clock that was set back, or a life that was made up, leaves no later thing below an earlier one."""
    at: datetime = row.at
    return at


def _day(row: Any, zone: ZoneInfo) -> date:
    day: date = row.at.astimezone(zone).date()
    return day


def _what(row: Any) -> str:
    """The second word of what happened to an entry; the whole event for everything else."""
    event: str = row.event
    return event if event in (SAID, ATTACHED) or row.entry_id is None else event.rpartition(".")[2]


def _grouped(rows: Iterable[Any], zone: ZoneInfo) -> list[_Told]:
    """One thing told once a day: of one entry, what one person did to it, and what everybody said.

    Who wrote something on that day is not said to have changed it, too, or to have attached its files.
    """
    found: dict[tuple[object, ...], _Told] = {}
    for row in rows:
        what, day = _what(row), _day(row, zone)
        if what == "edited" and row.data.get("small"):
            continue
        if row.entry_id is None:
            key: tuple[object, ...] = (day, what, row.workspace_slug)
        elif what == SAID:
            key = (day, what, row.entry_id, row.internal)  # who reads it is said on the line
        else:
            key = (day, what, row.entry_id, row.account_id)
        found.setdefault(key, _Told(what)).rows.append(row)
    return [told for key, told in found.items() if not _said_by_more(key, found)]


def _said_by_more(key: tuple[object, ...], found: Mapping[tuple[object, ...], _Told]) -> bool:
    """The same person did more to the same entry on that day, which says this, too."""
    stronger = {"edited": ("published", "imported"), ATTACHED: ("published", "imported", "edited")}
    return any((key[0], what, *key[2:]) in found for what in stronger.get(str(key[1]), ()))


def _collapsed(all_told: Sequence[_Told], zone: ZoneInfo) -> list[_Told]:
    """Ten new files of one person on one day are one line."""

    def key(told: _Told) -> tuple[object, ...]:
        row = told.first
        return (_day(row, zone), told.what, row.account_id, row.kind, row.workspace_slug)

    alike: dict[tuple[object, ...], list[_Told]] = {}
    for told in all_told:
        if told.first.entry_id is not None and told.what != SAID:
            alike.setdefault(key(told), []).append(told)
    gone: set[int] = set()
    for several in alike.values():
        if len(several) >= MANY:
            several[0].more = [told.first for told in several[1:]]
            gone |= {id(told) for told in several[1:]}
    return [told for told in all_told if id(told) not in gone]


# Sentences -----------------------------------------------------------------------------------


def _line(told: _Told, known: set[int], *, in_place: bool, with_guests: bool) -> Line:
    row = told.first
    place = Place(row.workspace_name, f"/w/{row.workspace_slug}/")
    anchor = f"#comment-{row.comment_id}" if told.what == SAID else ""
    titles = ", ".join(_title(other) for other in told.more[:MANY])
    mark = "internal" if row.internal else flag(row, with_guests=with_guests) if row.entry_id else ""
    return Line(
        (row.address + anchor) if row.entry_id else place.url + ("members" if row.event in CAME else ""),
        _sentence(told),
        row.at,
        _face(told, known),
        None if in_place else place,
        titles or row.excerpt or "",
        flag=mark if with_guests else "",
        key=_key(told),
    )


def _face(told: _Told, known: set[int]) -> Person | None:
    """Whose face stands beside the line. Where it speaks of many, it does not say whose guest one of them is."""
    if told.first.account_id is None:
        return None
    person = members.person(told.first, known=told.first.account_id in known)
    return (
        replace(person, kind="employee", former=False) if told.what in CAME and len(told.rows) > 1 else person
    )


def _key(told: _Told) -> str:
    """The same for as long as the line stands for the same, and telling nothing."""
    row = told.first
    whole = f"{row.public_id or row.workspace_slug} {told.what} {row.at:%Y-%m-%d}"
    return hashlib.sha256(
        f"{whole} {'' if told.what == SAID else row.account_public_id}".encode()
    ).hexdigest()[:24]


def _title(row: Any) -> str:
    return str(row.title or _("Untitled"))


def _sentence(told: _Told) -> str:
    row = told.first
    if row.account_id is None:
        return str(BROUGHT[bool(told.more)]) % {"title": _title(row)}
    people = list(dict.fromkeys(_name(one) for one in told.rows))
    names = {"who": people[0], "title": _title(row)}
    said: str
    if told.what == SAID:
        names["who"] = _people(people)
        said = ngettext(
            "%(who)s commented on “%(title)s”", "%(who)s commented on “%(title)s”", len(people), **names
        )
    elif told.what == ATTACHED:
        said = _files(told, names)
    elif row.entry_id is None:
        several = told.what in CAME and len(people) > 1
        said = _("New members: %(who)s", who=_people(people)) if several else str(PLACES[told.what]) % names
    else:
        kind = kinds.named(row.kind)
        said = str((kind.happened if kind else {}).get(told.what) or EVERY[told.what]) % names
    return said + _and_more(told)


def _files(told: _Told, names: Mapping[str, str]) -> str:
    return str(
        ngettext(
            "%(who)s added the file “%(file)s” to “%(title)s”",
            "%(who)s added %(num)s files to “%(title)s”",
            len(told.rows),
            file=told.first.file_name,
            **names,
        )
    )


def _and_more(told: _Told) -> str:
    return str(ngettext(", and one more", ", and %(num)s more", len(told.more))) if told.more else ""


def _name(row: Any) -> str:
    person: Person = members.person(row)
    former = person.former and person.name == "Former guest"
    return str(_("Former guest")) if former else person.name


def _people(names: Sequence[str]) -> str:
    """``Anna``, ``Anna and Ben``, ``Anna, Ben and 3 more``."""
    if len(names) == 1:
        return names[0]
    if len(names) == NAMED:
        return str(_("%(one)s and %(other)s", one=names[0], other=names[1]))
    more, first = len(names) - NAMED, ", ".join(names[:NAMED])
    return str(ngettext("%(names)s and one more", "%(names)s and %(num)s more", more, names=first))
