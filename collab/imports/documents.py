"""What a reader finds in a tree, as plain values: everything resolved, nothing stored.

Bodies are Markdown in which four made-up addresses stand for what only the writer knows:

* ``collab:doc/<source>#<anchor>``: another document of the tree (anchor as written there),
* ``collab:file/<path>``: a file of the tree that becomes an attachment,
* ``collab:person/<key>``: the profile of a person,
* ``collab:tag/<name>``: what has this tag.

Source, path, key and name are percent-encoded.
"""

from dataclasses import dataclass, field
from datetime import date as day
from datetime import datetime
from typing import Literal
from urllib.parse import quote, unquote

DOC, FILE, PERSON, TAG = "collab:doc/", "collab:file/", "collab:person/", "collab:tag/"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something the report names: a file that is no document (``skipped``), a document that did
    not arrive (``failed``), or something about one that did (``note``; no source: about the tree).
    """

    source: str
    reason: str
    kind: Literal["skipped", "failed", "note"] = "skipped"

    @property
    def fatal(self) -> bool:
        """Did the document not arrive?"""
        return self.kind == "failed"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the tree names. ``key`` is stable between runs over the same tree."""

    key: str
    name: str
    title: str = ""
    bio: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of the tree that a body refers to, by its path from the root."""

    path: str
    alt: str = ""

    @property
    def placeholder(self) -> str:
        """Its address in the body."""
        return FILE + quote(self.path)


@dataclass(frozen=True, slots=True)
class Body:
    """Markdown with placeholders, and what stands in it.

    ``headings``: the words of each heading in order; ``anchors``: names of places that are
    no headings, with the number of the heading above (-1: the top).
    """

    text: str
    images: tuple[Attached, ...] = ()
    files: tuple[Attached, ...] = ()
    links: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    anchors: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportedPost:
    """A post. ``source`` is its path from the root of the tree and its identity for later runs.

    ``date``: an aware UTC time. ``aliases``: former addresses without a slash before them.
    """

    source: str
    slug: str
    title: str
    body: Body
    summary: str
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    date: datetime
    published: bool
    lang: str
    aliases: tuple[str, ...] = ()
    image: Attached | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """What a page said from ``date`` on. ``source``: the file it was read from."""

    source: str
    date: datetime
    author: str
    message: str
    title: str
    body: Body


@dataclass(frozen=True, slots=True)
class ImportedPage:
    """A page of a wiki. ``path`` is its address there, ``parent`` the source of the page above.

    ``made``: a section that the tree implies and no file describes; it is no document.
    ``redirect_to``: the source of another page which this one, without words of its own,
    is an old address of (``anchor`` says where on it).
    """

    source: str
    path: str
    title: str
    body: Body
    parent: str
    position: int
    lang: str
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    redirect_to: str = ""
    revisions: tuple[Revision, ...] = ()
    authors: tuple[str, ...] = ()
    date: datetime | None = None
    valid_until: day | None = None
    made: bool = False
    notes: tuple[str, ...] = ()


def doc_placeholder(source: str, anchor: str = "") -> str:
    """The made-up address of a document, as it stands in a body."""
    return DOC + quote(source) + (f"#{anchor}" if anchor else "")


def person_placeholder(key: str) -> str:
    """The made-up address of a person, as it stands in a body."""
    return PERSON + quote(key, safe="")


def tag_placeholder(name: str) -> str:
    """The made-up address of a tag, as it stands in a body."""
    return TAG + quote(name, safe="")


def placeholder_parts(address: str) -> tuple[str, str, str]:
    """Kind (``doc``, ``file``, ``person``, ``tag``), name and anchor of a made-up address."""
    kind, _, rest = address.removeprefix("collab:").partition("/")
    name, _, anchor = rest.partition("#")
    return kind, unquote(name), anchor
