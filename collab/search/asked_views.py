"""What people search for, for administrators."""

from typing import Literal

from flask import Blueprint, render_template, url_for

from collab.search import asked_words
from collab.web.doors import door
from collab.web.forms import Form, Line, from_query
from collab.web.request import db, viewer

blueprint = Blueprint("asked_words", __name__, url_prefix="/admin/searches")


class Wanted(Form):
    """Which words, of which time."""

    q: Line = ""
    show: Literal["", "all"] = ""
    days: Literal["30", "90"] = "30"


@blueprint.get("/")
@door("admin")
def index() -> str:
    wanted = from_query(Wanted)
    rows = asked_words.report(
        db(), viewer(), days=int(wanted.days), only_vain=not wanted.show, words=wanted.q
    )
    return render_template(
        "admin/searches.html",
        wanted=wanted,
        rows=rows,
        shown_from=asked_words.SHOWN_FROM,
        kept=asked_words.KEPT,
        address=lambda **changes: _address(wanted, **changes),
    )


def _address(wanted: Wanted, **changes: str) -> str:
    values = {**wanted.model_dump(exclude_defaults=True), **changes}
    return url_for("asked_words.index", **{name: value for name, value in values.items() if value})
