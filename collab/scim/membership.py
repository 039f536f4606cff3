"""What a PATCH does to the members of a group, without the members: in the shapes that directories send."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from collab.scim.schemas import Group

_PREFIX = f"(?:{re.escape(str(Group.__schema__))}:)?members"
_WHOLE = re.compile(_PREFIX, re.IGNORECASE)
_ONE = re.compile(_PREFIX + r'\[\s*value\s+eq\s+"([^"\\]*)"\s*\]', re.IGNORECASE)
How = Literal["add", "remove", "replace"]


@dataclass(frozen=True)
class Step:
    """These people come in, go, or are all that there are."""

    how: How
    names: list[str]


class _Another(Exception):
    """Something about members that is not said in one of the usual ways."""


def steps(operations: Iterable[Any]) -> tuple[list[Step] | None, list[Any]]:
    """The steps for the members, and the operations about everything else.

    None in the place of the steps if an operation does something else to members.
    """
    found: list[Step] = []
    rest: list[Any] = []
    try:
        for operation in operations:
            step, other = _split(operation)
            found += step
            rest += other
    except _Another:
        return None, []
    return found, rest


def _split(operation: Any) -> tuple[list[Step], list[Any]]:
    how: How = operation.op.value
    path, value = operation.path, operation.value
    if path is None and isinstance(value, Mapping):
        mine = [Step(how, _names(item)) for key, item in value.items() if _WHOLE.fullmatch(key)]
        others = {key: item for key, item in value.items() if not _WHOLE.fullmatch(key)}
        if any("members" in key.lower() for key in others):
            raise _Another
        return mine, [operation.model_copy(update={"value": others})] if others else []
    if path is None or "members" not in path.lower():
        return [], [operation]
    one = _ONE.fullmatch(path)
    if one and how == "remove" and value is None:
        return [Step("remove", [one[1]])], []
    if not _WHOLE.fullmatch(path):
        raise _Another
    if how == "remove" and value is None:
        return [Step("replace", [])], []
    return [Step(how, _names(value))], []


def _names(value: Any) -> list[str]:
    """The ids in ``[{"value": "id"}]``; one may stand without its list."""
    found: list[str] = []
    for item in value if isinstance(value, list) else [] if value is None else [value]:
        given = {key.lower(): part for key, part in item.items()} if isinstance(item, Mapping) else {}
        name = given.get("value")
        if not isinstance(name, str) or not name:
            raise _Another
        found.append(name)
    return found
