"""Cookies of ours: no script reads them, no other site's form brings them, https alone where there is https."""

from datetime import timedelta

from werkzeug.wrappers import Response

from collab.web.request import context

YEAR = timedelta(days=365)


def prefixed(name: str, secure: bool) -> str:
    """``__Host-``: only over https, only for this host, the whole host (RFC 6265bis)."""
    return f"__Host-{name}" if secure else name


def own(name: str) -> str:
    """The name here of a cookie that nobody but this host may set."""
    return prefixed(name, context().settings.secure)


def put(response: Response, name: str, value: str, life: timedelta | None = None) -> None:
    """Set the cookie, for ``life`` or until the browser is closed."""
    response.set_cookie(
        name, value, max_age=life, secure=context().settings.secure, httponly=True, samesite="Lax"
    )


def drop(response: Response, name: str) -> None:
    response.delete_cookie(name, secure=context().settings.secure, httponly=True, samesite="Lax")
