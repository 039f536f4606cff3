"""Small files made here, honest and hostile."""

import io
import os
import struct
import zlib
from typing import Any

from PIL import Image

#: Every real file is looked at, and not only some of each sort.
ALL = os.environ.get("PREVIEWS") == "all"


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), colour: str = "teal", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind, **more)
    return out.getvalue()


def photo_held_upright(size: tuple[int, int] = (60, 40)) -> bytes:
    """A JPEG whose camera was turned, and which says where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCameraMaker"
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", size, exif=exif.tobytes())


def animation() -> bytes:
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and is a few kilobytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * (1 << 20), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


HOSTILE = {
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "picture.png": b"<html><body onload=alert(1)>",
    "both.gif": b"GIF89a=1;/*" + b"<script>alert(1)</script>*/",
    "data.xml": b'<?xml version="1.0"?><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
    "code.js": b"alert(document.domain)",
    "cut.png": picture()[:40],
    "cut.jpg": picture("JPEG", (600, 400))[:300],
    "huge.png": bomb(60_000, 60_000),
    "feed.mhtml": b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n<script>alert(1)</script>",
    "form.pdf": b"%PDF-1.4\n/OpenAction << /S /JavaScript /JS (app.alert(1)) >>",
    "fake.avif": b"\0\0\0\x1cftypavif" + b"\0" * 64,
    "fake.webp": b"RIFF\x10\0\0\0WEBPVP8 \0\0\0\0",
}
