"""SCIM 2.0 over HTTP (RFC 7644) at ``/scim/v2``: for the company's directory, by its token alone.

The models of its protocol take as long to load as half of the house, and most processes never need them:
so what answers is loaded with the first question.
"""

from functools import partial
from importlib import import_module
from typing import Any

from flask import Blueprint, Response, request
from pydantic import ValidationError
from sqlalchemy.exc import IntegrityError

from collab.web.answers import PROTOCOLS
from collab.web.doors import door

PREFIX = "/scim/v2"
#: A directory's group of 10,000 people in one PUT is about 1 MB.
LARGEST = 5 << 20
#: Address -> method -> the function of ``answers``.
ADDRESSES: dict[str, dict[str, str]] = {
    "/ServiceProviderConfig": {"GET": "configuration"},
    "/ResourceTypes": {"GET": "resource_types"},
    "/ResourceTypes/<name>": {"GET": "resource_type"},
    "/Schemas": {"GET": "all_schemas"},
    "/Schemas/<name>": {"GET": "schema"},
    "/Me": dict.fromkeys(("GET", "POST", "PUT", "PATCH", "DELETE"), "not_here"),
    "/Bulk": {"POST": "not_here"},
    "/.search": {"POST": "search_all"},
    "/<any(Users, Groups):kinds>": {"GET": "index", "POST": "create"},
    "/<any(Users, Groups):kinds>/.search": {"POST": "search"},
    "/<any(Users, Groups):kinds>/<public_id>": {
        "GET": "show",
        "PUT": "replace",
        "PATCH": "patch",
        "DELETE": "delete",
    },
}
blueprint = Blueprint("scim", __name__, url_prefix=PREFIX)


def _answers() -> Any:
    return import_module("collab.scim.answers")


def tell(status: int, code: str, detail: str, scim_type: str = "") -> Response:
    """An error as RFC 7644, 3.12 wants it."""
    told: Response = _answers().tell(status, code, detail, scim_type)
    return told


def _answer(view: str, /, **values: str) -> Response:
    answers = _answers()
    found: Response = answers.answer(getattr(answers, view), values)
    return found


PROTOCOLS[PREFIX] = tell
_VIEWS = {
    name: door("admin", scope="scim")(partial(_answer, name))
    for methods in ADDRESSES.values()
    for name in methods.values()
}
for _address, _methods in ADDRESSES.items():
    for _name in dict.fromkeys(_methods.values()):
        _those = [method for method, name in _methods.items() if name == _name]
        blueprint.add_url_rule(_address, _name, _VIEWS[_name], methods=_those)


@blueprint.errorhandler(ValidationError)
def _not_valid(error: ValidationError) -> Response:
    told: Response = _answers().not_valid(error)
    return told


@blueprint.errorhandler(IntegrityError)
def _at_the_same_time(_error: IntegrityError) -> Response:
    return tell(409, "", "Another request was faster", "uniqueness")


@blueprint.before_request
def _limit() -> None:
    request.max_content_length = LARGEST
