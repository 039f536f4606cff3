"""The pages of one's own account."""

from collections.abc import Mapping
from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.account import forms, services
from collab.account.devices import device
from collab.auth import services as accounts
from collab.auth import throttle
from collab.auth.login import session_id
from collab.errors import Invalid
from collab.files.photos import keep_photo
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import context, db, reading, viewer
from collab.web.urls import whole

blueprint = Blueprint("account", __name__, url_prefix="/account")
TRIES = 10
Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@door("guest")
def profile() -> Answer:
    return _profile(services.own(db(), viewer()))


def _profile(values: object, errors: dict[str, str] | None = None) -> str:
    zones = [("", _("As the company: %(name)s", name=context().settings.default_timezone))]
    zones += [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones()) if "/" in zone]
    person = services.own(db(), viewer())
    return render_template(
        "account/profile.html", person=person, values=values, errors=errors or {}, zones=zones
    )


@blueprint.post("/")
@door("guest")
def save_profile() -> Answer:
    try:
        services.change_profile(db(), viewer(), from_page(forms.Profile))
    except Invalid as error:
        return _profile(request.form, explain(error)), 422
    flash(_("Your profile is saved."))
    return redirect(url_for("account.profile"), 303)


@blueprint.post("/photo")
@door("guest")
def save_photo() -> Answer:
    upload = request.files.get("photo")
    try:
        if upload is None or not upload.filename:
            raise Invalid({"photo": "no_file"})
        photo = keep_photo(context().storage, upload.stream)
        services.change_photo(db(), viewer(), photo)
    except Invalid as error:
        return _profile(services.own(db(), viewer()), explain(error)), 422
    flash(_("Your picture is saved."))
    return redirect(url_for("account.profile"), 303)


@blueprint.post("/photo/delete")
@door("guest")
def delete_photo() -> Answer:
    services.change_photo(db(), viewer(), None)
    flash(_("Your picture is removed."))
    return redirect(url_for("account.profile"), 303)


@blueprint.get("/security")
@door("guest")
def security() -> Answer:
    return _security()


def _security(
    errors: dict[str, str] | None = None,
    values: Mapping[str, str] | None = None,
    token: str = "",
    feed: str = "",
) -> str:
    return render_template(
        "account/security.html",
        errors=errors or {},
        values=values or {},
        device=device,
        sessions=services.open_sessions(db(), viewer()),
        this_session=session_id(),
        tokens=services.tokens(db(), viewer()),
        new_token=token,
        feed_url=feed,
    )


@blueprint.post("/password")
@door("guest")
def save_password() -> Answer:
    key = f"password:{viewer().me}"
    throttle.check(reading(), key, TRIES)
    try:
        form = from_page(forms.NewPassword)
        services.check_present(reading(), viewer(), form.current)
    except Invalid as error:
        with context().write.begin() as counting:  # kept although the request is refused
            throttle.count(counting, key)
        return _security(explain(error)), 422
    try:
        services.change_password(db(), viewer(), form.password, session_id())
    except Invalid as error:
        return _security(explain(error)), 422
    flash(_("Your new password is saved. You are signed out everywhere else."))
    return redirect(url_for("account.security"), 303)


@blueprint.post("/sessions/<public_id>/end")
@door("guest")
def end_session(public_id: str) -> Answer:
    services.end_session(db(), viewer(), public_id)
    flash(_("That browser is signed out."))
    return redirect(url_for("account.security"), 303)


@blueprint.post("/sessions/end-others")
@door("guest")
def end_others() -> Answer:
    services.end_other_sessions(db(), viewer(), session_id())
    flash(_("You are signed out everywhere else."))
    return redirect(url_for("account.security"), 303)


@blueprint.post("/tokens")
@door("guest")
def create_token() -> Answer:
    """The answer holds the token, this once: no idempotency key, which would keep the answer."""
    try:
        form = from_page(forms.NewToken)
        token = accounts.create_token(
            db(), viewer(), services.own(db(), viewer()), form.name, form.scopes, form.expires_at
        )
    except Invalid as error:
        return _security(explain(error), request.form), 422
    feed = whole(f"/blog/feed.atom?key={token}") if "feed" in form.scopes else ""
    return _security(token=token, feed=feed)


@blueprint.post("/tokens/<public_id>/revoke")
@door("guest")
def revoke_token(public_id: str) -> Answer:
    services.revoke_token(db(), viewer(), public_id)
    flash(_("The token no longer works."))
    return redirect(url_for("account.security"), 303)
