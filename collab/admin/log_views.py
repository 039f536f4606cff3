"""The audit log as a page and as a file."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask_babel import gettext as _

from collab import activity
from collab.admin import audit, forms
from collab.web import csv
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.paging import page
from collab.web.request import db, viewer

blueprint = Blueprint("audit", __name__, url_prefix="/admin/audit")

PAGE = 50
MOST = 50_000  # rows of a file; a filter reaches older ones


@blueprint.get("/")
@door("admin")
def index() -> str:
    wanted = from_query(forms.Log)
    found = page(
        db(),
        audit.events(viewer(), wanted.q, wanted.kind),
        audit.EVENT_ID,
        audit.EVENT_ID,
        cursor=wanted.cursor,
        limit=PAGE,
    )
    return render_template(
        "admin/audit.html",
        wanted=wanted,
        events=found.items,
        labels=audit.KINDS,
        details=audit.details,
        address=lambda kind: _address(wanted.q, kind),
        next_url=_address(wanted.q, wanted.kind, found.next) if found.next else "",
    )


def _address(q: str, kind: str, cursor: str | None = None) -> str:
    return url_for("audit.index", q=q or None, kind=kind or None, cursor=cursor)


@blueprint.post("/export")
@door("admin", fresh=True)
def export() -> Response:
    """The newest events that fit, as a file. Taking it away is an event of its own."""
    wanted = from_page(forms.Export)
    query = audit.events(viewer(), wanted.q, wanted.kind).order_by(audit.EVENT_ID.desc()).limit(MOST)
    header = [_("Time (UTC)"), _("Event"), _("By"), _("Handle"), _("About"), _("Handle"), _("Details")]
    answer = csv.table("audit.csv", header, _rows(query))
    activity.record(db(), "audit.exported", viewer())
    return answer


def _rows(query: Any) -> Iterator[tuple[object, ...]]:
    for row in db().execute(query).yield_per(1000):
        yield (
            row.at.strftime("%Y-%m-%d %H:%M:%S"),
            row.kind,
            row.actor_name,
            row.actor_handle,
            row.subject_name,
            row.subject_handle,
            "; ".join(audit.details(row.data)),
        )
