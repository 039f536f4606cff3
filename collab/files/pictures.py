"""Pictures: looked at in a process apart, made smaller, stripped of what cameras add."""

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collab.errors import CollabError
from collab.storage import Storage

log = logging.getLogger(__name__)

PROGRAM = Path(__file__).with_name("shrink.py")
PATIENCE = 30
FORMATS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/webp": "WEBP",
    "image/avif": "AVIF",
}
SIZES = ("thumb", "page")


class NotShown(CollabError):
    """The file claims to be a picture and cannot be shown; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Picture:
    """Measures in pixels, as a reader sees it (turned upright)."""

    width: int
    height: int
    animated: bool


def look(storage: Storage, sha256: str, media_type: str) -> Picture:
    """Decode the picture and keep its smaller versions. Raises NotShown.

    Takes a fraction of a second of another process; hold no database transaction meanwhile.
    """
    head, rest = _run(storage.path(sha256), FORMATS[media_type])
    start = 0
    for name, size in head["sizes"].items():
        storage.keep_variant(sha256, name, rest[start : start + size])
        start += size
    return Picture(head["width"], head["height"], head["animated"])


def _run(source: Path, expected: str) -> tuple[dict[str, Any], bytes]:
    command = [sys.executable, "-I", str(PROGRAM), expected]
    environment = {"MALLOC_ARENA_MAX": "1", "LANG": "C.UTF-8"}
    try:
        with source.open("rb") as picture:
            done = subprocess.run(  # noqa: S603 - our own program, no shell
                command, stdin=picture, capture_output=True, timeout=PATIENCE, env=environment, check=False
            )
    except subprocess.TimeoutExpired as error:
        raise NotShown("not_an_image") from error
    line, _, rest = done.stdout.partition(b"\n")
    try:
        head = json.loads(line)
    except ValueError as error:  # it was ended by a limit
        log.info("picture %s: the decoder ended with %s", source.name, done.returncode)
        raise NotShown("not_an_image") from error
    if "error" in head:
        raise NotShown(head["error"])
    return head, rest
