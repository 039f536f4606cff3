"""Bodies with their made-up addresses replaced by those that hold here."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import quote

from collab import text
from collab.files.addresses import address
from collab.files.models import Attachment
from collab.imports.documents import Body, placeholder_parts
from collab.imports.headings import fold, heading_of
from collab.tags.services import tag_key

_INLINE = re.compile(
    r"(?P<mark>!?)\[(?P<words>(?:[^\[\]\\]|\\.|\[(?:[^\[\]\\]|\\.)*\])*)\]"
    r"\((?P<target>collab:[a-z]+/[^\s()]*)(?P<title>\s+(?:\"[^\"]*\"|'[^']*'))?\)"
)
_ANY = re.compile(r"collab:(?:doc|file|person|tag)/[^\s()<>\"]*")
_PLAIN_WORDS = re.compile(r"[^\[\]|<>\\`*_!\n#]+\Z")


class _Places(NamedTuple):
    """The named places of a document: its headings as it was read, and their ids as they are shown."""

    body: Body
    ids: list[tuple[str, str]]


class Anchors:
    """Ids of headings that links mean. ``read`` answers with the body of a document."""

    def __init__(self, read: Callable[[str], Body]) -> None:
        self._read = read
        self._places: dict[str, _Places] = {}

    def find(self, source: str, anchor: str) -> str:
        """The id of the place an anchor means in a document; empty for its top and for none."""
        if source not in self._places:
            body = self._read(source)
            shown = text.render(body.text).headings
            kept = Body("", headings=body.headings, anchors=body.anchors)
            self._places[source] = _Places(kept, [(fold(each.text), each.id) for each in shown])
        body, ids = self._places[source]
        number = heading_of(body, anchor)
        if number is None or number < 0:
            return ""
        wanted = fold(body.headings[number])
        before = sum(fold(heading) == wanted for heading in body.headings[:number])
        same = [name for words, name in ids if words == wanted]
        return same[before] if before < len(same) else ""


@dataclass
class Placing:
    """Replaces the made-up addresses of one tree.

    ``targets``: the path of each document; ``handle``: of a person, empty if nobody stands for
    them; ``wiki``: the workspace's path before pages, if links between pages are to be
    ``[[links]]``, which know when a page moves.
    """

    targets: dict[str, str]
    anchors: Anchors
    handle: Callable[[str], str]
    wiki: str = ""
    lost: list[str] = field(default_factory=list)

    def place(self, source: str, body: str, entry_public_id: str, files: dict[str, Attachment]) -> str:
        """``body``, of the document ``source``, with addresses that hold. ``files``: by path in the tree."""

        def inline(found: re.Match[str]) -> str:
            words = _INLINE.sub(inline, found["words"])
            kind, name, _ = placeholder_parts(found["target"])
            target = self._address(source, found["target"], entry_public_id, files)
            if target is None:
                return words
            file = files.get(name) if kind == "file" else None
            if found["mark"] and (file is None or not file.is_picture):
                words, mark = words.strip() or (file.name if file else name), ""
            else:
                mark = found["mark"]
            if self.wiki and target.startswith(self.wiki) and "#" not in target and _in_prose(found, words):
                return f"[[{target.removeprefix(self.wiki)}|{words}]]"
            return f"{mark}[{words}]({target}{found['title'] or ''})"

        placed = _INLINE.sub(inline, body)
        return _ANY.sub(lambda found: self._address(source, found[0], entry_public_id, files) or "/", placed)

    def _address(
        self, source: str, placeholder: str, entry_public_id: str, files: dict[str, Attachment]
    ) -> str | None:
        kind, name, anchor = placeholder_parts(placeholder)
        if kind == "doc":
            return self._document(source, name, anchor)
        if kind == "file":
            file = files.get(name)
            return address(entry_public_id, file, "page" if file.is_picture else "") if file else None
        if kind == "person":
            handle = self.handle(name)
            return f"/people/{handle}" if handle else None
        return f"/blog/tags/{quote(tag_key(name))}"

    def _document(self, source: str, name: str, anchor: str) -> str | None:
        target = self.targets.get(name)
        if target is None:
            return None
        place = self.anchors.find(name, anchor) if anchor else ""
        if anchor and not place and anchor.lower() not in ("top", "contents"):
            self.lost.append(f"no place called #{anchor} in {name}: the link leads to its top")
        if name == source:
            return f"#{place}" if place else target
        return f"{target}#{place}" if place else target


def _in_prose(found: re.Match[str], words: str) -> bool:
    """Can the link be a ``[[link]]``? Not in the row of a table, not with markup in its words."""
    line_start = found.string.rfind("\n", 0, found.start()) + 1
    return bool(_PLAIN_WORDS.match(words)) and not found["mark"] and found.string[line_start] != "|"
