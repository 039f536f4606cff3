"""Who may read what, read off DESIGN section 3 a second time, in plain Python, for the tests only."""

from collections import defaultdict
from functools import cached_property

from collab.comments.mentions import Mention
from collab.comments.models import Comment
from collab.files.models import Attachment
from collab.pages.models import Editing, PageLink
from collab.reactions.models import Reaction
from collab.tags.models import EntryTag
from collab.workspaces.models import EntryAlias, Revision
from tests.workspaces.access_world import Everything, Grant, Link, Person, Piece, Place, Words

#: Parts that show themselves wherever the entry shows, also to the public; the others are for insiders.
SHOWN_WITH_THE_ENTRY = {Attachment, EntryAlias, EntryTag}
INSIDERS_ONLY = {Comment, Revision, Reaction, Mention, PageLink, Editing}
#: Parts that somebody made, so that a competitor must not notice them.
SIGNED = {Attachment, Comment, Revision, Reaction, Editing}
#: Parts that those see, too, who came by a link that lets them comment.
SPOKEN = {Attachment, Comment}


class Oracle:
    """The world at one hour. A viewer is a Person, or None for a stranger."""

    def __init__(self, world: Everything, now: int) -> None:
        self.world, self.now = world, now
        self.people = {person.id: person for person in world.people}
        self.places = {place.id: place for place in world.places}
        self.entries = {words.id: words for words in world.entries}
        self.grants: dict[int, list[Grant]] = defaultdict(list)
        for grant in world.grants:
            self.grants[grant.entry].append(grant)
        self._found: dict[tuple[int, int], bool] = {}

    @cached_property
    def current(self) -> set[tuple[int, int]]:
        """(place, person) of the memberships that have not ended."""
        return {(m.place, m.person) for m in self.world.members if m.ends is None or m.ends > self.now}

    def works(self, person: Person) -> bool:
        """Suspended, locked and ended accounts read and do nothing."""
        return person.status == "active" and (person.ends is None or person.ends > self.now)

    def who(self, person: Person | None) -> Person | None:
        """What is left of the person: somebody who may do nothing is a stranger."""
        return person if person and self.works(person) else None

    def _passed(self, at: int | None) -> bool:
        return at is not None and at <= self.now

    def belongs(self, person: Person | None, place: Place) -> bool:
        if person is None:
            return False
        if (place.id, person.id) in self.current:
            return True
        return person.kind == "employee" and place.visibility == "open"

    def rivals(self, person: Person | None, other_id: int | None) -> bool:
        """Two from outside who are not of one firm; nobody in particular (None) is of none."""
        other = self.people.get(other_id or 0)
        if other is None or other.kind == "employee" or (person and person.kind == "employee"):
            return False
        return person is None or (
            other.id != person.id and (person.firm is None or other.firm != person.firm)
        )

    def walled(self, person: Person | None, words: Words) -> bool:
        """A competitor's name stands on the entry, in a clean room."""
        names = {words.author, *words.others}
        return self.places[words.place].clean_room and any(self.rivals(person, name) for name in names)

    def granted(self, person: Person, words: Words) -> bool:
        """The entry alone is shared with the guest, or with the guest's firm."""
        return person.kind == "guest" and any(
            grant.ends > self.now
            and (grant.person == person.id or (grant.firm is not None and grant.firm == person.firm))
            for grant in self.grants.get(words.id, ())
        )

    def opens(self, link: Link | None, person: Person | None, words: Words) -> bool:
        """The link leads to the entry, and somebody of ours still answers for it."""
        if link is None or link.entry != words.id or link.revoked or link.ends <= self.now:
            return False
        maker = self.people[link.maker]
        if maker.kind != "employee" or not self.works(maker) or words.deleted:
            return False
        return self._passed(words.published) and not self.walled(person, words)

    def reads_inside(self, person: Person | None, words: Words) -> bool:
        key = (person.id if person else 0, words.id)
        if key not in self._found:
            self._found[key] = self._reads_inside(person, words)
        return self._found[key]

    def _reads_inside(self, person: Person | None, words: Words) -> bool:
        if words.deleted or person is None or self.walled(person, words):
            return False
        at_home = self.belongs(person, self.places[words.place])
        if not self._passed(words.published):
            return at_home and person.id in {words.author, *words.others}
        if person.kind == "employee":
            return at_home
        return (at_home and self._passed(words.guests)) or self.granted(person, words)

    def reads(self, person: Person | None, words: Words, link: Link | None = None) -> bool:
        if self.reads_inside(person, words) or self.opens(link, person, words):
            return True
        public = self._passed(words.published) and self._passed(words.public)
        return public and not words.deleted and self.places[words.place].allows_public

    def reads_part(self, person: Person | None, piece: Piece, link: Link | None = None) -> bool:
        words = self.entries[piece.entry]
        insiders = piece.table in INSIDERS_ONLY or (piece.table is Attachment and piece.with_comment)
        talks = link is not None and link.talk and piece.table in SPOKEN and self.opens(link, person, words)
        if not (self.reads_inside(person, words) or talks if insiders else self.reads(person, words, link)):
            return False
        employee = person is not None and person.kind == "employee"
        if piece.table in (Comment, Attachment) and piece.internal and not employee:
            return False
        public = person is None and link is None
        if public or piece.table not in SIGNED or not self.places[piece.place].clean_room:
            return True
        told = piece.guest if piece.table in (Comment, Attachment) else None
        return not self.rivals(person, piece.author) and not self.rivals(person, told)

    def knows_place(self, person: Person | None, place: Place) -> bool:
        if person is None:
            return False
        if (place.id, person.id) in self.current:
            return True
        return person.kind == "employee" and place.visibility != "secret"

    def knows_member(self, person: Person | None, place_id: int, other: Person) -> bool:
        place = self.places[place_id]
        if person is None or not self.belongs(person, place) or (place_id, other.id) not in self.current:
            return False
        if person.kind == "employee":
            return True
        return self.works(other) and not (place.clean_room and self.rivals(person, other.id))

    def knows_person(self, person: Person | None, other: Person) -> bool:
        if person is None:
            return False
        if person.kind == "employee":
            return other.kind != "visitor"
        if person.id == other.id:
            return True
        return any(
            (place.id, person.id) in self.current and self.knows_member(person, place.id, other)
            for place in self.world.places
        )
