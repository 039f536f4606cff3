"""Everybody employed sees that outsiders are present, and before writing whether they hear it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from collab import clock
from collab.workspaces.models import Entry, EntryGrant
from tests.cast import World

BADGE = "Guest · Muster GmbH"


@pytest.fixture
def place(world: World) -> str:
    return world.workspace("Falzwerk", visibility="closed", members=["member", "guest", "rival"])


@pytest.mark.parametrize("page", ["", "pages/", "pages/new", "members", "guests", "settings", "groups"])
def test_every_page_of_a_workspace_names_the_firms_that_are_there(
    world: World, place: str, page: str
) -> None:
    line = "Guests from: Muster GmbH, Rivale AG."
    assert line in world.as_("author").get(f"/w/{place}/{page}").text
    assert line not in world.as_("guest").get(f"/w/{place}/{page}").text
    assert "outsiders" not in world.as_("author").get(f"/w/{world.workspace()}/{page}").text


def test_the_line_stands_on_a_page_and_its_editor(world: World, place: str) -> None:
    page = world.page(workspace=place)
    for address in (page.address, f"{page.address}/edit", f"{page.address}/move"):
        assert "Guests from: Muster GmbH, Rivale AG." in world.as_("author").get(address).text, address


def test_a_guests_badge_stands_behind_the_name_wherever_it_is_shown(world: World, place: str) -> None:
    page = world.page("Quokka", workspace=place, author="guest")
    post = world.post("Quokka news", workspace=place, author="guest")
    world.comment(page, "Quokka!", author="guest")
    world.drain()
    for address in (
        page.address,
        post.address,
        f"/w/{place}/",
        f"/w/{place}/members",
        f"/w/{place}/guests",
        f"/entries/{page.public_id}/history",
        f"/entries/{page.public_id}/sharing",
        "/search?q=quokka",
        "/search?q=guest&kind=person",
        "/blog/",
        "/blog/authors/",
        "/people/?kind=guest",
        "/people/suggest?q=gue",
    ):
        assert BADGE in world.as_("author").get(address).text, address
    for address in ("/blog/feed.atom", "/people/suggest?q=gue&as=options"):
        assert "Muster GmbH" in world.as_("author").get(address).text, address


def test_programs_are_told_who_is_from_outside(world: World, place: str) -> None:
    post, program = world.post(workspace=place, author="guest"), world.token("author")
    world.comment(post, author="guest")
    client = world.app.test_client()
    got = client.get(f"/api/v1/posts/{post.public_id}", headers=program).json
    said = client.get(f"/api/v1/entries/{post.public_id}/comments", headers=program).json["items"][0]
    was = client.get(f"/api/v1/entries/{post.public_id}/revisions", headers=program).json["items"][0]

    assert got["authors"] == [{"handle": "guest", "name": "Guest", "kind": "guest", "firm": "Muster GmbH"}]
    assert (said["author"]["kind"], said["author"]["firm"]) == ("guest", "Muster GmbH")
    assert (was["author_kind"], was["author_firm"]) == ("guest", "Muster GmbH")


# Before one writes -----------------------------------------------------------------------------


def test_the_comment_box_says_what_the_button_will_do(world: World, place: str) -> None:
    shared = world.post(workspace=place, guests_from=clock.now())
    internal = world.post(workspace=place)
    box = world.as_("member").get(shared.address).text
    assert "Send to 2 guests too" in box
    assert "2 guests read what you write here: Muster GmbH, Rivale AG." in box
    assert "Send internally" in box
    assert re.search(r'name="internal"[^>]* checked', box), "internal by default"

    alone = world.as_("member").get(internal.address).text
    assert 'name="internal"' not in alone
    assert "Send comment" in alone
    for words in ("internal", "guests too", "Muster"):
        assert words not in world.as_("guest").get(shared.address).text.split('id="comments"')[1]


def test_an_entry_shared_alone_is_heard_outside_too(world: World) -> None:
    post = world.post(workspace=world.workspace())
    with world.system() as db:
        entry = db.get_one(Entry, post.id)
        db.add(
            EntryGrant(
                workspace_id=entry.workspace_id,
                entry_id=entry.id,
                account_id=world.account_id("guest"),
                granted_by_id=entry.author_id,
                ends_at=clock.now() + timedelta(days=1),
                created_at=clock.now(),
            )
        )
    text = world.as_("author").get(post.address).text
    assert "Send to 1 guest too" in text
    assert re.search(r'name="internal"[^>]* checked', text)


def test_the_editors_look_different_where_guests_read(world: World, place: str) -> None:
    client = world.as_("author")
    post, page = world.post(workspace=place), world.page(workspace=place)
    for entry in (post, page):
        assert "reach-outside" not in client.get(f"{entry.address}/edit").text
        client.send(f"/entries/{entry.public_id}/sharing", {"audience": "guests"})
        text = client.get(f"{entry.address}/edit").text
        assert "reach-outside" in text
        assert "Save, also for 2 guests" in text


# Below a shared page ---------------------------------------------------------------------------


def _guests_from(world: World, address: str) -> object:
    with world.system() as db:
        return db.scalar(select(Entry.guests_from).where(Entry.address == address))


def test_a_page_below_a_shared_one_is_offered_as_shared(world: World, place: str) -> None:
    client = world.as_("author")
    above, hidden = world.page("Above", workspace=place), world.page("Hidden", workspace=place)
    client.send(f"/entries/{above.public_id}/sharing", {"audience": "guests"})
    box = re.compile(r'<input[^>]*name="guests"[^>]* checked')
    form = client.get(f"/w/{place}/pages/new?parent=above").text
    assert box.search(form)
    assert "Chosen because guests read “Above”, above it." in form
    assert not box.search(client.get(f"/w/{place}/pages/new?parent={hidden.path}").text)

    made = client.send(f"/w/{place}/pages/new", {"title": "One", "parent": "above", "guests": "1"})
    assert _guests_from(world, made.location) is not None
    made = client.send(f"/w/{place}/pages/new", {"title": "Two", "parent": "above"})
    assert _guests_from(world, made.location) is None


def test_the_pages_below_follow_as_far_as_one_may_share_them(world: World, place: str) -> None:
    above = world.page("Above", workspace=place, author="member")
    mine = world.page("Mine", workspace=place, author="member", below=above)
    others = world.page("Others", workspace=place, author="author", below=above)
    client, sharing = world.as_("member"), f"/entries/{above.public_id}/sharing"
    assert "with the 2 pages below it" in client.get(sharing).text

    client.send(sharing, {"audience": "guests", "below": "1"}, follow_redirects=True)
    assert _guests_from(world, mine.address) == _guests_from(world, above.address) is not None
    assert _guests_from(world, others.address) is None
    answer = client.send(sharing, {"audience": "staff", "below": "1"})
    assert _guests_from(world, mine.address) is _guests_from(world, above.address) is None

    undo = re.search(r'action="(/sharing/undo[^"]+)"', client.get(answer.location).text)
    assert undo is not None
    client.send(undo.group(1).replace("&amp;", "&"))
    assert _guests_from(world, mine.address) is not None


def test_one_is_warned_where_the_address_names_an_internal_page(world: World, place: str) -> None:
    above = world.page("Price list", workspace=place)
    below = world.page("Below", workspace=place, below=above)
    words = "Its address holds the name of “Price list”, which guests do not read."
    client, sharing = world.as_("author"), f"/entries/{below.public_id}/sharing"
    assert words in client.get(sharing).text
    client.send(f"/entries/{above.public_id}/sharing", {"audience": "guests"})
    assert words not in client.get(sharing).text


def test_only_the_page_itself_where_the_box_is_empty(world: World, place: str) -> None:
    above = world.page("Above", workspace=place)
    below = world.page("Below", workspace=place, below=above)
    world.as_("author").send(f"/entries/{above.public_id}/sharing", {"audience": "guests"})
    assert _guests_from(world, above.address) is not None
    assert _guests_from(world, below.address) is None


def test_a_page_that_moves_below_a_shared_one_stays_internal(world: World, place: str) -> None:
    client = world.as_("author")
    above, page = world.page("Above", workspace=place), world.page("Plan", workspace=place)
    client.send(f"/entries/{above.public_id}/sharing", {"audience": "guests"})
    assert (
        "This page is internal. Moving it never shows it to guests" in client.get(f"{page.address}/move").text
    )
    moved = client.send(
        f"{page.address}/move", {"title": "Plan", "slug": "plan", "parent": "above", "place": "last"}
    )
    assert moved.location.endswith("above/plan")
    assert _guests_from(world, moved.location) is None


def test_the_staff_knows_first_also_below(world: World, place: str) -> None:
    above = world.page("Above", workspace=place)
    below = world.page("Below", workspace=place, below=above)
    later = clock.now() + timedelta(days=2)
    data = {"audience": "guests", "below": "1", "guests_from": later.isoformat()}
    world.as_("author").send(f"/entries/{above.public_id}/sharing", data)
    assert world.as_("guest").get(below.address).status_code == 404
    with clock.shifted(timedelta(days=2, minutes=1)):
        assert world.anew("guest").get(below.address).status_code == 200
