"""Reading ideas, and being for one."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template
from markupsafe import Markup
from werkzeug.wrappers import Response

from collab import clock
from collab.desk import one
from collab.history.queries import changer
from collab.ideas import answers, forms, queries, services
from collab.ideas.models import ENDED, Idea
from collab.ideas.present import STATES
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.request import db, viewer
from collab.workspaces import access, heads

blueprint = Blueprint("ideas", __name__)

SECTION = "ideas"
Answer = str | Response | tuple[str, int]


@blueprint.get("/w/<slug>/ideas/")
@door("guest")
def index(slug: str) -> str:
    """The ideas of a workspace: those that most are for, the newest, or whose answer is due."""
    place, wanted = access.workspace(db(), viewer(), slug), from_query(forms.Filter)
    shown = queries.listed(
        db(), viewer(), place, wanted.order, state=wanted.state, words=wanted.q, cursor=wanted.cursor
    )
    rows = [(row, changer(row), heads.flag(viewer(), row, place)) for row in shown.items]

    def way(**change: str | None) -> str:
        """The address of this list with another filter."""
        given = {"order": wanted.order, "state": wanted.state, "q": wanted.q} | change
        return "?" + urlencode({name: value for name, value in given.items() if value})

    return render_template(
        "ideas/index.html",
        rows=rows,
        way=way,
        wanted=wanted,
        filtered=bool(wanted.state or wanted.q or wanted.cursor or wanted.order == "due"),
        next=way(cursor=shown.next) if shown.next else "",
        states=STATES,
        today=clock.now().date(),
        **heads.frame(db(), viewer(), place, SECTION),
    )


@blueprint.get("/w/<slug>/ideas/<public_id>")
@door("guest")
def idea(slug: str, public_id: str) -> str:
    """One idea: its words, who is for it, what became of it."""
    found = queries.at(db(), viewer(), slug, public_id)
    shown: Idea = found.Idea
    into, merged = queries.same(db(), viewer(), shown)
    page = one.page(db(), viewer(), found, SECTION)
    return render_template(
        "ideas/idea.html",
        idea=shown,
        **{name: _told(shown, name, page) for name in ("reason", "before", "after")},
        answerer=found.answerer,
        answered_by=found.answered_by,
        state=STATES[shown.state],
        ended=shown.state in ENDED,
        late=shown.settled_at is None and shown.due_on is not None and shown.due_on < clock.now().date(),
        into=into,
        merged=merged,
        votes=found.votes,
        mine=found.mine,
        may_vote=into is None and services.may_vote(db(), viewer(), shown),
        may_answer=answers.may_answer(db(), viewer(), shown),
        may_merge=services.may_merge(db(), viewer(), shown),
        apart=found.Workspace.clean_room,
        **page,
    )


def _told(idea: Idea, name: str, page: dict[str, Any]) -> Markup:
    return one.shown(idea, getattr(idea, f"{name}_html"), getattr(idea, name), page)


@blueprint.post("/w/<slug>/ideas/<public_id>/vote")
@door("guest")
def vote(slug: str, public_id: str) -> Response:
    """Be for an idea, or no longer."""
    found = queries.at(db(), viewer(), slug, public_id).Idea
    services.vote(db(), viewer(), found, on=from_page(forms.Vote).on)
    return redirect(found.address, 303)
