"""Where a mail about followed searches leads to who wants no more of them."""

from flask import Blueprint, render_template

from collab.search import stopping
from collab.web.doors import door
from collab.web.request import context, db

blueprint = Blueprint("stop_following", __name__, url_prefix="/search/stop")


@blueprint.get("/<token>")
@door("anyone", own=True)
def ask(token: str) -> str:
    """A page with a button; nothing happens before it is pressed."""
    stopping.account_of(db(), context().settings.key, token)
    return render_template("search/stop.html", nav="search", done=False, token=token)


@blueprint.post("/<token>")
@door("anyone", programs=True)
def stop(token: str) -> str:
    """From the page's button, or from a mail program (RFC 8058), which brings nothing but the address."""
    stopping.stop(db(), stopping.account_of(db(), context().settings.key, token))
    return render_template("search/stop.html", nav="search", done=True, token=token)
