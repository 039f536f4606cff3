"""Search without an index: every row that the policy gives is read and compared with the question.

Of the search it shares what a text becomes terms by (``analysis``), and nothing else: no plan, no postings,
no keys. So it says what has to be found; in which order is not its matter.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from collab.auth.models import Account
from collab.comments.models import Comment
from collab.files.models import Attachment, AttachmentText
from collab.search.analysis import Option, beginnings, fold, is_small, readings, tokens
from collab.search.question import ALL_OF, SHARE, Group, Item, Phrase, Question, Word
from collab.tags.models import EntryTag
from collab.viewer import Viewer
from collab.workspaces import access, whereabouts
from collab.workspaces.models import Entry, EntryAuthor, Workspace


@dataclass(frozen=True)
class Thing:
    """One thing that somebody may read, with all of it that this person may read.

    ``name`` tells it among all things of its kind. ``place``: its workspace (0: none); ``known``: may this
    person know that it is there?
    """

    kind: str
    name: str
    place: int
    title: str
    text: str
    at: datetime
    tags: tuple[str, ...] = ()
    tag_keys: frozenset[str] = frozenset()
    authors: frozenset[int] = frozenset()
    lang: str = ""
    has_file: bool = False
    known: bool = True

    @cached_property
    def lines(self) -> Sequence[dict[str, set[int | None]]]:
        """Title, tags and text: each term and where it stands. No phrase runs from one to another."""
        found = []
        for line in (self.title, *self.tags, self.text):
            places: dict[str, set[int | None]] = {}
            for token in tokens(line, self.lang):
                places.setdefault(token.term, set()).add(token.position)
            found.append(places)
        return found

    @cached_property
    def terms(self) -> frozenset[str]:
        return frozenset(term for line in self.lines for term in line)

    @cached_property
    def begins(self) -> set[str]:
        return beginnings(self.title)

    def has(self, sets: Sequence[Sequence[str]], *, adjacent: bool) -> bool:
        """Is there a term of each set, one after the other if ``adjacent``?"""
        if not adjacent:
            return all(not self.terms.isdisjoint(terms) for terms in sets)
        return any(_in_a_row(line, sets) for line in self.lines)


def _in_a_row(line: dict[str, set[int | None]], sets: Sequence[Sequence[str]]) -> bool:
    starts = {place for term in sets[0] for place in line.get(term, ()) if place is not None}
    return any(
        all(any(start + number in line.get(term, ()) for term in terms) for number, terms in enumerate(sets))
        for start in starts
    )


# What a question asks for -----------------------------------------------------------------------


def answers(question: Question, things: Sequence[Thing]) -> list[Thing]:
    """The things that answer; of a sentence none of which says enough, those that say any of it."""
    found = [thing for thing in things if _answers(question, thing, wide=question.wide)]
    again = not found and not question.strict and not question.typing and len(question.groups) > 1
    return [thing for thing in things if _answers(question, thing, wide=True)] if again else found


def _answers(question: Question, thing: Thing, *, wide: bool) -> bool:
    return (
        _fits(question, thing)
        and not any(_has(thing, item) for item in question.without)
        and _says(question, thing, wide=wide)
    )


def _says(question: Question, thing: Thing, *, wide: bool) -> bool:
    groups = list(_groups(question))
    if not groups:
        return question.narrowed
    telling = [group for group in groups if not _is_small(group[0])] or groups
    met = sum(
        any(_has(thing, item) or (typing and _is_begun(thing, item)) for item in group)
        for group, typing in telling
    )
    if wide:
        return met > 0
    if question.strict or len(telling) <= ALL_OF:
        return met == len(telling)
    return met >= math.ceil(SHARE * len(telling))


def _groups(question: Question) -> Iterator[tuple[Group, bool]]:
    """The groups that hold any words, each once, and whether somebody is still typing the word."""
    known: set[Any] = set()
    for number, group in enumerate(question.groups):
        typing = question.typing and number == len(question.groups) - 1
        asked = tuple(_meaning(item, typing=typing) for item in group)
        if any(asked) and asked not in known:
            known.add(asked)
            yield group, typing


def _meaning(item: Item, *, typing: bool) -> Any:
    if isinstance(item, Phrase):
        return tuple(word for word in map(readings, item.words) if word)
    begun = fold(item.text.lower()) if (item.prefix or typing) and len(item.text) > 1 else ""
    return (readings(item.text), begun) if begun or readings(item.text) else None


def _is_small(group: Group) -> bool:
    return all(isinstance(item, Word) and is_small(item.text) for item in group)


def _has(thing: Thing, item: Item) -> bool:
    if isinstance(item, Phrase):
        sets = [terms for word in item.words for terms in _in_a_phrase(readings(word))]
        return bool(sets) and thing.has(sets, adjacent=len(sets) > 1)
    if item.prefix and _goes_on(thing, fold(item.text.lower())):
        return True
    return any(thing.has(option.sets, adjacent=option.adjacent) for option in readings(item.text))


def _goes_on(thing: Thing, begun: str) -> bool:
    return len(begun) > 1 and (begun in thing.begins or any(term.startswith(begun) for term in thing.terms))


def _is_begun(thing: Thing, item: Item) -> bool:
    """Does a word of the title begin so?"""
    return isinstance(item, Word) and len(item.text) > 1 and fold(item.text.lower())[:24] in thing.begins


def _in_a_phrase(options: Sequence[Option]) -> Sequence[Sequence[str]]:
    """A joined word (WS-320) stands in a phrase as its parts, another as itself."""
    joined = [option.sets for option in options if option.adjacent]
    return (joined or [option.sets for option in options] or [()])[0]


def _fits(question: Question, thing: Thing) -> bool:
    return (
        (not question.kinds or thing.kind in question.kinds)
        and (not question.authors or not thing.authors.isdisjoint(question.authors))
        and (not question.tags or not thing.tag_keys.isdisjoint(question.tags))
        and (not question.langs or thing.lang in question.langs)
        and (question.has_file is None or thing.has_file == question.has_file)
        and (question.after is None or thing.at >= question.after)
        and (question.before is None or thing.at < question.before)
    )


# What somebody may read --------------------------------------------------------------------------


def things(db: Session, viewer: Viewer) -> list[Thing]:
    """Everything that the viewer may read and that can be found, by the policy's own doors."""
    located = access.select_entries(viewer, Entry, Entry.id).where(whereabouts.known(viewer))
    known = set(db.scalars(located))
    return [
        *_entries(db, viewer, known),
        *_comments(db, viewer, known),
        *_files(db, viewer, known),
        *_people(db, viewer),
        *_workspaces(db, viewer),
    ]


def _entries(db: Session, viewer: Viewer, known: Set[int]) -> Iterator[Thing]:
    tags: dict[int, list[tuple[str, str]]] = {}
    named = access.select_parts(viewer, EntryTag, EntryTag.entry_id, EntryTag.name, EntryTag.key)
    for number, name, key in db.execute(named):
        tags.setdefault(number, []).append((name, key))
    with_file = set(
        db.scalars(
            access.select_parts(viewer, Attachment, Attachment.entry_id).where(
                Attachment.deleted_at.is_(None)
            )
        )
    )
    signed: dict[int, set[int]] = {}
    for number, person in db.execute(select(EntryAuthor.entry_id, EntryAuthor.account_id)):
        signed.setdefault(number, set()).add(person)
    table = Entry.__table__.c
    for row in db.execute(access.select_entries(viewer, Entry, *table)):
        own = tags.get(row.id, [])
        yield Thing(
            kind=row.kind,
            name=row.public_id,
            place=row.workspace_id,
            title=row.title,
            text=row.text,
            at=row.published_at or row.created_at,
            tags=tuple(name for name, _ in own),
            tag_keys=frozenset(key for _, key in own),
            authors=frozenset({row.author_id, *signed.get(row.id, ())}),
            lang=row.lang,
            has_file=row.id in with_file,
            known=row.id in known,
        )


def _comments(db: Session, viewer: Viewer, known: Set[int]) -> Iterator[Thing]:
    spoken = access.select_parts(viewer, Comment, *Comment.__table__.c).where(Comment.deleted_at.is_(None))
    for row in db.execute(spoken):
        yield Thing(
            kind="comment",
            name=row.public_id,
            place=row.workspace_id,
            title="",
            text=row.text,
            at=row.created_at,
            authors=frozenset({row.author_id}),
            known=row.entry_id in known,
        )


def _files(db: Session, viewer: Viewer, known: Set[int]) -> Iterator[Thing]:
    read = {row.attachment_id: row for row in db.execute(select(*AttachmentText.__table__.c))}
    there = access.select_parts(viewer, Attachment, *Attachment.__table__.c)
    for row in db.execute(there.where(Attachment.deleted_at.is_(None))):
        said = read.get(row.id)
        yield Thing(
            kind="file",
            name=row.name,
            place=row.workspace_id,
            title=f"{row.name} {row.name.replace('_', ' ')}",
            text=f"{row.alt}\n{said.text if said else ''}",
            at=row.created_at,
            authors=frozenset({row.author_id}),
            lang=said.lang if said else "",
            has_file=True,
            known=row.entry_id in known,
        )


def _people(db: Session, viewer: Viewer) -> Iterator[Thing]:
    for row in db.execute(select(*Account.__table__.c).where(access.people(viewer))):
        about = f"{row.title}\n{row.location}\n{row.bio}"
        yield Thing("person", row.handle, 0, f"{row.name} {row.handle}", about, row.created_at)


def _workspaces(db: Session, viewer: Viewer) -> Iterator[Thing]:
    for row in db.execute(select(*Workspace.__table__.c).where(access.workspaces(viewer))):
        yield Thing("workspace", row.slug, 0, row.name, row.purpose, row.created_at)


def named_places(db: Session, viewer: Viewer) -> dict[str, int]:
    """The workspaces to which the viewer may narrow a search: belonging there, or open to the public."""
    known = select(Workspace.slug, Workspace.id).where(
        access.reachable(viewer), or_(access.inside(viewer), Workspace.allows_public)
    )
    return {row.slug: row.id for row in db.execute(known)}


def counts(db: Session, viewer: Viewer, found: Sequence[Thing]) -> dict[str, Counter[str]]:
    """How many of the things are of each kind, in each place, by each person …, as far as the viewer may know."""
    slugs = {row.id: row.slug for row in db.execute(select(Workspace.id, Workspace.slug))}
    known = select(Account.id, Account.handle).where(access.people(viewer))
    people = {row.id: row.handle for row in db.execute(known)}
    return {
        "kinds": Counter(thing.kind for thing in found),
        "places": Counter(slugs[thing.place] for thing in found if thing.place and thing.known),
        "authors": Counter(people[one] for thing in found for one in thing.authors if one in people),
        "tags": Counter(key for thing in found for key in thing.tag_keys),
        "langs": Counter(thing.lang for thing in found if thing.lang),
    }
