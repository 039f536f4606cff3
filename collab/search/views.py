"""The search page, and the quick search from everywhere."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, render_template

from collab.activity.outbox import Context
from collab.search import asked_words, saved, services
from collab.search.engine import Engine
from collab.search.engines import engine_for
from collab.search.forms import SINCE, Asked
from collab.search.meant import meant as mended
from collab.search.passage import to_hit
from collab.search.periods import day_before
from collab.search.queries import Narrowed, question
from collab.search.steps import wider
from collab.search.syntax import LONGEST, parse
from collab.search.things import thing
from collab.search.wanted import Wanted, written, written_filter
from collab.web import forms
from collab.web.doors import door
from collab.web.i18n import language
from collab.web.request import context, db, viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.models import Entry

blueprint = Blueprint("search", __name__)


blueprint.add_app_template_global(thing)


def engine() -> Engine:
    """This process's engine."""
    kept: tuple[Context, Engine] | None = current_app.extensions.get("collab-search")
    if kept is None or kept[0] is not context():
        kept = current_app.extensions["collab-search"] = (context(), engine_for(context()))
    return kept[1]


def _addresses(asked: Asked) -> Callable[..., str]:
    """The address of another search in the same order, its text in the reader's language."""
    lang = language()
    kept = asked.model_dump(include={"sort", "limit"}, exclude_defaults=True)

    def address(wanted: Wanted, **changes: object) -> str:
        values = {"q": written(wanted, lang), **kept, **changes}
        return "/search?" + urlencode({name: value for name, value in values.items() if value})

    return address


def _typed(asked: Asked, wanted: Wanted) -> str:
    """What stands in the box: as it was typed, unless the address says more than that."""
    if asked.kind or asked.workspace or asked.author or asked.since:
        return written(wanted, language())
    return asked.q[:LONGEST]


@blueprint.get("/search")
@door("guest")
def search() -> str:
    asked = forms.from_query(Asked)
    narrowed = question(db(), viewer(), asked)
    found = services.find(
        db(), viewer(), engine(), narrowed.question, narrowed.wanted.said, asked.offset, asked.limit
    )
    if not asked.offset and not found.catching_up:
        in_vain = found.wide or not found.hits
        asked_words.note(context().settings, viewer(), narrowed.wanted.said, in_vain=in_vain)
    return render_template(
        "search/search.html",
        nav="search",
        asked=asked,
        narrowed=narrowed,
        found=found,
        to_hit=to_hit,
        saving=saved.beside(db(), viewer(), engine(), asked),
        **_said_back(asked, narrowed),
        **_further(asked, narrowed, found),
    )


def _said_back(asked: Asked, narrowed: Narrowed) -> dict[str, Any]:
    """What was asked, and the ways to ask otherwise."""
    return {
        "typed": _typed(asked, narrowed.wanted),
        "address": _addresses(asked),
        "faults": [(written_filter(one, language()), fault) for one, fault in narrowed.faults],
        "since": {name: day_before(period, viewer().timezone) for name, period in SINCE.items()},
    }


def _further(asked: Asked, narrowed: Narrowed, found: services.Found) -> dict[str, Any]:
    """What can be done with these answers, or where there are none."""
    wanted, address = narrowed.wanted, _addresses(asked)
    if found.catching_up:
        return {}
    few = not found.hits and not asked.offset
    words = written(wanted.only_words())
    missing = few or found.wide
    meant = mended(db(), viewer(), engine(), narrowed.question, words) if missing and words else None
    return {
        "counted": services.facets(db(), viewer(), engine(), narrowed.question, wide=found.wide)
        if found.hits
        else None,
        "meant": replace(parse(meant), filters=wanted.filters) if meant else None,
        "wider": wider(db(), viewer(), engine(), narrowed) if few else [],
        "next_url": address(wanted, offset=asked.offset + asked.limit) if found.more else "",
        "prev_url": address(wanted, offset=max(0, asked.offset - asked.limit)) if asked.offset else "",
    }


@blueprint.get("/entries/<public_id>/similar")
@door("guest")
def similar(public_id: str) -> str:
    """Entries that speak of the same things as this one."""
    entry = access.get(db(), viewer(), Entry, Entry.public_id == public_id)
    scope = question(db(), viewer(), Asked()).question
    found = services.like(db(), viewer(), engine(), entry, scope, limit=10)
    address = whereabouts.address_of(db(), viewer(), entry)
    return render_template(
        "search/like.html", nav="search", entry=entry, address=address, hits=found, to_hit=to_hit
    )


@blueprint.get("/search/quick")
@door("guest")
def quick() -> str:
    """The first few things while somebody is typing."""
    asked = forms.from_query(Asked)
    narrowed = question(db(), viewer(), asked, prefix=True)
    said = narrowed.wanted.said
    found = services.find(db(), viewer(), engine(), narrowed.question, said, limit=7, excerpts=False)
    return render_template("search/quick.html", found=found, q=asked.q[:LONGEST])
