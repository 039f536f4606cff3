"""Valid input, once for pages and API: a pydantic model per act, unknown fields refused."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

from flask import request
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
)
from werkzeug.datastructures import MultiDict

from collab import text
from collab.errors import Invalid
from collab.web.request import viewer

F = TypeVar("F", bound="Form")

#: Form fields that belong to the page and not to the act.
OF_THE_PAGE = frozenset({"csrf_token", "idempotency_key", "files", "next"})


class Form(BaseModel):
    """The root of all inputs."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False, frozen=True)


def _words(value: object) -> object:
    """``"a, b"`` from a page's single field as the list that the API takes."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _nothing(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _aware(value: datetime) -> datetime:
    """A time without a zone is meant in the writer's own."""
    return value if value.tzinfo else value.replace(tzinfo=ZoneInfo(viewer().timezone))


Line = Annotated[str, AfterValidator(text.clean_line), StringConstraints(max_length=300)]
Title = Annotated[str, AfterValidator(text.clean_line), StringConstraints(min_length=1, max_length=300)]
Body = Annotated[str, AfterValidator(text.clean_body), StringConstraints(max_length=1_000_000)]
Words = Annotated[list[Line], BeforeValidator(_words)]
Optional = BeforeValidator(_nothing)
When = Annotated[datetime, AfterValidator(_aware)]
MaybeWhen = Annotated[When | None, Optional]

_CODES = {
    "missing": "required",
    "string_too_short": "required",
    "too_short": "required",
    "string_too_long": "too_long",
    "too_long": "too_many",
    "extra_forbidden": "unknown_field",
    "string_type": "not_a_text",
    "list_type": "not_a_list",
    "bool_type": "not_a_flag",
    "bool_parsing": "not_a_flag",
    "int_type": "not_a_number",
    "int_parsing": "not_a_number",
    "literal_error": "not_a_choice",
}


def check(form: type[F], values: Mapping[str, Any]) -> F:
    """``values`` as a ``form``. Raises Invalid with a code per field.

    A validator of a form refuses by ``ValueError(code)``.
    """
    try:
        return form.model_validate(values)
    except ValidationError as error:
        errors: dict[str, str] = {}
        params: dict[str, str | int] = {}
        for detail in error.errors(include_url=False):
            field = str(detail["loc"][0]) if detail["loc"] else ""
            errors.setdefault(field, _code(detail["type"], detail.get("ctx", {})))
            params |= _params(detail.get("ctx", {}))
        raise Invalid(errors, **params) from error


def _code(kind: str, ctx: Mapping[str, Any]) -> str:
    if kind == "value_error":
        return str(ctx["error"])
    if kind == "string_too_short" and int(ctx.get("min_length", 1)) > 1:
        return "too_short"
    if kind.startswith(("datetime", "date")):
        return "not_a_date"
    return _CODES.get(kind, "not_valid")


def _params(ctx: Mapping[str, Any]) -> dict[str, str | int]:
    names = {"max_length": "max", "min_length": "min", "expected": "expected"}
    return {names[key]: value for key, value in ctx.items() if key in names}


def from_page(form: type[F]) -> F:
    """The page's form fields. A field that the form wants as a list may come several times."""
    return check(form, page_values(form, request.form))


def page_values(form: type[Form], fields: MultiDict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in fields:
        if name in OF_THE_PAGE:
            continue
        given = fields.getlist(name)
        values[name] = given if len(given) > 1 else given[0]
    for name, field in form.model_fields.items():
        if name not in values and field.annotation is bool:
            values[name] = False  # an unticked box is not sent
    return values


def from_json(form: type[F]) -> F:
    """The request's JSON object. Raises Invalid for anything else."""
    values = request.get_json(silent=True)
    if not isinstance(values, dict):
        raise Invalid({"": "not_an_object"})
    return check(form, values)


def from_query(form: type[F]) -> F:
    """The address's parameters."""
    return check(form, page_values(form, request.args))
