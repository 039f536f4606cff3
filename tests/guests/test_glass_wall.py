"""The sentence on an entry names exactly those for whom the request succeeds."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from collab import clock
from collab.auth import sessions
from collab.auth.models import Account, Firm
from collab.auth.sessions import Browser, Proof
from collab.workspaces.models import Entry, EntryGrant, Membership, Workspace
from tests.cast import CAST, STRANGER, Client, World

EMPLOYEES = [who for who, (kind, *_rest) in CAST.items() if kind == "employee"]
MUSTER = "Muster GmbH"
SENTENCE = re.compile(r"visible to (?:(\d+) (?:person|people): )?(\d+) colleagues?(?:, (\d+) guests?)?", re.I)


def told(text: str) -> int:
    """How many people the sentence on a page speaks of."""
    found = SENTENCE.search(text)
    assert found is not None
    everybody, colleagues, guests = (int(number or 0) for number in found.groups())
    assert everybody in (0, colleagues + guests)
    return colleagues + guests


class People:
    """The cast and some more, each with a browser."""

    def __init__(self, world: World, draw: Random) -> None:
        self.world, self.browsers = world, {who: world.as_(who) for who in (*CAST, STRANGER)}
        with world.system() as db:
            firm = db.scalars(select(Firm).where(Firm.name == MUSTER)).one()
            for number in range(5):
                kind = draw.choice(["employee", "guest", "guest"])
                other = Account(
                    name=f"Other {number}",
                    handle=f"other{number}",
                    kind=kind,
                    firm_id=firm.id if kind == "guest" and draw.random() < 0.7 else None,
                    ends_at=draw.choice([None, None, clock.now() + timedelta(hours=1)]),
                    created_at=clock.now(),
                )
                db.add(other)
                db.flush()
                self.browsers[other.handle] = self._browser(db, other)
            self.accounts = dict(db.execute(select(Account.id, Account.kind)).all())

    def _browser(self, db: object, account: Account) -> Client:
        client = self.world.app.test_client()
        assert isinstance(client, Client)
        token, _ = sessions.start(db, account.id, Proof(["pwd"]), Browser(), days=7)  # type: ignore[arg-type]
        client.set_cookie("collab", token)
        return client

    def who_read(self, entry: Entry) -> set[str]:
        """Those for whom the request for the entry succeeds."""
        address = f"/entries/{entry.public_id}"
        return {
            who
            for who, client in self.browsers.items()
            if client.get(address, follow_redirects=True).status_code == 200
        }


def place(world: World, people: People, draw: Random) -> str:
    """A workspace of any kind, with anybody in it, some only for a day."""
    clean = draw.random() < 0.4
    slug = world.workspace(
        visibility=draw.choice(["open", "closed", "secret"]),
        clean_room=clean,
        allows_public=not clean and draw.random() < 0.5,
        members=["member", "guest"],
    )
    with world.system() as db:
        number = db.scalars(select(Workspace.id).where(Workspace.slug == slug)).one()
        known = set(db.scalars(select(Membership.account_id).where(Membership.workspace_id == number)))
        db.add_all(
            Membership(
                workspace_id=number,
                account_id=account,
                role="contributor",
                ends_at=draw.choice([None, None, clock.now() + timedelta(hours=1)]),
                created_at=clock.now(),
            )
            for account in people.accounts.keys() - known
            if draw.random() < 0.4
        )
    return slug


def share(world: World, people: People, entry: Entry, draw: Random) -> None:
    """Let some guests, or the world, read the entry, now or later; and give it to some alone."""
    now = clock.now()
    with world.system() as db:
        found = db.get_one(Entry, entry.id)
        start = found.published_at or now
        if draw.random() < 0.6:
            found.guests_from = start + draw.choice([timedelta(), timedelta(hours=1)])
        if (
            found.guests_from
            and draw.random() < 0.3
            and db.get_one(Workspace, found.workspace_id).allows_public
        ):
            found.public_from = found.guests_from
        for account, kind in people.accounts.items():
            if kind == "guest" and draw.random() < 0.2:
                db.add(_grant(found, account, draw))


def _grant(entry: Entry, account: int, draw: Random) -> EntryGrant:
    return EntryGrant(
        workspace_id=entry.workspace_id,
        entry_id=entry.id,
        account_id=account,
        granted_by_id=entry.author_id,
        ends_at=clock.now() + timedelta(hours=draw.choice([-1, 1, 48])),
        created_at=clock.now(),
    )


@contextmanager
def out(world: World, entry: Entry, author: str) -> Iterator[None]:
    """The entry has come out."""
    with world.system() as db:
        at = db.get_one(Entry, entry.id).published_at
    if at is None:
        world.as_(author).send(f"{entry.address}/publication")
        yield
    else:
        with clock.shifted(at - clock.now() + timedelta(seconds=1)):
            yield


@pytest.mark.parametrize("seed", range(2))
def test_the_number_in_the_sentence_is_that_of_those_who_get_the_page(world: World, seed: int) -> None:
    draw, counted = Random(seed), 0
    people = People(world, draw)
    for _ in range(2):
        slug = place(world, people, draw)
        for author in ("author", "guest"):
            entry = world.post(workspace=slug, author=author)
            share(world, people, entry, draw)
            counted += check(world, people, entry, "author")
        page = world.page(workspace=slug, author=draw.choice(["member", "guest"]))
        share(world, people, page, draw)
        counted += check(world, people, page, "author")
    assert counted >= 3


def check(world: World, people: People, entry: Entry, who: str) -> bool:
    """The sentence on the entry's page and on that about its readers; whether it held a number."""
    reads = people.who_read(entry)
    pages = [
        world.as_(who).get(address, follow_redirects=True).text
        for address in (f"/entries/{entry.public_id}", f"/entries/{entry.public_id}/sharing")
    ]
    public = STRANGER in reads
    assert [("Everybody can read this" in text) for text in pages] == [public, public]
    if not public:
        assert [told(text) for text in pages] == [len(reads)] * 2
    return not public


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("planned", [False, True])
def test_a_draft_says_who_will_read_it_once_it_is_out(world: World, seed: int, planned: bool) -> None:
    draw = Random(seed)
    people = People(world, draw)
    slug = place(world, people, draw)
    entry = world.post(workspace=slug, published=False)
    if planned:
        with world.system() as db:
            db.get_one(Entry, entry.id).published_at = clock.now() + timedelta(hours=2)
    share(world, people, entry, draw)
    text = world.as_("author").get(f"/entries/{entry.public_id}/sharing").text
    assert people.who_read(entry) == {"author"}

    with out(world, entry, "author"):
        reads = people.who_read(entry)
    assert ("Everybody can read this" in text) == (STRANGER in reads)
    if STRANGER not in reads:
        assert told(text) == len(reads)


def test_a_rival_is_not_counted_among_those_who_read_a_competitors_entry(world: World) -> None:
    slug = world.workspace(clean_room=True, members=["guest", "rival"])
    post = world.post(workspace=slug, author="guest")
    text = world.as_("author").get(f"/entries/{post.public_id}/sharing").text
    assert "Visible to 5 people: 4 colleagues, 1 guest (one firm)" in text


def test_two_firms_are_named_where_one_asks(world: World) -> None:
    slug = world.workspace(members=["guest", "rival"])
    post = world.post(workspace=slug, guests_from=clock.now())
    page = world.as_("member").get(post.address).text
    assert "Visible to 6 people: 4 colleagues, 2 guests (two firms)." in page
    assert "Guests from: Muster GmbH, Rivale AG." in page


def test_german_counts_well(world: World) -> None:
    slug = world.workspace(members=["guest", "rival"])
    post = world.post(workspace=slug, guests_from=clock.now())
    with world.system() as db:
        db.get_one(Account, world.account_id("member")).locale = "de"
    page = world.anew("member").get(post.address).text
    assert "Sichtbar für 6 Personen: 4 Kolleginnen und Kollegen, 2 Gäste (zwei Firmen)." in page


# Why can I see this? -------------------------------------------------------------------------


def test_a_guest_is_told_only_their_own_case(world: World) -> None:
    slug = world.workspace("Falzwerk", visibility="closed", members=["guest", "rival"])
    post = world.post(workspace=slug, guests_from=clock.now())
    for address in (post.address, f"/entries/{post.public_id}/sharing"):
        text = world.as_("guest").get(address).text
        assert "Rival" not in text
        assert not SENTENCE.search(text)
    own = world.as_("guest").get(f"/entries/{post.public_id}/sharing").text
    assert "You have been a guest of “Falzwerk” since" in own
    assert "You read this because it was shared with guests of “Falzwerk” on" in (
        world.as_("guest").get(post.address).text
    )


def test_a_guest_to_whom_it_alone_was_shared_does_not_learn_where_it_is(world: World) -> None:
    slug = world.workspace("Hidden place", visibility="secret")
    post = world.post(workspace=slug)
    with world.system() as db:
        grant = _grant(db.get_one(Entry, post.id), world.account_id("guest"), Random(0))
        grant.ends_at = clock.now() + timedelta(days=2)
        db.add(grant)
    text = world.as_("guest").get(f"/entries/{post.public_id}/sharing").text
    assert "It was shared with you alone until" in text
    assert "Hidden place" not in text
    assert slug not in text


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ("author", "Your name stands on it."),
        ("member", "You have been a member of “Falzwerk” since"),
        ("colleague", "“Falzwerk” is open, so every employee reads there."),
    ],
)
def test_employees_are_told_their_own_rule_and_who_else_reads(world: World, who: str, reason: str) -> None:
    slug = world.workspace("Falzwerk", members=["member", "guest"])
    post = world.post(workspace=slug, guests_from=clock.now())
    text = world.as_(who).get(f"/entries/{post.public_id}/sharing").text
    assert reason in text
    assert "Guest · Muster GmbH" in text
    assert "shared with guests on" in text


def test_every_reader_has_a_rule(world: World) -> None:
    slug = world.workspace("Falzwerk", visibility="secret", members=["member", "guest"])
    post = world.post(workspace=slug, guests_from=clock.now())
    with world.system() as db:
        grant = _grant(db.get_one(Entry, post.id), world.account_id("rival"), Random(0))
        grant.ends_at = clock.now() + timedelta(days=2)
        db.add(grant)
    shown = ""
    for kind in ("guest", "employee"):
        shown += world.as_("author").get(f"/entries/{post.public_id}/sharing?who={kind}").text
    rows = re.findall(r'<p class="row-title">.*?</ul>', shown, re.S)
    assert len(rows) == 4
    assert all("<li>" in row for row in rows)
    assert "shared alone by Author until" in shown


def test_who_reads_it_only_as_the_public_learns_nothing_of_the_place(world: World) -> None:
    slug = world.workspace("Hidden place", visibility="secret", allows_public=True, members=["member"])
    post = world.post(workspace=slug, guests_from=clock.now(), public_from=clock.now())
    text = world.as_("colleague").get(f"/entries/{post.public_id}/sharing").text
    assert "Everybody can read it" in text
    assert "Hidden place" not in text
    assert "Member" not in text


def test_a_wrong_question_is_no_failure(world: World) -> None:
    post = world.post()
    assert world.as_("author").get(f"/entries/{post.public_id}/sharing?cursor=x").status_code == 422
