"""Uploads in parts, by the tus protocol 1.0.0."""

import base64
import hashlib
import socket
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from collab import clock
from collab.shelf import parts
from collab.shelf.models import Upload
from collab.workspaces.models import Workspace
from tests.cast import World
from tests.shelf.hands import begin, content, document, listed, offset, part, send

WORDS = bytes(range(256)) * 40


def test_a_file_comes_in_parts_and_goes_on_where_it_stopped(world: World) -> None:
    place = world.workspace(members=["member"])
    begun = begin(
        world, "member", place, len(WORDS), filename="big.bin", path="Photos/2026", note="all of it"
    )
    assert begun.status_code == 201
    assert begun.headers["Tus-Resumable"] == "1.0.0"
    upload = begun.location
    assert offset(world, "member", upload) == 0
    assert part(world, "member", upload, 0, WORDS[:5000]).headers["Upload-Offset"] == "5000"
    assert part(world, "member", upload, 0, WORDS[:5000]).status_code == 409
    assert offset(world, "member", upload) == 5000
    assert listed(world, place) == {}
    last = part(world, "member", upload, 5000, WORDS[5000:])
    assert last.status_code == 204
    assert last.headers["Upload-Offset"] == str(len(WORDS))
    folder = listed(world, place)["Photos"]["id"]
    inner = listed(world, place, folder)["2026"]["id"]
    assert listed(world, place, inner)["big.bin"]["size"] == len(WORDS)
    assert world.as_("author").get(last.headers["Content-Location"]).status_code == 200
    assert not list(parts.folder_of(world.context.data_dir).iterdir())
    again = part(world, "member", upload, len(WORDS), b"")  # the answer was lost
    assert again.headers["Content-Location"] == last.headers["Content-Location"]
    assert offset(world, "member", upload) == len(WORDS)


def test_what_came_before_the_connection_was_killed_counts(world: World, port: int) -> None:
    place, client = world.workspace(), world.as_("author")
    upload = begin(world, "author", place, len(WORDS), filename="big.bin").location
    token = client.csrf()
    cookies = [cookie for name in ("collab", "page") if (cookie := client.get_cookie(name))]
    head = {
        "Host": "localhost",
        "Cookie": "; ".join(f"{cookie.key}={cookie.value}" for cookie in cookies),
        "X-CSRFToken": token,
        "Tus-Resumable": "1.0.0",
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": len(WORDS),
        "Upload-Offset": 0,
    }
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(f"PATCH {upload} HTTP/1.1\r\n{lines}\r\n".encode() + WORDS[:3000])
    ends = time.monotonic() + 20
    while (last := part(world, "author", upload, 3000, WORDS[3000:])).status_code != 204:
        assert last.status_code in (409, 423), "the server has not noticed yet, or writes"
        assert time.monotonic() < ends
        time.sleep(0.05)
    address = last.headers["Content-Location"]
    assert client.get(f"{address}/download", follow_redirects=True).data == WORDS


def test_the_protocol_s_refusals(world: World) -> None:
    place, client = world.workspace(), world.as_("author")
    asked = client.options(f"/w/{place}/files/uploads")
    assert asked.headers["Tus-Version"] == "1.0.0"
    assert "creation" in asked.headers["Tus-Extension"]
    assert int(asked.headers["Tus-Max-Size"]) == 2000 << 20
    token = {"X-CSRFToken": client.csrf()}
    old = client.post(f"/w/{place}/files/uploads", headers={**token, "Tus-Resumable": "0.2.2"})
    assert (old.status_code, old.headers["Tus-Version"]) == (412, "1.0.0")
    assert begin(world, "author", place, 3 << 30, filename="x").status_code == 413
    assert begin(world, "author", place, 0, filename="x").status_code == 422
    assert begin(world, "author", place, 5, filename="x", path="../up").status_code == 422
    upload = begin(world, "author", place, 10, filename="x.bin").location
    wrong = {"Content-Type": "application/x-www-form-urlencoded"}
    assert part(world, "author", upload, 0, b"12345", **wrong).status_code == 415
    assert part(world, "author", upload, 0, b"x" * 11).status_code == 413
    assert part(world, "author", upload, 3, b"x").status_code == 409
    nobody = client.patch(upload, data=b"x", content_type="application/offset+octet-stream")
    assert nobody.status_code == 400  # without the page's token
    assert client.patch(upload, data=b"x", content_type="text/plain", headers=token).status_code == 415
    assert offset(world, "author", upload) == 0


@pytest.mark.parametrize(("digest", "status"), [("right", 204), ("wrong", 460), ("unknown", 422)])
def test_a_checksum_is_looked_at(world: World, digest: str, status: int) -> None:
    upload = begin(world, "author", world.workspace(), 10, filename="x.bin").location
    right = base64.b64encode(hashlib.sha256(b"12345").digest()).decode()
    header = {"right": f"sha256 {right}", "wrong": f"sha256 {right[:-4]}AAA=", "unknown": f"crc99 {right}"}
    answer = part(world, "author", upload, 0, b"12345", **{"Upload-Checksum": header[digest]})
    assert answer.status_code == status
    assert offset(world, "author", upload) == (5 if status == 204 else 0)


def test_an_upload_is_its_sender_s_alone_and_ends_with_the_right(world: World) -> None:
    place = world.workspace(members=["member", "guest"], visibility="closed")
    upload = begin(world, "member", place, 10, filename="x.bin").location
    for who in ("author", "guest", "colleague"):
        assert part(world, who, upload, 0, b"12345").status_code == 404
        assert world.as_(who).head(upload, headers={"Tus-Resumable": "1.0.0"}).status_code == 404
    assert begin(world, "colleague", place, 10, filename="x").status_code == 404
    part(world, "member", upload, 0, b"12345")
    with world.system() as db:
        db.execute(update(Workspace).where(Workspace.slug == place).values(archived_at=clock.now()))
    assert part(world, "member", upload, 5, b"12345").status_code == 403
    assert listed(world, place) == {}


def test_room_is_asked_for_at_the_beginning_and_at_the_end(world: World) -> None:
    place = world.workspace(members=["admin"])
    world.as_("admin").send(f"/w/{place}/files/limit", {"quota_mb": "1"})
    assert begin(world, "author", place, 2 << 20, filename="x").status_code == 413
    upload = begin(world, "author", place, len(WORDS), filename="x.bin").location
    world.as_("admin").send(f"/w/{place}/files/limit", {"quota_mb": "0"})
    answer = part(world, "author", upload, 0, WORDS)
    assert answer.status_code == 413
    assert "may hold 0 MB" in answer.json["detail"]
    world.as_("admin").send(f"/w/{place}/files/limit", {"quota_mb": "1"})
    assert part(world, "author", upload, len(WORDS), b"").status_code == 204  # nothing is sent again
    assert listed(world, place)["x.bin"]["size"] == len(WORDS)


def test_a_new_version_may_come_in_parts_and_the_page_says_which_it_will_be(world: World) -> None:
    place = world.workspace(members=["guest"], visibility="closed")
    made = document(world, place, "plan.bin", b"one")
    asked = f"/w/{place}/files/names?name=PLAN.bin&name=other.bin"
    assert world.as_("author").get(asked).json == {"PLAN.bin": 2}
    assert world.as_("guest").get(asked).json == {}
    upload = begin(world, "author", place, 3, filename="x.bin", document=made.public_id).location
    part(world, "author", upload, 0, b"two")
    assert content(world, made) == b"two"
    send(world, "author", f"{made.address}/lock")
    assert begin(world, "guest", place, 3, filename="x.bin", document=made.public_id).status_code == 404


def test_uploads_run_out_and_can_be_given_up(world: World) -> None:
    place = world.workspace()
    old = begin(world, "author", place, 10, filename="old").location
    given_up = begin(world, "author", place, 10, filename="mine").location
    for upload in (old, given_up):
        part(world, "author", upload, 0, b"12345")
    headers = {"Tus-Resumable": "1.0.0", "X-CSRFToken": world.as_("author").csrf()}
    assert world.as_("author").delete(given_up, headers=headers).status_code == 204
    with clock.shifted(timedelta(days=3)), world.system() as db:
        assert parts.forget_old(db, world.context.data_dir) == 1
        assert db.scalar(select(func.count(Upload.id))) == 0
    assert not list(parts.folder_of(world.context.data_dir).iterdir())
