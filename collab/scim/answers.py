"""What each address of SCIM 2.0 answers (RFC 7644). Loaded when a directory asks for the first time (``views``)."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, json, request
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

from collab.auth.directory import ScimLink
from collab.errors import NotFound
from collab.scim import groups, queries, shapes, users
from collab.scim.queries import MODELS, Found, Kind
from collab.scim.schemas import CONFIG, POLICY, PROVIDER
from collab.scim.views import PREFIX
from collab.web.request import context, db, viewer

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


def not_valid(error: ValidationError) -> Response:
    """A body that is not what RFC 7643 wants."""
    told = Error.from_validation_errors(error)[0]
    return tell(told.status or 400, "", told.detail or "", told.scim_type or "invalidValue")


def answer(view: Callable[..., Response], values: Mapping[str, str]) -> Response:
    """What the view answers, or refuses by an exception."""
    try:
        return view(**values)
    except SCIMException as error:
        return tell(error.status, "", error.detail, error.scim_type)


# What this service can do --------------------------------------------------------------------


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


def resource_types() -> Response:
    return _all_of(_described("ResourceType", PROVIDER.resource_types))


def resource_type(name: str) -> Response:
    return _one_of(_described("ResourceType", PROVIDER.resource_types), name)


def all_schemas() -> Response:
    return _all_of(_described("Schema", PROVIDER.schemas))


def schema(name: str) -> Response:
    return _one_of(_described("Schema", PROVIDER.schemas), name)


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


def index(kinds: str) -> Response:
    return _search(_kind(kinds), _asked())


def search(kinds: str) -> Response:
    return _search(_kind(kinds), shapes.parsed(request.get_data()))


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


def create(kinds: str) -> Response:
    kind = _kind(kinds)
    body = shapes.resource(shapes.parsed(request.get_data()), active=True)
    wanted = MODELS[kind].model_validate(body, scim_ctx=Context.RESOURCE_CREATION_REQUEST, scim_policy=POLICY)
    return _shown(kind, ROOMS[kind].create(db(), viewer(), wanted), 201)


def show(kinds: str, public_id: str) -> Response:
    kind = _kind(kinds)
    link, version = queries.link(db(), viewer(), kind, public_id)
    if _names(request.headers.get("If-None-Match", ""), version):
        return Response(status=304, headers={"ETag": version})
    return _shown(kind, link)


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


def delete(kinds: str, public_id: str) -> Response:
    kind = _kind(kinds)
    link = _to_change(kind, public_id)
    ROOMS[kind].let_go(db(), viewer(), link)
    return Response(status=204)
