"""Administration of sign-in providers: the list, a new one, and one with who comes through it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.admin import provider_forms as forms
from collab.admin import provider_queries as queries
from collab.admin import provider_services as services
from collab.admin import queries as people
from collab.auth.login import session_id
from collab.auth.providers.fetch import Peer
from collab.auth.providers.models import SignInProvider
from collab.auth.providers.probe import Probe, probe
from collab.errors import Invalid
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import context, db, viewer
from collab.web.urls import whole

blueprint = Blueprint("providers", __name__, url_prefix="/admin/providers")
Answer = str | Response | tuple[str, int]
LATEST = 10


@blueprint.get("/")
@door("admin")
def index() -> Answer:
    return render_template("admin/providers.html", providers=db().execute(queries.providers(viewer())).all())


# New ------------------------------------------------------------------------------------------


@blueprint.get("/new")
@door("admin", fresh=True)
def new() -> Answer:
    return _new({"creates_accounts": "1", "listed": "1"})


def _new(values: Mapping[str, Any], errors: dict[str, str] | None = None, found: Probe | None = None) -> str:
    return render_template(
        "admin/provider_new.html",
        values=values,
        errors=errors or {},
        found=found,
        firms=db().execute(people.by_name(people.firms(viewer()))).all(),
        addresses=_addresses(values.get("name") or "NAME"),
    )


def _addresses(name: str) -> dict[str, str]:
    """What the provider wants to know of us."""
    return {
        "callback": whole(f"/login/oidc/{name}/callback"),
        "post_logout": whole("/login"),
        "backchannel": whole(f"/login/oidc/{name}/backchannel-logout"),
    }


@blueprint.post("/new")
@door("admin", fresh=True)
def create() -> Answer:
    if "test" in request.form:
        return _new(request.form, found=_probe(request.form.get("issuer", "").strip()))
    try:
        wanted = from_page(forms.NewProvider)
        row = services.create(db(), viewer(), context().settings.key, wanted)
    except Invalid as error:
        db().rollback()
        return _new(request.form, explain(error)), 422
    flash(_("People can sign in with %(name)s now. Try it in another browser.", name=row.label))
    return redirect(url_for(".show", public_id=row.public_id), 303)


def _probe(issuer: str) -> Probe:
    db().rollback()  # the provider may take its time, and nobody else is to wait for it
    return probe(Peer("", issuer, "", "", "", plain_http=not context().settings.secure))


# One ------------------------------------------------------------------------------------------


@blueprint.get("/<public_id>")
@door("admin")
def show(public_id: str) -> Answer:
    return _show(queries.provider(db(), viewer(), public_id))


def _show(
    row: SignInProvider,
    values: Mapping[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    found: Probe | None = None,
) -> str:
    firms = db().execute(people.by_name(people.firms(viewer()))).all()
    firm = next((firm.public_id for firm in firms if firm.id == row.firm_id), "")
    arrivals = queries.arrivals(viewer(), row).limit(LATEST)
    return render_template(
        "admin/provider.html",
        provider=row,
        values=values or _values(row, firm),
        errors=errors or {},
        found=found,
        firms=firms,
        addresses=_addresses(row.name),
        arrivals=db().execute(arrivals).all(),
        failures=db().execute(queries.failures(viewer(), row).limit(LATEST)).all(),
    )


def _values(row: SignInProvider, firm: str) -> dict[str, Any]:
    """The row as the form's fields; never the secret."""
    names = [name for name in forms.Provider.model_fields if name not in ("client_secret", "firm")]
    values = {name: getattr(row, name) for name in names if hasattr(row, name)}
    lists = {name: "\n".join(values[name]) for name in ("admin_groups", "employee_groups", "guest_groups")}
    return values | lists | row.endpoints | {"firm": firm, "domains": ", ".join(row.domains)}


@blueprint.post("/<public_id>")
@door("admin", fresh=True)
def change(public_id: str) -> Answer:
    row = queries.provider(db(), viewer(), public_id)
    try:
        services.change(db(), viewer(), context().settings.key, row, from_page(forms.Provider))
    except Invalid as error:
        db().rollback()
        return _show(row, request.form, explain(error)), 422
    flash(_("Sign-in saved"))
    return redirect(url_for(".show", public_id=public_id), 303)


@blueprint.post("/<public_id>/test")
@door("admin")
def test(public_id: str) -> Answer:
    row = queries.provider(db(), viewer(), public_id)
    return _show(row, found=_probe(row.issuer))


@blueprint.post("/<public_id>/switch")
@door("admin", fresh=True)
def switch(public_id: str) -> Answer:
    row = queries.provider(db(), viewer(), public_id)
    on = request.form.get("on") == "1"
    services.switch(db(), viewer(), row, on, keep_session=session_id())
    flash(_("Switched on") if on else _("Switched off. Whoever came in through it is signed out."))
    return redirect(url_for(".show", public_id=public_id), 303)


@blueprint.post("/<public_id>/exclusive")
@door("admin", fresh=True)
def exclusive(public_id: str) -> Answer:
    row = queries.provider(db(), viewer(), public_id)
    try:
        services.set_exclusive(db(), viewer(), row, request.form.get("on") == "1")
    except Invalid as error:
        db().rollback()
        return _show(row, None, explain(error)), 422
    flash(_("Sign-in saved"))
    return redirect(url_for(".show", public_id=public_id), 303)
