"""Administration of the tools that sign people in through Collab."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from collab.admin.client_forms import NewTool, ToolIn
from collab.auth.issuer import clients, queries
from collab.auth.issuer.claims import SCOPES
from collab.auth.issuer.models import OAuthClient
from collab.errors import Invalid
from collab.web.answers import explain
from collab.web.doors import door
from collab.web.forms import from_page
from collab.web.request import context, db, viewer

blueprint = Blueprint("tools_admin", __name__, url_prefix="/admin/tools")

Answer = str | Response | tuple[str, int]
USERS = 100


@blueprint.get("/")
@door("admin")
def index() -> Answer:
    tools = queries.all_tools(db(), viewer())
    return render_template("admin/clients.html", tools=tools, issuer=context().settings.url)


@blueprint.get("/new")
@door("admin", fresh=True)
def new() -> Answer:
    return _new({})


def _new(values: Mapping[str, Any], errors: dict[str, str] | None = None) -> str:
    return render_template("admin/client_new.html", values=values, errors=errors or {})


@blueprint.post("/")
@door("admin", fresh=True, secret=True)
def create() -> Answer:
    """The answer holds the secret, this once."""
    try:
        wanted = from_page(NewTool)
    except Invalid as error:
        return _new(request.form, explain(error)), 422
    client, secret = clients.create(db(), viewer(), wanted.facts(), public=wanted.public)
    return _show(client, secret=secret, fresh=True)


@blueprint.get("/<public_id>")
@door("admin", fresh=True)
def show(public_id: str) -> Answer:
    return _show(queries.tool(db(), viewer(), public_id))


def _show(
    client: OAuthClient,
    values: Mapping[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    *,
    secret: str = "",
    fresh: bool = False,
) -> str:
    return render_template(
        "admin/client.html",
        tool=client,
        values=values or _values(client),
        errors=errors or {},
        secret=secret,
        registered=fresh,
        issuer=context().settings.url,
        scopes=" ".join(SCOPES),
        pkce="S256",
        users=queries.users(db(), viewer(), client, USERS),
        undelivered=queries.undelivered(db(), viewer(), client),
    )


def _values(client: OAuthClient) -> dict[str, Any]:
    facts = asdict(clients.facts(client))
    return {name: "\n".join(value) if isinstance(value, list) else value for name, value in facts.items()}


@blueprint.post("/<public_id>")
@door("admin", fresh=True)
def change(public_id: str) -> Answer:
    client = queries.tool(db(), viewer(), public_id)
    try:
        wanted = from_page(ToolIn)
    except Invalid as error:
        return _show(client, request.form, explain(error)), 422
    clients.change(db(), viewer(), client, wanted.facts())
    flash(_("The tool is saved."))
    return redirect(url_for("tools_admin.show", public_id=public_id), 303)


@blueprint.post("/<public_id>/secret")
@door("admin", fresh=True, secret=True)
def new_secret(public_id: str) -> Answer:
    """The answer holds the secret, this once."""
    client = queries.tool(db(), viewer(), public_id)
    return _show(client, secret=clients.new_secret(db(), viewer(), client))


@blueprint.post("/<public_id>/disable")
@door("admin", fresh=True)
def disable(public_id: str) -> Answer:
    clients.disable(db(), viewer(), queries.tool(db(), viewer(), public_id))
    flash(_("The tool is off. All that it held has ended."))
    return redirect(url_for("tools_admin.show", public_id=public_id), 303)


@blueprint.post("/<public_id>/enable")
@door("admin", fresh=True)
def enable(public_id: str) -> Answer:
    clients.enable(db(), viewer(), queries.tool(db(), viewer(), public_id))
    flash(_("People can sign in to the tool again."))
    return redirect(url_for("tools_admin.show", public_id=public_id), 303)
