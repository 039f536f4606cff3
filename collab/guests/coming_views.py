"""Coming in: the page that an invitation's link leads to, and the welcome behind it.

Looking at the page changes nothing, so that scanners which open every link use none up.
"""

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.auth import services as accounts
from collab.auth.arrival import leave
from collab.auth.login import cookie_name
from collab.auth.methods import second, ways
from collab.auth.models import Account
from collab.auth.providers import services as providers
from collab.errors import Invalid
from collab.guests import coming_in, invitation_queries, seen, welcome
from collab.guests.coming_in import Invited, NotOpen
from collab.web import cookies, i18n
from collab.web.answers import explain, is_api, problem, reference
from collab.web.doors import door
from collab.web.messages import sentence
from collab.web.request import db, reading, viewer
from collab.workspaces.forms import last_moment

blueprint = Blueprint("coming_in", __name__)

Answer = str | Response | tuple[str, int]
MINE = "/invitation/<token>"


@blueprint.get(MINE)
@door("anyone", own=True)
def show(token: str) -> Answer:
    return _show(token)


def _show(token: str, name: str = "", errors: dict[str, str] | None = None) -> str:
    invited = coming_in.look(db(), token)
    template = "guests/other.html" if _is_other(invited) else "guests/invitation.html"
    return render_template(
        template,
        nav="login",
        token=token,
        invitation=invited.invitation,
        sponsor=invited.sponsor,
        account=invited.account,
        what=invited.seen.title or invited.seen.place,
        sees=seen.for_guest(_, invited.seen),
        last=last_moment(invited.invitation.ends_at),
        days_left=invitation_queries.days_left(invited.invitation.expires_at),
        name=name or invited.invitation.name,
        errors=errors or {},
    )


def _is_other(invited: Invited) -> bool:
    """Is somebody else signed in here than the one who is invited?"""
    return viewer().signed_in and (invited.account is None or invited.account.id != viewer().me)


@blueprint.post(f"{MINE}/switch")
@door("anyone", own=True)
def switch(token: str) -> Response:
    """Sign out whoever is signed in here, and come back to the invitation."""
    leave(db())
    session.clear()
    response = redirect(url_for("coming_in.show", token=token), 303)
    cookies.drop(response, cookie_name())
    return response


@blueprint.post(f"{MINE}/accept")
@door("anyone", own=True)
def accept(token: str) -> Answer:
    """The account is made, or found, and signed in as by any mailed link."""
    if _is_other(coming_in.look(reading(), token)):
        return redirect(url_for("coming_in.show", token=token), 303)
    name = request.form.get("name", "")[:300]
    try:
        account = coming_in.accept(db(), token, name, request.cookies.get(i18n.COOKIE, ""))
    except Invalid as error:
        db().rollback()
        return _show(token, name, explain(error)), 422
    provider = None if ways.may_use_own(db(), account.id) else providers.only_way(db(), account.id)
    if provider is not None:
        return redirect(f"/login/oidc/{provider.name}?next=/welcome", 303)
    return second.go_on(account.id, ["link"], "/welcome")


@blueprint.post(f"{MINE}/decline")
@door("anyone", own=True)
def decline(token: str) -> Answer:
    invitation = coming_in.decline(db(), token)
    return render_template(
        "guests/declined.html", nav="login", sponsor=db().get_one(Account, invitation.sponsor_id)
    )


@blueprint.post(f"{MINE}/ask")
@door("anyone", own=True)
def ask(token: str) -> Answer:
    """Whose invitation has run out asks for a new one."""
    invitation = coming_in.ask_again(db(), token)
    name = db().get_one(Account, invitation.sponsor_id).name
    flash(_("%(name)s has been told, and can send you a new invitation.", name=name))
    return redirect(url_for("coming_in.show", token=token), 303)


@blueprint.errorhandler(NotOpen)
def not_open(error: NotOpen) -> Response | tuple[str, int]:
    if is_api():
        return problem(error.status, error.code, sentence(error.code))
    invitation = error.invitation
    sponsor = db().get(Account, invitation.sponsor_id) if invitation else None
    page = render_template(
        "guests/not_open.html",
        nav="login",
        invitation=invitation,
        sponsor=sponsor if sponsor and accounts.viewer_of(db(), sponsor.id).is_employee else None,
        token=(request.view_args or {}).get("token"),
        mine=invitation is not None and viewer().signed_in and invitation.account_id == viewer().me,
        **reference(error.code),
    )
    return page, error.status


# The welcome ---------------------------------------------------------------------------------


@blueprint.get("/welcome")
@door("guest", own=True)
def hello() -> Answer:
    """Where one is, who the contact is, until when, and how to sign in next time."""
    if viewer().is_employee:
        return redirect("/", 303)
    own = welcome.about(db(), viewer())
    return render_template(
        "guests/welcome.html",
        nav="workspaces",
        own=own,
        last=last_moment(own.ends_at),
        own_ways=ways.may_use_own(db(), viewer().me),
        has_password=ways.has_password(db(), viewer().me),
        providers=providers.of_own_firm(db(), viewer()),
    )
