"""Changing many accounts by a table: a dry run that changes nothing, then a button that does it."""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as Answering

from collab import activity
from collab.admin import bulk, forms, table_plan, tables
from collab.admin.table_plan import Step
from collab.auth import once, sealed
from collab.auth.models import OneTimeToken
from collab.errors import Invalid
from collab.web import csv
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.messages import sentence
from collab.web.request import context, db, viewer

blueprint = Blueprint("table", __name__, url_prefix="/admin/people/table")

Answer = str | Answering | tuple[str, int]
#: What a table and its failures are kept under, sealed, for this long at most.
PURPOSE, FAILED = once.TABLES
LIFE = timedelta(minutes=30)
SHOWN = 200


@blueprint.get("/")
@door("admin")
def index() -> Answer:
    return _index()


def _index(errors: dict[str, str] | None = None) -> str:
    return render_template("admin/table.html", columns=tables.COLUMNS, errors=errors or {}, most=tables.MOST)


@blueprint.post("/")
@door("admin", fresh=True, secret=True)
def look() -> Answer:
    """What each row would do. The table is kept sealed until the button is pressed, once."""
    try:
        given = request.files.get("file")
        content = given.read(tables.LARGEST + 1) if given else b""
        if not content:
            raise Invalid({"file": "no_file"})
        lines = tables.read(content)
        steps = table_plan.plan(db(), viewer(), context().settings, lines)
    except Invalid as error:
        db().rollback()
        return _index(explain(error)), 422
    kept = sealed.seal(context().settings.key, content.decode("utf-8-sig"))
    shown = {"table": kept, "acts": [step.act for step in steps]}
    token = once.issue(db(), PURPOSE, viewer().me, LIFE, shown)
    return _plan(steps, token)


def _plan(steps: list[Step], token: str, errors: dict[str, str] | None = None) -> str:
    wrong = [step for step in steps if step.problem]
    doing = [step for step in steps if step.does]
    return render_template(
        "admin/table_plan.html",
        counts=Counter(step.act for step in steps if not step.problem),
        wrong=wrong,
        number=len(doing),
        shown=[*wrong, *doing][:SHOWN],
        hidden=max(0, len(wrong) + len(doing) - SHOWN),
        words=words(),
        sentence=sentence,
        with_reason=any(step.needs_reason for step in doing),
        token=token,
        errors=errors or {},
        values=request.form,
    )


def words() -> dict[str, str]:
    """What a row would do."""
    return {
        "create": _("make"),
        "change": _("change"),
        "suspend": _("suspend"),
        "activate": _("activate"),
        "end": _("end"),
        "nothing": _("is so already"),
    }


@blueprint.post("/do")
@door("admin", fresh=True, secret=True)
def carry_out() -> Answer:
    """Do it: the plan is made again from the kept table, which is used up and forgotten."""
    wanted = from_page(forms.TableDo)
    row = once.look(db(), PURPOSE, wanted.token)
    if row is None or row.account_id != viewer().account_id:
        return _index({"file": sentence("table_gone")}), 422
    settings = context().settings
    lines = tables.read(sealed.unseal(settings.key, row.data["table"]).encode())
    steps = table_plan.again(db(), viewer(), settings, lines, row.data["acts"])
    if not wanted.reason and any(step.needs_reason for step in steps):
        return _plan(steps, wanted.token, {"reason": sentence("required")}), 422
    if once.use(db(), PURPOSE, wanted.token) is None:
        return _index({"file": sentence("table_gone")}), 422
    row.data = {}
    return _done(steps, wanted.reason)


def _done(steps: list[Step], reason: str) -> str:
    """Five hundred rows in one transaction each: what is done stays done if something stops it."""
    doing = [step for step in steps if step.does]
    failed = [(step, step.problem) for step in steps if step.problem]
    done = 0
    for start in range(0, len(doing), bulk.BATCH):
        part = doing[start : start + bulk.BATCH]
        refused = table_plan.carry_out(db(), viewer(), context().settings, part, reason)
        failed, done = [*failed, *refused], done + len(part) - len(refused)
        db().commit()
    activity.record(db(), "accounts.table_used", viewer(), number=done, reason=reason)
    return render_template(
        "admin/table_done.html",
        done=done,
        failed=failed[:SHOWN],
        number=len(failed),
        sentence=sentence,
        token=_keep(failed),
    )


def _keep(failed: Iterable[tuple[Step, str]]) -> str:
    rows = [[step.line.number, step.line.email, step.line.name, code] for step, code in failed]
    kept = sealed.seal(context().settings.key, json.dumps(rows))
    return once.issue(db(), FAILED, viewer().me, LIFE, {"rows": kept}) if rows else ""


@blueprint.post("/failures")
@door("admin", fresh=True)
def failures() -> Response | Answer:
    """The rows that failed, as a table."""
    row: OneTimeToken | None = once.look(db(), FAILED, from_page(forms.TableDo).token)
    if row is None or row.account_id != viewer().account_id:
        return _index({"file": sentence("table_gone")}), 422
    rows = json.loads(sealed.unseal(context().settings.key, row.data["rows"]) or "[]")
    header = [_("Row"), "email", "name", _("What is wrong")]
    return csv.table("failed.csv", header, [[*row[:3], sentence(row[3])] for row in rows])
