"""A backup taken while people write restores elsewhere, on either database, to the last byte."""

import io
import json
import tarfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Engine, select
from werkzeug.datastructures import FileStorage

from collab.activity import checks
from collab.activity.outbox import Context
from collab.app import create_app, make_context
from collab.backup import LEFT_OUT, CannotRestore, backup, restore
from collab.config import Settings
from collab.db import make_engine
from collab.errors import CollabError
from collab.files import services as files
from collab.files.models import Attachment
from collab.schema import METADATA
from collab.upgrade import upgrade
from collab.workspaces import access
from collab.workspaces.models import Entry
from tests.cast import World
from tests.postgres import postgres_url


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, worker_id: str) -> Iterator[Context]:
    """An empty Collab at another place, on one of the databases."""
    settings = Settings(data_dir=tmp_path / "elsewhere", secret_key="another", demo=False)
    settings.data_dir.mkdir()
    if request.param == "sqlite":
        engine = make_engine(settings.database)
        yield make_context(settings, engine)
        engine.dispose()
        return
    url, name = postgres_url(worker_id), f"restored_{worker_id}"
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        engine = make_engine(url.replace(f"/collab_{worker_id}?", f"/{name}?"))
        yield make_context(settings, engine)
        engine.dispose()
        connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _fill(world: World) -> bytes:
    """Some of everything; answers what is in the attached file."""
    slug = world.workspace("Räume", members=["member", "guest"], clean_room=True)
    post = world.post("Grüße", "Ein *Text* mit 🦘\n", workspace=slug, tags=["Über uns"])
    world.comment(post, "Ja – genau.", author="member")
    top = world.page("Handbook", workspace=slug)
    world.page("Below", workspace=slug, below=top)
    world.as_("author")
    world.token("author")
    content = bytes(range(256)) * 40
    with world.acting("author") as (db, viewer):
        entry = access.get(db, viewer, Entry, Entry.id == post.id)
        upload = FileStorage(io.BytesIO(content), "data.bin")
        files.attach(db, viewer, entry, world.context.storage, upload, limit_mb=1)
    return content


def _everything(engine: Engine) -> dict[str, list[str]]:
    """Every row of every table, as text that is the same on both databases."""
    found = {}
    with engine.connect() as connection:
        for table in METADATA.sorted_tables:
            rows = connection.execute(select(table).order_by(*table.primary_key.columns))
            found[table.name] = [json.dumps(dict(row._mapping), default=str, sort_keys=True) for row in rows]
    return {name: rows for name, rows in found.items() if name not in LEFT_OUT}


def test_what_is_restored_elsewhere_is_what_was_there(
    world: World, elsewhere: Context, tmp_path: Path
) -> None:
    content = _fill(world)
    rows, kept = backup(world.context, tmp_path / "backup.tgz")

    assert restore(elsewhere, tmp_path / "backup.tgz") == (rows, kept) and kept == 1

    here, there = world.context.read.kw["bind"], elsewhere.read.kw["bind"]
    assert _everything(there) == _everything(here)
    with there.connect() as connection:
        sha256 = connection.scalars(select(Attachment.sha256)).one()
    assert elsewhere.storage.path(sha256).read_bytes() == content


def test_life_goes_on_after_restoring(world: World, elsewhere: Context, tmp_path: Path) -> None:
    _fill(world)
    backup(world.context, tmp_path / "backup.tgz")
    restore(elsewhere, tmp_path / "backup.tgz")

    moved = World(create_app(elsewhere), elsewhere)
    before = set(_everything(elsewhere.read.kw["bind"])["entry"])
    post = moved.post("After the move")
    moved.comment(post)
    moved.drain()

    after = _everything(elsewhere.read.kw["bind"])["entry"]
    assert before < set(after) and len(after) == len(before) + 1, "an id was used again"


@pytest.mark.parametrize("same_key", [True, False])
def test_the_seals_of_the_log_come_along_or_are_made_anew(
    world: World, elsewhere: Context, tmp_path: Path, same_key: bool
) -> None:
    _fill(world)
    world.drain()
    head = checks.look(world.context).head
    backup(world.context, tmp_path / "backup.tgz")
    key = world.context.settings.secret_key if same_key else "another one"
    there = replace(elsewhere, settings=replace(elsewhere.settings, secret_key=key))

    restore(there, tmp_path / "backup.tgz")
    checks.catch_up(there)

    assert checks.look(there).well
    assert checks.look(there, head).well is same_key


def test_a_backup_is_one_moment_while_people_write(world: World, tmp_path: Path) -> None:
    """Each post is written together with its event: a backup has both or neither."""
    stop = threading.Event()
    failed: list[BaseException] = []

    def write() -> None:
        try:
            while not stop.is_set():
                world.post("Meanwhile", published=True)
        except BaseException as error:
            failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(3):
            backup(world.context, tmp_path / f"{number}.tgz")
    finally:
        stop.set()
        writer.join()
    assert failed == []
    for number in range(3):
        tables = _read(tmp_path / f"{number}.tgz")
        published = {row["entry_id"] for row in tables["event"] if row["kind"] == "post.published"}
        assert {row["id"] for row in tables["entry"]} == published == {row["id"] for row in tables["post"]}


def _read(path: Path) -> dict[str, list[dict[str, Any]]]:
    with tarfile.open(path) as tar:
        return {
            Path(member.name).stem: [json.loads(line) for line in tar.extractfile(member) or ()]
            for member in tar
            if member.name.startswith("tables/")
        }


def test_a_backup_holds_no_half_file_and_no_plain_secret(world: World, tmp_path: Path) -> None:
    _fill(world)
    cookie = world.as_("author").get_cookie("collab")
    assert cookie is not None
    backup(world.context, tmp_path / "backup.tgz")

    with tarfile.open(tmp_path / "backup.tgz") as tar:
        text = b"".join((tar.extractfile(member) or io.BytesIO()).read() for member in tar)
    assert cookie.value.encode() not in text
    assert b"for tests only" not in text, "the secret key"
    assert [path.name for path in tmp_path.glob("*.partial")] == []


def test_a_missing_file_is_told_and_leaves_nothing_behind(world: World, tmp_path: Path) -> None:
    _fill(world)
    with world.system() as db:
        sha256 = db.scalars(select(Attachment.sha256)).one()
    world.context.storage.path(sha256).unlink()

    with pytest.raises(CollabError, match=sha256):
        backup(world.context, tmp_path / "backup.tgz")
    assert list(tmp_path.glob("backup*")) == []


def test_only_an_empty_place_is_restored_into(world: World, tmp_path: Path) -> None:
    _fill(world)
    backup(world.context, tmp_path / "backup.tgz")
    before = _everything(world.context.read.kw["bind"])

    with pytest.raises(CannotRestore, match="empty"):
        restore(world.context, tmp_path / "backup.tgz")
    assert _everything(world.context.read.kw["bind"]) == before


def _cut(source: bytes) -> bytes:
    return source[: len(source) // 2]


def _flip(source: bytes) -> bytes:
    middle = len(source) // 2
    return source[:middle] + bytes([source[middle] ^ 0xFF]) + source[middle + 1 :]


def _other(_source: bytes) -> bytes:
    return b"this is no backup"


def _swap_file(source: bytes) -> bytes:
    """Other bytes under the name of a file's hash."""
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(source)) as old, tarfile.open(fileobj=out, mode="w:gz") as new:
        for member in old:
            content = (old.extractfile(member) or io.BytesIO()).read()
            if member.name.startswith("files/"):
                content = b"x" * len(content)
            new.addfile(member, io.BytesIO(content))
    return out.getvalue()


def _escape(source: bytes) -> bytes:
    """A file that would lie outside the data folder."""
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(source)) as old, tarfile.open(fileobj=out, mode="w:gz") as new:
        for member in old:
            content = (old.extractfile(member) or io.BytesIO()).read()
            if member.name.startswith("files/"):
                member.name = "files/../../outside"
            new.addfile(member, io.BytesIO(content))
    return out.getvalue()


def test_a_damaged_backup_is_refused_as_a_whole(world: World, elsewhere: Context, tmp_path: Path) -> None:
    _fill(world)
    backup(world.context, tmp_path / "good.tgz")
    good = (tmp_path / "good.tgz").read_bytes()
    upgrade(elsewhere.write.kw["bind"])

    for damage in (_cut, _flip, _other, _swap_file, _escape):
        (tmp_path / "bad.tgz").write_bytes(damage(good))
        with pytest.raises(CannotRestore):
            restore(elsewhere, tmp_path / "bad.tgz")
        there = _everything(elsewhere.read.kw["bind"])
        assert {name for name, rows in there.items() if rows} == {"workspace"}, damage.__name__
        assert not (tmp_path / "outside").exists()
    restore(elsewhere, tmp_path / "good.tgz")
