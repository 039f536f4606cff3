"""What provisioners send, brought into the form of RFC 7644 before anything looks at it."""

import json
from typing import Any

from scim2_models import InvalidSyntaxException, InvalidValueException

from collab.scim.schemas import EnterpriseUser
from collab.text.clean import without_controls

DEEPEST = 20
MOST_OPERATIONS = 1000
_MANAGER = f"{EnterpriseUser.__schema__}:manager".lower()


def parsed(body: bytes) -> dict[str, Any]:
    """The JSON object in ``body``, its texts without controls, NUL and halves of characters.

    Raises InvalidSyntaxException for what is no JSON, no object, or nested beyond reason.
    """
    try:
        found = json.loads(body, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise InvalidSyntaxException(detail="The body is not JSON") from error
    if not isinstance(found, dict):
        raise InvalidSyntaxException(detail="The body is not a JSON object")
    cleaned: dict[str, Any] = _clean(found, 0)
    return cleaned


def words(text: str) -> str:
    """What stands in an address, as ``parsed`` cleans a body."""
    return without_controls(text)


def _refused(name: str) -> None:
    raise ValueError(name)


def _clean(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise InvalidSyntaxException(detail="The body is nested too deeply")
    if isinstance(value, str):
        return without_controls(value)
    if isinstance(value, list):
        return [_clean(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {without_controls(key): _clean(item, depth + 1) for key, item in value.items()}
    return value


def resource(body: dict[str, Any], **defaults: Any) -> dict[str, Any]:
    """A resource to create or to put in the place of another.

    ``defaults`` stand in for what was left out or is null; ``id``, ``meta`` and ``groups`` are not for
    the client to say (RFC 7644, 3.3). Entra ID names a manager by the bare id.
    """
    left_out = {"id", "meta", "groups"}
    kept = {key: value for key, value in body.items() if key.lower() not in left_out}
    given = {key.lower() for key, value in kept.items() if value is not None}
    for name, value in defaults.items():
        if name.lower() not in given:
            kept = {key: item for key, item in kept.items() if key.lower() != name.lower()} | {name: value}
    return _with_manager(kept)


def operations(body: dict[str, Any]) -> dict[str, Any]:
    """A PATCH. Raises InvalidValueException for more operations than anybody sends."""
    name = next((key for key in body if key.lower() == "operations"), "")
    found = body.get(name)
    if not isinstance(found, list):
        raise InvalidSyntaxException(detail="A PATCH has a list of Operations (RFC 7644, 3.5.2)")
    if len(found) > MOST_OPERATIONS:
        raise InvalidValueException(detail=f"At most {MOST_OPERATIONS} operations in one request")
    return {**body, name: [_operation(item) for item in found]}


def _operation(given: Any) -> Any:
    if not isinstance(given, dict):
        return given
    names = {key.lower(): key for key in given}
    path, value = given.get(names.get("path", "")), names.get("value")
    if value is None:
        return given
    if isinstance(path, str) and path.lower() == _MANAGER:
        return {**given, value: _manager(given[value])}
    if path is None and isinstance(given[value], dict):
        return {**given, value: _with_manager(given[value])}
    return given


def _with_manager(value: dict[str, Any]) -> dict[str, Any]:
    urn = str(EnterpriseUser.__schema__).lower()
    kept = dict(value)
    for key, item in value.items():
        if key.lower() == _MANAGER:
            kept[key] = _manager(item)
        elif key.lower() == urn and isinstance(item, dict):
            kept[key] = {
                name: _manager(inner) if name.lower() == "manager" else inner for name, inner in item.items()
            }
    return kept


def _manager(value: Any) -> Any:
    """``"id"`` and ``[{"value": "id"}]``, as Entra ID writes it, for ``{"value": "id"}``."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, str):
        return {"value": value} if value else None
    return value
