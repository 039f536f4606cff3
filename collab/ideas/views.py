"""Reading ideas, and being for one."""

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from collab import clock
from collab.desk import one
from collab.history.queries import changer
from collab.ideas import answers, forms, present, queries, services
from collab.ideas.models import Idea
from collab.ideas.present import STATES
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.request import db, viewer
from collab.workspaces import access, heads, whereabouts

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
    page = one.page(db(), viewer(), found, SECTION)
    return render_template(
        "ideas/idea.html",
        may_answer=answers.may_answer(db(), viewer(), shown),
        may_merge=services.may_merge(db(), viewer(), shown),
        apart=found.Workspace.clean_room,
        own=present.own(db(), viewer(), shown, found, page["files"]["sizes"]),
        **page,
    )


@blueprint.post("/entries/<public_id>/vote")
@door("guest")
def vote(public_id: str) -> Response:
    """Be for an idea, or no longer. Also for whom the idea alone is shared with."""
    found = access.get(db(), viewer(), Idea, Idea.public_id == public_id)
    services.vote(db(), viewer(), found, on=from_page(forms.Vote).on)
    return redirect(whereabouts.address_of(db(), viewer(), found), 303)
