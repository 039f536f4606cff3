"""This site as a device with passkeys knows it, and this browser as a challenge is bound to it."""

import secrets
from urllib.parse import urlsplit

from flask import request, session

from collab.auth.methods.passkeys import Site
from collab.auth.services import digest
from collab.web.request import context


def site() -> Site:
    """The base address decides. Without one, the name by which the browser came: one of our own."""
    settings = context().settings
    parts = urlsplit(settings.url if settings.base_url else request.host_url)
    return Site(f"{parts.scheme}://{parts.netloc}", settings.site_name)


def this_browser() -> str:
    """What tells this browser from others, as it may lie in the database."""
    if "browser" not in session:
        session["browser"] = secrets.token_urlsafe(16)
    return digest(str(session["browser"]))
