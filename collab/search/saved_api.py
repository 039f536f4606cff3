"""``/api/v1/searches``: one's own saved searches."""

from datetime import datetime

from collab.search import addresses, saved
from collab.search.models import SavedSearch
from collab.search.saved_forms import Saving
from collab.search.views import engine
from collab.web.api import Api, Out
from collab.web.paging import Page
from collab.web.request import db, viewer
from collab.web.urls import whole

blueprint = Api("saved_searches")


class SavedSearchOut(Out):
    """A saved search. ``query`` is what stands behind the question mark of its address."""

    id: str
    name: str
    query: str
    url: str
    followed: bool
    created_at: datetime


def _out(found: SavedSearch) -> SavedSearchOut:
    return SavedSearchOut(
        id=found.public_id,
        name=found.name,
        query=found.query,
        url=whole(addresses.path(found.query)),
        followed=found.followed,
        created_at=found.created_at,
    )


@blueprint.operation("GET", "/searches", answer=SavedSearchOut, many=True)
def saved_searches() -> Page[SavedSearchOut]:
    """List your saved searches; there are 50 at most."""
    return Page([_out(found) for found in saved.mine(db(), viewer())], None)


@blueprint.operation("POST", "/searches", body=Saving, answer=SavedSearchOut, status=201)
def save_search(body: Saving) -> SavedSearchOut:
    """Save a search; one with the same question only gets the name."""
    return _out(saved.save(db(), viewer(), engine(), body.query, body.name))


@blueprint.operation("DELETE", "/searches/<public_id>", status=204)
def delete_search(public_id: str) -> None:
    """Delete one of your saved searches."""
    saved.remove(db(), viewer(), public_id)
