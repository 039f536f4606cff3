"""Tables for spreadsheets: the one writer of CSV files."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from flask import Response

#: With these a cell begins that a spreadsheet program would compute or split (OWASP, CSV injection).
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """``value`` as text that a spreadsheet program shows and does not run."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(DANGEROUS) else text


def stream(name: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> Response:
    """The same, made while it is sent: for files of any length. ``rows`` must bring its own session."""

    def parts() -> Iterator[str]:
        out = io.StringIO()
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        out.write("\ufeff")
        for number, row in enumerate(chain((header,), rows), 1):
            writer.writerow([cell(value) for value in row])
            if number % 500 == 0:
                yield out.getvalue()
                out.seek(0)
                out.truncate()
        yield out.getvalue()

    response = Response(parts(), content_type="text/csv; charset=utf-8; header=present")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def table(name: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV file (RFC 4180) to download, in UTF-8 with the mark by which Excel knows it."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    for row in (header, *rows):
        writer.writerow([cell(value) for value in row])
    response = Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8; header=present")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
