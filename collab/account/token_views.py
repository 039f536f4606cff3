"""Keys with which programs and feed readers act for one."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from collab.account import forms, services
from collab.account.views import Answer
from collab.auth import services as accounts
from collab.errors import Invalid
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import db, viewer
from collab.web.urls import whole

blueprint = Blueprint("tokens", __name__, url_prefix="/account/tokens")


@blueprint.get("")
@door("guest", own=True)
def index() -> Answer:
    return _index()


def _index(token: str = "", feed: str = "") -> str:
    found = services.tokens(db(), viewer())
    return render_template(
        "account/tokens.html",
        tokens=[row for row in found if "feed" not in row.scopes],
        feeds=[row for row in found if "feed" in row.scopes],
        new_token=token,
        feed_url=feed,
    )


@blueprint.get("/new")
@door("guest", fresh=True, own=True)
def new() -> Answer:
    return _new({}, {})


def _new(values: object, errors: dict[str, str]) -> str:
    return render_template("account/new_token.html", values=values, errors=errors)


@blueprint.post("")
@door("guest", fresh=True, secret=True, own=True)
def create() -> Answer:
    """The answer holds the token, this once."""
    try:
        form = from_page(forms.NewToken)
        if form.expires_at is None and not viewer().is_admin:
            raise Invalid({"days": "too_long_for_a_token"})
        token = accounts.create_token(
            db(), viewer(), services.own(db(), viewer()), form.name, form.scopes, form.expires_at
        )
    except Invalid as error:
        return _new(request.form, explain(error)), 422
    feed = whole(f"/blog/feed.atom?key={token}") if "feed" in form.scopes else ""
    return _index(token, feed)


@blueprint.post("/<public_id>/revoke")
@door("guest", own=True)
def revoke(public_id: str) -> Answer:
    services.revoke_token(db(), viewer(), public_id)
    flash(_("The access key no longer works."))
    return redirect(url_for("tokens.index"), 303)
