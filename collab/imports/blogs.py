"""Read the posts of a blog: ``read_posts(folder)``, then iterate.

Two passes keep memory small: the first looks at every document's front matter to know its
address, date, people and tags; the second reads one document at a time, whole.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath

from collab.imports import authors, body, dates, frontmatter, permalinks, plain, postdata
from collab.imports.addresses import Addresses
from collab.imports.contexts import Contexts
from collab.imports.documents import ImportedPost, Problem
from collab.imports.frontmatter import Data, words
from collab.imports.people import People
from collab.imports.reading import one_line
from collab.imports.resolve import Links, Places
from collab.imports.tags import Tags
from collab.imports.tags import key as tag_key
from collab.imports.trees import MARKDOWN, Tree, is_about, open_tree


@dataclass(slots=True)
class Found:
    """What the first pass keeps of a post."""

    source: str
    slug: str
    date: datetime
    addresses: list[str]
    notes: list[str]


@dataclass
class Posts:
    """The posts of a tree. Iterating reads them one by one, oldest first; ``problems`` grows meanwhile."""

    tree: Tree
    people: People
    places: Places
    tags: Tags
    problems: list[Problem] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[ImportedPost]:
        for each in self.found:
            try:
                yield self._post(each)
            except Exception as error:
                self.problems.append(Problem(each.source, f"cannot be read: {error!r}", "failed"))

    def __post_init__(self) -> None:
        self._contexts = Contexts(self.tree, self.people, self.places)

    def read(self, source: str) -> ImportedPost:
        """One post by its source. Raises KeyError for another file."""
        each = next((each for each in self.found if each.source == source), None)
        if each is None:
            raise KeyError(source)
        return self._post(each)

    def _post(self, found: Found) -> ImportedPost:
        text, notes = self.tree.read(found.source)
        data, text, mended = frontmatter.split(text)
        notes = [*notes, *mended, *found.notes]
        lang = postdata.language(data, f"{_told_title(data)}\n{text}", self.tree.language)
        image, credit = postdata.image(data, self.tree, notes)
        title, content = body.convert(
            postdata.with_credit(text, credit, lang),
            body.Rules(self.tree.is_liquid, self.tree.is_content, self.tree.is_liquid),
            Links(self.places, found.source, found.addresses[0] if found.addresses else ""),
            self._contexts.make(data, notes),
            _told_title(data),
            one_line(permalinks.name_of(found.source).replace("-", " ").replace("_", " ")),
        )
        return ImportedPost(
            source=found.source,
            slug=found.slug,
            title=title,
            body=content,
            summary=postdata.summary(data, content),
            authors=self.people.authors(postdata.authors(data)),
            tags=self.tags.names(postdata.tags(data)),
            date=found.date,
            published=postdata.is_published(found.source, data),
            lang=lang,
            aliases=tuple(found.addresses),
            image=image,
            notes=content.notes,
        )


def read_posts(folder: Path) -> Posts:
    """The posts of a blog in a folder. Raises NotATree."""
    tree = open_tree(folder)
    people, profiles = authors.describe(tree)
    places = Places(tree, Addresses())
    posts = Posts(tree, people, places, Tags())
    unknown: Counter[str] = Counter()
    for path in _candidates(tree, posts.problems):
        text, _ = tree.read(path)
        data, text, _ = frontmatter.split(text)
        if each := _look(tree, path, data, posts.problems):
            posts.found.append(each)
            people.authors(postdata.authors(data))
            posts.tags.count(postdata.tags(data))
            places.addresses.note_links(text)
            unknown.update(key for key in data if key not in postdata.KNOWN)
    slugs = permalinks.distinct([(each.source, each.slug, each.date) for each in posts.found])
    posts.found.sort(key=lambda each: (each.date, each.source))
    for each in posts.found:
        if slugs[each.source] != each.slug:
            each.notes.append(f"the name {each.slug} is taken: named {slugs[each.source]}")
        each.slug = slugs[each.source]
        for address in [*each.addresses, each.source]:
            places.addresses.add(address, each.source)
    places.people = {address: key for address, key in profiles.items() if people.is_met(key)}
    places.tags = {tag_key(name): name for name in posts.tags.all()}
    places.own_hosts = places.addresses.own_hosts(tree.url)
    _report(posts, unknown)
    return posts


def _told_title(data: Data) -> str:
    return plain.words(" ".join(words(data.get("title"))[:1]))


def _candidates(tree: Tree, problems: list[Problem]) -> Iterator[str]:
    """The files that are posts; a reason for every other document."""
    jekyll = tree.has("_posts") or tree.has("_drafts")
    for path in tree.paths:
        parts, suffix = PurePosixPath(path).parts, Path(path).suffix.lower()
        if jekyll and {"_posts", "_drafts"} & set(parts) and suffix in MARKDOWN | {".html"}:
            yield path
        elif suffix not in MARKDOWN or authors.is_person(path):
            continue
        elif is_about(path) and len(parts) == 1:
            problems.append(Problem(path, "about the repository, no post"))
        elif jekyll:
            where = parts[0] if len(parts) > 1 else "a page"
            problems.append(Problem(path, f"not in _posts ({where}), no post"))
        elif Path(path).stem == "_index":
            problems.append(Problem(path, "heads a section, no post"))
        elif tree.is_content and parts[0] != "content":
            problems.append(Problem(path, "not in content, no post"))
        else:
            yield path


def _look(tree: Tree, path: str, data: Data, problems: list[Problem]) -> Found | None:
    """What a post's data says of its date and addresses; None, with the reason, where it has no date."""
    notes: list[str] = []
    in_name = dates.in_name(path)
    at = postdata.date(tree, path, data, in_name, notes)
    if at is None:
        problems.append(Problem(path, "no date in front matter, file name or address, no post"))
        return None
    both = [at] + ([in_name.at] if in_name and in_name.at.date() != at.date() else [])
    addresses = permalinks.post_addresses(tree, path, data, both)
    return Found(path, permalinks.slug(path, data, _told_title(data)), at, addresses, notes)


def _report(posts: Posts, unknown: Counter[str]) -> None:
    """What concerns the tree as a whole."""

    def note(text: str) -> None:
        posts.problems.append(Problem("", text, "note"))

    for name, spellings in posts.tags.unified().items():
        note(f"tags {', '.join(spellings)} are one tag: {name}")
    for name, spellings in posts.people.variants().items():
        note(f"authors {', '.join(spellings)} are one person: {name}")
    for name, keys in posts.people.namesakes().items():
        note(
            f"{len(keys)} people are called {name} ({', '.join(keys)}): kept apart, because their ids differ"
        )
    if idle := posts.people.unused():
        note(f"{idle} people of the tree wrote nothing: no account for them")
    if unknown:
        told = ", ".join(f"{key} ({times})" for key, times in unknown.most_common())
        note(f"front matter without a place in Collab, left out: {told}")
