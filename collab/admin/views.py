"""Administration of people: the list, new accounts, and what is done with one."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.admin import audit, forms, queries, services
from collab.auth import sponsors
from collab.auth.arrival import browser
from collab.auth.directory import link_of
from collab.auth.methods import ways
from collab.auth.models import Account
from collab.errors import Invalid
from collab.web.answers import explain
from collab.web.doors import door, is_fresh
from collab.web.forms import from_page
from collab.web.request import context, db, viewer
from collab.workspaces.forms import last_day

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

Answer = str | Response | tuple[str, int]
PAGE = 50
MENU = 30
LATEST = 8


@blueprint.get("/")
@door("admin")
def index() -> Answer:
    return redirect(url_for("people_admin.people"), 303)


def _labels() -> dict[str, str]:
    """The words for the fields of an account, as the summary of errors names them."""
    return {
        "name": _("Name"),
        "email": _("E-mail"),
        "kind": _("Who is it?"),
        "firm": _("Firm of the guest"),
        "ends_on": _("Last day"),
        "password": _("Password"),
    }


@blueprint.get("/people/new")
@door("admin", fresh=True)
def new() -> Answer:
    return _new({"firm": request.args.get("firm", ""), "kind": "guest" if request.args.get("firm") else ""})


def _new(values: Mapping[str, Any], errors: dict[str, str] | None = None) -> str:
    firms = db().execute(queries.by_name(queries.firms(viewer()))).all()
    return render_template(
        "admin/new.html", values=values, errors=errors or {}, firms=firms, labels=_labels()
    )


@blueprint.post("/people/new")
@door("admin", fresh=True, secret=True)
def create() -> Answer:
    """The answer may hold the password, this once."""
    try:
        wanted = from_page(forms.NewAccount)
        password = wanted.password or services.temporary_password()
        account = services.create(db(), viewer(), context().settings, **_said(wanted), password=password)
    except Invalid as error:
        db().rollback()
        return _new(request.form, _told(error)), 422
    if wanted.password:
        flash(_("%(name)s can sign in now.", name=account.name))
        return redirect(_of(account), 303)
    return _show(account, password=password)


def _told(error: Invalid) -> dict[str, str]:
    """A sentence for each field of the page, which asks for a day where the API asks for a moment."""
    return {"ends_on" if name == "ends_at" else name: text for name, text in explain(error).items()}


def _said(wanted: forms.NewAccount) -> dict[str, Any]:
    return {
        "name": wanted.name,
        "email": wanted.email,
        "kind": wanted.kind,
        "firm": wanted.firm,
        "ends_at": wanted.ends_at,
    }


# One account ---------------------------------------------------------------------------------


def _of(account: Account) -> str:
    return url_for("admin.person", public_id=account.public_id)


def _account(public_id: str) -> Account:
    return queries.account(db(), viewer(), public_id)


@blueprint.get("/people/<public_id>")
@door("admin")
def person(public_id: str) -> Answer:
    return _show(_account(public_id))


def _show(
    account: Account,
    values: Mapping[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    password: str = "",
) -> str:
    sessions, tokens = queries.doors(db(), account.id)
    firms = db().execute(queries.by_name(queries.firms(viewer()))).all()
    firm = next((firm for firm in firms if firm.id == account.firm_id), None)
    about = forms.LogFilter(q=account.public_id)
    events = audit.events(viewer(), about).order_by(audit.EVENT_ID.desc()).limit(LATEST)
    return render_template(
        "admin/person.html",
        person=account,
        firm=firm,
        sponsor=sponsors.of(db(), account.id) if account.sponsor_id else None,
        kept=link_of(db(), account.id),
        state=queries.state(account),
        is_me=account.id == viewer().account_id,
        version=queries.version(account),
        ends_on=last_day(account.ends_at),
        sessions=sessions,
        tokens=tokens,
        firms=firms,
        events=db().execute(events).all(),
        labels=_labels(),
        kinds=audit.KINDS,
        foreign_address=bool(firm and firm.domains and queries.domain(account) not in firm.domains),
        details=audit.details,
        values=values,
        errors=errors or {},
        password=password,
        fresh=is_fresh(),
        with_code=ways.asks_for_code(db(), account.id),
    )


@blueprint.post("/people/<public_id>")
@door("admin", fresh=True)
def change(public_id: str) -> Answer:
    account = _account(public_id)
    try:
        wanted = from_page(forms.ChangedAccount)
        if wanted.version != queries.version(account):
            raise Invalid({"": "changed_meanwhile"})
        said = {"name": wanted.name, "email": wanted.email, "ends_at": account.ends_at}
        if account.kind == "guest":
            said["firm"] = wanted.firm
        if wanted.ends_on != last_day(account.ends_at):
            said["ends_at"] = wanted.ends_at
        services.change(db(), viewer(), context().settings, account, said)
    except Invalid as error:
        db().rollback()
        return _show(_account(public_id), request.form, _told(error)), 422
    flash(_("The account is saved."))
    return redirect(_of(account), 303)


@blueprint.post("/people/<public_id>/access")
@door("admin", fresh=True, secret=True)
def give_access(public_id: str) -> Answer:
    """From an imported person to one who signs in. The answer holds the password, this once."""
    account = _account(public_id)
    try:
        wanted = from_page(forms.NewAccount)
        password = wanted.password or services.temporary_password()
        services.give_access(db(), viewer(), context().settings, account, **_said(wanted), password=password)
    except Invalid as error:
        db().rollback()
        return _show(_account(public_id), request.form, _told(error)), 422
    return _show(account, password="" if wanted.password else password)


@blueprint.post("/people/<public_id>/password")
@door("admin", fresh=True, secret=True)
def set_password(public_id: str) -> Answer:
    """The answer may hold the password, this once."""
    account = _account(public_id)
    try:
        wanted = from_page(forms.SetPassword)
        password = wanted.password or services.temporary_password()
        services.new_password(db(), viewer(), account, password)
    except Invalid as error:
        return _refused(account, error)
    if not wanted.password:
        return _show(account, password=password)
    flash(_("The new password is set. %(name)s is signed out everywhere.", name=account.name))
    return redirect(_of(account), 303)


def _refused(account: Account, error: Invalid) -> Response:
    """Nothing is changed; say why on the page of the account."""
    address = _of(account)
    db().rollback()
    flash(" ".join(explain(error).values()), "error")
    return redirect(address, 303)


def _do(public_id: str, act: Callable[[Account], None], told: Callable[[Account], str]) -> Answer:
    account = _account(public_id)
    try:
        act(account)
    except Invalid as error:
        return _refused(account, error)
    flash(told(account))
    mine = account.id == viewer().account_id and not account.is_admin
    return redirect("/" if mine else _of(account), 303)


@blueprint.post("/people/<public_id>/suspend")
@door("admin", fresh=True)
def suspend(public_id: str) -> Answer:
    account = _account(public_id)
    try:
        services.suspend(db(), viewer(), account, from_page(forms.Reason).reason)
    except Invalid as error:
        return _refused(account, error)
    text = _("%(name)s can no longer come in, on any device.", name=account.name)
    undo: Any = {"text": text, "url": url_for("admin.activate", public_id=public_id)}
    flash(undo, "undo")
    return redirect(_of(account), 303)


@blueprint.post("/people/<public_id>/activate")
@door("admin", fresh=True)
def activate(public_id: str) -> Answer:
    return _do(
        public_id,
        lambda account: services.activate(db(), viewer(), account),
        lambda account: _("%(name)s can sign in again.", name=account.name),
    )


@blueprint.post("/people/<public_id>/admin")
@door("admin", fresh=True)
def set_admin(public_id: str) -> Answer:
    wanted = from_page(forms.Right).is_admin
    return _do(
        public_id,
        lambda account: services.set_admin(db(), viewer(), account, wanted),
        lambda account: (
            _("%(name)s is administrator now.", name=account.name)
            if wanted
            else _("%(name)s is no longer administrator.", name=account.name)
        ),
    )


@blueprint.post("/people/<public_id>/codes/remove")
@door("admin", fresh=True)
def remove_codes(public_id: str) -> Answer:
    return _do(
        public_id,
        lambda account: services.remove_codes(db(), viewer(), account, browser()),
        lambda account: _("%(name)s signs in without a code again.", name=account.name),
    )


@blueprint.post("/people/<public_id>/sign-out")
@door("admin", fresh=True)
def sign_out(public_id: str) -> Answer:
    return _do(
        public_id,
        lambda account: services.end_access(db(), viewer(), account),
        lambda account: _(
            "%(name)s is signed out everywhere, and all tokens are revoked.", name=account.name
        ),
    )
