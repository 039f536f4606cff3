"""Addresses: where to go next, safely, whole ones for feeds and mails, and what can be read off one."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode, urlsplit

from flask import request, url_for

from collab.web.request import SAFE, context

_SAFE_NEXT = re.compile(r"/(?![/\\])[!-\[\]-~]*")


def safe_next(address: str | None) -> str:
    """``address`` if it leads to a place of our own, else the start page.

    One slash, printable ASCII, no backslash: nothing that a browser could read as another host.
    """
    return address if address and len(address) < 2000 and _SAFE_NEXT.fullmatch(address) else "/"


def sign_in_url() -> str:
    """The sign-in page that comes back to this request's page."""
    path = request.full_path.rstrip("?")
    return url_for("auth.login", next=path if path != "/" else None)


def again_url() -> str:
    """Where people show again who they are; it comes back to this page, or to the form that was sent."""
    path = request.full_path.rstrip("?") if request.method in SAFE else _came_from()
    return url_for("auth.again", next=safe_next(path))


def _came_from() -> str:
    came = urlsplit(request.referrer or "")
    return came.path if came.netloc == request.host else "/"


def whole(path: str) -> str:
    """An address for the outside: base address, never what the request claimed as host."""
    return context().settings.url + path


def with_query(uri: str, params: Mapping[str, str]) -> str:
    """``uri`` with those of the parameters that are not empty; what it has is left as it is."""
    given = urlencode({name: value for name, value in params.items() if value})
    return f"{uri}{'&' if '?' in uri else '?'}{given}" if given else uri


def without_key(path: str, params: Iterable[tuple[str, str]]) -> str:
    """The address of a feed without its reader's key, the parameters in one order."""
    kept = sorted((name, value) for name, value in params if name != "key")
    return f"{path}?{urlencode(kept)}" if kept else path


def is_loopback(host: str) -> bool:
    """Does the name mean this machine, without asking anybody?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
