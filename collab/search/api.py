"""``GET /api/v1/search``."""

from datetime import datetime

from collab.errors import Invalid
from collab.search import services
from collab.search.forms import Asked
from collab.search.queries import question
from collab.search.views import engine
from collab.web.api import Api, Out
from collab.web.paging import Page
from collab.web.request import db, viewer
from collab.web.urls import whole

blueprint = Api("search")


class HitOut(Out):
    """One thing found. ``excerpt`` is plain text."""

    kind: str
    title: str
    url: str
    excerpt: str
    workspace: str | None
    author: str | None
    author_kind: str | None
    author_firm: str | None
    at: datetime | None


class AskedByProgram(Asked):
    """As on the page, except that a filter that cannot be used is refused.

    ``cursor`` is what the answer before gave as ``next``.
    """

    cursor: str = ""


@blueprint.operation("GET", "/search", query=AskedByProgram, answer=HitOut, many=True)
def search(query: AskedByProgram) -> Page[HitOut]:
    """Find posts, pages, comments, files, people and workspaces."""
    offset = int(query.cursor) if query.cursor.isdigit() and len(query.cursor) < 5 else query.offset
    narrowed = question(db(), viewer(), query)
    if narrowed.faults:
        raise Invalid({"q": narrowed.faults[0][1]})
    found = services.find(
        db(), viewer(), engine(), narrowed.question, narrowed.wanted.said, offset, query.limit
    )
    items = [
        HitOut(
            kind=hit.kind,
            title=hit.title,
            url=whole(hit.url),
            excerpt=str(hit.excerpt_html),
            workspace=hit.place.name if hit.place else None,
            author=hit.author.name if hit.author else None,
            author_kind=hit.author.kind if hit.author else None,
            author_firm=(hit.author.firm_name or None) if hit.author else None,
            at=hit.when,
        )
        for hit in found.hits
    ]
    return Page(items, str(offset + query.limit) if found.more else None)
