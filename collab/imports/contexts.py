"""What the templates of a tree may ask for, see ``liquid.Context``."""

from pathlib import PurePosixPath

from collab.imports import liquid
from collab.imports.documents import doc_placeholder, person_placeholder
from collab.imports.embeds import escape_address, escape_label
from collab.imports.frontmatter import Data, split
from collab.imports.people import People
from collab.imports.resolve import Places
from collab.imports.trees import IMAGES, Tree

_FACES = frozenset({"team", "people", "authors", "avatars", "author", "staff"})
_TEXTS = frozenset({".md", ".markdown", ".txt", ".html"})


class Contexts:
    """Makes the context of each document of one tree."""

    def __init__(self, tree: Tree, people: People, places: Places) -> None:
        self.tree = tree
        self.people = people
        self.places = places
        self._site: Data = {**tree.config, "data": tree.data}
        self._faces = {
            PurePosixPath(path).stem.casefold(): path
            for path in tree.paths
            if PurePosixPath(path).suffix.lower() in IMAGES and _FACES & set(PurePosixPath(path).parts)
        }

    def make(self, page: Data, notes: list[str]) -> liquid.Context:
        """The context of a document with the data ``page`` above it."""
        return liquid.Context(
            site=self._site,
            page=page,
            person=self._person,
            photo=lambda name: self._photo(name, notes),
            include=self._include,
            post=self._post,
            notes=notes,
        )

    def _person(self, name: str) -> str:
        person = self.people.find(name)
        if person is None:
            return ""
        label = escape_label(person.name)
        return f"[{label}]({person_placeholder(person.key)})" if self.people.is_met(person.key) else label

    def _photo(self, name: str, notes: list[str]) -> str:
        person = self.people.find(name)
        path = self._faces.get(name.casefold())
        if path is None:
            notes.append("photo of a person is not in the tree: left out")
            return ""
        return f"![{escape_label(person.name if person else name)}](/{escape_address(path)})"

    def _include(self, name: str) -> str | None:
        path = self.tree.find(f"_includes/{name}") or self.tree.find(name)
        if path is None or PurePosixPath(path).suffix.lower() not in _TEXTS:
            return None
        return split(self.tree.read(path)[0])[1]

    def _post(self, name: str) -> str:
        stem = name.strip("/").rpartition("/")[2]
        for source in self.places.addresses.documents:
            if PurePosixPath(source).stem == stem:
                return doc_placeholder(source)
        return f"/{name}"
