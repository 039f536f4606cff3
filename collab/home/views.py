"""The first page, and the first page of each workspace: what is new, for whoever asks."""

from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from collab import clock
from collab.errors import NotFound
from collab.guests import sponsored
from collab.home import place_queries, present, queries, stream, stream_views
from collab.web import cookies
from collab.web.api import Listing
from collab.web.doors import door
from collab.web.forms import from_query
from collab.web.paging import page
from collab.web.request import db, viewer
from collab.workspaces import access, alone, members
from collab.workspaces.asking import ask
from collab.workspaces.models import Entry, Workspace
from collab.workspaces.queries import glance
from collab.workspaces.views import firms_around, my_workspaces

blueprint = Blueprint("home", __name__)

Answer = str | Response
WELCOME = "welcome"
NEWEST, HERE, SHOWN = 8, 12, 10


@blueprint.get("/")
@door("anyone")
def index() -> Answer:
    if not viewer().signed_in:
        return _newsroom()
    if viewer().is_employee:
        return _for_employee()
    return redirect(_of_guest(), 303)


def _of_guest() -> str:
    """The one place where a guest belongs, the one text that is shared with them, or the list of both."""
    mine, shared = my_workspaces(), alone.shared_with(db(), viewer())
    if len(mine) + len(shared) != 1:
        return "/workspaces/"
    return f"/w/{mine[0].slug}/" if mine else str(shared[0].address)


def _newsroom() -> Answer:
    """What the company shows the world, or a short welcome."""
    wanted = from_query(Listing)
    found = page(
        db(),
        queries.newsroom(viewer()),
        Entry.public_from,
        Entry.__table__.c.id,
        cursor=wanted.cursor,
    )
    return render_template(
        "home/newsroom.html",
        nav="home",
        posts=present.public_cards(db(), viewer(), found.items),
        cursor=wanted.cursor,
        next_url=url_for(".index", cursor=found.next) if found.next else "",
    )


def _for_employee() -> Answer:
    me = ask(db(), viewer(), queries.about_me, soon=clock.now() + sponsored.SOON).one()
    mine = my_workspaces()
    lines: Any = ask(db(), viewer(), queries.latest_lines, places=[row.id for row in mine]) if mine else []
    waiting = ask(db(), viewer(), members.requests).all()
    said = ask(db(), viewer(), queries.for_me, since=clock.now() - queries.SINCE).all()
    newest = ask(db(), viewer(), queries.blog, NEWEST).all()
    seen = me.last_visit_at
    return render_template(
        "home/index.html",
        nav="home",
        since=seen,
        guests=(me.waiting_guests, me.ending_guests),
        orphan=me.orphan,
        for_me=[present.told(row, seen) for row in said],
        requests=[present.asked(row, seen) for row in waiting[:5]],
        more_requests=max(0, len(waiting) - 5),
        mine=present.places(mine, lines),
        posts=present.cards(db(), viewer(), newest, seen),
        steps=present.first_steps(me) if request.cookies.get(WELCOME) != "off" else [],
    )


@blueprint.post("/welcome/dismiss")
@door("guest")
def dismiss() -> Response:
    """The first steps are not needed any more, in this browser."""
    response = make_response(redirect("/", 303))
    cookies.put(response, WELCOME, "off", cookies.YEAR)
    return response


@blueprint.get("/w/<slug>/")
@door("guest")
def workspace(slug: str) -> Answer:
    """What is new in a workspace; for employees who do not belong there, how to get in."""
    found = glance(db(), viewer(), slug)
    place: Workspace = found.Workspace
    if not found.inside:
        if not viewer().is_employee:
            raise NotFound
        return render_template(
            "workspaces/known.html",
            nav="workspaces",
            workspace=place,
            asked=found.asked,
            orphaned=found.orphaned,
        )
    guests = viewer().is_employee and bool(firms_around(place))
    happened = stream_views.page(place, limit=stream_views.SHORT).items
    board = ask(db(), viewer(), place_queries.board, place=place.id).all()
    people = db().execute(members.members(viewer(), place).order_by(members.MEMBER_ORDER).limit(HERE)).all()
    return render_template(
        "home/workspace.html",
        nav="workspaces",
        workspace=place,
        glance=found,
        now=clock.now(),
        standing=access.standing(db(), viewer(), place),
        news=stream.lines(db(), viewer(), happened, in_place=True, with_guests=guests)[:SHOWN],
        pins=[row for row in board if row.position is not None],
        due=[row for row in board if row.due],
        today=clock.now().astimezone(ZoneInfo(viewer().timezone)).date(),
        people=[(row, members.person(row)) for row in people],
    )
