"""Where a file is found, and how a text refers to it. Pure: knows rows, asks nobody."""

import re
from collections.abc import Mapping
from typing import Protocol
from urllib.parse import quote, unquote

from collab.files.preview import kinds

#: A picture or link of ours in Markdown or HTML: the entry's and the file's public ids.
_REFERENCE = re.compile(r"/entries/([A-Za-z0-9_-]{16})/files/([A-Za-z0-9_-]{16})(?=/)")
_IMAGE = re.compile(r'<img src="(/entries/[A-Za-z0-9_-]{16}/files/([A-Za-z0-9_-]{16})/[^"]*)"([^>]*)>')


#: What follows a file's id in the address of its preview.
PREVIEW = "preview"
_LINK = re.compile(r'<a href="(/entries/[A-Za-z0-9_-]{16}/files/[A-Za-z0-9_-]{16}/)([^"?#]*)"')


class Named(Protocol):
    """A file, whole or as a row."""

    @property
    def public_id(self) -> str: ...
    @property
    def name(self) -> str: ...


class Shown(Named, Protocol):
    """A file of which is known whether it is a picture."""

    @property
    def alt(self) -> str: ...
    @property
    def width(self) -> int | None: ...


def address(entry_public_id: str, file: Named, size: str = "") -> str:
    """The path of a file; ``size`` "thumb" (320 px) or "page" (1280 px) for a smaller picture."""
    name = f"{file.name}." if file.name == PREVIEW else file.name  # only people look at the name
    path = f"/entries/{entry_public_id}/files/{file.public_id}/{quote(name, safe='')}"
    return f"{path}?size={size}" if size else path


def preview(entry_public_id: str, file: Named) -> str:
    """The path of the page on which a file can be looked at."""
    return f"/entries/{entry_public_id}/files/{file.public_id}/{PREVIEW}"


def markdown(entry_public_id: str, file: Shown) -> str:
    """How the file stands in a text: a picture as a picture, everything else as a link."""
    if file.width is None:
        return f"[{_escaped(file.name)}]({address(entry_public_id, file)})"
    return f"![{_escaped(file.alt)}]({address(entry_public_id, file, 'page')})"


def _escaped(words: str) -> str:
    return re.sub(r"([\\\[\]`*_<>!])", r"\\\1", words)


def mentioned(entry_public_id: str, source: str) -> set[str]:
    """The public ids of the entry's files that a text refers to."""
    return {file for entry, file in _REFERENCE.findall(source) if entry == entry_public_id}


def with_previews(html: str) -> str:
    """Our own stored HTML with its links to files leading to where they can be looked at, if they can."""

    def seen(found: re.Match[str]) -> str:
        return f'<a href="{found[1]}{PREVIEW}"' if kinds.by_name(unquote(found[2])) else found[0]

    return _LINK.sub(seen, html)


def with_sizes(html: str, sizes: Mapping[str, tuple[int, int]]) -> str:
    """Our own stored HTML with width and height on its pictures, so that nothing jumps while they load.

    Its links to files lead to where they can be looked at.
    """

    def sized(found: re.Match[str]) -> str:
        size = sizes.get(found[2])
        if size is None or " width=" in found[3] or " height=" in found[3]:
            return found[0]
        return f'<img src="{found[1]}" width="{size[0]}" height="{size[1]}"{found[3]}>'

    return _IMAGE.sub(sized, with_previews(html))
