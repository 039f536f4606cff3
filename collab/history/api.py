"""``/api/v1/entries/{id}/revisions``."""

from datetime import datetime
from typing import Any

from collab.history import queries
from collab.web.api import Api, Listing, Out
from collab.web.paging import Page
from collab.web.request import db, viewer

blueprint = Api("history")


class RevisionOut(Out):
    """What an entry said at a time. ``size`` is in characters; ``body`` only where one is asked for."""

    number: int
    title: str
    author: str
    author_kind: str
    author_firm: str | None
    note: str
    created_at: datetime
    size: int
    body: str | None = None


def _out(row: Any, body: str | None = None) -> RevisionOut:
    return RevisionOut(
        number=row.number,
        title=row.title,
        author=row.handle,
        author_kind=row.kind,
        author_firm=row.firm_name,
        note=row.note,
        created_at=row.created_at,
        size=row.size,
        body=body,
    )


@blueprint.operation("GET", "/entries/<public_id>/revisions", query=Listing, answer=RevisionOut, many=True)
def entry_revisions(public_id: str, query: Listing) -> Page[RevisionOut]:
    """The revisions of a post or a page, the latest first."""
    entry = queries.entry(db(), viewer(), public_id)
    found = queries.listed(db(), viewer(), entry, query.cursor, query.limit)
    return Page([_out(row) for row in found.items], found.next)


@blueprint.operation("GET", "/entries/<public_id>/revisions/<int(max=2147483647):number>", answer=RevisionOut)
def entry_revision(public_id: str, number: int) -> RevisionOut:
    """One revision with its words."""
    entry = queries.entry(db(), viewer(), public_id)
    row = queries.some(db(), viewer(), entry, number)[number]
    return _out(row, row.body)
