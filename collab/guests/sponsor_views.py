"""My guests: the list of those for whom one answers, and what one does with each."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab import clock
from collab.auth import sponsors
from collab.auth.models import Account
from collab.errors import Invalid
from collab.guests import sponsor_forms as forms
from collab.guests import sponsored, sponsoring
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.request import context, db, viewer
from collab.workspaces import members, terms

blueprint = Blueprint("my_guests", __name__, url_prefix="/my-guests")

Answer = str | Response | tuple[str, int]
PAGE = 50


# The list ------------------------------------------------------------------------------------


@blueprint.get("/")
@door("employee")
def index() -> Answer:
    wanted = from_query(forms.Mine)
    show: Any = "" if wanted.show == "invited" else wanted.show
    found = sponsored.listing(db(), viewer(), show, wanted.q, wanted.cursor, PAGE)
    waiting = db().execute(sponsored.waiting(viewer())).all() if not wanted.cursor else []
    numbers = [row.account_id for row in (*found.items, *waiting)]
    return render_template(
        "guests/mine.html",
        nav="my-guests",
        wanted=wanted,
        counts=sponsored.counts(db(), viewer()),
        guests=[] if wanted.show == "invited" else [_shown(row) for row in found.items],
        waiting=[_shown(row) for row in waiting],
        invited=sponsored.invited(db(), viewer()) if wanted.show == "invited" else [],
        places=sponsored.places(db(), viewer(), numbers),
        usual=_usual(),
        address=lambda **changes: _address(wanted, **changes),
        next_url=_address(wanted, cursor=found.next) if found.next and wanted.show != "invited" else "",
    )


def _shown(row: Any) -> tuple[Any, members.Person, str]:
    """A row, the person in it, and what is to be said of the access: active, soon, ended, suspended."""
    return row, members.person(row), state(row)


def state(row: Any) -> str:
    """``active``, ``soon`` (it ends within two weeks), ``ended`` or ``suspended``."""
    now = clock.now()
    if row.ends_at is not None and row.ends_at <= now:
        return "ended"
    if row.status != "active":
        return "suspended"
    return "soon" if row.ends_at is not None and row.ends_at <= now + sponsored.SOON else "active"


def _usual() -> Any:
    """The last day that one click extends to."""
    end = terms.usual_end(context().settings, viewer().timezone)
    return terms.last_day(end, viewer().timezone)


def _address(wanted: forms.Mine, **changes: str | None) -> str:
    values: dict[str, Any] = {"q": wanted.q or None, "show": wanted.show or None, **changes}
    return url_for("my_guests.index", **values)


# One guest -----------------------------------------------------------------------------------


@blueprint.get("/<public_id>")
@door("employee")
def show(public_id: str) -> Answer:
    return _show(sponsoring.get(db(), viewer(), public_id, waiting=True))


def _show(
    guest: Account, values: Mapping[str, Any] | None = None, errors: dict[str, str] | None = None
) -> str:
    row = db().execute(sponsored.one(guest.id)).one()
    zone = viewer().timezone
    return render_template(
        "guests/guest.html",
        nav="my-guests",
        row=row,
        guest=guest,
        person=members.person(row),
        state=state(row),
        mine=guest.sponsor_id == viewer().account_id,
        may_take_over=guest.sponsor_id is None,
        contact=sponsors.of(db(), guest.id),
        place=sponsored.places(db(), viewer(), [guest.id])[guest.id],
        usual=_usual(),
        ends_on=terms.last_day(guest.ends_at, zone) if guest.ends_at else None,
        latest=terms.last_day(terms.latest_end(context().settings, zone), zone),
        values=values or {},
        errors=errors or {},
    )


def _guest(public_id: str) -> Account:
    return sponsoring.get(db(), viewer(), public_id)


def _refused(public_id: str, error: Invalid) -> Answer:
    """Nothing is changed; the page of the guest says why."""
    db().rollback()
    guest = sponsoring.get(db(), viewer(), public_id, waiting=True)
    return _show(guest, request.form, explain(error)), 422


def _done(guest: Account, text: str) -> Response:
    """Say what was done, with a way back, on the page where the button was."""
    told: Any = {"text": text, "url": url_for("my_guests.undo", public_id=guest.public_id)}
    flash(told, "undo")
    back = request.referrer or ""
    mine = guest.sponsor_id == viewer().account_id or viewer().is_admin
    here = url_for("my_guests.show", public_id=guest.public_id)
    return redirect(here if mine and back.endswith(here) else url_for("my_guests.index"), 303)


def _until(guest: Account) -> str:
    day = terms.last_day(guest.ends_at or clock.now(), viewer().timezone)
    return str(format_date(day, "long"))


@blueprint.post("/<public_id>/extend")
@door("employee")
def extend(public_id: str) -> Answer:
    guest = _guest(public_id)
    try:
        wanted = from_page(forms.Until)
        sponsoring.extend(db(), viewer(), context().settings, guest, wanted.ends_at, wanted.reason)
    except Invalid as error:
        return _refused(public_id, error)
    return _done(guest, _("%(name)s can come in until %(day)s.", name=guest.name, day=_until(guest)))


@blueprint.post("/<public_id>/end")
@door("employee")
def end(public_id: str) -> Answer:
    guest = _guest(public_id)
    try:
        sponsoring.end(db(), viewer(), guest, from_page(forms.Why).reason)
    except Invalid as error:
        return _refused(public_id, error)
    return _done(guest, _("%(name)s can no longer come in, on any device.", name=guest.name))


@blueprint.post("/<public_id>/hand-over")
@door("employee")
def hand_over(public_id: str) -> Answer:
    guest = _guest(public_id)
    try:
        wanted = from_page(forms.Other)
        other = sponsoring.hand_over(db(), viewer(), guest, _meant(wanted.account), wanted.reason)
    except Invalid as error:
        return _refused(public_id, error)
    return _done(guest, _("%(other)s answers for %(name)s now.", other=other.name, name=guest.name))


def _meant(words: str) -> str:
    """The handle of the only employee whom ``words`` fit, so that a name does; else as it is."""
    if words.startswith("@"):
        return words
    query = members.found(viewer(), words).where(Account.kind == "employee").limit(8)
    found = [row.handle for row in db().execute(query)]
    return found[0] if len(found) == 1 and words not in found else words


@blueprint.post("/<public_id>/take-over")
@door("employee")
def take_over(public_id: str) -> Answer:
    guest = sponsoring.get(db(), viewer(), public_id, waiting=True)
    try:
        sponsoring.take_over(db(), viewer(), context().settings, guest, from_page(forms.Why).reason)
    except Invalid as error:
        return _refused(public_id, error)
    text = _("You answer for %(name)s now, until %(day)s.", name=guest.name, day=_until(guest))
    return _done(guest, text)


@blueprint.post("/<public_id>/undo")
@door("employee")
def undo(public_id: str) -> Answer:
    guest = sponsoring.undo(db(), viewer(), public_id)
    flash(_("Undone. For %(name)s it is as it was before.", name=guest.name))
    return redirect(url_for("my_guests.index"), 303)
