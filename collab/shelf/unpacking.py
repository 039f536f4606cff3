"""ZIP archives taken apart into folders and files. Nothing that an archive says is believed.

``pieces`` is slow and needs no database; ``put`` gives what came out its places.
"""

import json
import os
import signal
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

from sqlalchemy.orm import Session

from collab.errors import Invalid
from collab.files.reading.process import ROOT
from collab.files.services import Received, receive
from collab.shelf import names, services
from collab.shelf.models import Document, Folder
from collab.shelf.unpacker import MEMBERS, MOST
from collab.storage import CHUNK, Storage
from collab.viewer import Viewer
from collab.workspaces.models import Workspace

SECONDS, MEMORY = 60, 256
#: Archives in an archive stay what they are; people are told.
_ARCHIVES = (".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz")


@dataclass
class Unpacked:
    """What came out: files in their folders, further folders, and what was left out (name, why)."""

    files: list[tuple[Sequence[str], Received]] = field(default_factory=list)
    folders: list[Sequence[str]] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)


def pieces(storage: Storage, path: Path) -> Unpacked:
    """Take an archive apart; what comes out lies in the storage. Invalid for none, and for one that holds too much."""
    command = [sys.executable, "-s", "-P", "-m", "collab.shelf.unpacker", str(SECONDS), str(MEMORY)]
    with path.open("rb") as archive:
        process = subprocess.Popen(  # noqa: S603 - our own program, no shell
            command,
            stdin=archive,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "1"},
            cwd="/",
            start_new_session=True,
        )
    try:
        if process.stdout is None:
            raise Invalid({"file": "not_an_archive"})
        return _taken(storage, process.stdout)
    finally:
        with suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _frames(stream: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    while len(head := stream.read(5)) == 5:
        length = struct.unpack(">I", head[1:])[0]
        if length > CHUNK:
            break
        yield head[:1], stream.read(length)
    yield b"Z", b"archive_too_large"  # it was ended before it was done


def _taken(storage: Storage, stream: IO[bytes]) -> Unpacked:
    found, came = Unpacked(), 0
    name: str | None = None
    with tempfile.SpooledTemporaryFile(CHUNK) as content:
        for letter, said in _frames(stream):
            if letter == b"Z":
                if said:
                    raise Invalid({"file": said.decode() if said in _WHY else "not_an_archive"})
                return found
            if letter == b"D":
                came += len(said)
                content.write(said)
            elif letter == b"N":
                name = said.decode("utf-8", "replace")
                content.seek(0)
                content.truncate()
            elif letter == b"K" and name is not None:
                _keep(storage, found, name, content)
            elif letter == b"F":
                _folder(found, said.decode("utf-8", "replace"))
            elif letter == b"S":
                found.left_out.append(_reason(said))
            if came > MOST or len(found.files) + len(found.folders) + len(found.left_out) > MEMBERS:
                raise Invalid({"file": "archive_too_large"})
    return found


_WHY = (b"not_an_archive", b"archive_too_large")


def _reason(said: bytes) -> tuple[str, str]:
    name, why = json.loads(said)
    return str(name)[:200], str(why)[:20]


def _folder(found: Unpacked, path: str) -> None:
    try:
        found.folders.append(names.folders_of(path))
    except Invalid:
        found.left_out.append((path[:200], "elsewhere"))


def _keep(storage: Storage, found: Unpacked, path: str, content: IO[bytes]) -> None:
    try:
        *steps, name = names.folders_of(path) or ["file"]
        content.seek(0)
        received = receive(storage, content, name)
    except Invalid as error:
        empty = "empty_file" in error.errors.values()
        found.left_out.append((path[:200], "empty" if empty else "elsewhere"))
        return
    found.files.append((steps, received))
    if name.lower().endswith(_ARCHIVES):
        found.nested.append(name)


def put(
    db: Session,
    viewer: Viewer,
    document: Document,
    workspace: Workspace,
    parent: Folder | None,
    unpacked: Unpacked,
) -> Folder:
    """A folder called as the archive, in ``parent``, with what came out of it. Raises Invalid without room."""
    title = PurePosixPath(document.title).stem or document.title
    folder = services.make_folder(db, viewer, workspace, title, parent=parent)
    made: dict[tuple[str, ...], Folder] = {(): folder}

    def at(steps: Sequence[str]) -> Folder:
        here = tuple(steps)
        if here not in made:
            above = at(here[:-1])
            made[here] = services.make_folder(db, viewer, workspace, here[-1], parent=above)
        return made[here]

    for steps in unpacked.folders:
        at(steps)
    for steps, received in unpacked.files:
        services.make_document(db, viewer, workspace, received, parent=at(steps))
    return folder
