"""Is the installation well? Findings, deliveries that failed, versions."""

import platform
from collections.abc import Callable, Iterable
from importlib.metadata import version
from typing import Any, Protocol, cast

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from collab import __version__
from collab.activity import Delivery, Event
from collab.admin import services
from collab.web.doors import door
from collab.web.forms import Form, from_query
from collab.web.request import db, viewer

blueprint = Blueprint("system", __name__, url_prefix="/admin/system")

SHOWN = 50
#: name -> what is looked at, and what to say when it is well or not.
SENTENCES: dict[str, tuple[Any, Any, Any]] = {
    "database": (_l("Database"), _l("It answers."), _l("It does not answer.")),
    "outbox": (
        _l("Follow-up work"),
        _l("Nothing was given up."),
        _l("Some of it failed for good; see below."),
    ),
    "worker": (
        _l("Worker"),
        _l("It is running."),
        _l("It is not running: nothing is found by the search, and no mail leaves. Start collab worker."),
    ),
    "search": (
        _l("Search index"),
        _l("It is there."),
        _l(
            "It is missing or damaged, or cannot be written. The worker tries again by itself; "
            "collab check says what is in the way."
        ),
    ),
    "disk": (_l("Room for files"), _l("There is room."), _l("The disk is nearly full; uploads are refused.")),
    "schema": (
        _l("Form of the database"),
        _l("It fits this version."),
        _l("It does not fit this version. Run collab db upgrade."),
    ),
    "audit": (
        _l("Audit log"),
        _l("Every event is as it was written."),
        _l("An event was changed or taken out. See the audit log."),
    ),
    "files": (_l("Files"), _l("All are there."), _l("Some are missing; bring them back from a backup.")),
}


class Finding(Protocol):
    """What the doctor tells; the wiring puts the doctor into ``app.extensions["collab-doctor"]``."""

    @property
    def name(self) -> str: ...
    @property
    def well(self) -> bool: ...
    @property
    def text(self) -> str: ...


class Look(Form):
    """How closely to look: also at each file, which takes a while."""

    closely: bool = False


@blueprint.get("/")
@door("admin")
def index() -> str:
    look = cast("Callable[[bool], Iterable[Finding]]", current_app.extensions["collab-doctor"])
    closely = from_query(Look).closely
    return render_template(
        "admin/system.html",
        findings=list(look(closely)),
        sentences=SENTENCES,
        closely=closely,
        failed=failed(db()),
        versions=versions(db()),
    )


def failed(session: Session) -> list[dict[str, Any]]:
    """Deliveries that failed or wait for something, the newest first.

    Of the error only its kind: its text may quote contents.
    """
    rows = session.execute(
        select(
            Delivery.listener,
            Event.kind,
            Delivery.attempts,
            Delivery.error,
            Delivery.failed_at,
            Delivery.due_at,
        )
        .join(Event, Event.id == Delivery.event_id)
        .where(or_(Delivery.failed_at.is_not(None), Delivery.attempts > 0, Delivery.error.is_not(None)))
        .order_by(Delivery.id.desc())
        .limit(SHOWN)
    )
    return [{**row._mapping, "error": (row.error or "").partition(":")[0]} for row in rows]  # noqa: SLF001 - public


def versions(session: Session) -> dict[str, str]:
    """What is running here."""
    dialect = session.get_bind().dialect
    number = ".".join(str(part) for part in getattr(dialect, "server_version_info", None) or ())
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    libraries = {name: version(name) for name in ("Flask", "SQLAlchemy", "granian")}
    return {
        "Collab": __version__,
        "Python": platform.python_version(),
        names.get(dialect.name, dialect.name): number,
        **libraries,
    }


@blueprint.post("/retry")
@door("admin")
def retry() -> Response:
    number = services.retry(db(), viewer())
    flash(
        ngettext("%(num)s delivery is tried again.", "%(num)s deliveries are tried again.", number)
        if number
        else _("There is nothing to try again.")
    )
    return redirect(url_for("system.index"), 303)
