"""To whom an entry alone is shared: guests, firms, and whoever has a link."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from collab import clock
from collab.alone import forms
from collab.auth.models import Account, Firm
from collab.errors import Forbidden, Invalid, NotFound
from collab.guests import addresses, invitations
from collab.guests.models import Invitation
from collab.guests.waiting import is_waiting
from collab.viewer import Viewer
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import context, db, viewer
from collab.web.urls import whole
from collab.workspaces import access, alone, links, members, shared, terms, whereabouts
from collab.workspaces.models import Entry, Workspace

blueprint = Blueprint("shares", __name__)

Answer = str | Response | tuple[str, int]


def shareable(session: Session, who: Viewer, public_id: str) -> Entry:
    """The entry, for those who may share it. NotFound, or Forbidden for others who read it there."""
    query = access.select_entries(who, Entry, Entry, Workspace)  # the workspace will be asked for next
    query = query.join(Workspace, Workspace.id == Entry.workspace_id)
    row = session.execute(query.where(Entry.public_id == public_id, whereabouts.inside(who))).first()
    if row is None:
        raise NotFound
    found: Entry = row[0]
    if not access.allowed(session, who, "share", found):
        raise Forbidden
    return found


def _entry(public_id: str) -> Entry:
    return shareable(db(), viewer(), public_id)


@blueprint.get("/entries/<public_id>/shares")
@door("employee")
def index(public_id: str) -> str:
    return _page(_entry(public_id))


def _page(entry: Entry, errors: Mapping[str, str] | None = None, form: str = "", new: str = "") -> str:
    """``form`` is where the errors belong: "grant" or "link". ``new``: an address that is shown this once."""
    db().flush()
    settings, zone = context().settings, viewer().timezone
    place = db().get_one(Workspace, entry.workspace_id)
    return render_template(
        "alone/shares.html",
        nav="blog" if entry.kind == "post" else "workspaces",
        entry=entry,
        clean_room=place.clean_room,
        below=entry.below() is not None,
        out=entry.published_at is not None and entry.published_at <= clock.now(),
        grants=[_granted(row) for row in alone.grants(db(), entry)],
        links=[_linked(row) for row in links.listed(db(), entry)],
        waiting=db().scalars(_waiting(entry)).all(),
        firms=alone.firms(db()),
        errors=errors or {},
        form_of=form,
        values=request.form if errors else {},
        usual=terms.last_day(terms.usual_end(settings, zone), zone).isoformat(),
        latest=terms.last_day(terms.latest_end(settings, zone), zone).isoformat(),
        earliest=terms.last_day(clock.now(), zone).isoformat(),
        new=new,
    )


def _waiting(entry: Entry) -> Select[Invitation]:
    """Who is invited to this entry and has not come yet."""
    here = select(Invitation).where(Invitation.entry_id == entry.id, is_waiting())
    return here.order_by(Invitation.id.desc()).limit(100)


def _ends(ends_at: datetime) -> dict[str, Any]:
    """The end as the page shows it."""
    return {
        "ended": ends_at <= clock.now(),
        "last": ends_at - timedelta(microseconds=1),
        "last_day": terms.last_day(ends_at, viewer().timezone).isoformat(),
    }


def _granted(row: Any) -> dict[str, Any]:
    given = row.EntryGrant
    person = members.person(row) if given.account_id else None
    cut = row.account_ends_at if person and row.account_ends_at else given.ends_at
    return {
        "id": given.public_id,
        "person": person,
        "firm": row.firm_name,
        "may_comment": given.may_comment,
        "given_by": row.given_by,
        **_ends(min(cut, given.ends_at)),
        "own_day": terms.last_day(given.ends_at, viewer().timezone).isoformat(),
    }


def _linked(row: Any) -> dict[str, Any]:
    link = row.ShareLink
    return {
        "id": link.public_id,
        "name": link.name,
        "made_by": row.made_by,
        "works": row.works,
        "revoked": link.revoked_at,
        "may_comment": link.may_comment,
        "password": link.password_hash is not None,
        **_ends(link.ends_at),
    }


def _back(public_id: str) -> Response:
    return redirect(url_for(".index", public_id=public_id), 303)


def _try(entry: Entry, form: str, act: Callable[[], Answer]) -> Answer:
    """Do it, or show the page with what is wrong."""
    try:
        return act()
    except Invalid as error:
        return _page(entry, explain(error), form), 422


# Guests and firms --------------------------------------------------------------------------------


@blueprint.post("/entries/<public_id>/shares")
@door("employee")
def give(public_id: str) -> Answer:
    """Share it with a guest or a firm."""
    entry = _entry(public_id)

    def act() -> Answer:
        wanted = from_page(forms.NewGrant)
        new = addresses.read(wanted.guest)
        if len(new) == 1 and new[0].usable and not alone.candidates(db(), viewer(), new[0].email):
            return _invite(entry, new, wanted)
        to = whom(db(), viewer(), wanted.guest, wanted.firm)
        under = shared.below(db(), viewer(), entry) if wanted.below else ()
        for each in (entry, *under):
            alone.give(
                db(),
                viewer(),
                each,
                to,
                context().settings,
                ends_at=wanted.ends_at,
                may_comment=wanted.may_comment,
            )
        flash(_("Shared with %(name)s.", name=to.name))
        return _back(public_id)

    return _try(entry, "grant", act)


def _invite(entry: Entry, people: list[addresses.Addressee], wanted: forms.NewGrant) -> Answer:
    """Who is not known here is invited to the entry, and gets the grant by coming in."""
    if wanted.firm:
        raise Invalid({"guest": "guest_or_firm"})
    place = db().get_one(Workspace, entry.workspace_id)
    offer = invitations.Offer(role=None, firm=wanted.of_firm, ends_at=wanted.ends_at)
    try:
        made = invitations.invite(db(), viewer(), context().settings, place, people, offer, entry)
    except Invalid as error:
        names = {"firm": "of_firm", "ends_on": "ends_on"}
        told = {names.get(field, "guest"): code for field, code in error.errors.items()}
        raise Invalid(told, **error.params) from error
    text = _("%(email)s is invited to this one text, and may comment on it.", email=made[0].email)
    flash({"text": text, "url": f"/invitations/{made[0].public_id}/undo"}, "undo")  # type: ignore[arg-type]
    return _back(entry.public_id)


def whom(session: Session, who: Viewer, guest: str, firm: str) -> Account | Firm:
    """The guest or the firm: exactly one of both has to be named. Raises Invalid."""
    if bool(guest.strip()) == bool(firm):
        raise Invalid({"guest": "guest_or_firm"})
    return alone.firm(session, firm) if firm else alone.guest(session, who, guest)


@blueprint.post("/entries/<public_id>/shares/<grant_id>/change")
@door("employee")
def change(public_id: str, grant_id: str) -> Answer:
    """Another last day, and whether they may comment; one that has ended goes on."""
    entry = _entry(public_id)
    given = alone.grant(db(), entry, grant_id)
    try:
        wanted = from_page(forms.ChangedGrant)
        alone.change(
            db(),
            viewer(),
            entry,
            given,
            context().settings,
            ends_at=wanted.ends_at,
            may_comment=wanted.may_comment,
        )
    except Invalid as error:
        db().rollback()
        flash(" ".join(explain(error).values()), "error")
        return _back(public_id)
    flash(_("Saved until when it is shared."))
    return _back(public_id)


@blueprint.post("/entries/<public_id>/shares/<grant_id>/end")
@door("employee")
def end(public_id: str, grant_id: str) -> Response:
    """Take it away; for a moment this can be undone."""
    entry = _entry(public_id)
    given = alone.grant(db(), entry, grant_id)
    day = terms.last_day(given.ends_at, viewer().timezone).isoformat()
    alone.end(db(), viewer(), entry, given)
    back = url_for(".undo", public_id=public_id, grant_id=grant_id, day=day)
    undo = {"text": _("It is no longer shared."), "url": back}
    flash(undo, "undo")  # type: ignore[arg-type] # layout.html knows both forms
    return _back(public_id)


@blueprint.post("/entries/<public_id>/shares/<grant_id>/undo")
@door("employee")
def undo(public_id: str, grant_id: str) -> Response:
    """Share it on until the day that it had."""
    entry = _entry(public_id)
    given = alone.grant(db(), entry, grant_id)
    try:
        wanted = forms.Until.model_validate({"ends_on": request.args.get("day", "")})
    except ValueError as error:
        raise Invalid({"ends_on": "not_a_date"}) from error
    alone.change(db(), viewer(), entry, given, context().settings, ends_at=wanted.ends_at)
    flash(_("It is shared again."))
    return _back(public_id)


# Links ---------------------------------------------------------------------------------------------


@blueprint.post("/entries/<public_id>/links")
@door("employee", secret=True)
def make_link(public_id: str) -> Answer:
    """A link for people without an account. Its address is in this answer, and nowhere else."""
    entry = _entry(public_id)

    def act() -> Answer:
        wanted = from_page(forms.NewLink)
        _link, token = links.make(
            db(),
            viewer(),
            entry,
            context().settings,
            name=wanted.name,
            ends_at=wanted.ends_at,
            password=wanted.password,
            may_comment=wanted.may_comment,
        )
        return _page(entry, new=whole(f"/s/{token}"))

    return _try(entry, "link", act)


@blueprint.post("/entries/<public_id>/links/<link_id>/revoke")
@door("employee")
def revoke(public_id: str, link_id: str) -> Response:
    entry = _entry(public_id)
    links.revoke(db(), viewer(), entry, links.of_entry(db(), entry, link_id))
    flash(_("The link does not work any more."))
    return _back(public_id)
