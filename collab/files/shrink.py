"""A program of its own: decode one picture within narrow limits, and make it smaller.

It reads the picture from its standard input, a file, and gets the expected format as its
argument. It answers one line of JSON, followed by the bytes of each smaller picture:
``{"width", "height", "animated", "sizes": {"page": n, "thumb": n}}`` or ``{"error": code}``.
Whatever a hostile file does to the decoder, it does to this process, which knows no secret,
holds no session, and ends soon.
"""

import io
import json
import resource
import sys
from typing import BinaryIO

from PIL import AvifImagePlugin, Image, ImageOps

MEGABYTE = 1 << 20
MEMORY, SECONDS, OUTPUT = 1024 * MEGABYTE, 20, 32 * MEGABYTE
PIXELS = 40_000_000
PAGE_WIDTH, THUMB, LONGEST = 1280, 320, 16_383  # the last is what WebP can hold
ORIENTATION, TURNED = 0x0112, (5, 6, 7, 8)


def limit() -> None:
    """Bound this process before it looks at the picture."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each thread reserves memory that is counted
    Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before anything is decoded


def shrink(source: BinaryIO, expected: str) -> tuple[dict[str, object], list[bytes]]:
    """The line and the bytes to answer with. Raises whatever the decoder raises."""
    image: Image.Image = Image.open(source, formats=(expected,))
    width, height = image.size
    if width * height > PIXELS:
        return {"error": "image_too_large"}, []
    if image.getexif().get(ORIENTATION) in TURNED:
        width, height = height, width
    animated = bool(getattr(image, "is_animated", False))
    image.seek(0)
    page = _upright(image, PAGE_WIDTH, LONGEST)
    thumb = page.copy()
    thumb.thumbnail((THUMB, THUMB), Image.Resampling.LANCZOS)
    parts = {"page": _encoded(page), "thumb": _encoded(thumb)}
    sizes = {name: len(part) for name, part in parts.items()}
    return {"width": width, "height": height, "animated": animated, "sizes": sizes}, list(parts.values())


def _upright(image: Image.Image, width: int, height: int) -> Image.Image:
    """``image`` at most so large, turned as the camera was held, in colours that WebP knows."""
    turned = image.getexif().get(ORIENTATION) in TURNED
    if image.mode.startswith("I"):  # 16 bits of grey, of which the upper eight are shown
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    image.thumbnail((height, width) if turned else (width, height), Image.Resampling.LANCZOS)
    image = ImageOps.exif_transpose(image)
    see_through = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    return image.convert("RGBA" if see_through else "RGB")


def _encoded(image: Image.Image) -> bytes:
    """WebP without any metadata."""
    out = io.BytesIO()
    image.save(out, "WEBP", quality=82, method=4, exif=b"", xmp=b"", icc_profile=b"")
    return out.getvalue()


def answer(head: dict[str, object], parts: list[bytes]) -> None:
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + b"".join(parts))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    limit()
    try:
        found = shrink(sys.stdin.buffer, sys.argv[1])
    except Exception:  # whatever the decoder raises, the picture cannot be shown
        found = {"error": "not_an_image"}, []
    answer(*found)
