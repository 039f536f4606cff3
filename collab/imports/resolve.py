"""Where a link in a document leads: another document, a file, a person, a tag, or out of the tree."""

import html
import re
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit

from collab.imports.addresses import Addresses, join, normal
from collab.imports.documents import (
    Attached,
    doc_placeholder,
    person_placeholder,
    tag_placeholder,
)
from collab.imports.embeds import escape_address
from collab.imports.trees import MARKDOWN, Tree

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_KEPT_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_DOMAIN = re.compile(
    r"(?:www\.[^\s/]+|(?:[a-z0-9-]+\.)+(?:de|com|org|net|eu|gov|edu|int|info|io|at|ch|uk|fr|nl|ee|us|dev|app))"
    r"(?:/|\Z)",
    re.IGNORECASE,
)
_MAIL = re.compile(r"[^\s@/:]+@[^\s@/:]+\.[a-z]{2,}\Z", re.IGNORECASE)
_SLIPS = (
    (re.compile(r"h+t+p(s?):/{1,3}(?=\w)", re.IGNORECASE), r"http\1://"),
    (re.compile(r"mail-to:"), "mailto:"),
)
_TAG = re.compile(r"(?:^|/)(?:tags?|categor(?:y|ies)|schlagwort)/([^/]+)\Z")


@dataclass
class Places:
    """All that the documents of a tree can link to."""

    tree: Tree
    addresses: Addresses
    people: dict[str, str] = field(default_factory=dict)  # normal address of a profile -> person
    tags: dict[str, str] = field(default_factory=dict)  # key of a tag -> its name
    own_hosts: frozenset[str] = frozenset()


@dataclass
class Links:
    """Resolves the links of one document and keeps what it met. ``url``: the document's own address."""

    places: Places
    source: str
    url: str
    images: dict[str, Attached] = field(default_factory=dict)
    files: dict[str, Attached] = field(default_factory=dict)
    documents: dict[str, None] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def resolve(self, written: str, alt: str | None) -> str | None:
        """The address to write; None if only the words can stay. ``alt``: given for an image."""
        address = _mended(html.unescape(written))
        scheme = _SCHEME.match(address)
        if not address or address.startswith("collab:"):
            return address or None
        if address.startswith("#"):
            return doc_placeholder(self.source, _anchor(address[1:]))
        if scheme is None:
            return self._inside(address, alt)
        if scheme[1].lower() in ("http", "https"):
            return self._absolute(address, alt)
        if scheme[1].lower() in _KEPT_SCHEMES:
            return escape_address(address)
        self.notes.append(f"link of an unknown kind left as words: {address[:120]}")
        return None

    def _absolute(self, address: str, alt: str | None) -> str | None:
        parts = urlsplit(address)
        if parts.netloc.lower() in self.places.own_hosts and parts.path.strip("/"):
            found = self._find(unquote(parts.path), parts.fragment, alt)
            if found:
                return found
        return escape_address(address)

    def _inside(self, address: str, alt: str | None) -> str | None:
        path, _, fragment = address.partition("#")
        path = path.partition("?")[0]
        found = self._relative(unquote(path), fragment, alt)
        # Sites show a page at /name/ or at /name: what is relative to one is not to the other.
        for own in (f"/{self.url}/", f"/{self.url}"):
            found = found or self._find(unquote(urljoin(own, path)), fragment, alt)
        if found:
            return found
        site = self.places.tree.url
        if _MAIL.match(address):
            return escape_address(f"mailto:{address}")
        if _DOMAIN.match(address):
            self.notes.append(f"link without https:// completed: {address[:120]}")
            return escape_address(f"https://{address}")
        what = "image" if alt is not None else "link target"
        if site:
            self.notes.append(f"{what} is not in the tree, left on the old site: {address[:160]}")
            return escape_address(urljoin(f"{site}/{self.url.lstrip('/')}", address))
        self.notes.append(f"{what} is not in the tree, only its words kept: {address[:160]}")
        return None

    def _relative(self, path: str, fragment: str, alt: str | None) -> str | None:
        """A path from the document's own folder, as books and bundles write it."""
        if path.startswith("/"):
            return None
        if path.startswith("@/"):
            place: str | None = f"content/{path[2:]}"
        else:
            place = join(self.source.rpartition("/")[0], path)
        if place is None:
            return None
        if found := self._source(place, fragment) or self._file(place, alt):
            return found
        source = self.places.addresses.similar(place)
        return self._document(source, fragment) if source else None

    def _source(self, path: str, fragment: str) -> str | None:
        """A path of a document's file."""
        file = self.places.tree.find(path)
        return self._document(file, fragment) if file in self.places.addresses.documents else None

    def _find(self, path: str, fragment: str, alt: str | None) -> str | None:
        """A path from the root of the site."""
        places, name = self.places, normal(path)
        if (file := self._file(path, alt)) is not None or not name:
            return file
        if (source := places.addresses.find(path)) is not None:
            return self._document(source, fragment)
        if found := self._source(path, fragment):
            return found
        tag = _TAG.search(name)
        if tag and (shown := places.tags.get(re.sub(r"[\W_]+", "", tag[1]))):
            return tag_placeholder(shown)
        return person_placeholder(places.people[name]) if name in places.people else None

    def _document(self, source: str, fragment: str) -> str:
        self.documents.setdefault(source)
        return doc_placeholder(source, _anchor(fragment))

    def _file(self, path: str, alt: str | None) -> str | None:
        tree = self.places.tree
        for folder in ("", "static/", "public/", "assets/", "src/"):
            file = tree.find(folder + path.lstrip("/"))
            if file and PurePosixPath(file).suffix.lower() not in MARKDOWN:
                kind = self.files if alt is None else self.images
                known = kind.setdefault(file, Attached(file, alt or ""))
                if alt and not known.alt:
                    kind[file] = known = Attached(file, alt)
                return known.placeholder
        return None


def _mended(written: str) -> str:
    """An address without what slips of the keyboard put around it or into its scheme."""
    address = re.sub(r"^(?:%22)+|(?:%22)+$", "", written.strip().strip("\"'“”„"))
    if address.startswith("//"):
        return f"https:{address}"
    for slip, right in _SLIPS:
        if slip.match(address):
            return slip.sub(right, address, count=1)
    return address


def _anchor(fragment: str) -> str:
    return re.sub(r"[\s()<>]", "", unquote(fragment))
