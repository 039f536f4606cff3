"""What tests of files do again and again."""

import base64
import io
import re
from typing import Any

from werkzeug.test import TestResponse

from collab.files.services import receive
from collab.shelf import services
from collab.shelf.models import Document, Folder, Item
from collab.workspaces import access
from tests.cast import World

ID = re.compile(r"/files/([A-Za-z0-9_-]{16})")


def send(world: World, who: str, path: str, *files: tuple[str, bytes], **fields: str) -> TestResponse:
    """Upload as the page does."""
    data: dict[str, Any] = {**fields, "files": [(io.BytesIO(content), name) for name, content in files]}
    return world.as_(who).send(path, data, content_type="multipart/form-data")


def put(world: World, slug: str, *items: str, who: str = "author", **fields: str) -> TestResponse:
    """Move (or copy) things as the page does."""
    return world.as_(who).send(f"/w/{slug}/files/move", {"item": list(items), **fields})


def listed(world: World, slug: str, folder: str | None = None, who: str = "author") -> dict[str, Any]:
    """Title -> what the API says of everything in a folder."""
    question = {"limit": "100", **({"folder": folder} if folder else {})}
    answer = world.as_(who).get(f"/api/v1/workspaces/{slug}/files", query_string=question)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    return {item["title"]: item for item in answer.json["items"]}


def folder(world: World, slug: str, title: str, who: str = "author", **more: Any) -> Folder:
    with world.acting(who) as (db, viewer):
        made = services.make_folder(db, viewer, access.workspace(db, viewer, slug), title, **more)
        db.flush()
        db.refresh(made)
        db.expunge(made)
    return made


def document(
    world: World, slug: str, name: str, content: bytes = b"Words", who: str = "author", **more: Any
) -> Document:
    received = receive(world.context.storage, io.BytesIO(content), name)
    with world.acting(who) as (db, viewer):
        place = access.workspace(db, viewer, slug)
        made = services.make_document(db, viewer, place, received, **more)
        db.flush()
        db.refresh(made)
        db.expunge(made)
    return made


def content(world: World, item: Item, who: str = "author") -> bytes:
    """The bytes of a file as a reader gets them."""
    answer = world.as_(who).get(f"{item.address}/download", follow_redirects=True)
    assert answer.status_code == 200, answer.status
    return answer.data


def metadata(**told: str) -> str:
    """``Upload-Metadata`` of the tus protocol."""
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items())


def begin(world: World, who: str, slug: str, size: int, **told: str) -> TestResponse:
    """Say that a file is coming in parts."""
    client = world.as_(who)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "X-CSRFToken": client.csrf()}
    headers["Upload-Metadata"] = metadata(**told)
    return client.post(f"/w/{slug}/files/uploads", headers=headers)


def part(world: World, who: str, upload: str, at: int, content: bytes, **more: str) -> TestResponse:
    """Send a part of it."""
    client = world.as_(who)
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(at), "X-CSRFToken": client.csrf(), **more}
    headers.setdefault("Content-Type", "application/offset+octet-stream")
    return client.patch(upload, data=content, headers=headers)


def offset(world: World, who: str, upload: str) -> int:
    """How much of it has come."""
    answer = world.as_(who).head(upload, headers={"Tus-Resumable": "1.0.0"})
    assert answer.status_code == 200, answer.status
    return int(answer.headers["Upload-Offset"])
