"""Every address declares the least person who may use it; everybody below finds nothing there.

The person is the first lock only. What of it they may see is asked of the access policy.
"""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from flask import Flask, g, request

from collab.errors import Forbidden, NotFound, Unauthorized
from collab.web.request import SAFE, viewer

Least = Literal["anyone", "guest", "employee", "admin"]
RANKS: dict[Least, int] = {"anyone": 0, "guest": 1, "employee": 2, "admin": 3}
F = TypeVar("F", bound=Callable[..., Any])


def door(least: Least) -> Callable[[F], F]:
    """Declare the least person for a view: anyone, guest (any signed-in person), employee, admin."""

    def mark(view: F) -> F:
        view.door = least  # type: ignore[attr-defined]
        return view

    return mark


def rank() -> int:
    """How far up the ladder of persons the viewer is."""
    who = viewer()
    if not who.signed_in:
        return RANKS["anyone"]
    if not who.is_employee:
        return RANKS["guest"]
    return RANKS["admin"] if who.is_admin else RANKS["employee"]


def least(app: Flask, endpoint: str) -> Least:
    """The least person declared for an endpoint."""
    view: Any = app.view_functions[endpoint]
    declared: Least = view.door
    return declared


def check_all_declared(app: Flask) -> None:
    """Refuse to start with an address whose least person nobody has thought about."""
    silent = [name for name, view in app.view_functions.items() if getattr(view, "door", None) not in RANKS]
    if silent:
        raise RuntimeError(f"views without a door: {', '.join(sorted(silent))}")


def guard(app: Flask) -> None:
    """Before a view runs: may this person knock here at all?"""
    if request.endpoint is None:
        return
    if rank() < RANKS[least(app, request.endpoint)]:
        if not viewer().signed_in:
            raise Unauthorized
        raise NotFound
    scopes: list[str] | None = g.get("token_scopes")
    if scopes is not None:
        needed = "read" if request.method in SAFE else "write"
        if least(app, request.endpoint) == "admin":
            needed = "admin"
        if needed not in scopes and not ("write" in scopes and needed == "read") and "admin" not in scopes:
            raise Forbidden
