"""One act for many accounts: a page that says what would happen, and a button that does it."""

from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from collab.admin import bulk, forms
from collab.errors import Invalid
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page, from_query
from collab.web.request import context, db, viewer

blueprint = Blueprint("bulk", __name__, url_prefix="/admin/people/bulk")

Answer = str | Response | tuple[str, int]


@blueprint.get("/")
@door("admin", fresh=True)
def confirm() -> Answer:
    """Who is concerned, who is left out, and why; nothing is changed."""
    wanted = from_query(forms.Chosen)
    if not wanted.every and not wanted.account:
        flash(_("Please tick somebody first."), "error")
        return redirect(_back(wanted), 303)
    return _confirm(wanted)


def _confirm(wanted: forms.Chosen, errors: dict[str, str] | None = None, *, changed: bool = False) -> str:
    return render_template(
        "admin/bulk.html",
        wanted=wanted,
        plan=bulk.plan(db(), viewer(), wanted),
        words=_words(),
        why=bulk.WHY,
        values=request.form,
        errors=errors or {},
        changed=changed,
        with_reason=wanted.act in bulk.WITH_REASON,
        back=_back(wanted),
    )


def _words() -> dict[str, str]:
    return {
        "suspend": _("Suspend"),
        "activate": _("Activate"),
        "sign_out": _("Sign out everywhere"),
        "extend": _("Extend"),
        "end": _("End access"),
        "sponsor": _("Change contact person"),
    }


def _back(wanted: forms.Chosen) -> str:
    given = wanted.model_dump(exclude_defaults=True, include=set(forms.Filters.model_fields))
    return url_for("people_admin.people") + (f"?{urlencode(given)}" if given else "")


@blueprint.post("/")
@door("admin", fresh=True)
def carry_out() -> Answer:
    """Do it, five hundred in one transaction each: what is done stays done if something stops it."""
    wanted = from_query(forms.Chosen)
    try:
        given = from_page(forms.BulkAct)
        plan = bulk.plan(db(), viewer(), wanted)
        if len(plan.account_ids) != given.number:
            db().rollback()
            return _confirm(wanted, changed=True), 422
        ends_at = forms.after(given.ends_on) if given.ends_on else None
        wish = bulk.Wish(wanted.act, given.reason, ends_at, given.sponsor)
        done, left = 0, list(plan.left)
        for part in bulk.batches(plan.account_ids):
            number, refused = bulk.carry_out(db(), viewer(), context().settings, wish, part)
            done, left = done + number, left + refused
            db().commit()
    except Invalid as error:
        db().rollback()
        told = {"sponsor" if name == "account" else name: text for name, text in explain(error).items()}
        return _confirm(wanted, told), 422
    text = ngettext("Done for %(num)s account.", "Done for %(num)s accounts.", done)
    if left:
        text += " " + ngettext("%(num)s was left out.", "%(num)s were left out.", len(left))
    flash(text)
    return redirect(_back(wanted), 303)
