"""Every sentence of the policy, as a person meets it. The same at length: test_access_random.py."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from collab import clock
from collab.auth import services as accounts
from collab.auth.models import Account
from collab.comments.models import Comment
from collab.errors import Forbidden, NotFound
from collab.files.models import Attachment
from collab.viewer import ANONYMOUS
from collab.workspaces import access, entries, glass
from collab.workspaces.models import Entry, Membership, Workspace
from tests.cast import CAST, STRANGER, World

ALL = {*CAST, STRANGER}
EMPLOYEES = {who for who, (kind, _, _) in CAST.items() if kind == "employee"}
HOUR = timedelta(hours=1)


def readers_of(world: World, entry: Entry) -> set[str]:
    """Who of the cast and the strangers finds the entry; both ends of the rule have to agree."""
    found = set()
    for who in ALL:
        with world.looking(who) as (db, viewer):
            if db.scalar(access.select_entries(viewer, Entry, Entry.id).where(Entry.id == entry.id)):
                found.add(who)
    with world.looking() as (db, _):
        ids = set(db.scalars(access.readers(entry.id)))
    assert {who for who in CAST if world.account_id(who) in ids} == found - {STRANGER}
    return found


def place_of(world: World, slug: str) -> int:
    with world.looking() as (db, _):
        return db.scalars(select(Workspace.id).where(Workspace.slug == slug)).one()


def invite(world: World, slug: str, *guests: str, ends_at: datetime | None = None) -> None:
    with world.system() as db:
        for guest in guests:
            db.add(
                Membership(
                    workspace_id=place_of(world, slug),
                    account_id=world.account_id(guest),
                    role="contributor",
                    created_at=clock.now(),
                    ends_at=ends_at,
                )
            )


def test_a_draft_is_for_its_authors_only(world: World) -> None:
    slug = world.workspace(members=["member", "colleague", "admin", "guest"])
    draft = world.post(workspace=slug, published=False)
    assert readers_of(world, draft) == {"author"}

    with world.acting("author") as (db, viewer):
        entries.set_authors(db, viewer, access.get(db, viewer, Entry, Entry.id == draft.id), ["member"])

    assert readers_of(world, draft) == {"author", "member"}


def test_a_draft_is_no_longer_for_an_author_who_had_to_leave(world: World) -> None:
    slug = world.workspace(visibility="closed", owner="admin", members=["author"])
    draft = world.post(workspace=slug, published=False)
    with world.system() as db:
        db.execute(
            update(Membership)
            .where(Membership.account_id == world.account_id("author"))
            .values(ends_at=clock.now())
        )

    assert readers_of(world, draft) == set()


@pytest.mark.parametrize(
    ("visibility", "expected"),
    [("open", EMPLOYEES), ("closed", {"author", "member"}), ("secret", {"author", "member"})],
)
def test_employees_read_what_is_published_where_they_belong(
    world: World, visibility: str, expected: set[str]
) -> None:
    post = world.post(workspace=world.workspace(visibility=visibility, members=["member"]))

    assert readers_of(world, post) == expected


def test_an_entry_planned_for_later_is_a_draft_until_then(world: World) -> None:
    post = world.post(published=False)
    with world.acting("author") as (db, viewer):
        draft = access.get(db, viewer, Entry, Entry.id == post.id)
        entries.publish(db, viewer, draft, clock.now() + HOUR)

    assert readers_of(world, post) == {"author"}
    with clock.shifted(2 * HOUR):
        assert readers_of(world, post) == EMPLOYEES


def test_guests_read_only_what_is_shared_with_them_where_they_are_members(world: World) -> None:
    slug = world.workspace(visibility="closed", members=["guest"])
    internal = world.post(workspace=slug)
    shared = world.post(workspace=slug, guests_from=clock.now())
    later = world.post(workspace=slug, guests_from=clock.now() + HOUR)
    elsewhere = world.post(workspace=world.workspace(), guests_from=clock.now())

    assert readers_of(world, internal) == {"author"}
    assert readers_of(world, shared) == {"author", "guest"}
    assert readers_of(world, later) == {"author"}
    assert readers_of(world, elsewhere) == EMPLOYEES
    with clock.shifted(2 * HOUR):
        assert readers_of(world, later) == {"author", "guest"}


def test_a_membership_ends_by_itself(world: World) -> None:
    slug = world.workspace(visibility="closed")
    invite(world, slug, "guest", "member", ends_at=clock.now() + HOUR)
    shared = world.post(workspace=slug, guests_from=clock.now())
    assert readers_of(world, shared) == {"author", "guest", "member"}

    with clock.shifted(2 * HOUR):
        assert readers_of(world, shared) == {"author"}


def test_everybody_reads_what_is_public_in_a_newsroom(world: World) -> None:
    newsroom = world.workspace(visibility="closed", allows_public=True)
    public = world.post(workspace=newsroom, public_from=clock.now())
    later = world.post(workspace=newsroom, public_from=clock.now() + HOUR)

    assert readers_of(world, public) == ALL
    assert readers_of(world, later) == {"author"}
    with clock.shifted(2 * HOUR):
        assert readers_of(world, later) == ALL
    with world.system() as db:
        db.execute(update(Workspace).where(Workspace.slug == newsroom).values(allows_public=False))
    assert readers_of(world, public) == {"author"}


def test_a_deleted_entry_is_for_nobody(world: World) -> None:
    post = world.post(public_from=clock.now())
    with world.acting("author") as (db, viewer):
        entries.remove(db, viewer, access.get(db, viewer, Entry, Entry.id == post.id))

    assert readers_of(world, post) == set()


@pytest.mark.parametrize(
    "times",
    [
        {"guests_from": -1},
        {"guests_from": 2, "public_from": 1},
        {"public_from": 1},
    ],
)
def test_the_database_lets_the_staff_know_first(world: World, times: dict[str, int]) -> None:
    post = world.post()
    now = clock.now()

    with pytest.raises(IntegrityError), world.system() as db:
        db.execute(
            update(Entry)
            .where(Entry.id == post.id)
            .values(published_at=now, **{k: now + v * HOUR for k, v in times.items()})
        )


def test_rivals_do_not_notice_each_other_in_a_clean_room(world: World) -> None:
    slug = world.workspace(visibility="closed", members=["guest", "rival", "member"], clean_room=True)
    post = world.post(workspace=slug, guests_from=clock.now())
    theirs = world.post(workspace=slug, author="guest")
    for who in ("guest", "rival", "member"):
        world.comment(post, f"by {who}", author=who)

    assert readers_of(world, theirs) == {"author", "member", "guest"}
    for who, expected in {"guest": "rival", "rival": "guest"}.items():
        with world.looking(who) as (db, viewer):
            said = set(db.scalars(access.select_parts(viewer, Comment, Comment.body)))
            assert said == {f"by {who}", "by member"}
            assert world.account_id(expected) not in access.may_notice(
                db, viewer, [world.account_id(expected)]
            )
            known = select(Membership.account_id).join(Account).where(access.members(viewer))
            assert world.account_id(expected) not in set(db.scalars(known))


def test_one_may_not_learn_of_a_rival_by_an_answer_or_a_draft(world: World) -> None:
    slug = world.workspace(visibility="closed", members=["guest", "rival", "member"], clean_room=True)
    post = world.post(workspace=slug, guests_from=clock.now())
    answer = world.comment(post, "answer to the guest", author="member")
    draft = world.post(workspace=slug, published=False)
    with world.acting("author") as (db, viewer):
        db.get_one(Comment, answer.id).guest_id = world.account_id("guest")
        entries.set_authors(
            db, viewer, access.get(db, viewer, Entry, Entry.id == draft.id), ["guest", "rival"]
        )

    assert readers_of(world, draft) == {"author"}
    for who, expected in {"guest": answer.id, "rival": None}.items():
        with world.looking(who) as (db, viewer):
            found = access.select_parts(viewer, Comment, Comment.id).where(Comment.id == answer.id)
            assert db.scalar(found) == expected


def test_an_internal_comment_is_for_employees(world: World) -> None:
    slug = world.workspace(members=["guest", "member"])
    post = world.post(workspace=slug, guests_from=clock.now())
    comment = world.comment(post, "among us", internal=True, author="member")

    assert _part_readers(world, Comment, comment.id) == EMPLOYEES
    with pytest.raises(Forbidden):
        world.comment(post, "among us", internal=True, author="guest")


def test_the_public_reads_the_entry_and_not_what_is_said_about_it(world: World) -> None:
    newsroom = world.workspace(visibility="closed", allows_public=True)
    post = world.post(workspace=newsroom, public_from=clock.now())
    comment = world.comment(post, author="author")
    files = [_attach(world, post, with_comment=with_comment) for with_comment in (False, True)]

    assert _part_readers(world, Comment, comment.id) == {"author"}
    assert _part_readers(world, Attachment, files[0]) == ALL
    assert _part_readers(world, Attachment, files[1]) == {"author"}


def _attach(world: World, post: Entry, **more: bool) -> int:
    with world.system() as db:
        file = Attachment(
            workspace_id=post.workspace_id,
            entry_id=post.id,
            author_id=post.author_id,
            name="a.txt",
            media_type="text/plain",
            size=1,
            sha256="0" * 64,
            created_at=clock.now(),
            **more,
        )
        db.add(file)
        db.flush()
        return file.id


def _part_readers(world: World, part: type[Comment] | type[Attachment], number: int) -> set[str]:
    found = set()
    for who in ALL:
        with world.looking(who) as (db, viewer):
            if db.scalar(access.select_parts(viewer, part, part.id).where(part.id == number)):
                found.add(who)
    with world.looking() as (db, _):
        ids = set(db.scalars(access.part_readers(part, number)))
    assert {who for who in CAST if world.account_id(who) in ids} == found - {STRANGER}
    return found


def test_who_knows_of_a_workspace(world: World) -> None:
    slugs = {
        kind: world.workspace(visibility=kind, members=["member", "guest"])
        for kind in ("open", "closed", "secret")
    }
    members = {"author", "member", "guest"}

    def who(condition: Callable[..., object], slug: str) -> set[str]:
        found = set()
        for name in ALL:
            with world.looking(name) as (db, viewer):
                if db.scalar(select(Workspace.id).where(Workspace.slug == slug, condition(viewer))):  # type: ignore[arg-type]
                    found.add(name)
        return found

    assert who(access.workspaces, slugs["open"]) == EMPLOYEES | {"guest"}
    assert who(access.workspaces, slugs["closed"]) == EMPLOYEES | {"guest"}
    assert who(access.workspaces, slugs["secret"]) == members
    assert who(access.inside, slugs["open"]) == EMPLOYEES | {"guest"}
    assert who(access.inside, slugs["closed"]) == who(access.inside, slugs["secret"]) == members


def test_an_administrator_has_no_right_to_read(world: World) -> None:
    post = world.post(workspace=world.workspace(visibility="closed"))

    with world.looking("admin") as (db, viewer), pytest.raises(NotFound):
        access.get(db, viewer, Entry, Entry.id == post.id)


def test_guests_know_only_whom_they_share_a_workspace_with(world: World) -> None:
    world.workspace(members=["guest", "member"])
    everybody = [world.account_id(who) for who in CAST]

    expected = {
        "guest": {"guest", "member", "author"},
        "rival": {"rival"},
        "colleague": set(CAST),
        STRANGER: set(),
    }
    for who, names in expected.items():
        with world.looking(who) as (db, viewer):
            known = access.may_notice(db, viewer, everybody)
        assert known == {world.account_id(name) for name in names}, who


@pytest.mark.parametrize("end", ["suspended", "ended"])
def test_who_is_out_reads_nothing_from_that_second_on(world: World, end: str) -> None:
    slug = world.workspace(members=["guest", "member"])
    post = world.post(workspace=slug, guests_from=clock.now())
    with world.system() as db:
        for who in ("guest", "member"):
            account = db.get_one(Account, world.account_id(who))
            if end == "suspended":
                accounts.suspend(db, ANONYMOUS, account)
            else:
                account.ends_at = clock.now()

    assert readers_of(world, post) == EMPLOYEES - {"member"}
    assert world.viewer("guest") == ANONYMOUS
    with world.looking("author") as (db, viewer):
        assert glass.audience(db, viewer, post) == glass.Audience(len(EMPLOYEES) - 1, 0, ())


def test_hidden_and_missing_are_the_same(world: World) -> None:
    post = world.post(workspace=world.workspace(visibility="secret"))
    with world.looking("colleague") as (db, viewer):
        for number in (post.id, 999_999):
            with pytest.raises(NotFound):
                access.get(db, viewer, Entry, Entry.id == number)
        with pytest.raises(NotFound):
            access.require(db, viewer, "edit", post)
