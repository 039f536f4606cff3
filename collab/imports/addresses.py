"""Which document an address of the old site means.

A document is known under its file, the addresses its site gave it, and those that redirected
to it. Dated addresses (``/2015/05/21/TockingTime/``) are also found by year, month and name
whatever stands before them, because sites move their blogs and keep the links.
"""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from collab.imports.trees import fold

_DATED = re.compile(r"(?:^|/)(\d{4})/(\d{2})/(?:(\d{2})/)?([^/]+)\Z")
_END = re.compile(r"(?:/index)?(?:\.html?|\.md|\.markdown)?\Z")
_OWN_AT_LEAST = 3  # links to documents of the tree that make a host its own


def normal(address: str) -> str:
    """What spellings of one address have in common: no host, query, slash at the ends, ending or case."""
    path = fold(re.sub(r"[?#].*", "", address, flags=re.DOTALL))
    path = re.sub(r"/{2,}", "/", path)
    return _END.sub("", path).removesuffix("/index") if path not in ("index", "index.html") else ""


def alike(name: str) -> str:
    """What spellings of a file's name have in common: its letters and digits."""
    return "".join(c for c in fold(name) if c.isalnum())


def join(base: str, relative: str) -> str | None:
    """A path relative to a folder, ``..`` resolved; None if it climbs out of the tree."""
    parts = base.split("/") if base else []
    for part in relative.split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)


@dataclass
class Addresses:
    """All documents of a tree by their addresses. ``documents``: their files."""

    documents: set[str] = field(default_factory=set)
    _sources: dict[str, str] = field(default_factory=dict)
    _dated: dict[tuple[str, str, str], str] = field(default_factory=dict)
    _alike: dict[tuple[str, str], str] = field(default_factory=dict)
    _linked: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, address: str, source: str) -> bool:
        """Make a document known under an address; False if another has it already."""
        self.documents.add(source)
        name = normal(address)
        if dated := _DATED.search(name):
            self._dated.setdefault((dated[1], dated[2], dated[4]), source)
        return self._sources.setdefault(name, source) == source

    def find(self, address: str) -> str | None:
        """The document of an address, if there is one."""
        name = normal(address)
        if (found := self._sources.get(name)) is not None:
            return found
        dated = _DATED.search(name)
        return self._dated.get((dated[1], dated[2], dated[4])) if dated else None

    def similar(self, path: str) -> str | None:
        """The document in the same folder whose name differs in punctuation, case or ending only."""
        folder, _, name = path.rpartition("/")
        if not name or alike(name) == "":
            return None
        if not self._alike:
            for source in self.documents:
                above, _, own = source.rpartition("/")
                self._alike.setdefault((above, alike(own.rpartition(".")[0])), source)
        return self._alike.get((folder, alike(name))) or self._alike.get(
            (folder, alike(name.rpartition(".")[0]))
        )

    def note_links(self, text: str) -> None:
        """Remember the hosts that a document links to with dated addresses."""
        for address in re.findall(r"https?://[^\s<>()\"'\]]+/\d{4}/\d{2}/[^\s<>()\"'\]]+", text):
            parts = urlsplit(address)
            if re.match(r"(?:/[\w-]+)?/\d{4}/\d{2}/", parts.path):
                self._linked[parts.netloc.lower()].add(parts.path)

    def own_hosts(self, url: str) -> frozenset[str]:
        """The hosts of the site: that of its own address, and those at which its documents are linked to."""
        hosts = set()
        if host := urlsplit(url).netloc.lower():
            hosts |= {host, host.removeprefix("www."), f"www.{host.removeprefix('www.')}"}
        hits = Counter(
            {
                host: sum(normal(path) in self._sources for path in paths)
                for host, paths in self._linked.items()
            }
        )
        best, count = (hits.most_common(1) or [("", 0)])[0]
        return frozenset(hosts | ({best} if count >= _OWN_AT_LEAST else set()))
