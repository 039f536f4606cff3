"""The browser's parts, under an address that changes when any of them does."""

import hashlib
from functools import cache
from importlib import util
from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from collab.web.doors import door

blueprint = Blueprint("static", __name__)


@cache
def folder() -> Path:
    """Where the files lie: in the wheel as ``collab.static``, in a checkout beside ``collab``."""
    spec = util.find_spec("collab.static")
    if spec is not None and spec.submodule_search_locations:
        return Path(next(iter(spec.submodule_search_locations)))
    return Path(__file__).resolve().parents[2] / "static"


@cache
def tree_hash() -> str:
    """One hash over all files. Relative imports and addresses inside them just work."""
    digest = hashlib.sha256()
    for path in sorted(folder().rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder()).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def asset(path: str) -> str:
    """The address of a file below ``static/``."""
    return f"/static/{tree_hash()}/{path}"


@blueprint.get("/static/<string(length=12):tree>/<path:name>")
@door("anyone")
def file(tree: str, name: str) -> Response:
    response = send_from_directory(folder(), name, conditional=True, etag=tree)
    response.direct_passthrough = False
    response.set_data(response.get_data())  # not a stream: small enough to be compressed as a whole
    if tree == tree_hash():
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:  # a page from before the last upgrade
        response.headers["Cache-Control"] = "no-cache"
    return response
