"""Which bytes of a photo go out: the small version, never anything but a picture."""

from pathlib import Path

from collab.errors import NotFound
from collab.storage import Storage

SMALL = ("thumb", "page")
#: How pictures begin (WHATWG MIME Sniffing, 6.1).
BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF8": "image/gif",
}


def served(storage: Storage, sha256: str) -> tuple[Path, str]:
    """The file to send for a photo, and its media type. Raises NotFound for what is no picture."""
    for variant in SMALL:
        path = storage.path(sha256, variant)
        if path.exists():
            return path, "image/webp"
    path = storage.path(sha256)
    if path.exists():
        with path.open("rb") as file:
            head = file.read(16)
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return path, "image/webp"
        for beginning, media_type in BEGINNINGS.items():
            if head.startswith(beginning):
                return path, media_type
    raise NotFound
