"""The search page, and the quick search from everywhere."""

from typing import cast
from urllib.parse import urlencode

from flask import Blueprint, current_app, render_template

from collab.search import saved, services
from collab.search.engine import Engine
from collab.search.forms import KINDS, SINCE, Asked
from collab.search.queries import question
from collab.search.whoosh_engine import WhooshEngine
from collab.web import forms
from collab.web.doors import door
from collab.web.request import context, db, viewer

blueprint = Blueprint("search", __name__)


def engine() -> Engine:
    """This process's engine."""
    kept = cast("WhooshEngine | None", current_app.extensions.get("collab-search"))
    if kept is None or kept.data_dir != context().data_dir:
        kept = current_app.extensions["collab-search"] = WhooshEngine(context().data_dir)
    return kept


def _address(asked: Asked, **changes: object) -> str:
    values = {**asked.model_dump(exclude_defaults=True), "offset": None, **changes}
    return "/search?" + urlencode({key: value for key, value in values.items() if value})


@blueprint.get("/search")
@door("guest")
def search() -> str:
    asked = forms.from_query(Asked)
    narrowed = question(db(), viewer(), asked)
    found = services.find(db(), viewer(), engine(), narrowed.question, asked.q, asked.offset, asked.limit)
    return render_template(
        "search/search.html",
        nav="search",
        asked=asked,
        narrowed=narrowed,
        found=found,
        kinds=KINDS,
        since=SINCE,
        saving=saved.beside(db(), viewer(), asked),
        address=lambda **changes: _address(asked, **changes),
        next_url=_address(asked, offset=asked.offset + asked.limit) if found.more else "",
        prev_url=_address(asked, offset=max(0, asked.offset - asked.limit)) if asked.offset else "",
    )


@blueprint.get("/search/quick")
@door("guest")
def quick() -> str:
    """The first few things while somebody is typing."""
    asked = forms.from_query(Asked)
    narrowed = question(db(), viewer(), asked, prefix=True)
    found = services.find(db(), viewer(), engine(), narrowed.question, asked.q, limit=7, excerpts=False)
    return render_template("search/quick.html", found=found, q=asked.q)
