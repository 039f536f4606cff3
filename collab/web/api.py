"""How an API address is made: who may use it, what comes in, what goes out, once for code and docs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from flask import Blueprint, Response, g, jsonify, request
from pydantic import BaseModel, ConfigDict

from collab.errors import Conflict, Invalid, Unauthorized
from collab.web import forms
from collab.web.doors import Least, door
from collab.web.paging import Page
from collab.web.request import SAFE

F = TypeVar("F", bound=Callable[..., Any])
PREFIX = "/api/v1"


class Out(BaseModel):
    """The root of all answers."""

    model_config = ConfigDict(frozen=True)


class Listing(forms.Form):
    """What every list takes."""

    limit: int = 20
    cursor: str | None = None


@dataclass(frozen=True)
class Operation:
    """One row of the OpenAPI document."""

    method: str
    rule: str
    least: Least
    summary: str
    body: type[forms.Form] | None
    query: type[forms.Form] | None
    answer: type[Out] | None
    many: bool
    status: int


class Api(Blueprint):
    """A feature's blueprint below ``/api/v1``; it remembers its operations."""

    operations: ClassVar[list[Operation]] = []

    def __init__(self, name: str) -> None:
        super().__init__(f"api_{name}", __name__, url_prefix=PREFIX)

    def operation(
        self,
        method: str,
        rule: str,
        *,
        least: Least = "guest",
        body: type[forms.Form] | None = None,
        query: type[forms.Form] | None = None,
        answer: type[Out] | None = None,
        many: bool = False,
        status: int = 200,
        secret: bool = False,
    ) -> Callable[[F], F]:
        """Declare a view. It gets ``body`` and ``query`` parsed, and answers an ``Out`` or a Page of them.

        ``secret`` is that of ``doors.door``: the answer is not kept for a repeated request.

        The first line of its docstring is the summary in the OpenAPI document.
        """

        def mark(view: F) -> F:
            summary = (view.__doc__ or "").strip().split("\n")[0]
            found = Operation(method, PREFIX + rule, least, summary, body, query, answer, many, status)
            if found not in Api.operations:
                Api.operations.append(found)

            def run(**arguments: Any) -> Response:
                if request.method not in SAFE and g.get("token_scopes") is None:
                    raise Unauthorized  # a cookie alone may come from anybody's page
                if body is not None:
                    arguments["body"] = forms.from_json(body)
                if query is not None:
                    arguments["query"] = forms.from_query(query)
                return _answer(view(**arguments), status)

            run.__doc__ = view.__doc__
            endpoint = f"{view.__name__}"
            self.add_url_rule(rule, endpoint, door(least, own=True, secret=secret)(run), methods=[method])
            return view

        return mark


def _answer(result: Any, status: int) -> Response:
    if isinstance(result, Response):
        return result
    headers: dict[str, str] = {}
    if isinstance(result, tuple):
        result, headers = result
    if result is None:
        response = Response(status=204)
    elif isinstance(result, Page):
        items = [item.model_dump(mode="json") for item in result.items]
        response = jsonify({"items": items, "next": result.next})
    else:
        response = jsonify(result.model_dump(mode="json"))
    if result is not None:
        response.status_code = status
    response.headers.update(headers)
    return response


def etag(version: int) -> dict[str, str]:
    """The header that a later ``If-Match`` refers to (RFC 9110, 8.8.3)."""
    return {"ETag": f'"{version}"'}


def expected_version(present: int) -> int:
    """The version that the client read: from ``If-Match``, or the present one without it.

    Raises Conflict (412) for another version, Invalid for what is no version.
    """
    given = request.headers.get("If-Match")
    if given is None or given == "*":
        return present
    bare = given.removeprefix("W/").strip('"')
    if not bare.isdigit() or len(bare) > 18:
        raise Invalid({"If-Match": "not_valid"})
    if int(bare) != present:
        raise Conflict
    return int(bare)
