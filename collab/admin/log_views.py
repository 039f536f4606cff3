"""The audit log as a page and as a file, and whether it is still as it was written."""

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, stream_with_context, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answer

from collab import activity
from collab.activity import checks, seals
from collab.admin import audit, forms
from collab.web import csv
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.paging import page
from collab.web.request import context, db, viewer

blueprint = Blueprint("audit", __name__, url_prefix="/admin/audit")

PAGE = 50


@blueprint.get("/")
@door("admin")
def index() -> str:
    wanted = from_query(forms.Log)
    query = audit.events(viewer(), wanted)
    found = page(db(), query, audit.EVENT_ID, audit.EVENT_ID, cursor=wanted.cursor, limit=PAGE)
    return render_template(
        "admin/audit.html",
        wanted=wanted,
        given=_given(wanted),
        events=found.items,
        labels=audit.KINDS,
        groups=audit.GROUPS,
        kinds_of=audit.kinds_of,
        details=audit.details,
        address=lambda **changes: _address(wanted, **changes),
        next_url=_address(wanted, cursor=found.next) if found.next else "",
        found=checks.last(context()),
    )


def _given(wanted: forms.LogFilter) -> dict[str, Any]:
    given = wanted.model_dump(mode="json", include=set(forms.LogFilter.model_fields))
    return {name: value for name, value in given.items() if value}


def _address(wanted: forms.Log, **changes: str | None) -> str:
    return url_for("audit.index", **{**_given(wanted), **changes})


@blueprint.post("/check")
@door("admin")
def check() -> Answer:
    """Look at every event and its seal now."""
    checked = checks.look(context())
    if checked.well:
        flash(_("All is as it was written."))
    else:
        flash(_("Something is not as it was written."), "error")
    return redirect(url_for("audit.index"), 303)


@blueprint.post("/export")
@door("admin", fresh=True, secret=True)
def export() -> Response:
    """All events that fit, as a file made while it is sent. Taking it away is an event of its own.

    Each event comes with its seal, and at the end stands the end of the chain: kept elsewhere, the file
    proves later whether anything was changed or cut off.
    """
    wanted = from_page(forms.Export)
    last = audit.last(db(), viewer())
    rows: Any = stream_with_context(_rows(wanted, last))
    activity.record(db(), "audit.exported", viewer())
    if wanted.form == "jsonl":
        lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        response = Response(lines, content_type="application/jsonl; charset=utf-8")
        response.headers.set("Content-Disposition", "attachment", filename="audit.jsonl")
        return response
    header = [
        _("Time (UTC)"),
        _("What happened"),
        _("By"),
        _("Handle"),
        _("About"),
        _("Handle"),
        _("Details"),
    ]
    return csv.stream("audit.csv", [*header, _("Number"), _("Seal")], map(_cells, rows))


def _cells(row: dict[str, Any]) -> tuple[object, ...]:
    if "head" in row:
        return ("", _("End of the chain"), "", "", "", "", "", "", row["head"])
    names = ("by", "by_handle", "about", "about_handle")
    told = "; ".join(row["details"])
    return (row["at"], row["kind"], *(row[name] for name in names), told, row["id"], row["seal"])


def _rows(wanted: forms.LogFilter, last: int) -> Iterator[dict[str, Any]]:
    """The events up to the ``last``, the newest first, from a session that lasts as long as the sending."""
    query = audit.sealed(audit.events(viewer(), wanted)).order_by(audit.EVENT_ID.desc())
    query = query.where(last >= audit.EVENT_ID)
    with context().read() as reading:
        head = seals.head(reading)
        for row in reading.execute(query.execution_options(yield_per=500)):
            yield {
                "at": row.at.strftime("%Y-%m-%d %H:%M:%S"),
                "kind": row.kind,
                "by": row.actor_name,
                "by_handle": row.actor_handle,
                "about": row.subject_name,
                "about_handle": row.subject_handle,
                "details": audit.details(row.data),
                "id": row.id,
                "seal": row.seal,
            }
    yield {"head": head}
