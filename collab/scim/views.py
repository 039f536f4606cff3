"""SCIM 2.0 over HTTP (RFC 7644) at ``/scim/v2``: for the company's directory, by its token alone."""

from typing import Any

from flask import Blueprint, Response, json, request
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    NotImplementedException,
    PatchOp,
    PreconditionFailedException,
    Resource,
    ResponseParameters,
    SCIMException,
    SearchRequest,
)
from sqlalchemy.exc import IntegrityError

from collab.auth.directory import ScimLink
from collab.errors import NotFound
from collab.scim import groups, queries, shapes, users
from collab.scim.queries import MODELS, Found, Kind
from collab.scim.schemas import CONFIG, POLICY, PROVIDER
from collab.web.answers import PROTOCOLS
from collab.web.doors import door
from collab.web.request import context, db, viewer

PREFIX = "/scim/v2"
blueprint = Blueprint("scim", __name__, url_prefix=PREFIX)
TYPE = "application/scim+json"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
ROOMS: dict[Kind, Any] = {"User": users, "Group": groups}
#: What a directory may ask for in an address; the same as a body's in ``.search`` (RFC 7644, 3.4.3).
ASKED = ("filter", "sortBy", "sortOrder", "startIndex", "count", "attributes", "excludedAttributes")


def _base() -> str:
    return context().settings.url + PREFIX


def _answer(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body), status, headers, mimetype=TYPE)


# Errors --------------------------------------------------------------------------------------


def tell(status: int, _code: str, detail: str, scim_type: str = "") -> Response:
    """An error as RFC 7644, 3.12 wants it."""
    error = Error(status=status, scim_type=scim_type or None, detail=detail)
    return _answer(error.model_dump(), status)


PROTOCOLS[PREFIX] = tell


@blueprint.errorhandler(SCIMException)
def _refused(error: SCIMException) -> Response:
    return tell(error.status, "", error.detail, error.scim_type)


@blueprint.errorhandler(ValidationError)
def _not_valid(error: ValidationError) -> Response:
    told = Error.from_validation_errors(error)[0]
    return tell(told.status or 400, "", told.detail or "", told.scim_type or "invalidValue")


@blueprint.errorhandler(IntegrityError)
def _at_the_same_time(_error: IntegrityError) -> Response:
    return tell(409, "", "Another request was faster", "uniqueness")


@blueprint.before_request
def _limit() -> None:
    request.max_content_length = shapes.LARGEST


# What this service can do --------------------------------------------------------------------


@blueprint.get("/ServiceProviderConfig")
@door("admin", scope="scim")
def configuration() -> Response:
    meta = {"resourceType": "ServiceProviderConfig", "location": f"{_base()}/ServiceProviderConfig"}
    return _answer({**CONFIG.model_dump(), "meta": meta})


def _described(kind: str, rows: Any) -> list[dict[str, Any]]:
    return [
        {**row, "meta": {"resourceType": kind, "location": f"{_base()}/{kind}s/{row['id']}"}}
        for row in (one.model_dump() for one in rows)
    ]


def _all_of(rows: list[dict[str, Any]]) -> Response:
    if "filter" in request.args:  # RFC 7644, 4: so that nobody takes all for what they asked for
        return tell(403, "", "Descriptions cannot be filtered")
    return _answer(_list(Found(len(rows), 1, []), rows))


def _one_of(rows: list[dict[str, Any]], name: str) -> Response:
    found = next((row for row in rows if row["id"].lower() == name.lower()), None)
    if found is None:
        raise NotFound
    return _answer(found)


@blueprint.get("/ResourceTypes")
@door("admin", scope="scim")
def resource_types() -> Response:
    return _all_of(_described("ResourceType", PROVIDER.resource_types))


@blueprint.get("/ResourceTypes/<name>")
@door("admin", scope="scim")
def resource_type(name: str) -> Response:
    return _one_of(_described("ResourceType", PROVIDER.resource_types), name)


@blueprint.get("/Schemas")
@door("admin", scope="scim")
def all_schemas() -> Response:
    return _all_of(_described("Schema", PROVIDER.schemas))


@blueprint.get("/Schemas/<name>")
@door("admin", scope="scim")
def schema(name: str) -> Response:
    return _one_of(_described("Schema", PROVIDER.schemas), name)


@blueprint.route("/Me", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@blueprint.route("/Bulk", methods=["POST"])
@door("admin", scope="scim")
def not_here() -> Response:
    """A directory is nobody (RFC 7644, 3.11), and sends one change at a time."""
    raise NotImplementedException(detail="This service does without it")


# Many ----------------------------------------------------------------------------------------


def _list(found: Found, rows: list[dict[str, Any]]) -> dict[str, Any]:
    told: dict[str, Any] = {"schemas": [LIST], "totalResults": found.total}
    told |= {"startIndex": found.start, "itemsPerPage": len(rows)}
    return told | ({"Resources": rows} if rows or found.total == 0 else {})


def _dump(one: Resource[Any], wanted: ResponseParameters[Any] | None) -> dict[str, Any]:
    return one.model_dump(
        scim_ctx=Context.RESOURCE_QUERY_RESPONSE, scim_policy=POLICY, response_parameters=wanted
    )


def _wanted(kind: Kind, given: dict[str, Any]) -> SearchRequest[Any]:
    model: Any = MODELS[kind]
    return SearchRequest[model].model_validate(given, scim_policy=POLICY)


def _asked() -> dict[str, Any]:
    """What the address asks for. Controls and halves of characters are in no name that is kept."""
    return {name: shapes.words(request.args[name]) for name in ASKED if name in request.args}


def _search(kind: Kind, given: dict[str, Any]) -> Response:
    wanted = _wanted(kind, given)
    found = queries.search(db(), viewer(), kind, wanted, _base())
    return _answer(_list(found, [_dump(one, wanted) for one in found.resources]))


@blueprint.get("/<any(Users, Groups):kinds>")
@door("admin", scope="scim")
def index(kinds: str) -> Response:
    return _search(_kind(kinds), _asked())


@blueprint.post("/<any(Users, Groups):kinds>/.search")
@door("admin", scope="scim")
def search(kinds: str) -> Response:
    return _search(_kind(kinds), shapes.parsed(request.get_data()))


@blueprint.post("/.search")
@door("admin", scope="scim")
def search_all() -> Response:
    """People, and after them groups, as one list."""
    given = shapes.parsed(request.get_data())
    wanted: dict[Kind, SearchRequest[Any]] = {}
    for kind in MODELS:
        wanted[kind] = _wanted(kind, given)
    found = queries.search_all(db(), viewer(), wanted, _base())
    rows = [_dump(one, wanted[_kind_of(one)]) for one in found.resources]
    return _answer(_list(found, rows))


# One -----------------------------------------------------------------------------------------


def _kind(kinds: str) -> Kind:
    return "User" if kinds == "Users" else "Group"


def _kind_of(one: Resource[Any]) -> Kind:
    return "Group" if isinstance(one, MODELS["Group"]) else "User"


def _shown(kind: Kind, link: ScimLink, status: int = 200) -> Response:
    model: Any = MODELS[kind]
    wanted = ResponseParameters[model].model_validate(
        {name: value for name, value in _asked().items() if "ttributes" in name}, scim_policy=POLICY
    )
    one = queries.resource(db(), viewer(), kind, link, _base(), queries.beside(wanted))
    headers = {"ETag": one.meta.version, "Location": one.meta.location}
    return _answer(_dump(one, wanted), status, headers)


def _names(header: str, version: str) -> bool:
    """Is the version among those that a header names (RFC 7644, 3.14)?"""
    named = [part.strip().removeprefix("W/") for part in header.split(",")]
    return "*" in named or version.removeprefix("W/") in named


def _to_change(kind: Kind, public_id: str) -> ScimLink:
    link, version = queries.link(db(), viewer(), kind, public_id, to_change=True)
    if "If-Match" in request.headers and not _names(request.headers["If-Match"], version):
        raise PreconditionFailedException(detail="This was changed meanwhile")
    return link


@blueprint.post("/<any(Users, Groups):kinds>")
@door("admin", scope="scim")
def create(kinds: str) -> Response:
    kind = _kind(kinds)
    body = shapes.resource(shapes.parsed(request.get_data()), active=True)
    wanted = MODELS[kind].model_validate(body, scim_ctx=Context.RESOURCE_CREATION_REQUEST, scim_policy=POLICY)
    return _shown(kind, ROOMS[kind].create(db(), viewer(), wanted), 201)


@blueprint.get("/<any(Users, Groups):kinds>/<public_id>")
@door("admin", scope="scim")
def show(kinds: str, public_id: str) -> Response:
    kind = _kind(kinds)
    link, version = queries.link(db(), viewer(), kind, public_id)
    if _names(request.headers.get("If-None-Match", ""), version):
        return Response(status=304, headers={"ETag": version})
    return _shown(kind, link)


@blueprint.put("/<any(Users, Groups):kinds>/<public_id>")
@door("admin", scope="scim")
def replace(kinds: str, public_id: str) -> Response:
    kind = _kind(kinds)
    link = _to_change(kind, public_id)
    one = queries.resource(db(), viewer(), kind, link, _base(), beside=False)
    body = shapes.resource(shapes.parsed(request.get_data()), active=getattr(one, "active", None))
    wanted = MODELS[kind].model_validate(
        body, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST, scim_policy=POLICY
    )
    ROOMS[kind].change(db(), viewer(), link, wanted)
    return _shown(kind, link)


@blueprint.patch("/<any(Users, Groups):kinds>/<public_id>")
@door("admin", scope="scim")
def patch(kinds: str, public_id: str) -> Response:
    kind = _kind(kinds)
    model: Any = MODELS[kind]
    link = _to_change(kind, public_id)
    body = shapes.operations(shapes.parsed(request.get_data()))
    with POLICY:
        asked = PatchOp[model].model_validate(body, scim_ctx=Context.RESOURCE_PATCH_REQUEST)
        if kind == "Group" and groups.patch(db(), viewer(), link, asked):
            return _done(kind, link)
        one = queries.resource(db(), viewer(), kind, link, _base())
        asked.patch(one)
    ROOMS[kind].change(db(), viewer(), link, one)
    return _done(kind, link)


def _done(kind: Kind, link: ScimLink) -> Response:
    """A person as it is now; of a group, which may be large, only what is asked for (RFC 7644, 3.5.2)."""
    if kind == "User" or {"attributes", "excludedAttributes"} & request.args.keys():
        return _shown(kind, link)
    _link, version = queries.link(db(), viewer(), kind, link.public_id)
    return Response(status=204, headers={"ETag": version})


@blueprint.delete("/<any(Users, Groups):kinds>/<public_id>")
@door("admin", scope="scim")
def delete(kinds: str, public_id: str) -> Response:
    kind = _kind(kinds)
    link = _to_change(kind, public_id)
    ROOMS[kind].let_go(db(), viewer(), link)
    return Response(status=204)
