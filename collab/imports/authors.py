"""The people whom a tree describes: in ``_authors/*.md`` or in data files such as ``team.yaml``."""

from pathlib import PurePosixPath

from collab.imports import frontmatter
from collab.imports.addresses import normal
from collab.imports.frontmatter import words
from collab.imports.people import People
from collab.imports.trees import Tree

_FOLDERS = ("_authors", "_people", "_team", "authors")
_DATA = ("authors", "author", "team", "people", "members", "contributors")


def is_person(path: str) -> bool:
    """Does a file describe a person?"""
    return PurePosixPath(path).parent.name in _FOLDERS


def describe(tree: Tree) -> tuple[People, dict[str, str]]:
    """The people of a tree, and the addresses of their profiles with their keys."""
    people = People()
    profiles: dict[str, str] = {}
    for path in tree.markdown():
        if is_person(path):
            _from_file(tree, path, people, profiles)
    for name in _DATA:
        found = tree.data.get(name)
        if isinstance(found, dict):
            for key, value in found.items():
                if isinstance(value, dict):
                    people.describe([str(key)], value)
        elif isinstance(found, list):
            for value in found:
                if isinstance(value, dict) and (words(value.get("name")) or words(value.get("full_name"))):
                    people.describe(words(value.get("id")), value)
    return people, profiles


def _from_file(tree: Tree, path: str, people: People, profiles: dict[str, str]) -> None:
    text, _ = tree.read(path)
    data, _, _ = frontmatter.split(text)
    stem = PurePosixPath(path).stem
    named = [name for name in words(data.get("name")) if words(data.get("full_name"))]
    ids = list(dict.fromkeys([stem, *named, *words(data.get("id")), *words(data.get("short_name"))]))
    people.describe(ids, data)
    key = f"id:{ids[0]}"
    for address in [*words(data.get("redirect_from")), *words(data.get("permalink"))]:
        profiles.setdefault(normal(address), key)
    for folder in ("author", "authors", "team", "people"):
        profiles.setdefault(normal(f"{folder}/{stem}"), key)
