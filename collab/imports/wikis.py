"""Read the pages of a wiki, handbook or book: ``read_pages(folder)``, then iterate.

Parents come before the pages below them. As with posts, the first pass learns addresses and
titles, the second reads one page at a time, with its former states where there are some.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from collab import language as languages
from collab.imports import (
    authors,
    body,
    books,
    frontmatter,
    history,
    navigation,
    pagedata,
    pagetree,
    permalinks,
    plain,
)
from collab.imports.addresses import Addresses
from collab.imports.contexts import Contexts
from collab.imports.documents import Body, ImportedPage, Problem, Revision
from collab.imports.frontmatter import Data, words
from collab.imports.headings import take_title
from collab.imports.markup import mask
from collab.imports.pagetree import Place
from collab.imports.people import People
from collab.imports.reading import plain_blanks
from collab.imports.resolve import Links, Places
from collab.imports.tags import Tags
from collab.imports.trees import Tree, is_about, open_tree


@dataclass
class Pages:
    """The pages of a tree. Iterating reads them one by one; ``problems`` grows meanwhile."""

    tree: Tree
    people: People
    places: Places
    tags: Tags
    problems: list[Problem] = field(default_factory=list)
    found: dict[str, Place] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, tuple[str, str]] = field(default_factory=dict)
    states: dict[str, list[history.State]] = field(default_factory=dict)
    fallbacks: dict[str, str] = field(default_factory=dict)
    default_language: str = "en"

    def __len__(self) -> int:
        return sum(not place.made for place in self.found.values()) + len(self.redirects)

    def __iter__(self) -> Iterator[ImportedPage]:
        for source in [*self.found, *self.redirects]:
            try:
                yield self.read(source)
            except Exception as error:
                self.problems.append(Problem(source, f"cannot be read: {error!r}", kind="failed"))

    def read(self, source: str) -> ImportedPage:
        """One page by its source. Raises KeyError for another file."""
        if source in self.redirects:
            return self._redirect(source)
        place = self.found[source]
        return self._section(place) if place.made else self._page(place)

    def __post_init__(self) -> None:
        self._contexts = Contexts(self.tree, self.people, self.places)

    def _page(self, place: Place) -> ImportedPage:
        source = place.source
        text, notes = self.tree.read(source)
        title, content, data = self._convert(source, text, notes)
        states = tuple(self._states(source))
        return ImportedPage(
            source=source,
            path=place.path,
            title=title,
            body=content,
            parent=place.parent,
            position=place.position,
            lang=self._language(data, f"{title}\n{content.text}"),
            tags=self.tags.names(pagedata.tags(data)),
            aliases=tuple(self._aliases(source, data, place.path)),
            revisions=states,
            authors=tuple(dict.fromkeys(state.author for state in states))
            or self.people.authors(data.get("authors") or data.get("author") or []),
            date=states[0].date if states else pagedata.date(data, self.tree.zone),
            valid_until=pagedata.valid_until(data),
            notes=content.notes,
        )

    def _convert(self, source: str, text: str, notes: list[str]) -> tuple[str, Body, Data]:
        """Title, body and data of a page, or of a former state of it."""
        data, text, mended = frontmatter.split(text)
        notes = [*notes, *mended]
        linked = Links(self.places, source, self.addresses.get(source, ""))
        lang = self._language(data, text)
        rules = body.Rules(self.tree.is_liquid, self.tree.is_content, False)
        text = pagedata.with_extras(text, data, lang)
        told = plain.words(" ".join(words(data.get("title"))[:1]))
        fallback = self.fallbacks.get(source) or _file_title(source)
        title, content = body.convert(text, rules, linked, self._contexts.make(data, notes), told, fallback)
        return title, content, data

    def _states(self, source: str) -> Iterator[Revision]:
        for state in self.states.get(source, []):
            text, _ = self.tree.read(state.file)
            title, content, _ = self._convert(source, text, [])
            key = next(iter(self.people.authors(state.author)), "")
            yield Revision(state.file, state.date, key, state.message, title, content)

    def _redirect(self, source: str) -> ImportedPage:
        target, _ = self.redirects[source]
        data, _, _ = frontmatter.split(self.tree.read(source)[0])
        aliases = tuple(self._aliases(source, data, ""))
        title = plain.words(" ".join(words(data.get("title"))[:1])) or _file_title(source)
        return ImportedPage(source, "", title, Body(""), "", 0, "", aliases=aliases, redirect_to=target)

    def _section(self, place: Place) -> ImportedPage:
        """A page for a folder or part: what the menus say of it, else what stands below it."""
        below = [each for each in self.found.values() if each.parent == place.source]
        text = pagedata.section(place, below)
        linked = Links(self.places, place.source, place.path)
        rules = body.Rules(False, False, False)
        _, content = body.convert(text, rules, linked, self._contexts.make({}, []), place.title, place.title)
        return ImportedPage(
            source=place.source,
            path=place.path,
            title=place.title,
            body=content,
            parent=place.parent,
            position=place.position,
            lang=self.default_language,
            made=True,
            notes=content.notes,
        )

    def _aliases(self, source: str, data: Data, path: str) -> Iterator[str]:
        own = [self.addresses.get(source, ""), *pagedata.former(data)]
        for address in dict.fromkeys(each.strip("/") for each in own):
            if address and address != path:
                yield address

    def _language(self, data: Data, text: str) -> str:
        told = [*words(data.get("lang")), *words(data.get("language"))]
        if told and told[0][:2].lower() in ("de", "en"):
            return told[0][:2].lower()
        return languages.guess(text) or self.default_language


def read_pages(folder: Path) -> Pages:
    """The pages of a wiki in a folder. Raises NotATree."""
    tree = open_tree(folder)
    people, _ = authors.describe(tree)
    places = Places(tree, Addresses())
    pages = Pages(tree, people, places, Tags())
    past, pages.states = history.read(tree, pages.problems)
    sources = list(_documents(tree, past, pages.problems))
    chapters = books.read(tree.read(tree.summary)[0]) if tree.summary else []
    pages.fallbacks = _labels(tree, chapters)
    known = _first_pass(pages, sources, _common(sources))
    _settle_redirects(pages)
    known = [each for each in known if each.source not in pages.redirects]
    if tree.summary:
        pages.found, missing = pagetree.from_book(tree, known, chapters)
        for path in missing:
            pages.problems.append(Problem(tree.summary, f"names {path}, which is not in the tree", "note"))
    else:
        pages.found = pagetree.from_folders(known, navigation.read(tree))
    for place in pages.found.values():
        if place.made:
            address = place.source.removeprefix(pagetree.SECTION) if not tree.summary else ""
            places.addresses.add(address or f"section/{place.path}", place.source)
    places.own_hosts = places.addresses.own_hosts(tree.url)
    return pages


def _documents(tree: Tree, past: str, problems: list[Problem]) -> Iterator[str]:
    """The files that are pages; a reason for every other document."""
    found = [path for path in tree.markdown() if not (past and path.startswith(past))]
    book = tree.summary.rpartition("/")[0]
    inside = [path for path in found if not ("/" not in path and is_about(path))]
    rootless = book or _common(inside)
    for path in found:
        if book and not path.startswith(f"{book}/"):
            problems.append(Problem(path, f"not in the book ({book}), no page"))
        elif "/" not in path and is_about(path) and (rootless or Path(path).stem.lower() != "readme"):
            problems.append(Problem(path, "about the repository, no page"))
        elif PurePosixPath(path).parts[0] in ("_includes", "_layouts", "_posts", "_drafts", "node_modules"):
            problems.append(Problem(path, f"in {PurePosixPath(path).parts[0]}, no page"))
        else:
            yield path


def _common(sources: list[str]) -> str:
    """The folder that holds all of them, with a slash; empty if there is none."""
    tops = {path.partition("/")[0] for path in sources}
    return f"{tops.pop()}/" if len(tops) == 1 and all("/" in path for path in sources) else ""


def _labels(tree: Tree, chapters: list[books.Chapter]) -> dict[str, str]:
    labels: dict[str, str] = {}
    folder = tree.summary.rpartition("/")[0]

    def walk(found: list[books.Chapter]) -> None:
        for chapter in found:
            if chapter.path and (source := tree.find(f"{folder}/{chapter.path}")):
                labels.setdefault(source, chapter.label)
            walk(chapter.below)

    walk(chapters)
    return labels


def _first_pass(pages: Pages, sources: list[str], under: str) -> list[pagetree.Known]:
    """Look at every page's data; fill in addresses, tags and redirects."""
    known = []
    for source in sources:
        text, _ = pages.tree.read(source)
        data, text, _ = frontmatter.split(text)
        told = plain.words(" ".join(words(data.get("title"))[:1]))
        fallback = pages.fallbacks.get(source) or _file_title(source)
        start, hidden = mask(plain_blanks(text[:4000]))
        title, _ = take_title(start, told, fallback, hidden)
        address = permalinks.page_address(source, data, under)
        pages.tags.count(pagedata.tags(data))
        pages.places.addresses.note_links(text)
        target = (words(data.get("redirect_to")) or [""])[0]
        if target and not text.strip():
            pages.redirects[source] = (target, title)
        known.append(
            pagetree.Known(source, address, title, pagedata.weight(data), tuple(pagedata.former(data)))
        )
    written = {page.source: page.address for page in known}
    known = known if pages.tree.summary else pagetree.heading_their_folders(known)
    for page in known:
        pages.addresses[page.source] = page.address
        pages.places.addresses.add(page.address or f"home:{page.source}", page.source)
    for page in known:
        for address in (written[page.source], *page.former):
            if address and not pages.places.addresses.add(address, page.source):
                note = f"the former address {address} belongs to another page"
                pages.problems.append(Problem(page.source, note, "note"))
    sample = " ".join(pages.tree.read(source)[0][:2000] for source in sources[:20])
    pages.default_language = pages.tree.language or languages.guess(sample) or "en"
    return known


def _settle_redirects(pages: Pages) -> None:
    """Redirects to pages of the tree are old addresses of theirs; others stay pages that hold a link."""
    written, pages.redirects = pages.redirects, {}
    for source, (_, title) in written.items():
        seen: list[str] = []
        found: str | None = source
        while found in written and found not in seen:
            seen.append(found)
            found = _leads_to(pages, written[found][0])
        if found and found not in seen:
            pages.redirects[source] = (found, title)


def _leads_to(pages: Pages, target: str) -> str | None:
    """The page of the tree at an address, which may be absolute."""
    site = pages.tree.url
    if re.match(r"[a-z]+:", target) and not (site and target.startswith(site)):
        return None
    return pages.places.addresses.find(target.removeprefix(site) if site else target)


def _file_title(source: str) -> str:
    name = permalinks.name_of(source).replace("-", " ").replace("_", " ").strip()
    return name[:1].upper() + name[1:]
