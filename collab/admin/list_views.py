"""The lists of people: all of them, the guests, who answers for guests; and the list as a file."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab import activity
from collab.admin import bulk, forms, queries
from collab.auth.models import Account
from collab.web import csv
from collab.web.api import Listing
from collab.web.doors import door
from collab.web.forms import from_query
from collab.web.request import db, viewer
from collab.workspaces.forms import last_day

blueprint = Blueprint("people_admin", __name__, url_prefix="/admin")

Answer = str | Response | tuple[str, int]
PAGE = 50
MENU = 30


@blueprint.get("/people")
@door("admin")
def people() -> Answer:
    wanted = from_query(forms.People).model_copy(update={"limit": PAGE})
    query = queries.people(viewer(), wanted)
    found = queries.listing(db(), query, wanted)
    return render_template(
        "admin/people.html",
        wanted=wanted,
        people=found.items,
        state_of=queries.state,
        number=queries.count(db(), query),
        firms=db().execute(queries.by_name(queries.firms(viewer())).limit(MENU)).all(),
        named=queries.named(db(), viewer(), wanted),
        most=bulk.MOST,
        address=lambda **changes: _address(wanted, **changes),
        next_url=_address(wanted, cursor=found.next) if found.next else "",
    )


@blueprint.post("/people/export")
@door("admin", fresh=True)
def export() -> Response:
    """The people who fit, as a file. Taking it away is an event of its own."""
    query = queries.people(viewer(), from_query(forms.People)).order_by(Account.name, queries.ACCOUNT_ID)
    header = ["name", "email", "kind", "firm", "ends_on", "sponsor", _("State"), _("Last here")]
    answer = csv.table("people.csv", header, (_exported(row) for row in db().execute(query)))
    activity.record(db(), "accounts.exported", viewer())
    return answer


def _exported(row: Any) -> tuple[object, ...]:
    return (
        row.name,
        row.email,
        row.kind,
        row.firm_name,
        last_day(row.ends_at),
        row.sponsor_email,
        queries.state(row),
        row.seen_at and row.seen_at.strftime("%Y-%m-%d"),
    )


@blueprint.get("/guests/")
@door("admin")
def guests() -> Answer:
    """The guests, whose access ends first above."""
    return redirect(url_for("people_admin.people", kind="guest", sort="ends"), 303)


@blueprint.get("/guests/sponsors")
@door("admin")
def sponsors() -> Answer:
    """Who answers for how many guests."""
    found = queries.sponsor_listing(db(), viewer(), from_query(Listing).cursor, PAGE)
    return render_template(
        "admin/sponsors.html",
        sponsors=found.items,
        state_of=queries.state,
        next_url=url_for("people_admin.sponsors", cursor=found.next) if found.next else "",
    )


def _address(wanted: forms.People, **changes: str | None) -> str:
    values = {**wanted.model_dump(exclude_defaults=True), "cursor": None, "limit": None, **changes}
    given = {key: value for key, value in values.items() if value}
    return url_for("people_admin.people") + (f"?{urlencode(given)}" if given else "")
