"""Where pages stand: parents, addresses and order, from folders and menus or from a book's contents."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from collab.imports import books, navigation
from collab.imports.addresses import join, normal
from collab.imports.trees import Tree
from collab.text import slugify

SECTION = "section:"  # begins the source of a page that no file describes
LAST = 10**6


@dataclass(slots=True)
class Place:
    """A page's place. ``slug``: its own part of the address; ``path``: the whole of it."""

    source: str
    title: str
    slug: str
    parent: str = ""
    position: int = 0
    path: str = ""
    blurb: str = ""
    listed: list[navigation.Item] = field(default_factory=list)

    @property
    def made(self) -> bool:
        """Does no file describe the page?"""
        return self.source.startswith(SECTION)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a page before it is read. ``weight``: its order as told above the text."""

    source: str
    address: str
    title: str
    weight: int | None = None
    former: tuple[str, ...] = ()


def from_folders(pages: list[Known], menus: list[navigation.Item]) -> dict[str, Place]:
    """Places by source, from the addresses of the pages; folders without a page become sections."""
    by_address = {normal(page.address): page.source for page in pages}
    items = {normal(item.address): item for item in reversed(list(navigation.flat(menus))) if item.address}
    capitals = _capitals([page.title for page in pages] + [item.label for item in navigation.flat(menus)])
    places: dict[str, Place] = {}
    for page in pages:
        parts = page.address.strip("/").split("/")
        slug = slugify(parts[-1], "") or slugify(page.title, "page")
        place = places[page.source] = Place(page.source, page.title, slug)
        for depth in range(len(parts) - 1, 0, -1):
            above = "/".join(parts[:depth])
            place.parent = by_address.get(normal(above), SECTION + above)
            if not place.parent.startswith(SECTION) or place.parent in places:
                break
            item = items.get(normal(above))
            title = item.label if item else _humane(parts[depth - 1], capitals)
            section = Place(place.parent, title, slugify(parts[depth - 1], "section"))
            if item:
                section.blurb, section.listed = item.blurb, item.below
            places[section.source] = place = section
    weights = {page.source: page.weight for page in pages if page.weight is not None}
    order = navigation.order(menus)
    addresses = {page.source: page.address for page in pages}

    def rank(place: Place) -> tuple[int, int, str]:
        address = normal(addresses.get(place.source, place.source.removeprefix(SECTION)))
        return weights.get(place.source, LAST), order.get(address, LAST), natural(place.title)

    _number(places, rank)
    return _with_paths(places)


def heading_their_folders(pages: list[Known]) -> list[Known]:
    """Give a page its folder's address where no page has it: one of the folder's own name
    (Eleventy shows ``about/about.md`` at ``/about/``), or one that it led to formerly.
    """
    taken = {normal(page.address) for page in pages}
    result = []
    for page in pages:
        folder = page.address.rpartition("/")[0]
        names = [folder.rpartition("/")[2], page.address.rpartition("/")[2]]
        its_own = names[0] == names[1] or normal(folder) in map(normal, page.former)
        if folder and its_own and normal(folder) not in taken:
            taken.add(normal(folder))
            page = replace(page, address=folder)  # noqa: PLW2901 - the same page, elsewhere
        result.append(page)
    return result


def from_book(
    tree: Tree, pages: list[Known], chapters: list[books.Chapter]
) -> tuple[dict[str, Place], list[str]]:
    """Places by source, from a book's contents; and the files that it names and nobody finds."""
    folder = tree.summary.rpartition("/")[0]
    known = {page.source: page for page in pages}
    places: dict[str, Place] = {tree.summary: Place(tree.summary, known[tree.summary].title, "contents")}
    missing: list[str] = []

    def settle(found: list[books.Chapter], parent: str) -> bool:
        """Place chapters below a page; False if none of them is there."""
        settled = False
        for chapter in found:
            target = join(folder, chapter.path) if chapter.path else ""
            source = tree.find(target) if target else None
            here = source in known and source not in places
            if chapter.path and source is None:
                missing.append(chapter.path)
            name = source if source is not None and here else f"{SECTION}{parent}/{chapter.label}"
            title = known[name].title if here else chapter.label
            slug = slugify(_file_slug(name, folder, chapter.label) if here else chapter.label, "section")
            places[name] = Place(name, title, slug, parent, len(places))
            below = settle(chapter.below, name)
            if not here and not below:
                del places[name]
            settled = settled or here or below
        return settled

    settle(chapters, "")
    for page in pages:
        slug = slugify(_file_slug(page.source, folder, page.title), "page")
        places.setdefault(page.source, Place(page.source, page.title, slug, "", LAST))
    _number(places, lambda place: (place.position, natural(place.title)))
    return _with_paths(places), missing


def _file_slug(source: str, folder: str, title: str) -> str:
    """What a page's address is made from: its file's name, its folder's for an index, else its title."""
    path = PurePosixPath(source)
    if path.stem.lower() not in ("index", "_index", "readme"):
        return path.stem
    return title if path.parent.as_posix() in (folder, ".") else path.parent.name


def natural(title: str) -> str:
    """A title as people sort it: ``Play 2`` before ``Play 10``."""
    return re.sub(r"\d{1,8}", lambda number: number[0].zfill(8), title.casefold())


def _number(places: dict[str, Place], key: Callable[[Place], tuple[int | str, ...]]) -> None:
    """Count the children of each parent in the order of ``key``."""
    siblings: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places.values():
        siblings[place.parent].append(place)
    for found in siblings.values():
        for number, place in enumerate(sorted(found, key=key)):
            place.position = number


def _with_paths(places: dict[str, Place]) -> dict[str, Place]:
    """Fill in the addresses, parents first; of two pages of one address the later gets a number."""
    taken: set[str] = set()
    below: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places.values():
        below[place.parent].append(place)
    ordered: dict[str, Place] = {}

    def settle(parent: str, before: str) -> None:
        for place in sorted(below[parent], key=lambda each: each.position):
            slug, number = place.slug, 2
            while before + place.slug in taken:
                place.slug, number = f"{slug}-{number}", number + 1
            place.path = before + place.slug
            taken.add(place.path)
            ordered[place.source] = place
            settle(place.source, f"{place.path}/")

    settle("", "")
    return ordered


def _capitals(titles: Iterable[str]) -> dict[str, str]:
    """Words that titles write with capitals inside (``TTS``, ``18F``)."""
    found = {}
    for title in titles:
        for word in re.findall(r"\w+", title):
            if word not in (word.lower(), word.capitalize()):
                found[word.lower()] = word
    return found


def _humane(folder: str, capitals: dict[str, str]) -> str:
    """The name of a folder as a title: ``tech-policies`` is ``Tech policies``."""
    words = re.sub(r"[-_]+", " ", folder).split()
    title = " ".join(capitals.get(word.lower(), word) for word in words)
    return title[:1].upper() + title[1:]
