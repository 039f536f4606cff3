"""What guests see in a workspace: the list, its switches, and their undo."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from itsdangerous import BadData, URLSafeTimedSerializer
from pydantic import Field
from werkzeug.wrappers import Response

from collab import clock
from collab.errors import NotFound
from collab.web.doors import door
from collab.web.forms import Form, from_page, from_query
from collab.web.paging import page
from collab.web.request import db, viewer
from collab.web.urls import safe_next
from collab.workspaces import access, shared
from collab.workspaces.models import Entry, Workspace
from collab.workspaces.shared import Before

blueprint = Blueprint("shared", __name__)

UNDO_WITHIN = 3600  # seconds
#: The browser keeps a message and its undo in a cookie of 4 KB.
LONGEST = 2500
PER_PAGE = 50


class Wanted(Form):
    """The address of the list."""

    show: shared.Which = "shared"
    cursor: str | None = None


class Ticks(Form):
    """The ticked entries and what shall be done with them; or the one whose own switch was used."""

    entry: list[str] | str = Field(default_factory=list)
    act: Literal["", "share", "hide"] = ""
    share: str = ""
    hide: str = ""
    show: shared.Which = "shared"

    @property
    def meant(self) -> Sequence[str]:
        single = self.share or self.hide
        if single:
            return [single]
        return [self.entry] if isinstance(self.entry, str) else self.entry

    @property
    def to_guests(self) -> bool:
        return bool(self.share) or (not self.hide and self.act == "share")


@blueprint.get("/w/<slug>/guests")
@door("employee")
def index(slug: str) -> str:
    """What guests of the workspace read here, item by item, and what is internal."""
    workspace = access.workspace(db(), viewer(), slug)
    wanted = from_query(Wanted)
    query = shared.shared(viewer(), workspace, wanted.show)
    found = page(
        db(), query, shared.ORDER, Entry.id.expression, cursor=wanted.cursor, limit=PER_PAGE, descending=False
    )
    mine = {entry.id for entry in shared.may_share(db(), viewer(), [row.Entry for row in found.items])}
    return render_template(
        "workspaces/guests.html",
        nav="workspaces",
        workspace=workspace,
        standing=access.standing(db(), viewer(), workspace),
        rows=found.items,
        mine=mine,
        show=wanted.show,
        counts=shared.counts(db(), viewer(), workspace),
        now=clock.now(),
        paged=wanted.cursor is not None,
        next_url=url_for(".index", slug=slug, show=wanted.show, cursor=found.next) if found.next else "",
    )


@blueprint.get("/w/<slug>/guests/preview")
@door("employee")
def preview(slug: str) -> str:
    """The first few of what guests read here, as a part of another page."""
    workspace = access.workspace(db(), viewer(), slug)
    found = shared.preview(db(), viewer(), workspace)
    return render_template("workspaces/_shared.html", workspace=workspace, **found)


@blueprint.post("/w/<slug>/guests")
@door("employee")
def switch(slug: str) -> Response:
    """Share what is ticked, or one thing, with the guests of the workspace; or make it internal."""
    workspace = access.workspace(db(), viewer(), slug)
    ticks = from_page(Ticks)
    found = shared.chosen(db(), viewer(), workspace, ticks.meant)
    changed = shared.share(db(), viewer(), found, guests=ticks.to_guests)
    back = url_for(".index", slug=slug, show=ticks.show)
    say_done(_done(workspace, changed, guests=ticks.to_guests), changed, back)
    return redirect(back, 303)


def _done(workspace: Workspace, changed: Sequence[Before], *, guests: bool) -> str:
    if not changed:
        return str(_("Nothing has changed."))
    if guests:
        return str(
            ngettext(
                "Guests of “%(name)s” can read it from now on.",
                "Guests of “%(name)s” can read these %(num)s entries from now on.",
                len(changed),
                name=workspace.name,
            )
        )
    return str(ngettext("It is internal again.", "These %(num)s entries are internal again.", len(changed)))


def say_done(text: str, changed: Sequence[Before], back: str) -> None:
    """A message with a way to take it back, if the browser can keep that."""
    state = str(_serializer().dumps([back, *_packed(changed)])) if changed else ""
    if not state or len(state) > LONGEST:
        flash(text)
        return
    undo = {"text": text, "url": url_for("shared.undo", state=state)}
    flash(undo, "undo")  # type: ignore[arg-type] # layout.html knows both forms


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="shared before")


def _packed(changed: Sequence[Before]) -> list[Any]:
    """The states, those with the same times together."""
    times: dict[tuple[str, str], list[int]] = {}
    for before in changed:
        key = tuple(
            moment.isoformat() if moment else "" for moment in (before.guests_from, before.public_from)
        )
        times.setdefault(key, []).append(before.entry_id)  # type: ignore[arg-type]
    return [[*key, *ids] for key, ids in times.items()]


@blueprint.post("/sharing/undo")
@door("employee")
def undo() -> Response:
    """Let those read who could before; only we can have written what is sent here."""
    try:
        back, *states = _serializer().loads(request.args.get("state", ""), max_age=UNDO_WITHIN)
    except BadData as error:
        raise NotFound from error
    shared.share_as_before(db(), viewer(), [before for state in states for before in _unpacked(*state)])
    flash(_("Everything is shared as it was before."))
    return redirect(safe_next(back), 303)


def _unpacked(guests: str, public: str, *ids: int) -> list[Before]:
    moments = [datetime.fromisoformat(moment) if moment else None for moment in (guests, public)]
    return [Before(number, *moments) for number in ids]
