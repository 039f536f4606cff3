"""What a file is, from its first bytes. What a browser or a name claims decides nothing that matters.

Only ``picture`` opens a way into a page; the other answers are for icons and downloads.
"""

from pathlib import PurePath

import puremagic

HEAD = 8192
PLAIN = "application/octet-stream"

#: Types that are told to browsers, always as a download. Everything else is PLAIN to them.
TOLD = frozenset(
    {
        "application/pdf",
        "application/zip",
        "application/gzip",
        "application/rtf",
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/epub+zip",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "audio/flac",
        "audio/mp4",
        "video/mp4",
        "video/webm",
        "video/ogg",
        "video/quicktime",
        "image/tiff",
        "image/heif",
        "image/bmp",
        "text/plain",
        "text/csv",
        "text/calendar",
        "message/rfc822",
    }
)
#: What these endings mean inside the container that was found (zip, OLE, plain text).
_INSIDE = {
    "application/zip": {
        ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ".odt": "application/vnd.oasis.opendocument.text",
        ".ods": "application/vnd.oasis.opendocument.spreadsheet",
        ".odp": "application/vnd.oasis.opendocument.presentation",
        ".epub": "application/epub+zip",
    },
    "application/x-ole-storage": {
        ".doc": "application/msword",
        ".xls": "application/vnd.ms-excel",
        ".ppt": "application/vnd.ms-powerpoint",
    },
    "text/plain": {".csv": "text/csv", ".eml": "message/rfc822", ".ics": "text/calendar"},
}
_BRANDS = {
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"heic": "image/heif",
    b"heix": "image/heif",
    b"mif1": "image/heif",
}
_STARTS = {
    b"%PDF-": "application/pdf",
    b"PK\x03\x04": "application/zip",
    b"PK\x05\x06": "application/zip",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "application/x-ole-storage",
    b"{\\rtf": "application/rtf",
    b"II*\0": "image/tiff",
    b"MM\0*": "image/tiff",
    b"ID3": "audio/mpeg",
    b"OggS": "audio/ogg",
    b"fLaC": "audio/flac",
    b"\x1a\x45\xdf\xa3": "video/webm",
    b"\x1f\x8b": "application/gzip",
}


def picture(head: bytes) -> str | None:
    """The type of a picture that browsers may show inside a page, by its signature; else None."""
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis"):
        return "image/avif"
    return None


def media_type(head: bytes, name: str) -> str:
    """The type of any other file. The name only tells apart what its content leaves open."""
    ending = PurePath(name).suffix.lower()
    found = _by_signature(head) or _by_guess(head)
    return _INSIDE.get(found, {}).get(ending, found)


def _by_signature(head: bytes) -> str | None:
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    return next((found for start, found in _STARTS.items() if head.startswith(start)), None)


def _by_guess(head: bytes) -> str:
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        guesses = []
    best = guesses[0] if guesses and guesses[0].confidence >= 0.5 else None
    if best is not None and best.mime_type:
        return str(best.mime_type).lower()
    return "text/plain" if _is_text(head) else PLAIN


def _is_text(head: bytes) -> bool:
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(head) == HEAD and error.start > HEAD - 4  # a character cut in two
    return True


def told(kind: str) -> str:
    """The type that a download is sent with: nothing that a browser would ever run."""
    return kind if kind in TOLD else PLAIN
