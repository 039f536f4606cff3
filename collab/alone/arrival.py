"""Who came by a link: a cookie of the browser proves it, at the addresses of that one entry."""

import re
from collections.abc import Sequence
from dataclasses import replace

from flask import Flask, g, request
from werkzeug.wrappers import Response

from collab.viewer import Viewer
from collab.web import cookies
from collab.web.request import become, context, reading, viewer
from collab.workspaces import links
from collab.workspaces.models import ShareLink

#: So many links a browser keeps, the newest first.
MOST = 8
_PROOF = re.compile(r"[A-Za-z0-9_-]{16}\.[0-9a-f]{40}")


def _name() -> str:
    return cookies.own("links")


def proofs() -> Sequence[str]:
    """What the browser holds, as far as it looks like ours."""
    given = request.cookies.get(_name(), "").split("~")[:MOST]
    return [one for one in given if _PROOF.fullmatch(one)]


def holds(link: ShareLink) -> bool:
    """Has this browser proved that it may come in by the link?"""
    return links.proof(link, context().settings.key) in proofs()


def keep(response: Response, link: ShareLink) -> None:
    """Let the browser come in by the link until it is closed."""
    mine = links.proof(link, context().settings.key)
    others = [one for one in proofs() if one.partition(".")[0] != link.public_id]
    cookies.put(response, _name(), "~".join([mine, *others][:MOST]))


def come_in(link_id: int) -> Viewer:
    """From here on the request is that of somebody who came by the link."""
    become(replace(viewer(), link_id=link_id))
    return viewer()


def _notice() -> None:
    """At the addresses of an entry, and nowhere else, look whether a link leads there."""
    entry = (request.view_args or {}).get("public_id")
    held = proofs() if entry and request.path.startswith("/entries/") else ()
    if not held or g.get("token_scopes") is not None or viewer().looker is not None:
        return
    link_id = links.proved(reading(), held, str(entry), context().settings.key)
    if link_id is not None:
        come_in(link_id)


def init_app(app: Flask) -> None:
    """After it is known who asks."""
    app.before_request(_notice)
