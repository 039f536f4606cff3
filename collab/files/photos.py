"""Photos of people: cut square, small, and without anything that the camera added.

Only the result is kept, never the upload: a photo taken on a phone tells where. Run as a
program, this module is the process apart in which the picture is decoded.
"""

import io
import json
import subprocess
import sys
from typing import IO, BinaryIO

from PIL import Image, ImageOps

from collab.errors import Invalid
from collab.files import sniff
from collab.files.pictures import FORMATS, PATIENCE
from collab.files.shrink import answer, limit, shrink
from collab.storage import Storage

SIDE = 320
LARGEST = 20 << 20


def keep_photo(storage: Storage, upload: IO[bytes]) -> str:
    """Keep the middle of the picture in ``upload`` as a square; answers its hash in ``storage``.

    Takes a fraction of a second of another process; hold no database transaction meanwhile.
    Raises Invalid for what is no picture and for one that is too large.
    """
    content = upload.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise Invalid({"photo": "too_large"}, max=LARGEST >> 20)
    media_type = sniff.picture(content[: sniff.HEAD])
    if media_type is None:
        raise Invalid({"photo": "not_an_image"})
    return storage.put(io.BytesIO(_cut(content, FORMATS[media_type])), LARGEST).sha256


def _cut(content: bytes, expected: str) -> bytes:
    command = [sys.executable, "-I", "-m", "collab.files.photos", expected]
    environment = {"MALLOC_ARENA_MAX": "1", "LANG": "C.UTF-8"}
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell
            command, input=content, capture_output=True, timeout=PATIENCE, env=environment, check=False
        )
        line, _, square = done.stdout.partition(b"\n")
        head = json.loads(line)
    except (subprocess.TimeoutExpired, ValueError) as error:  # a limit ended it, or its patience
        raise Invalid({"photo": "not_an_image"}) from error
    if "error" in head:
        raise Invalid({"photo": head["error"]})
    return square


def square(source: BinaryIO, expected: str) -> tuple[dict[str, object], list[bytes]]:
    """The middle of the picture, upright, as a small WebP; or why not, as ``shrink`` says it."""
    head, parts = shrink(source, expected)
    if not parts:
        return head, []
    out = io.BytesIO()
    cut = ImageOps.fit(Image.open(io.BytesIO(parts[0])), (SIDE, SIDE), Image.Resampling.LANCZOS)
    cut.save(out, "WEBP", quality=82, method=4)
    return {"side": SIDE}, [out.getvalue()]


if __name__ == "__main__":
    limit()
    try:
        found = square(io.BytesIO(sys.stdin.buffer.read()), sys.argv[1])
    except Exception:  # whatever the decoder raises, the picture cannot be shown
        found = {"error": "not_an_image"}, []
    answer(*found)
