"""The menus of a site (``_data/navigation.yml`` and the like): names and order of its pages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from collab.imports.addresses import normal
from collab.imports.frontmatter import words
from collab.imports.trees import Tree

_FILES = ("navigation", "nav", "menu", "menus", "sidebar", "toc")
_LABELS = ("text", "title", "name", "label")
_TARGETS = ("main-file-path", "url", "path", "link", "href", "page")
_BELOW = ("children", "items", "links", "pages", "subitems", "subfolderitems")


@dataclass(slots=True)
class Item:
    """A line of a menu. ``address``: as written, empty for a mere heading."""

    label: str
    address: str
    blurb: str = ""
    below: list["Item"] = field(default_factory=list)


def read(tree: Tree) -> list[Item]:
    """All menus of a tree, one after the other."""
    return [item for name in _FILES if name in tree.data for item in _items(tree.data[name])]


def flat(items: list[Item]) -> Iterator[Item]:
    """Each item before those below it."""
    for item in items:
        yield item
        yield from flat(item.below)


def order(items: list[Item]) -> dict[str, int]:
    """The place of each address in the menus, by its normal form."""
    places: dict[str, int] = {}
    for number, item in enumerate(flat(items)):
        if item.address and not re.match(r"[a-z]+:", item.address) and normal(item.address):
            places.setdefault(normal(item.address), number)
    return places


def _items(value: Any) -> list[Item]:
    if isinstance(value, list):
        return [item for each in value for item in _items(each)]
    if not isinstance(value, dict):
        return []
    label = next((words(value[key])[0] for key in _LABELS if words(value.get(key))), "")
    if not label:
        return [item for each in value.values() for item in _items(each)]
    address = next((words(value[key])[0] for key in _TARGETS if words(value.get(key))), "")
    below = [item for key in _BELOW for item in _items(value.get(key))]
    blurb = (words(value.get("blurb")) or words(value.get("description")) or [""])[0]
    return [Item(" ".join(label.split()), "" if "/#" in address else address, blurb, below)]
