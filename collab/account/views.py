"""One's own profile."""

from zoneinfo import available_timezones

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.account import forms, services
from collab.errors import Invalid
from collab.files.photos import keep_photo
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import context, db, viewer

blueprint = Blueprint("account", __name__, url_prefix="/account")
Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@door("guest", own=True)
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
@door("guest", own=True)
def save_profile() -> Answer:
    try:
        services.change_profile(db(), viewer(), from_page(forms.Profile))
    except Invalid as error:
        return _profile(request.form, explain(error)), 422
    flash(_("Your profile is saved."))
    return redirect(url_for("account.profile"), 303)


@blueprint.post("/photo")
@door("guest", own=True)
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
@door("guest", own=True)
def delete_photo() -> Answer:
    services.change_photo(db(), viewer(), None)
    flash(_("Your picture is removed."))
    return redirect(url_for("account.profile"), 303)


@blueprint.get("/security")
@door("guest", own=True)
def security() -> Answer:
    """The address that the page of sign-in methods had before."""
    return redirect(url_for("methods.index"), 303)
