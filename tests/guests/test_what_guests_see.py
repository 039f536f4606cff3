"""The page where the staff sees, item by item, what the guests of a workspace read."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from collab import clock
from collab.workspaces.models import Entry, Workspace
from collab.workspaces.shared import FEW, preview
from tests.cast import World


@pytest.fixture
def place(world: World) -> str:
    return world.workspace("Falzwerk", visibility="closed", members=["member", "guest"])


def _guests_from(world: World, entry: Entry) -> object:
    with world.system() as db:
        return db.scalar(select(Entry.guests_from).where(Entry.id == entry.id))


def test_the_list_says_what_comes_along(world: World, place: str) -> None:
    page = world.page("Plan", workspace=place)
    for internal in (False, False, True):
        world.comment(page, internal=internal)
    hidden = world.as_("author").get(f"/w/{place}/guests")
    internal = world.as_("author").get(f"/w/{place}/guests?show=internal")

    assert "Guests see nothing here yet" in hidden.text
    assert "Plan" in internal.text
    assert "with 3 comments, 1 of them internal" in internal.text


def test_one_switch_shares_and_the_message_takes_it_back(world: World, place: str) -> None:
    page, author = world.page("Plan", workspace=place), world.as_("author")
    assert world.as_("guest").get(page.address).status_code == 404

    answer = author.send(f"/w/{place}/guests", {"share": page.public_id, "show": "internal"})
    assert world.as_("guest").get(page.address).status_code == 200

    undo = re.search(r'action="(/sharing/undo[^"]+)"', author.get(answer.location).text)
    assert undo is not None
    author.send(undo.group(1).replace("&amp;", "&"))
    assert world.as_("guest").get(page.address).status_code == 404


def test_what_is_ticked_is_shared_and_hidden_together(world: World, place: str) -> None:
    pages = [world.page(f"Page {number}", workspace=place) for number in range(3)]
    ticked = {"entry": [page.public_id for page in pages[:2]], "act": "share"}
    world.as_("author").send(f"/w/{place}/guests", ticked)
    assert [_guests_from(world, page) is not None for page in pages] == [True, True, False]

    world.as_("author").send(f"/w/{place}/guests", ticked | {"act": "hide", "show": "shared"})
    assert [_guests_from(world, page) for page in pages] == [None] * 3


def test_only_those_who_may_share_do(world: World, place: str) -> None:
    mine, others = world.page("Mine", workspace=place, author="member"), world.page("Plan", workspace=place)
    data = {"entry": [mine.public_id, others.public_id], "act": "share"}
    world.as_("member").send(f"/w/{place}/guests", data)

    assert _guests_from(world, mine) is not None
    assert _guests_from(world, others) is None
    shown = world.as_("member").get(f"/w/{place}/guests?show=internal").text
    assert f'value="{others.public_id}"' not in shown
    for who in ("guest", "colleague"):
        assert world.as_(who).get(f"/w/{place}/guests").status_code == 404
        assert world.as_(who).send(f"/w/{place}/guests", data).status_code == 404


def test_a_foreign_undo_is_no_address(world: World) -> None:
    assert world.as_("author").send("/sharing/undo?state=abc").status_code == 404
    assert world.as_("guest").send("/sharing/undo?state=abc").status_code == 404


def test_entries_of_other_workspaces_are_left_alone(world: World, place: str) -> None:
    elsewhere = world.page("Plan", workspace=world.workspace())
    world.as_("author").send(f"/w/{place}/guests", {"share": elsewhere.public_id})
    assert _guests_from(world, elsewhere) is None


def test_what_is_shared_later_is_among_the_shared_with_its_time(world: World, place: str) -> None:
    world.post("Soon", workspace=place, guests_from=clock.now() + timedelta(days=3))
    shown = world.as_("author").get(f"/w/{place}/guests").text
    assert "Soon" in shown
    assert "from <time" in shown


def test_the_list_goes_on_page_by_page(world: World, place: str) -> None:
    for number in range(53):
        world.post(f"Post {number:02}", workspace=place)
    client, url, seen = world.as_("author"), f"/w/{place}/guests?show=internal", []
    while url:
        text = client.get(url).text
        seen += re.findall(r"Post (\d\d)</a>", text)
        more = re.search(r'rel="next" href="([^"]+)"', text)
        url = more.group(1).replace("&amp;", "&") if more else ""
    assert sorted(seen) == [f"{number:02}" for number in range(53)]


def test_before_the_first_guest_the_invitation_shows_what_there_is_to_see(world: World) -> None:
    slug = world.workspace(visibility="closed", members=["member"])
    world.post("Quokka", workspace=slug, guests_from=clock.now())
    page = world.as_("author").get(f"/w/{slug}/invite").text
    assert "What the first guest here will see" in page
    assert f'data-hx-get="/w/{slug}/guests/preview"' in page
    part = world.as_("member").get(f"/w/{slug}/guests/preview").text
    assert "Guests will read one thing here at once:" in part
    assert "Quokka" in part
    assert world.as_("guest").get(f"/w/{slug}/guests/preview").status_code == 404
    with_guests = world.workspace(visibility="closed", members=["guest"])
    assert (
        "What the first guest here will see" not in world.as_("author").get(f"/w/{with_guests}/invite").text
    )


def test_the_preview_for_an_invitation_shows_the_first_few(world: World, place: str) -> None:
    for number in range(FEW + 2):
        world.post(f"Post {number:02}", workspace=place, guests_from=clock.now())
    with world.looking("author") as (db, viewer):
        found = preview(db, viewer, db.scalars(select(Workspace).where(Workspace.slug == place)).one())
        assert (len(found["shared"]), found["shared_count"]) == (FEW, FEW + 2)
