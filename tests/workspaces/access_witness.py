"""One fixed world in which every clause of the policy decides something."""

from itertools import count
from typing import Any

from collab.comments.models import Comment
from collab.files.models import Attachment
from collab.pages.models import Editing
from collab.reactions.models import Reaction
from collab.tags.models import EntryTag
from collab.workspaces.models import EntryAlias, Part, Revision
from tests.workspaces.access_world import (
    Everything,
    Grant,
    Link,
    Member,
    Person,
    Piece,
    Place,
    Words,
    stored_key,
)

_number = count(5000)

OUTSIDE, INSIDE, LEAVING = (Person(n) for n in (2001, 2002, 2003))
MUSTER, COLLEAGUE = (Person(n, "guest", firm=3001) for n in (2004, 2005))
RIVAL = Person(2006, "guest", firm=3002)
NO_FIRM, NO_FIRM_EITHER = (Person(n, "guest") for n in (2007, 2008))
LEAVING_GUEST = Person(2009, "guest", firm=3001)
LONELY = Person(2010, "guest", firm=3002)
SUSPENDED = Person(2011, "guest", "suspended", firm=3001)
LOCKED = Person(2012, status="locked")
ENDING = Person(2013, "guest", ends=0, firm=3001)
ADMIN = Person(2014, admin=True)
RETIRING = Person(2015, ends=0)
VISITOR = Person(2016, "visitor", "locked")
PEOPLE = (
    OUTSIDE, INSIDE, LEAVING, MUSTER, COLLEAGUE, RIVAL, NO_FIRM, NO_FIRM_EITHER, LEAVING_GUEST, LONELY,
    SUSPENDED, LOCKED, ENDING, ADMIN, RETIRING, VISITOR,
)  # fmt: skip

OPEN, OPEN_CLEAN, NEWSROOM = Place(4001), Place(4002, clean_room=True), Place(4003, "closed", False, True)
CLOSED, CLEAN, SECRET = Place(4004, "closed"), Place(4005, "closed", True), Place(4006, "secret")
PLACES = (OPEN, OPEN_CLEAN, NEWSROOM, CLOSED, CLEAN, SECRET)
GUESTS = (MUSTER, COLLEAGUE, RIVAL, NO_FIRM, NO_FIRM_EITHER, SUSPENDED, ENDING)


def _members() -> list[Member]:
    places = (OPEN_CLEAN, CLOSED, CLEAN)
    people = {OPEN_CLEAN: GUESTS, CLEAN: GUESTS, CLOSED: (MUSTER, SUSPENDED, ENDING)}
    found = [
        Member(next(_number), place.id, person.id)
        for place in places
        for person in (INSIDE, LOCKED, *people[place])
    ]
    leaving = [(place, person) for place in places for person in (LEAVING, LEAVING_GUEST)]
    found += [Member(next(_number), place.id, person.id, ends=0) for place, person in leaving]
    # The two see each other in this place only, until one of them has left.
    found += [
        Member(next(_number), NEWSROOM.id, MUSTER.id),
        Member(next(_number), NEWSROOM.id, RIVAL.id, ends=0),
    ]
    found.append(Member(next(_number), SECRET.id, INSIDE.id))
    return found


#: What is set when: from what has passed long ago to what never comes.
STAGES = [
    (published, guests, public)
    for published in (None, -2, 0, 2)
    for guests in (None, -2, 0, 2)
    for public in (None, -2, 0, 2)
    if (published is None or guests is None or guests >= published)
    and (public is None or (guests is not None and public >= guests))
]


def _entries() -> list[Words]:
    found = [Words(next(_number), place.id, INSIDE.id, (), *stage) for place in PLACES for stage in STAGES]
    for place in (CLEAN, CLOSED, OPEN_CLEAN):
        for author in (OUTSIDE, LEAVING, *GUESTS):
            for others in ((), (RIVAL.id,), (COLLEAGUE.id, LEAVING_GUEST.id)):
                found.append(Words(next(_number), place.id, author.id, others, -2, -2))
                found.append(Words(next(_number), place.id, author.id, others))
                found.append(Words(next(_number), place.id, author.id, others, 0))
    found.append(Words(next(_number), NEWSROOM.id, INSIDE.id, (), -2, -2, -2, deleted=True))
    return found


def _pieces(entries: list[Words]) -> list[Piece]:
    shown = [
        next(words for words in entries if (words.place, words.published, words.guests) == (place.id, -2, -2))
        for place in (CLEAN, CLOSED, OPEN_CLEAN)
    ]
    # An entry of a competitor's, with what the host said about it.
    shown.append(
        next(w for w in entries if (w.place, w.author, w.published, w.guests) == (CLEAN.id, RIVAL.id, -2, -2))
    )
    public = [words for words in entries if words.place == NEWSROOM.id and words.public is not None]
    found: list[Piece] = []
    for words in (*shown, *public):

        def add(table: type[Part], author: Person, words: Words = words, **more: Any) -> None:
            found.append(Piece(table, next(_number), words.id, words.place, author.id, **more))

        for person in (INSIDE, VISITOR, *GUESTS):
            for table in (Comment, Attachment, Revision, Reaction, Editing):
                add(table, person)
        for table in (Comment, Attachment, EntryTag, EntryAlias):
            add(table, INSIDE, internal=True)
        for guest in (MUSTER, RIVAL, NO_FIRM):
            add(Comment, INSIDE, guest=guest.id)
            add(Attachment, INSIDE, guest=guest.id)
        add(Attachment, INSIDE, with_comment=True)
    return list({(piece.table, stored_key(piece), piece.entry): piece for piece in found}.values())


def _grants(entries: list[Words]) -> list[Grant]:
    """Every holder that decides something, on every stage of an entry."""
    holders = [(LONELY.id, None, 1), (None, 3001, 1), (NO_FIRM.id, None, 0), (OUTSIDE.id, None, 1)]
    return [
        Grant(next(_number), words.id, words.place, person, firm, ends, person is None)
        for words in entries
        if words.place in (SECRET.id, CLEAN.id) and words.others == ()
        for person, firm, ends in holders
    ]


def _links(entries: list[Words]) -> list[Link]:
    """Links of every state, to entries of every stage in a secret place and in a clean room."""
    found: list[Link] = []

    def add(words: Words, maker: Person, ends: int = 1, **more: bool) -> None:
        found.append(Link(next(_number), words.id, words.place, maker.id, ends, **more))

    for place in (SECRET, CLEAN):
        ours = [words for words in entries if words.place == place.id and words.author == INSIDE.id]
        shown = next(words for words in ours if (words.published, words.guests) == (-2, -2))
        for words in (shown, *(words for words in ours if words.guests is None)):
            add(words, INSIDE)
        for maker in (MUSTER, LOCKED, RETIRING):
            add(shown, maker)
        add(shown, INSIDE, ends=0)
        add(shown, INSIDE, revoked=True)
        add(shown, INSIDE, talk=True)
    for words in entries:
        if words.place == CLEAN.id and words.author == RIVAL.id and words.published == -2:
            add(words, INSIDE, talk=True)
    return found


_ENTRIES = _entries()
WITNESS = Everything(
    PEOPLE,
    PLACES,
    tuple(_members()),
    tuple(_ENTRIES),
    tuple(_pieces(_ENTRIES)),
    tuple(_grants(_ENTRIES)),
    tuple(_links(_ENTRIES)),
)
