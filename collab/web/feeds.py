"""Atom feeds (RFC 4287), with an answer of 304 when nothing is new."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Response, make_response, render_template, request

from collab import clock
from collab.web.urls import whole


@dataclass(frozen=True)
class Item:
    """One entry of a feed. ``path`` is its address on this host, ``html`` is safe."""

    id: str
    title: str
    path: str
    html: str
    authors: Sequence[str]
    tags: Sequence[str]
    published: datetime
    updated: datetime


def atom(title: str, page: str, items: Sequence[Item]) -> Response:
    """A feed of ``items``; ``page`` is the path of the page that shows the same.

    Whether it is unchanged is decided from what this reader may see now.
    """
    marks = "".join(f"{item.id}{item.updated.isoformat()}{item.title}" for item in items)
    tag = hashlib.sha256(f"{title}{request.full_path}{marks}".encode()).hexdigest()[:24]
    if request.if_none_match.contains(tag):
        response = Response(status=304)
    else:
        updated = max((item.updated for item in items), default=clock.now())
        body = render_template(
            "feed.atom",
            title=title,
            page=whole(page),
            this=whole(request.path),
            items=items,
            updated=updated,
            whole=whole,
        )
        response = make_response(body)
        response.mimetype = "application/atom+xml"
    response.set_etag(tag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response
