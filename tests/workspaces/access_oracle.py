"""Who may read what, read off DESIGN section 3 a second time, in plain Python, for the tests only."""

from functools import cached_property

from collab.comments.mentions import Mention
from collab.comments.models import Comment
from collab.files.models import Attachment
from collab.pages.models import Editing, PageLink
from collab.reactions.models import Reaction
from collab.tags.models import EntryTag
from collab.workspaces.models import EntryAlias, Revision
from tests.workspaces.access_world import Everything, Person, Piece, Place, Words

#: Parts that show themselves wherever the entry shows, also to the public; the others are for insiders.
SHOWN_WITH_THE_ENTRY = {Attachment, EntryAlias, EntryTag}
INSIDERS_ONLY = {Comment, Revision, Reaction, Mention, PageLink, Editing}
#: Parts that somebody made, so that a competitor must not notice them.
SIGNED = {Attachment, Comment, Revision, Reaction, Editing}


class Oracle:
    """The world at one hour. A viewer is a Person, or None for a stranger."""

    def __init__(self, world: Everything, now: int) -> None:
        self.world, self.now = world, now
        self.people = {person.id: person for person in world.people}
        self.places = {place.id: place for place in world.places}
        self.entries = {words.id: words for words in world.entries}
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

    def rivals(self, person: Person, other_id: int | None) -> bool:
        """Two guests who are not of one firm."""
        other = self.people.get(other_id or 0)
        if other is None or person.kind != "guest" or other.kind != "guest" or other.id == person.id:
            return False
        return person.firm is None or other.firm != person.firm

    def reads_inside(self, person: Person | None, words: Words) -> bool:
        key = (person.id if person else 0, words.id)
        if key not in self._found:
            self._found[key] = self._reads_inside(person, words)
        return self._found[key]

    def _reads_inside(self, person: Person | None, words: Words) -> bool:
        place = self.places[words.place]
        if words.deleted or person is None or not self.belongs(person, place):
            return False
        names = {words.author, *words.others}
        if place.clean_room and any(self.rivals(person, name) for name in names):
            return False
        if not self._passed(words.published):
            return person.id in names
        return person.kind == "employee" or self._passed(words.guests)

    def reads(self, person: Person | None, words: Words) -> bool:
        if self.reads_inside(person, words):
            return True
        public = self._passed(words.published) and self._passed(words.public)
        return public and not words.deleted and self.places[words.place].allows_public

    def reads_part(self, person: Person | None, piece: Piece) -> bool:
        words = self.entries[piece.entry]
        insiders = piece.table in INSIDERS_ONLY or (piece.table is Attachment and piece.with_comment)
        if not (self.reads_inside(person, words) if insiders else self.reads(person, words)):
            return False
        employee = person is not None and person.kind == "employee"
        if piece.table in (Comment, Attachment) and piece.internal and not employee:
            return False
        if person is None or piece.table not in SIGNED or not self.places[piece.place].clean_room:
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
        if person.kind == "employee" or person.id == other.id:
            return True
        return any(
            (place.id, person.id) in self.current and self.knows_member(person, place.id, other)
            for place in self.world.places
        )
