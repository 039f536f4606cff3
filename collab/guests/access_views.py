"""My access: what a guest is in, until when, thanks to whom; asking for more, and leaving."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab import clock
from collab.auth import ended, sponsors
from collab.auth.models import Account, Firm
from collab.errors import NotFound
from collab.guests import leaving, looking, proposals, renewal, sponsored
from collab.web.doors import door
from collab.web.request import db, viewer

blueprint = Blueprint("my_access", __name__, url_prefix="/my-access")

Answer = str | Response | tuple[str, int]


def _me() -> Account:
    """The guest's own account; for everybody else this place does not exist."""
    if viewer().is_employee:
        raise NotFound
    return db().get_one(Account, viewer().me)


@blueprint.get("/")
@door("guest", own=True)
def index() -> Answer:
    me = _me()
    workspaces, entries = sponsored.own_places(db(), viewer())
    soon = me.ends_at is not None and me.ends_at <= clock.now() + sponsored.SOON
    return render_template(
        "guests/access.html",
        nav="my-access",
        me=me,
        soon=soon,
        firm=db().get(Firm, me.firm_id) if me.firm_id else None,
        contact=sponsors.of(db(), me.id),
        workspaces=workspaces,
        entries=entries,
        asked=renewal.asked_lately(db(), me.id, renewal.AGAIN),
        leads=proposals.led(db(), viewer()),
        looks=db().execute(looking.looks(viewer())).all(),
    )


@blueprint.post("/ask")
@door("guest", own=True)
def ask() -> Response:
    _tell(renewal.ask(db(), viewer(), _me()))
    return redirect("/my-access/", 303)


def _tell(sent: bool) -> None:
    flash(_("Your question is on its way.") if sent else _("You have asked today. The answer comes by mail."))


@blueprint.post("/leave")
@door("guest", own=True)
def leave() -> Response:
    _me()
    leaving.leave(db(), viewer())
    flash(_("You have ended your access. Thank you for working with us."))
    return redirect("/login", 303)


@blueprint.post("/renew")
@door("anyone", own=True)
def renew() -> Answer:
    """From the page that told an ended guest so: its proof says who asks."""
    number = ended.proved(request.form.get("proof", "")[:500])
    guest: Any = db().get(Account, number) if number else None
    if guest is None or guest.kind != "guest" or guest.ends_at is None or guest.anonymised_at is not None:
        flash(_("That took too long. Please sign in, and ask again."), "warning")
        return redirect("/login", 303)
    if guest.ends_at > clock.now():
        flash(_("Your access goes on already. Please sign in."))
        return redirect("/login", 303)
    renewal.ask(db(), viewer(), guest)
    return ended.page(guest.id, asked=True)
