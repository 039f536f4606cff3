"""What is new, for whom."""

from datetime import timedelta

import pytest

from collab import clock
from collab.auth.models import Account
from collab.comments import services as comments
from collab.workspaces.models import Workspace
from tests.cast import World


def _visited(world: World, who: str, ago: timedelta) -> None:
    with world.system() as db:
        account = db.get_one(Account, world.account_id(who))
        account.last_visit_at, account.seen_at = clock.now() - ago, clock.now()


def test_home_tells_who_mentions_answers_and_comments(world: World) -> None:
    post = world.post("Crane plan")
    first = world.comment(post, "Looks heavy.", author="member")
    with world.acting("colleague") as (db, viewer):
        comments.add(db, viewer, db.merge(post, load=False), "It is not.", parent=db.merge(first, load=False))
    world.post("Thanks", "All thanks to @member.", author="admin")
    assert "Member commented on “Crane plan”" in world.as_("author").get("/").text
    seen = world.as_("member").get("/").text
    assert "Colleague answered you in “Crane plan”" in seen
    assert "Admin mentioned you in “Thanks”" in seen
    assert "answered you" not in world.as_("admin").get("/").text


def test_home_tells_nothing_of_what_one_may_not_read(world: World) -> None:
    slug = world.workspace("Secret", visibility="secret", members=["member"])
    post = world.post("Hidden plan about @colleague", "@colleague must not know", workspace=slug)
    world.comment(post, "Really not, @colleague", author="member")
    seen = world.as_("colleague").get("/").text
    assert "Hidden plan" not in seen and "Really not" not in seen and "Secret" not in seen


def test_a_deleted_comment_is_not_told(world: World) -> None:
    comment = world.comment(world.post("Crane plan"), "Oops, the price is 5.")
    with world.acting("member") as (db, viewer):
        comments.delete(db, viewer, db.merge(comment, load=False))
    assert "Oops" not in world.as_("author").get("/").text


def test_home_shows_who_asks_to_join(world: World) -> None:
    slug = world.workspace("Kranbahn", visibility="closed", members=["colleague"])
    world.as_("member").send(f"/w/{slug}/requests", {"message": "I build it."})
    assert "Member asks to join Kranbahn" in world.as_("author").get("/").text
    assert "asks to join" not in world.as_("colleague").get("/").text


def test_home_marks_what_is_new_since_the_last_visit(world: World) -> None:
    slug = world.workspace("Kranbahn", members=["member"])
    world.post("Old news")
    with clock.shifted(timedelta(days=2)):
        _visited(world, "member", timedelta(days=1))
        world.post("Fresh news")
        world.post("Fresh plan", workspace=slug)
        seen = world.as_("member").get("/").text
    fresh, line, old = seen.index("Fresh news"), seen.index("Since your last visit"), seen.index("Old news")
    assert fresh < line < old
    assert "Fresh plan" in seen
    assert seen.count('<span class="mine-name">Kranbahn</span><span class="dot">') == 1


def test_the_rail_marks_a_workspace_only_for_what_one_may_read(world: World) -> None:
    slug = world.workspace("Kranbahn", visibility="closed", members=["guest", "member"])
    with clock.shifted(timedelta(days=2)):
        for who in ("guest", "member"):
            _visited(world, who, timedelta(days=1))
        world.post("Internal", workspace=slug)
        marks = {
            who: '<span class="dot">' in _rail(world, who, slug) for who in ("guest", "member", "author")
        }
    assert marks == {"guest": False, "member": True, "author": False}


def _rail(world: World, who: str, slug: str) -> str:
    page = world.as_(who).get(f"/w/{slug}/members").text
    return page.split('class="mine"')[1].split("</nav>")[0]


def test_a_new_person_is_told_what_comes_first_until_dismissed(world: World) -> None:
    client = world.as_("colleague")
    assert "Say who you are" in client.get("/").text
    client.send("/welcome/dismiss")
    assert "Say who you are" not in client.get("/").text


def test_nobody_is_welcomed_forever(world: World) -> None:
    with world.system() as db:
        db.get_one(Account, world.account_id("member")).created_at = clock.now() - timedelta(days=90)
    assert "Say who you are" not in world.as_("member").get("/").text


def test_a_guest_lands_in_the_only_workspace(world: World) -> None:
    slug = world.workspace("One", visibility="closed", members=["guest"])
    assert world.as_("guest").get("/").headers["Location"] == f"/w/{slug}/"
    world.workspace("Two", visibility="closed", members=["guest"])
    assert world.as_("guest").get("/").headers["Location"] == "/workspaces/"
    assert world.as_("rival").get("/").headers["Location"] == "/workspaces/"


def test_strangers_read_what_is_public_and_nothing_else(world: World) -> None:
    assert "Welcome to" in world.as_("stranger").get("/").text
    now = clock.now()
    world.post("For everybody", guests_from=now, public_from=now)
    world.post("For guests", guests_from=now)
    world.post("For us")
    world.post("Tomorrow", guests_from=now, public_from=now + timedelta(days=1))
    slug = world.workspace("Shop", allows_public=True)
    world.post("From the shop", workspace=slug, guests_from=now, public_from=now)
    with world.system() as db:
        db.query(Workspace).filter(Workspace.slug == slug).one().allows_public = False
    seen = world.as_("stranger").get("/")
    assert "For everybody" in seen.text
    for hidden in ("For guests", "For us", "Tomorrow", "From the shop", "/people/", "Shop"):
        assert hidden not in seen.text, hidden
    with clock.shifted(timedelta(days=1, seconds=1)):
        assert "Tomorrow" in world.as_("stranger").get("/").text


def test_a_workspace_shows_guests_what_is_shared_without_flags(world: World) -> None:
    slug = world.workspace("Board", visibility="closed", members=["guest", "member"])
    shared = world.post("Shared", workspace=slug, guests_from=clock.now())
    world.post("Internal", workspace=slug)
    world.comment(shared, "Between us.", internal=True)
    world.comment(shared, "For all of us.")
    staff, guest = (world.as_(who).get(f"/w/{slug}/").text for who in ("member", "guest"))
    assert "Guests from: Muster GmbH" in staff and "Between us." in staff and "Internal only" in staff
    assert "Shared" in guest and "For all of us." in guest
    for hidden in ("Between us.", "Guests from", "Guests can read", "Internal"):
        assert hidden not in guest, hidden


@pytest.mark.parametrize("things", [1, 12])
def test_home_needs_few_statements_however_much_there_is(world: World, things: int) -> None:
    for number in range(things):
        slug = world.workspace(f"Board {number}", members=["member"])
        world.comment(world.post(f"Post {number}"), "@author hello")
        world.post(f"Page {number}", workspace=slug)
    world.as_("author").get("/")  # the visit is noted once
    asked = world.as_("author").get("/")
    assert int(asked.headers["X-Collab-Statements"]) == 8
    assert int(world.as_("stranger").get("/").headers["X-Collab-Statements"]) <= 2
