"""The description of the API."""

from flask import Blueprint, Response, jsonify

from collab.web.api import PREFIX
from collab.web.doors import door
from collab.web.openapi import document
from collab.web.request import context

blueprint = Blueprint("api", __name__, url_prefix=PREFIX)


@blueprint.get("/openapi.json")
@door("anyone")
def openapi() -> Response:
    return jsonify(document(context().settings.url))
