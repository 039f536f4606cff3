"""What everybody finds behind the doors of Collab, held against what the oracle says."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import select

from collab.auth.models import Account, ApiToken, SignInSession
from collab.comments.models import Comment
from collab.workspaces.models import Entry, Workspace
from tests.cast import Client
from tests.guests.acts import MARK, WORD, Company
from tests.workspaces.access_oracle import Oracle
from tests.workspaces.access_world import Link, Person, Piece, Place, Words


class Doors:
    """The doors at one moment. What is found wrong is told in words, one thing at a time."""

    def __init__(self, life: Company, oracle: Oracle) -> None:
        self.life, self.oracle = life, oracle
        with life.system() as db:
            found = db.execute(select(Entry.id, Entry.public_id, Entry.address, Entry.kind)).all()
            self.rows = {row.id: row for row in found}
            self.slugs = {row.id: row.slug for row in db.execute(select(Workspace.id, Workspace.slug))}
            self.names = {row.id: row.name for row in db.execute(select(Account.id, Account.name))}
            on = select(SignInSession.account_id).where(SignInSession.ended_at.is_(None))
            self.signed_in = set(db.scalars(on))
            works = select(ApiToken.account_id).where(ApiToken.revoked_at.is_(None))
            self.signed_in &= set(db.scalars(works))
        self.comments = [piece for piece in oracle.world.pieces if piece.table is Comment]

    # who asks
    def browser(self, person: Person | None) -> Client:
        """The person's browser. Who was signed out, but still may sign in, has done so."""
        if person is None:
            return self.life.stranger()
        here = person.id in self.signed_in and person.id in self.life.tokens
        if not here and self.oracle.works(person):
            self.life.sign_in(person.id)
            self.signed_in.add(person.id)
        return self.life.browser(person.id)

    def bearer(self, person: Person) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.life.tokens.get(person.id, 'none')}"}

    # what the oracle says
    def entries(self, who: Person | None) -> set[int]:
        return {words.id for words in self.oracle.world.entries if self.oracle.reads(who, words)}

    def pieces(self, who: Person | None) -> set[int]:
        return {piece.key for piece in self.comments if self.oracle.reads_part(who, piece)}

    def marks(self, who: Person | None) -> set[str]:
        """All that the person may come across."""
        marks = {self.life.marks[number] for number in self.entries(who)}
        marks |= {self.life.said[number] for number in self.pieces(who)}
        return marks | {self.life.named[place.id] for place in self.places(who)}

    def places(self, who: Person | None) -> list[Place]:
        """Those whose name the person may know: also where something is that is public."""
        oracle = self.oracle
        public = {words.place for words in oracle.world.entries if oracle.reads(None, words)}
        return [p for p in oracle.world.places if p.id in public or oracle.knows_place(who, p)]

    def out(self, who: Person | None, kind: str) -> set[int]:
        """The entries of a kind that are out and that the person reads."""
        return {
            words.id
            for words in self.oracle.world.entries
            if self.rows[words.id].kind == kind and self._is_out(words) and self.oracle.reads(who, words)
        }

    def _is_out(self, words: Words) -> bool:
        return words.published is not None and words.published <= self.oracle.now

    # the doors
    def entry(self, person: Person | None, number: int) -> Iterator[str]:
        """The page of one entry, and its comments: 200 and all that the person may read, or 404."""
        who, words, row = self.oracle.who(person), self.oracle.entries[number], self.rows[number]
        answer = self.browser(person).get(f"/entries/{row.public_id}", follow_redirects=True)
        reads = self.oracle.reads(who, words)
        yield from self._told(person, answer.request.path, answer.status_code, reads, who)
        yield from self._no_more(who, person, f"entry {number}", answer.text)
        if reads:
            here = {piece.key for piece in self._on(number) if self.oracle.reads_part(who, piece)}
            expected = {self.life.marks[number]} | {self.life.said[key] for key in here}
            if self._is_out(words) and not expected <= set(MARK.findall(answer.text)):
                yield f"{self._name(person)} misses on {answer.request.path}: {expected}"
        if person is not None:
            yield from self._by_program(person, number)

    def _on(self, number: int) -> list[Piece]:
        return [piece for piece in self.comments if piece.entry == number]

    def _by_program(self, person: Person, number: int) -> Iterator[str]:
        who, row = self.oracle.who(person), self.rows[number]
        path = f"/api/v1/entries/{row.public_id}/comments?limit=100"
        answer = self.life.stranger().get(path, headers=self.bearer(person))
        reads = who is not None and self.oracle.reads(who, self.oracle.entries[number])
        if (answer.status_code == 200) != reads:
            yield f"{self._name(person)} {path}: {answer.status_code}, reads: {reads}"
        here = {piece.key for piece in self._on(number) if who and self.oracle.reads_part(who, piece)}
        yield from self._same(person, path, answer.text, {self.life.said[key] for key in here})

    def lists(self, person: Person | None) -> Iterator[str]:
        """Home, blog, feed and the lists of programs."""
        who, browser = self.oracle.who(person), self.browser(person)
        for path in ("/", "/blog/", "/search?q=" + WORD, "/blog/tags/"):
            answer = browser.get(path, follow_redirects=True)
            yield from self._no_more(who, person, path, answer.text)
        posts = {self.life.marks[number] for number in self.out(who, "post")}
        if person is None:
            feed, listed = browser.get("/blog/feed.atom"), browser.get("/api/v1/posts?limit=100")
        else:
            feed = self.life.stranger().get(f"/blog/feed.atom?key={self.life.keys.get(person.id, 'none')}")
            listed = self.life.stranger().get("/api/v1/posts?limit=100", headers=self.bearer(person))
        if person is not None and who is None:
            posts = set()
        yield from self._same(person, "/api/v1/posts", listed.text, posts)
        if len(posts) <= 20:
            yield from self._same(person, "/blog/feed.atom", feed.text, posts)

    def place(self, person: Person | None, number: int) -> Iterator[str]:
        """The pages of one workspace."""
        who, place, slug = self.oracle.who(person), self.oracle.places[number], self.slugs[number]
        browser, belongs = self.browser(person), self.oracle.belongs(who, place)
        for path in (f"/w/{slug}/", f"/w/{slug}/pages/", f"/w/{slug}/members"):
            answer = browser.get(path, follow_redirects=True)
            yield from self._no_more(who, person, path, answer.text)
            if belongs and answer.status_code != 200:
                yield f"{self._name(person)} {path}: {answer.status_code} for somebody who belongs there"
            if not self.oracle.knows_place(who, place) and answer.status_code == 200 and who:
                yield f"{self._name(person)} {path}: 200 for somebody who must not know of it"
        if person is None:
            return
        path = f"/api/v1/workspaces/{slug}/pages?limit=100"
        answer = self.life.stranger().get(path, headers=self.bearer(person))
        pages = {key for key in self.out(who, "page") if self.oracle.entries[key].place == number}
        expected = {self.life.marks[key] for key in pages} if belongs else set()
        yield from self._same(person, path, answer.text, expected)

    def search(self, person: Person) -> Iterator[str]:
        """All that can be found. The worker has done its work."""
        who = self.oracle.who(person)
        self.browser(person)
        found: set[str] = set()
        path: str | None = f"/api/v1/search?q={WORD}&limit=100"
        answer = self.life.stranger().get(path, headers=self.bearer(person))
        if (answer.status_code == 200) != (who is not None):
            yield f"{self._name(person)} searches: {answer.status_code}"
        if who is None:
            return
        for hit in answer.json["items"]:  # type: ignore[index]
            found |= set(MARK.findall(f"{hit['title']} {hit['excerpt']}"))
        allowed = self.marks(who)
        places = {p.id for p in self.oracle.world.places if not self.oracle.knows_place(who, p)}
        expected = allowed - {self.life.named[number] for number in places}
        if not expected <= found <= allowed:
            yield f"{self._name(person)} finds too much {found - allowed}, misses {expected - found}"

    def link(self, link: Link, person: Person | None) -> Iterator[str]:
        """What somebody reads who comes by a link, signed in or not."""
        address = self.life.addresses.get(link.id)
        if address is None:
            return
        who, words = self.oracle.who(person), self.oracle.entries[link.entry]
        answer = self.browser(person).get(address, follow_redirects=True)
        opens = self.oracle.opens(link, who, words)
        if (answer.status_code == 200) != opens:
            yield f"{self._name(person)} by {link}: {answer.status_code}, opens: {opens}"
        here = {piece.key for piece in self._on(words.id) if self.oracle.reads_part(who, piece, link)}
        expected = {self.life.marks[words.id]} | {self.life.said[key] for key in here} if opens else set()
        shown = set(MARK.findall(answer.text))
        if not expected <= shown or not shown <= expected | self.marks(who):
            yield f"{self._name(person)} by {link}: {shown} is shown, and should be {expected}"

    def looking(self, guest: Person, sponsor: Person) -> Iterator[str]:
        """What the sponsor sees who looks as the guest: what both may see, and nothing can be changed."""
        who, looker = self.oracle.who(guest), self.oracle.who(sponsor)
        if who is None or looker is None:
            return
        self.life.sign_in(sponsor.id)
        browser = self.browser(sponsor)
        with self.life.system() as db:
            public_id = db.get_one(Account, guest.id).public_id
        started = browser.send(f"/my-guests/{public_id}/look")
        if started.status_code != 303:
            yield f"{self._name(sponsor)} cannot look as {self._name(guest)}: {started.status_code}"
        both = self.marks(who) & self.marks(looker)
        for number in islice(sorted(self.entries(who) ^ self.entries(looker)), 2):
            answer = browser.get(f"/entries/{self.rows[number].public_id}", follow_redirects=True)
            if answer.status_code != 404:
                yield f"{self._name(sponsor)} as {self._name(guest)} {number}: {answer.status_code}"
        for path in ("/", "/blog/", f"/search?q={WORD}"):
            shown = set(MARK.findall(browser.get(path, follow_redirects=True).text))
            if not shown <= both:
                yield f"{self._name(sponsor)} as {self._name(guest)} {path}: {shown - both} is shown"
        browser.send("/looking/stop")

    # what is wrong
    def _told(self, person: Any, path: str, status: int, reads: bool, who: Person | None) -> Iterator[str]:
        if reads and status != 200:
            yield f"{self._name(person)} {path}: {status} for somebody who reads it"
        over = who is None and person is not None and person.kind == "guest" and status == 403  # told why
        if not reads and status != 404 and not over and not (who is None and path == "/login"):
            yield f"{self._name(person)} {path}: {status} for somebody who must not read it"

    def _no_more(self, who: Person | None, person: Person | None, path: str, text: str) -> Iterator[str]:
        shown = set(MARK.findall(text)) - self.marks(who)
        if shown:
            yield f"{self._name(person)} {path}: {shown} is shown"

    def _same(self, person: Person | None, path: str, text: str, expected: set[str]) -> Iterator[str]:
        shown = set(MARK.findall(text))
        if shown != expected:
            yield f"{self._name(person)} {path}: too much {shown - expected}, missing {expected - shown}"

    def _name(self, person: Person | None) -> str:
        return "a stranger" if person is None else self.names[person.id]
