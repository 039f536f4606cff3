"""The lasting address of an entry."""

from flask import Blueprint, make_response, redirect
from werkzeug.wrappers import Response

from collab.alone import page
from collab.web.doors import door
from collab.web.request import db, viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.models import Entry, ShareLink

blueprint = Blueprint("alone", __name__)


@blueprint.get("/entries/<public_id>")
@door("anyone")
def entry(public_id: str) -> str | Response:
    """It leads to the entry's page, or is one for whom the entry alone is shared with."""
    found = access.get(db(), viewer(), Entry, Entry.public_id == public_id)
    if whereabouts.is_known(db(), viewer(), found):
        return redirect(found.address, 303)
    came_by = viewer().link_id
    if came_by is None:
        return page.shown(db(), viewer(), found)
    shared = page.by_link(db(), db().get_one(ShareLink, came_by))
    return page.unlisted(make_response(page.shown(db(), viewer(), found, link=shared)))
