"""The tasks of a workspace as a list, by filters, and the list as a table to take away."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from collab.errors import Invalid
from collab.tasks import columns, present, queries, services
from collab.tasks.board_views import frame
from collab.tasks.forms import Filter
from collab.web import csv
from collab.web.doors import door
from collab.web.forms import check, page_values
from collab.web.paging import LARGEST, Page, page
from collab.web.request import db, viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace

blueprint = Blueprint("task_list", __name__)

PAGE = 50
#: A table to take away has at most so many lines.
MOST = 20_000


def _wanted() -> Filter:
    """The filters of the address; unknown ones, and foreign values, count as none."""
    values = page_values(Filter, request.args)
    try:
        return check(Filter, values)
    except Invalid as error:
        known = {name: value for name, value in values.items() if name in Filter.model_fields}
        return check(Filter, {name: value for name, value in known.items() if name not in error.errors})


def _found(place: Workspace, wanted: Filter, cursor: str | None, limit: int = PAGE) -> Page[Any]:
    key, descending = queries.ORDERS[wanted.sort]
    query = queries.listed(viewer(), place.id, wanted, services.today(viewer()))
    return page(db(), query, key, queries.ID, cursor=cursor, limit=limit, descending=descending)


@blueprint.get("/w/<slug>/tasks/list")
@door("guest")
def index(slug: str) -> str:
    """What is to be done, by what one asks for."""
    place, wanted = access.workspace(db(), viewer(), slug), _wanted()
    found = _found(place, wanted, wanted.cursor)
    chosen = wanted.model_dump(exclude_defaults=True, exclude={"cursor"})
    board = columns.of(db(), place)
    return render_template(
        "tasks/list.html",
        cards=present.cards(db(), viewer(), found.items),
        wanted=wanted,
        chosen=chosen,
        columns=[(column.public_id, columns.title(column)) for column in board],
        titles={column.id: columns.title(column) for column in board},
        link=lambda **other: _link(slug, chosen, **other),
        csv_url=url_for(".table", slug=slug, **chosen),
        next_url=url_for(".index", slug=slug, **chosen, cursor=found.next) if found.next else "",
        may_write=access.allowed(db(), viewer(), "contribute", place),
        **frame(place),
    )


def _link(slug: str, chosen: dict[str, Any], **other: Any) -> str:
    """The same list with other filters; None takes one away."""
    values = {name: value for name, value in {**chosen, **other}.items() if value not in (None, "", False)}
    return url_for("task_list.index", slug=slug, **values)


@blueprint.get("/w/<slug>/tasks/export.csv")
@door("guest")
def table(slug: str) -> Response:
    """All of the list, as the viewer reads it."""
    place, wanted = access.workspace(db(), viewer(), slug), _wanted()
    header = [_("Task"), _("Column"), _("Responsible"), _("Others"), _("Due"), _("Done on"), _("Tags")]
    header += [_("Checklist"), _("Address")]
    return csv.table(f"{place.slug}-tasks.csv", header, _lines(place, wanted))


def _lines(place: Workspace, wanted: Filter) -> Iterator[tuple[object, ...]]:
    titles = {column.id: columns.title(column) for column in columns.of(db(), place)}
    cursor: str | None = None
    for _number in range(MOST // LARGEST):
        found = _found(place, wanted, cursor, LARGEST)
        for card in present.cards(db(), viewer(), found.items):
            yield _line(card, titles[card.task.column_id])
        cursor = found.next
        if cursor is None:
            return


def _line(card: present.Card, column: str) -> tuple[object, ...]:
    task, marks = card.task, card.marks
    first = marks.responsible.name if marks.responsible else ""
    done, whole = marks.items
    return (
        task.title,
        column,
        first,
        ", ".join(person.name for person in marks.people if person is not marks.responsible),
        task.due_on,
        task.settled_at.date() if task.settled_at else None,
        ", ".join(tag["name"] for tag in marks.tags),
        f"{done} / {whole}" if whole else "",
        task.address,
    )
