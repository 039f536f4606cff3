"""Pictures without what cameras and programs wrote about them: place, device, time, thumbnails.

The pixels stay bit for bit as they came. Only the turn of the camera is kept, so that the picture
stands upright. A file that does not follow its format is answered as it came: the decoder, which
runs apart, decides about that one.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator

#: APPn segments of JPEG that say how to show it: JFIF, ICC profile, Adobe's colour transform.
_KEPT = {0xE0: b"", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
#: Keywords of PNG texts that hold metadata of cameras; others may be the source of a drawing.
_TOLD = (b"raw profile type ", b"xml:com.adobe.xmp", b"exif:", b"xmp:", b"iptc:", b"photoshop:")
_ORIENTATION = 0x0112
_SCAN_ENDS = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


class _Odd(Exception):
    """The file does not follow its format."""


def bare(content: bytes, kind: str) -> bytes:
    """``content``, a picture of this type, without metadata. Other types come back as they are."""
    parts = _PARTS.get(kind)
    if parts is None:
        return content
    try:
        return b"".join(parts(content))
    except (_Odd, struct.error, IndexError):
        return content


def _jpeg(content: bytes) -> Iterator[bytes]:
    """ISO/IEC 10918-1, annex B: markers with their segments, and what follows a scan's header."""
    yield content[:2]
    at = 2
    while (marker := content[at + 1]) != 0xD9:
        if content[at] != 0xFF:
            raise _Odd
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # no segment
            yield content[at : at + 2]
            at += 2
            continue
        end = at + 2 + int(struct.unpack_from(">H", content, at + 2)[0])
        yield from _segment(marker, content[at:end])
        at = _scan_end(content, end) if marker == 0xDA else end
        if marker == 0xDA:
            yield content[end:at]
    yield b"\xff\xd9"  # what follows is another picture, or a film


def _segment(marker: int, segment: bytes) -> Iterator[bytes]:
    if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
        if turned := _turned(segment[10:]):
            tiff = b"Exif\0\0" + turned
            yield b"\xff\xe1" + struct.pack(">H", len(tiff) + 2) + tiff
    elif 0xE0 <= marker <= 0xEF:
        if marker in _KEPT and segment[4:].startswith(_KEPT[marker]):
            yield segment
    elif marker != 0xFE:  # a comment
        yield segment


def _scan_end(content: bytes, begin: int) -> int:
    found = _SCAN_ENDS.search(content, begin)
    if found is None:
        raise _Odd
    return found.start()


def _png(content: bytes) -> Iterator[bytes]:
    """PNG (third edition) 5.3: length, type, data, CRC."""
    yield content[:8]
    at, name = 8, b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", content, at)
        chunk = content[at : at + 12 + length]
        at += len(chunk)
        if len(chunk) != 12 + length:
            raise _Odd
        data = chunk[8:-4]
        if name == b"eXIf":
            if turned := _turned(data):
                yield struct.pack(">I4s", len(turned), name) + turned
                yield struct.pack(">I", zlib.crc32(name + turned))
        elif name != b"tIME" and not (name in (b"tEXt", b"zTXt", b"iTXt") and data.lower().startswith(_TOLD)):
            yield chunk


def _webp(content: bytes) -> Iterator[bytes]:
    """RFC 9649, 2.3 and 2.7: chunks of even length; VP8X has a bit for EXIF and one for XMP."""
    kept: list[bytes] = []
    end, at = 8 + int(struct.unpack_from("<I", content, 4)[0]), 12
    turned = b""
    while at < end:
        name, length = struct.unpack_from("<4sI", content, at)
        chunk = content[at : at + 8 + length + length % 2]
        at += 8 + length + length % 2
        if len(chunk) < 8 + length:
            raise _Odd
        if name == b"EXIF":
            turned = _turned(chunk[8:].removeprefix(b"Exif\0\0"))
        elif name != b"XMP ":
            kept.append(chunk)
    if turned:
        kept.append(struct.pack("<4sI", b"EXIF", len(turned)) + turned)
    if kept and kept[0].startswith(b"VP8X"):
        flags = kept[0][8] & ~0x0C | (0x08 if turned else 0)
        kept[0] = kept[0][:8] + bytes([flags]) + kept[0][9:]
    body = b"WEBP" + b"".join(kept)
    yield b"RIFF" + struct.pack("<I", len(body)) + body


def _turned(tiff: bytes) -> bytes:
    """EXIF data that only says how the camera was turned; empty if it was not (TIFF 6.0, 2)."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    try:
        start = struct.unpack_from(f"{order}I", tiff, 4)[0] if order else 0
        number = struct.unpack_from(f"{order}H", tiff, start)[0] if start else 0
        for at in range(start + 2, start + 2 + 12 * number, 12):
            tag, value = struct.unpack_from(f"{order}H6xH", tiff, at)
            if tag == _ORIENTATION:
                fields = struct.pack(">HHIHHI", tag, 3, 1, value, 0, 0)
                return b"MM\0*\0\0\0\x08\0\x01" + fields if 2 <= value <= 8 else b""
    except struct.error:
        pass  # it says nothing that can be read
    return b""


_PARTS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "image/jpeg": _jpeg,
    "image/png": _png,
    "image/webp": _webp,
}
