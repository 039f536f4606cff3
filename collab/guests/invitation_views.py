"""Inviting guests into a workspace: the form, and who has not come yet."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from collab.auth.models import Account
from collab.errors import Invalid, Refused
from collab.guests import addresses, invitations, origin, proposals, seen
from collab.guests import invitation_forms as forms
from collab.guests import invitation_queries as queries
from collab.guests.models import Invitation
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.i18n import language
from collab.web.paging import page
from collab.web.request import context, db, viewer
from collab.workspaces import access, terms
from collab.workspaces.forms import last_day
from collab.workspaces.models import Workspace

blueprint = Blueprint("invitations", __name__)

Answer = str | Response | tuple[str, int]
CREATED: Any = Invitation.__table__.c.created_at
PAGE = 50


def _place(slug: str) -> Workspace:
    """A workspace into which the viewer may invite."""
    workspace = access.workspace(db(), viewer(), slug)
    if not invitations.may_invite(db(), viewer(), workspace):
        raise Refused(403, "may_not_invite")
    return workspace


@blueprint.get("/w/<slug>/invite")
@door("employee")
def index(slug: str) -> Answer:
    return _index(_place(slug))


def _index(
    workspace: Workspace, values: Mapping[str, Any] | None = None, errors: dict[str, str] | None = None
) -> str:
    settings, cursor = context().settings, from_query(forms.Waiting).cursor if values is None else None
    found = page(
        db(), queries.waiting(viewer(), workspace), CREATED, queries.NUMBER, cursor=cursor, limit=PAGE
    )
    rows = [(row, queries.state(row.Invitation)) for row in found.items]
    usual = {
        "ends_on": last_day(terms.usual_end(settings, viewer().timezone)),
        "locale": viewer().locale or language(),
        "role": "contributor",
    }
    return render_template(
        "guests/invite.html",
        nav="workspaces",
        workspace=workspace,
        standing=access.standing(db(), viewer(), workspace),
        sees=seen.for_sponsor(_, seen.in_place(db(), workspace, None), walled=workspace.clean_room),
        firms=origin.names(db(), viewer()),
        latest=last_day(terms.latest_end(settings, viewer().timezone)),
        rows=rows,
        titles=seen.titles(
            db(), viewer(), {row.Invitation.entry_id for row, _state in rows if row.Invitation.entry_id}
        ),
        days_left=queries.days_left,
        next=found.next,
        values=values or usual,
        errors=errors or {},
    )


@blueprint.post("/w/<slug>/invite")
@door("employee")
def invite(slug: str) -> Answer:
    workspace = _place(slug)
    try:
        wanted = from_page(forms.NewInvitations)
        made = invitations.invite(db(), viewer(), context().settings, workspace, wanted.people, wanted.offer)
    except Invalid as error:
        db().rollback()
        return _index(_place(slug), _kept(error), told(error)), 422
    text = ngettext("%(num)s person is invited.", "%(num)s people are invited.", len(made))
    if len(made) == 1 and made[0].name:
        text = _("%(name)s is invited.", name=made[0].name)
    flash({"text": text, "url": f"/invitations/{made[0].public_id}/undo"}, "undo")  # type: ignore[arg-type]
    return redirect(f"/w/{slug}/invite", 303)


def told(error: Invalid) -> dict[str, str]:
    """A sentence for each field; what is wrong with single addresses is said at the field of them all."""
    said, wrong = {}, []
    for field, sentence in explain(error).items():
        if field.startswith("emails["):
            wrong.append(f"{field[7:-1]}: {sentence}")
        else:
            said[field] = sentence
    return ({"emails": " ".join(wrong)} if wrong else {}) | said


def _kept(error: Invalid) -> dict[str, str]:
    """What was typed; where the firm is missing, how it may be called."""
    values = request.form.to_dict()
    if error.errors.get("firm") == "firm_needed":
        domains = str(error.params["domains"]).split(", ")
        values["firm"] = addresses.guess(domains[0]) if len(domains) == 1 else ""
    return values


# One invitation ------------------------------------------------------------------------------


def _back(invitation: Invitation) -> Response:
    workspace = db().get_one(Workspace, invitation.workspace_id)
    return redirect(f"/w/{workspace.slug}/invite", 303)


@blueprint.post("/invitations/<public_id>/undo")
@door("employee")
def undo(public_id: str) -> Answer:
    invitation = invitations.one(db(), viewer(), public_id)
    number = invitations.undo(db(), viewer(), invitation)
    flash(ngettext("%(num)s invitation is taken back.", "%(num)s invitations are taken back.", number))
    return _back(invitation)


@blueprint.post("/invitations/<public_id>/withdraw")
@door("employee")
def withdraw(public_id: str) -> Answer:
    invitation = invitations.one(db(), viewer(), public_id)
    invitations.withdraw(db(), viewer(), invitation)
    flash(_("The invitation of %(email)s is taken back.", email=invitation.email))
    return _back(invitation)


@blueprint.post("/invitations/<public_id>/resend")
@door("employee")
def resend(public_id: str) -> Answer:
    invitation = invitations.one(db(), viewer(), public_id)
    back = _back(invitation)
    try:
        invitations.resend(db(), viewer(), context().settings, invitation)
    except Invalid as error:
        db().rollback()
        flash(" ".join(explain(error).values()), "error")
        return back
    flash(_("The invitation goes to %(email)s again. Only the new link works.", email=invitation.email))
    return back


@blueprint.post("/invitations/<public_id>/approve")
@door("employee")
def approve(public_id: str) -> Answer:
    invitation = proposals.waiting(db(), viewer(), public_id)
    back = _back(invitation)
    try:
        proposals.approve(db(), viewer(), context().settings, invitation)
    except Invalid as error:
        db().rollback()
        flash(told(error)["emails"], "error")
        return back
    flash(_("%(email)s is invited. You answer for this guest.", email=invitation.email))
    return back


@blueprint.post("/invitations/<public_id>/decline")
@door("employee")
def decline(public_id: str) -> Answer:
    invitation = proposals.waiting(db(), viewer(), public_id)
    proposals.decline(db(), viewer(), invitation)
    asker = db().get_one(Account, invitation.asked_by_id)
    flash(_("Declined. %(name)s sees that in the list of proposals.", name=asker.name))
    return _back(invitation)
