"""Where pages and their files lie in an archive, and what words say once they are in it."""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import PurePosixPath
from posixpath import relpath
from typing import Any, Literal
from urllib.parse import quote, unquote

Form = Literal["markdown", "html"]
#: So many bytes of files are in one archive at most.
MOST_BYTES = 4 * 2**30
SUFFIX: Mapping[Form, str] = {"markdown": ".md", "html": ".html"}
_FILE = re.compile(r"/entries/([A-Za-z0-9_-]{16})/files/([A-Za-z0-9_-]{16})/")
#: A link, an image or the definition of one, up to and including the address; a tag with one; code, which has none.
_LINK = r"(?P<before>\]\(<?|^ {0,3}\[[^\]\n]+\]:[ \t]*<?)(?P<target>/(?!/)[^\s)>\"]*)"
_CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1|(`+)[^`].*?\2", re.M | re.S)
_TAG = r'(?P<tag><(?:a|img)\b(?:[^"<>]|"[^"]*")*?) (?P<name>href|src)="(?P<address>/(?!/)[^"]*)"'
_IN_MARKDOWN, _IN_HTML = re.compile(f"{_LINK}|{_TAG}", re.M), re.compile(_TAG)
#: Names that mean something else than a page to those who read trees of Markdown, the importer among them:
#: in every folder, and in the first one.
_ODD = frozenset({"index", "_index", "summary", "readme"})
_ODD_ABOVE = frozenset(
    {"license", "licence", "copying", "notice", "source", "contributing", "changelog", "security"}
    | {"code-of-conduct", "support", "left-out"}
)


def plain(name: str) -> str:
    """A file's name without what some file system reads otherwise."""
    return re.sub(r'[\x00-\x1f\\/:*?"<>|]+', "-", name).strip(". ")[:120] or "file"


@dataclass
class Files:
    """Where the files of pages lie in the archive, by public id; ``left_out`` were too much."""

    names: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    _taken: set[str] = field(default_factory=set)
    _size: int = 0

    def place(self, folder: str, file: Any) -> None:
        """Find a name for a file in a folder of the archive."""
        self._size += file.size
        if self._size > MOST_BYTES:
            self.left_out.append(f"{folder}/{file.name}")
            return
        stem, dot, end = plain(file.name).rpartition(".")
        stem, end = (stem, dot + end) if stem else (end, "")
        name, number = f"{folder}/{stem}{end}", 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{folder}/{stem}-{number}{end}"
        self._taken.add(name.casefold())
        self.names[file.public_id] = name


@dataclass(frozen=True)
class Names:
    """The addresses of one archive: ``paths`` are the pages that are in it, ``site`` our own address."""

    form: Form
    slug: str
    site: str
    paths: Collection[str]
    files: Files

    def of(self, path: str) -> str:
        """The file of a page."""
        odd = path.rpartition("/")[2] in _ODD or path in _ODD_ABOVE
        return f"{path}{'-' if odd and self.form == 'markdown' else ''}{SUFFIX[self.form]}"

    def _there(self, target: str, here: str) -> str | None:
        """What an address of ours is called from the folder ``here`` of the archive; None if it is not in it."""
        address, mark, anchor = target.partition("#")
        file = _FILE.match(address)
        if file:
            name = self.files.names.get(file[2])
            return quote(relpath(name, here)) if name else None
        begin = f"/w/{self.slug}/pages/"
        path = unquote(address.removeprefix(begin).partition("?")[0])
        if not address.startswith(begin) or path not in self.paths:
            return None
        return f"{quote(relpath(self.of(path), here))}{mark}{anchor}"

    def in_markdown(self, body: str, path: str) -> str:
        """Words of the page at ``path``: their links lead to what is beside it, else back to us."""
        here = str(PurePosixPath(path).parent)
        code = [found.span() for found in _CODE.finditer(body)]

        def there(target: str) -> str:
            return self._there(target, here) or f"{self.site}{target}"

        def link(found: re.Match[str]) -> str:
            at = found.start()
            if any(start <= at < end for start, end in code):
                return found[0]
            if found["tag"]:
                return f'{found["tag"]} {found["name"]}="{escape(there(unescape(found["address"])))}"'
            return found["before"] + there(found["target"]) if _begins(body, at) else found[0]

        return _IN_MARKDOWN.sub(link, body)

    def in_html(self, html: str, path: str) -> str:
        """The same for a page as it is shown. What is not in the archive stays words."""
        here = str(PurePosixPath(path).parent)

        def link(found: re.Match[str]) -> str:
            there = self._there(unescape(found["address"]), here)
            return found["tag"] + (f' {found["name"]}="{escape(there)}"' if there else "")

        return _IN_HTML.sub(link, html)


def _begins(body: str, at: int) -> bool:
    """Is the bracket that ``body[at]`` closes one that opens a link? An escaped one does not."""
    if body[at] != "]":
        return True
    depth = 0
    for back in range(at, max(-1, at - 5000), -1):
        if body[back] in "[]" and not (back and body[back - 1] == "\\"):
            depth += 1 if body[back] == "]" else -1
            if depth == 0:
                return True
    return False


def front_matter(facts: Mapping[str, Any]) -> str:
    """What is known of a page above its words: each value as JSON, which YAML is a larger form of."""
    said: Callable[[Any], str] = lambda value: json.dumps(value, ensure_ascii=False)  # noqa: E731 - short
    lines = (f"{key}: {said(value)}\n" for key, value in facts.items() if value not in (None, "", []))
    return f"---\n{''.join(lines)}---\n\n"
