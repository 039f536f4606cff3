"""A program of its own: pages as another program drew them, or as they stand in a scan, as small pictures.

``python -m collab.files.preview.rasters SECONDS MEGABYTES PAGES FORM`` reads PPM pictures, one behind
the other (FORM "PPM", https://netpbm.sourceforge.net/doc/ppm.html), or a picture of that form, from its
standard input. It answers a line of JSON and the pages as WebP: ``{"pages": [[width, height, bytes], …],
"more": bool}``; ``{"error": state}`` if there is none. It can open no file and no connection.
"""

import io
import json
import signal
import sys
from collections.abc import Iterator
from typing import BinaryIO

from PIL import Image, ImageOps, ImageSequence

from collab.files.preview import kinds
from collab.files.reading import program

#: The longer side of a page.
SIDE = 1600
PIXELS = 40_000_000
#: Bytes of all pages together.
OUTPUT = 64 << 20


class TooLarge(Exception):
    """A page has more pixels than are decoded."""


def drawn(file: BinaryIO) -> Iterator[Image.Image]:
    """The pages that pdftoppm writes."""
    while file.readline(8).strip() == b"P6":
        width, height = map(int, file.readline(32).split())
        if width * height > PIXELS:
            raise TooLarge
        file.readline(8)
        content = file.read(width * height * 3)
        yield Image.frombytes("RGB", (width, height), content)


def scanned(file: BinaryIO, form: str) -> Iterator[Image.Image]:
    """The pages of a scan, upright."""
    image: Image.Image = Image.open(file, formats=(form,))
    for frame in ImageSequence.Iterator(image):
        if frame.width * frame.height > PIXELS:
            raise TooLarge
        page = ImageOps.exif_transpose(frame)
        if page.mode.startswith(("I", "F")):  # 16 bits of grey, of which the upper eight are shown
            page = page.convert("I").point(lambda value: value / 256).convert("L")
        page = page.convert("RGB")
        page.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        yield page


def encoded(page: Image.Image) -> bytes:
    """WebP without any metadata."""
    out = io.BytesIO()
    page.save(out, "WEBP", quality=80, method=2, exif=b"", xmp=b"", icc_profile=b"")
    return out.getvalue()


def answered(pages: Iterator[Image.Image], most: int) -> tuple[dict[str, object], list[bytes]]:
    """What to say, whatever happens: the pages that were there before are worth showing."""
    sizes: list[tuple[int, int, int]] = []
    parts: list[bytes] = []
    state, more = kinds.BROKEN, False
    try:
        for page in pages:
            if len(parts) == most:
                more = True
                break
            parts.append(encoded(page))
            sizes.append((page.width, page.height, len(parts[-1])))
    except (TooLarge, MemoryError, Image.DecompressionBombError):
        state, more = kinds.TOO_LARGE, True
    except program.OutOfTime:
        state, more = kinds.TOO_SLOW, True
    except Exception:  # whatever the decoder raises, there is nothing more to see
        more = True
    signal.setitimer(signal.ITIMER_REAL, 0)
    return ({"pages": sizes, "more": more}, parts) if parts else ({"error": state}, [])


def main() -> None:
    seconds, memory, most, form = sys.argv[1:]
    program.give_way(int(memory), OUTPUT)
    program.bring_in()
    Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before anything is decoded
    Image.init()
    program.shut(int(seconds))
    file = sys.stdin.buffer
    head, parts = answered(drawn(file) if form == "PPM" else scanned(file, form), int(most))
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(parts))


if __name__ == "__main__":
    main()
