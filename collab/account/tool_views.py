"""The tools that one signs in to: what each knows, and taking it back."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.auth.issuer import queries, services
from collab.web.doors import door
from collab.web.request import db, viewer

blueprint = Blueprint("my_tools", __name__, url_prefix="/account/tools")


@blueprint.get("")
@door("guest", own=True)
def index() -> str:
    return render_template("account/tools.html", tools=queries.mine(db(), viewer()))


@blueprint.post("/<public_id>/withdraw")
@door("guest", own=True)
def withdraw(public_id: str) -> Response:
    tool = queries.my_tool(db(), viewer(), public_id)
    services.withdraw(db(), viewer(), tool)
    flash(_("%(tool)s gets nothing more about you.", tool=tool.name))
    return redirect(url_for("my_tools.index"), 303)
