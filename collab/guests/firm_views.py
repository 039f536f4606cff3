"""Pages of firms, for employees: which there are, who comes from one, and what they can read here."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from collab.auth.models import Account, Firm
from collab.guests import firm_queries as queries
from collab.web.api import Listing
from collab.web.doors import door
from collab.web.forms import Line, from_query
from collab.web.paging import page
from collab.web.request import db, viewer
from collab.workspaces.models import Entry, Workspace

blueprint = Blueprint("guest_firms", __name__, url_prefix="/firms")

PAGE = 50
FIRM_ID = Firm.__table__.c.id
ACCOUNT_ID = Account.__table__.c.id
ENTRY_ID = Entry.__table__.c.id


class Firms(Listing):
    """Which firms; with ``name`` the page of the one that is called so."""

    q: Line = ""
    name: Line = ""


class Shown(Listing):
    """Which part of a firm's page: the guests from ``cursor`` on, the entries from ``after`` on."""

    after: Line = ""


@blueprint.get("/")
@door("employee")
def index() -> str | Response:
    """The firms whose guests come in."""
    wanted = from_query(Firms)
    if wanted.name:
        firm = queries.named(db(), viewer(), wanted.name)
        return redirect(url_for(".show", public_id=firm.public_id), 303)
    found = page(
        db(),
        queries.firms(viewer(), wanted.q),
        Firm.name,
        FIRM_ID,
        cursor=wanted.cursor,
        limit=PAGE,
        descending=False,
    )
    return render_template(
        "guests/firms.html",
        nav="people",
        q=wanted.q,
        firms=found.items,
        next_url=url_for(".index", q=wanted.q or None, cursor=found.next) if found.next else "",
    )


@blueprint.get("/<public_id>")
@door("employee")
def show(public_id: str) -> str:
    """One firm as a unit."""
    wanted = from_query(Shown)
    firm = queries.firm(db(), viewer(), public_id)
    here = queries.guests(viewer(), firm.id)
    guests = page(db(), here, Account.name, ACCOUNT_ID, cursor=wanted.cursor, limit=PAGE, descending=False)
    entries = page(
        db(),
        queries.readable_entries(viewer(), firm.id),
        Workspace.slug,
        ENTRY_ID,
        cursor=wanted.after or None,
        limit=PAGE,
        descending=False,
    )
    return render_template(
        "guests/firm.html",
        nav="people",
        firm=firm,
        guests=guests.items,
        places=queries.places(db(), viewer(), [row.id for row in guests.items]),
        presence=queries.presence,
        has_ended=queries.has_ended,
        invitations=db().execute(queries.invitations(viewer(), firm.id)).all(),
        entries=entries.items,
        providers=queries.providers(db(), firm.id),
        guests_next=url_for(".show", public_id=public_id, cursor=guests.next) if guests.next else "",
        entries_next=url_for(".show", public_id=public_id, after=entries.next) + "#entries"
        if entries.next
        else "",
        begun=bool(request.args),
    )
