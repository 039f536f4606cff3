"""Tables of people as files: UTF-8, semicolons or commas, with a row of headings in either language."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime

from collab import text
from collab.errors import Invalid

MOST = 5000
LARGEST = 2_000_000  # bytes
COLUMNS: dict[str, tuple[str, ...]] = {
    "email": ("email", "e-mail", "mail", "e-mail-adresse", "adresse"),
    "name": ("name",),
    "kind": ("kind", "art"),
    "firm": ("firm", "firma"),
    "ends_on": ("ends_on", "last day", "letzter tag", "bis", "ende"),
    "sponsor": ("sponsor", "contact person", "contact", "ansprechpartner"),
    "act": ("act", "aktion", "was"),
}
KINDS = {
    "": "",
    "employee": "employee",
    "mitarbeiter": "employee",
    "mitarbeiter:in": "employee",
    "mitarbeiterin": "employee",
    "guest": "guest",
    "gast": "guest",
}
ACTS = {
    "": "",
    "create": "create",
    "anlegen": "create",
    "change": "change",
    "ändern": "change",
    "suspend": "suspend",
    "sperren": "suspend",
    "activate": "activate",
    "aktivieren": "activate",
    "end": "end",
    "beenden": "end",
}
_HEADINGS = {heading: column for column, headings in COLUMNS.items() for heading in headings}


@dataclass(frozen=True)
class Line:
    """One row as it was written; ``number`` as a spreadsheet counts it. ``problem`` is a code or empty."""

    number: int
    email: str
    name: str
    kind: str
    firm: str
    ends_on: date | None
    sponsor: str
    act: str
    problem: str = ""


def read(content: bytes) -> list[Line]:
    """The rows of a file. Raises Invalid for what is no such table, at ``file``."""
    if len(content) > LARGEST:
        raise Invalid({"file": "too_large"}, max=LARGEST // 1_000_000)
    try:
        written = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid({"file": "not_utf8"}) from error
    if not written.strip():
        raise Invalid({"file": "empty_file"})
    first = written.lstrip().splitlines()[0]
    delimiter = ";" if first.count(";") >= first.count(",") and ";" in first else ","
    rows = csv.reader(io.StringIO(written.replace("\x00", ""), newline=""), delimiter=delimiter)
    try:
        columns = _columns(next(rows))
        lines = [
            _line(number, dict(zip(columns, row, strict=False)))
            for number, row in enumerate(rows, 2)
            if any(value.strip() for value in row)
        ]
    except csv.Error as error:
        raise Invalid({"file": "not_a_table"}) from error
    if len(lines) > MOST:
        raise Invalid({"file": "too_many_rows"}, max=MOST)
    return lines


def _columns(headings: list[str]) -> list[str]:
    found = [_HEADINGS.get(heading.strip().casefold(), "") for heading in headings]
    unknown = [heading for heading, column in zip(headings, found, strict=True) if not column]
    if unknown and any(heading.strip() for heading in unknown):
        raise Invalid({"file": "unknown_column"}, names=", ".join(unknown)[:100])
    if "email" not in found:
        raise Invalid({"file": "no_email_column"})
    return found


def _line(number: int, row: dict[str, str]) -> Line:
    values = {column: text.clean_line(row.get(column, ""))[:300] for column in COLUMNS}
    kind, act = KINDS.get(values["kind"].casefold()), ACTS.get(values["act"].casefold())
    problem = "not_a_kind" if kind is None else "not_an_act" if act is None else ""
    day = _day(values["ends_on"])
    if values["ends_on"] and day is None:
        problem = problem or "not_a_day"
    return Line(
        number,
        values["email"],
        values["name"],
        kind or "",
        values["firm"],
        day,
        values["sponsor"],
        act or "",
        problem,
    )


def _day(written: str) -> date | None:
    for form in ("%Y-%m-%d", "%d.%m.%Y"):
        try:
            return datetime.strptime(written, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
