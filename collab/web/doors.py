"""Every address declares the least person who may use it; everybody below finds nothing there.

The person is the first lock only. What of it they may see is asked of the access policy.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal, TypeVar

from flask import Flask, g, request

from collab import clock
from collab.errors import Forbidden, NotFound, ReauthenticationRequired, Refused, Unauthorized
from collab.web.request import SAFE, viewer

Least = Literal["anyone", "guest", "employee", "admin"]
RANKS: dict[Least, int] = {"anyone": 0, "guest": 1, "employee": 2, "admin": 3}
F = TypeVar("F", bound=Callable[..., Any])
#: How long a proof of who one is lasts for what is dangerous. A form that was opened in time may
#: still be sent in twice the time, so that nothing typed is lost.
FRESH = timedelta(minutes=10)


def door(
    least: Least,
    *,
    fresh: bool = False,
    secret: bool = False,
    programs: bool = False,
    scope: str = "",
    own: bool = False,
    looking: bool = False,
    takes: str = "",
) -> Callable[[F], F]:
    """Declare the least person for a view: anyone, guest (any signed-in person), employee, admin.

    ``fresh``: the person must have proved who they are within the last minutes (step-up).
    ``secret``: the answer may show something this once, so it is not kept for a repeated request.
    ``programs``: other servers post here with a proof of their own; cookies count for nothing (``auth.login``),
    so that no page's token is asked for either.
    ``scope``: only programs come in, by a token with exactly this scope.
    ``own``: a person's own place (account, drafts, keys, ways to sign in): who looks as a guest does not come in.
    ``looking``: who looks as a guest may do this all the same; it is about the looking itself.
    ``takes``: a type of content besides those of forms, which no form of another site can send.
    """

    def mark(view: F) -> F:
        view.door = least  # type: ignore[attr-defined]
        view.fresh = fresh  # type: ignore[attr-defined]
        view.programs = programs  # type: ignore[attr-defined]
        view.scope = scope  # type: ignore[attr-defined]
        view.secret = secret  # type: ignore[attr-defined]
        view.own = own  # type: ignore[attr-defined]
        view.looking = looking  # type: ignore[attr-defined]
        view.takes = takes  # type: ignore[attr-defined]
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


def for_programs(app: Flask, endpoint: str | None) -> bool:
    """Is the address for other servers, which bring their own proof and no cookie that counts?"""
    return bool(getattr(app.view_functions.get(endpoint or ""), "programs", False))


def takes(app: Flask, endpoint: str | None) -> str:
    """The further type of content that the address takes; "" for none."""
    return str(getattr(app.view_functions.get(endpoint or ""), "takes", ""))


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
    if "\x00" in request.path:
        raise NotFound  # nothing is called so, and PostgreSQL cannot even be asked
    _only_looks(app.view_functions[request.endpoint])
    scopes: list[str] | None = g.get("token_scopes")
    wanted = getattr(app.view_functions[request.endpoint], "scope", "")
    if wanted:
        if scopes != [wanted]:
            raise Unauthorized
    elif scopes is None:
        _check_fresh(app, request.endpoint)
    else:
        needed = "read" if request.method in SAFE else "write"
        if least(app, request.endpoint) == "admin":
            needed = "admin"
        if needed not in scopes and not ("write" in scopes and needed == "read") and "admin" not in scopes:
            raise Forbidden


def _only_looks(view: Any) -> None:
    """Who sees what a guest sees changes nothing there, and does not see what is the guest's alone."""
    if viewer().looker is None or getattr(view, "looking", False):
        return
    if getattr(view, "own", False):
        raise Refused(403, "guests_own_place")
    if request.method not in SAFE:
        raise Refused(403, "only_looking")


def _check_fresh(app: Flask, endpoint: str) -> None:
    """A stolen or forgotten browser must not do what cannot be undone. Tokens act by their scopes."""
    if getattr(app.view_functions[endpoint], "fresh", False):
        require_fresh()


def is_fresh() -> bool:
    """Has the person proved who they are within the last minutes? Tokens are a proof each."""
    if g.get("token_scopes") is not None:
        return True
    patience = FRESH if request.method in SAFE else 2 * FRESH
    proved = g.get("authenticated_at")
    return proved is not None and proved >= clock.now() - patience


def require_fresh() -> None:
    """Raise ReauthenticationRequired unless it is fresh who asks: for views where it depends."""
    if not is_fresh():
        raise ReauthenticationRequired
