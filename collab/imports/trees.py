"""A folder with a site's sources: its files, its configuration, its kind.

Everything is told from what lies in the folder, never from its name:

* ``_posts`` or ``_config.yml``: Jekyll; ``_data`` and other such folders: a site of that family,
* ``config.toml``, ``hugo.toml``, ``zola.toml`` or a folder ``content``: Zola or Hugo,
* ``SUMMARY.md``: a book (mdBook, GitBook, HonKit),
* else a plain folder of Markdown files.
"""

import json
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from collab.errors import CollabError
from collab.imports import frontmatter
from collab.imports.frontmatter import Data
from collab.imports.reading import read_text

MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mkdn"})
IMAGES = frozenset(
    {".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".avif", ".bmp", ".tif", ".tiff", ".ico"}
)
_SKIPPED = frozenset({"node_modules", "_site", "_book", "vendor", "bower_components", "__pycache__"})
_CONFIGS = """_config.yml _config.yaml hugo.toml hugo.yaml zola.toml config.toml config.yaml config.yml book.toml
    _data/site.yml _data/site.yaml _data/site.json"""

#: Files that tell about a repository, not about its subject.
_ABOUT = """readme license licence copying notice source contributing changelog security code_of_conduct support
    license-mit license-apache contributors authors"""
ABOUT = frozenset(_ABOUT.split())


class NotATree(CollabError):
    """The folder cannot be imported; the text says why."""


def fold(path: str) -> str:
    """A path as it is looked up: decoded, NFC, no case."""
    return unicodedata.normalize("NFC", unquote(path)).casefold().strip("/")


@dataclass(frozen=True)
class Tree:
    """The folder ``root``. Paths of files are relative to it, with ``/``, in NFC."""

    root: Path
    files: dict[str, str] = field(repr=False)  # folded path -> path as on the disk

    @cached_property
    def paths(self) -> list[str]:
        """All files in order."""
        return sorted(set(self.files.values()))

    def markdown(self, under: str = "") -> Iterator[str]:
        """Markdown files below a folder, in order."""
        for path in self.paths:
            if path.startswith(under) and Path(path).suffix.lower() in MARKDOWN:
                yield path

    def has(self, folder: str) -> bool:
        """Is there a folder of this name at any depth?"""
        return any(f"/{folder}/" in f"/{path}" for path in self.paths)

    def find(self, path: str) -> str | None:
        """The file of a path however it is encoded and spelt, if it lies in the tree."""
        return self.files.get(fold(path))

    def read(self, path: str) -> tuple[str, list[str]]:
        """The text of a file and notes on what was mended in it."""
        return read_text(self.root / path)

    @cached_property
    def config(self) -> Data:
        """The site's settings; keys in lower case, those of ``[book]`` and ``[extra]`` among them."""
        merged: Data = {}
        for name in _CONFIGS.split():
            path = self.find(name)
            found = self._load(path) if path else None
            if isinstance(found, dict):
                for part in (found.get("book"), found):
                    if isinstance(part, dict):
                        merged = {key.lower(): value for key, value in part.items()} | merged
        return merged

    @cached_property
    def data(self) -> Data:
        """What lies in ``_data`` (Hugo: ``data``), by file name, folders as mappings."""
        found: Data = {}
        for path in self.paths:
            parts = path.split("/")
            if parts[0] not in ("_data", "data") or Path(path).suffix not in (
                ".yml",
                ".yaml",
                ".json",
                ".toml",
            ):
                continue
            place = found
            for folder in parts[1:-1]:
                place = place.setdefault(folder, {})
            if isinstance(place, dict):
                place[Path(path).stem] = self._load(path)
        return found

    @cached_property
    def url(self) -> str:
        """Where the site is to be found, without a slash at its end; empty if not told."""
        for key in ("url", "base_url", "baseurl", "host", "fullurl", "site-url"):
            value = str(self.config.get(key) or "")
            if urlsplit(value).scheme in ("http", "https") and urlsplit(value).netloc:
                return value.rstrip("/")
        return ""

    @cached_property
    def language(self) -> str:
        """The site's language (``de``, ``en``); empty if it is not told."""
        for key in ("lang", "language", "default_language", "defaultcontentlanguage", "locale", "languages"):
            if told := frontmatter.words(self.config.get(key)):
                return told[0][:2].lower()
        return ""

    @cached_property
    def zone(self) -> tzinfo:
        """The zone of times that name none; UTC if it is not told."""
        try:
            return ZoneInfo(str(self.config["timezone"]))
        except (KeyError, ValueError, ZoneInfoNotFoundError):
            return UTC

    @cached_property
    def is_liquid(self) -> bool:
        """Are Liquid tags to be read in its documents?"""
        return not self.is_content and any(
            self.has(folder) for folder in ("_posts", "_drafts", "_data", "_includes", "_layouts")
        )

    @cached_property
    def is_content(self) -> bool:
        """Is it a tree of Zola or Hugo?"""
        if self.has("_posts"):
            return False
        return "content" in {path.split("/")[0] for path in self.paths} or any(
            self.find(name) for name in ("hugo.toml", "zola.toml", "config.toml")
        )

    @cached_property
    def summary(self) -> str:
        """The table of contents of a book, that nearest to the root; empty if there is none."""
        found = [path for path in self.markdown() if Path(path).name.lower() == "summary.md"]
        return min(found, key=lambda path: (path.count("/"), path), default="")

    def _load(self, path: str) -> Any:
        text, _ = self.read(path)
        if path.endswith(".json"):
            try:
                return json.loads(text)
            except ValueError:
                return None
        return frontmatter.load_toml(text) if path.endswith(".toml") else frontmatter.load_yaml(text)


def open_tree(folder: Path) -> Tree:
    """The tree in a folder. Links that lead out of it are not followed. Raises NotATree."""
    if not folder.is_dir():
        raise NotATree(f"{folder} is not a folder.")
    root = folder.resolve()
    files: dict[str, str] = {}
    for place, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and name[0] != ".")
        for name in sorted(names):
            path = Path(place) / name
            if not path.is_file() or not path.resolve().is_relative_to(root):
                continue
            relative = path.relative_to(root).as_posix()
            files.setdefault(fold(relative.replace("%", "%25")), relative)
            files.setdefault(fold(relative), relative)
    if not files:
        raise NotATree(f"{folder} is empty.")
    return Tree(root, files)


def is_about(path: str) -> bool:
    """Does the file tell about the repository (README, LICENSE) rather than being a document?"""
    return Path(path).stem.lower() in ABOUT
