"""What the viewer has to do, in all workspaces."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, render_template, request, url_for

from collab.tasks import present, queries, services
from collab.web import paging
from collab.web.doors import door
from collab.web.request import db, viewer
from collab.workspaces.asking import ask

blueprint = Blueprint("my_tasks", __name__)

PAGE = 100


@blueprint.get("/tasks/")
@door("guest")
def index() -> str:
    """Overdue, today, this week, later."""
    cursor = request.args.get("cursor")
    values = paging.values(queries.DUE, cursor, PAGE)
    found = paging.cut(ask(db(), viewer(), queries.mine, bool(cursor), **values).all(), PAGE)
    asked = () if cursor else ask(db(), viewer(), queries.asked).all()
    on = services.today(viewer())
    groups: dict[str, list[Any]] = {"late": [], "today": [], "week": [], "later": [], "aside": []}
    for card in present.cards(db(), viewer(), found.items):
        groups["aside" if card.task.later_at else _group(card.task.due_on, on)].append(card)
    return render_template(
        "tasks/mine.html",
        nav="",
        groups=groups,
        asked=asked,
        count=len(found.items),
        whole=not cursor and not found.next,
        next_url=url_for(".index", cursor=found.next) if found.next else "",
    )


def _group(due_on: date | None, on: date) -> str:
    if due_on is None or due_on > on + timedelta(days=6):
        return "later"
    return "late" if due_on < on else "today" if due_on == on else "week"
