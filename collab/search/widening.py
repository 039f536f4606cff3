"""Asking for the company's other words, too: a question is widened before anybody plans it.

Matching stays that of ``question``: a group that asks for a word asks for one of the words that mean
the same, for every engine and for a plain scan alike. A group of words is recognised by the terms of
its words, so in all their forms. What stands in quotation marks is meant as written.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from collab.search.analysis import is_small, readings
from collab.search.models import SynonymGroup
from collab.search.question import Group, Item, Phrase, Question, Word

#: The terms of each word of a passage; a text has one of each, one after the other.
Terms = tuple[frozenset[str], ...]
#: A group asks for at most so many things.
MOST = 24


@dataclass(frozen=True)
class Member:
    """A word or passage of a group, and the others."""

    terms: Terms
    others: tuple[Item, ...]


@dataclass(frozen=True)
class Known:
    """All members by each term of their first words; ``state`` of the table that this was read from."""

    state: tuple[int, int, str] = (0, 0, "")
    members: Mapping[str, Sequence[Member]] = field(default_factory=dict)

    def beginning(self, terms: frozenset[str]) -> Iterator[Member]:
        """The members whose first word is this one."""
        seen = set()
        for term in terms:
            for member in self.members.get(term, ()):
                if id(member) not in seen:
                    seen.add(id(member))
                    yield member


#: What each process knows of each of its databases.
_known: WeakKeyDictionary[Engine | Connection, Known] = WeakKeyDictionary()


def widen(db: Session, question: Question) -> Question:
    """The question that asks for the synonyms of its words, too; ``also`` are those that it did not name."""
    known = _current(db) if question.groups else Known()
    if not known.members:
        return question
    added: dict[int, dict[Item, None]] = {}
    said = [_said(group) for group in question.groups]
    for number in range(len(said)):
        for terms in said[number]:
            for member in known.beginning(terms[0]):
                for place in _covered(said, number, terms, member):
                    added.setdefault(place, {}).update(dict.fromkeys(member.others))
    if not added:
        return question
    groups = tuple(
        tuple(dict.fromkeys((*group, *added.get(number, ()))))[:MOST]
        for number, group in enumerate(question.groups)
    )
    new = {item for items in added.values() for item in items} - {
        item for group in question.groups for item in group
    }
    also = sorted(
        item.text if isinstance(item, Word) else " ".join(item.words)
        for item in new
        if isinstance(item, Word | Phrase)
    )
    return replace(question, groups=groups, also=tuple(also))


def _said(group: Group) -> list[Terms]:
    """What the group asks for in words that may be widened."""
    words = [item.text for item in group if isinstance(item, Word) and not item.prefix]
    return [terms for word in words if (word.isupper() or not is_small(word)) and (terms := terms_of(word))]


def terms_of(words: str) -> Terms:
    """The terms of each word, whatever its form."""
    found: list[frozenset[str]] = []
    for word in words.split():
        options = readings(word)
        found += [frozenset(terms) for terms in options[0].sets] if options else ()
    return tuple(found)


def _covered(said: Sequence[Sequence[Terms]], number: int, terms: Terms, member: Member) -> range:
    """The groups that ask together for the whole member, the first of them with ``terms``; none if it is not."""
    if _same(terms, member.terms):
        return range(number, number + 1)
    last, rest = number, member.terms
    while len(said[last]) == 1 and len(said[last][0]) <= len(rest):
        [terms] = said[last]
        if not _same(terms, rest[: len(terms)]):
            break
        rest, last = rest[len(terms) :], last + 1
        if not rest:
            return range(number, last)
        if last == len(said):
            break
    return range(0)


def _same(terms: Terms, others: Terms) -> bool:
    return len(terms) == len(others) and all(a & b for a, b in zip(terms, others, strict=True))


def _current(db: Session) -> Known:
    """What the table says now; read again only if it has changed since."""
    state = select(
        func.count(), func.coalesce(func.sum(SynonymGroup.version), 0), func.max(SynonymGroup.public_id)
    )
    count, versions, name = db.execute(state).one()
    now = (count, versions, name or "")
    bind = db.get_bind()
    known = _known.get(bind)
    if known is None or known.state != now:
        known = _known[bind] = _read(db, now)
    return known


def _read(db: Session, state: tuple[int, int, str]) -> Known:
    members: dict[str, list[Member]] = {}
    groups = select(SynonymGroup.words).where(SynonymGroup.deleted_at.is_(None)).order_by(SynonymGroup.id)
    for words in db.scalars(groups):
        for word in words:
            member = Member(terms_of(word), tuple(_item(other) for other in words if other != word))
            for term in member.terms[0] if member.terms else ():
                members.setdefault(term, []).append(member)
    return Known(state, members)


def _item(words: str) -> Item:
    each = tuple(words.split())
    return Word(words) if len(each) == 1 else Phrase(each)
