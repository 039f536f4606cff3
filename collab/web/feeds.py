"""Feeds, with an answer of 304 when nothing is new: Atom (RFC 4287), and what other rooms write."""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response, render_template, request

from collab.web.urls import whole

KEPT = 16
#: When a feed changed in which nothing has ever stood: the same feed says the same at any time.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    """One entry of a feed. ``path`` is its address on this host, ``html`` safe to show.

    ``id`` is an address on this host that never changes (RFC 4287, 4.2.6).
    """

    id: str
    title: str
    path: str
    authors: Sequence[str]
    tags: Sequence[str]
    published: datetime
    updated: datetime
    html: str


def atom(
    title: str, page: str, seen: object, items: Callable[[], Sequence[Item]], this: str = ""
) -> Response:
    """A feed; ``page`` is the path of the page that shows the same, ``this`` the feed's own with its question.

    ``seen`` is what this reader may see now, written out whole by ``repr`` or at least the edition of
    it. From that it is decided whether the feed is unchanged or was made before; ``items`` are only
    asked for when there is no other way.
    """
    this = this or request.path
    return unchanged_or(
        "application/atom+xml", (title, this, page, seen), lambda: _document(title, page, this, items())
    )


def unchanged_or(mimetype: str, seen: object, make: Callable[[], bytes]) -> Response:
    """The document that ``make`` writes, or 304 where the reader has it; ``seen`` as in ``atom``."""
    tag = hashlib.sha256(repr((mimetype, seen)).encode()).hexdigest()[:24]
    known = request.if_none_match.contains_weak(tag)
    response = Response(status=304) if known else _packed(_kept(tag, make), mimetype)
    response.set_etag(tag, weak=True)  # the same for every way of packing it
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _document(title: str, page: str, this: str, items: Sequence[Item]) -> bytes:
    updated = max((item.updated for item in items), default=NEVER)
    about = {"title": title, "page": whole(page), "this": whole(this), "updated": updated}
    return render_template("feed.atom", items=items, whole=whole, **about).encode()


#: Finished feeds by their tags, packed; whoever has the tag may see all that is in the feed.
_finished: OrderedDict[str, bytes] = OrderedDict()


def _kept(tag: str, make: Callable[[], bytes]) -> bytes:
    found = _finished.pop(tag, None) or gzip.compress(make(), 6)
    _finished[tag] = found
    if len(_finished) > KEPT:
        _finished.popitem(last=False)
    return found


def _packed(document: bytes, mimetype: str) -> Response:
    if not request.accept_encodings.quality("gzip"):
        return Response(gzip.decompress(document), mimetype=mimetype)
    return Response(document, mimetype=mimetype, headers={"Content-Encoding": "gzip"})
