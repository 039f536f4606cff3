"""``[[Links]]`` between pages, and what they may tell."""

import re
from datetime import timedelta

import pytest

from collab import clock
from collab.pages import services
from collab.pages.models import Page
from collab.workspaces import access, entries
from tests.cast import World


@pytest.fixture
def place(world: World) -> str:
    return world.workspace(members=["member", "guest", "rival"], visibility="closed")


def link(world: World, page: Page, name: str, who: str = "author") -> tuple[str, bool]:
    """Where the link called ``name`` leads, and whether it is marked as missing."""
    found = re.search(
        rf'<a class="(wikilink[^"]*)" href="([^"]*)">{name}</a>', world.as_(who).get(page.address).text
    )
    assert found, name
    return found[2], "missing" not in found[1]


def test_a_link_finds_a_page_by_title_and_by_path(world: World, place: str) -> None:
    top = world.page("Travel", workspace=place)
    leaf = world.page("Hotel costs", workspace=place, below=top)
    page = world.page("Start", "[[hotel Costs]] [[travel/hotel-costs|there]]", workspace=place)
    assert link(world, page, "hotel Costs") == (leaf.address, True)
    assert link(world, page, "there") == (leaf.address, True)


def test_a_link_to_no_page_becomes_right_when_it_is_written(world: World, place: str) -> None:
    page = world.page("Start", "[[Night trains]]", workspace=place)
    assert link(world, page, "Night trains") == (f"/w/{place}/pages/night-trains?title=Night%20trains", False)
    other = world.page("Night trains", workspace=place, below=page)
    world.drain()
    assert link(world, page, "Night trains") == (other.address, True)


def test_a_link_to_a_deleted_page_is_marked_until_it_is_back(world: World, place: str) -> None:
    other = world.page("Trains", workspace=place)
    page = world.page("Start", "[[Trains]]", workspace=place)
    world.as_("author").send(f"{other.address}/delete")
    world.drain()
    assert link(world, page, "Trains")[1] is False
    world.as_("author").send(f"/w/{place}/pages/restore/{other.public_id}")
    world.drain()
    assert link(world, page, "Trains") == (other.address, True)


@pytest.mark.parametrize("act", ["move", "edit"])
def test_links_by_a_former_title_go_on_leading_there(world: World, place: str, act: str) -> None:
    other = world.page("Trains", workspace=place)
    page = world.page("Start", "[[Trains]]", workspace=place)
    form = {"title": "Railways", "slug": "railways", "parent": "", "place": "stay"}
    if act == "edit":
        form = {"title": "Railways", "body": "x", "version": "1"}
    address = world.as_("author").send(f"{other.address}/{act}", form).location
    world.drain()
    assert link(world, page, "Trains") == (address, True)


def test_moving_a_branch_corrects_links_into_it(world: World, place: str) -> None:
    top, new = world.page("Top", workspace=place), world.page("Home", workspace=place)
    world.page("Leaf", workspace=place, below=top)
    page = world.page("Start", "[[top/leaf]]", workspace=place)
    form = {"title": "Top", "slug": "top", "parent": "home", "place": "stay"}
    world.as_("author").send(f"{top.address}/move", form)
    world.drain()
    assert link(world, page, "top/leaf") == (f"{new.address}/top/leaf", True)


def test_of_two_pages_with_one_title_the_nearest_is_meant(world: World, place: str) -> None:
    paris, london = world.page("Paris", workspace=place), world.page("London", workspace=place)
    world.page("Office", workspace=place, below=paris)
    near = world.page("Office", workspace=place, below=london)
    page = world.page("Rooms", "[[Office]]", workspace=place, below=london)
    assert link(world, page, "Office")[0] == near.address


def test_backlinks_name_the_pages_that_link_here(world: World, place: str) -> None:
    page = world.page("Target", workspace=place)
    world.page("Pointing there", "[[Target]]", workspace=place)
    assert "Linked from" in world.as_("author").get(page.address).text


def shared(world: World, page: Page) -> Page:
    """The page, from now on for guests too."""
    with world.acting("author") as (db, viewer):
        entries.share(db, viewer, access.get(db, viewer, Page, Page.id == page.id), clock.now(), None)
    world.drain()
    return page


def test_backlinks_do_not_name_pages_that_are_not_for_the_reader(world: World, place: str) -> None:
    page = shared(world, world.page("Target", workspace=place))
    world.page("Dismissals", "[[Target]]", workspace=place)
    assert "Dismissals" in world.as_("author").get(page.address).text
    with clock.shifted(timedelta(seconds=1)):
        answer = world.as_("guest").get(page.address)
    assert answer.status_code == 200
    assert "Dismissals" not in answer.text


def test_a_guest_cannot_try_out_names_of_internal_pages(world: World, place: str) -> None:
    hidden = world.page("Price limits", workspace=place)
    page = world.page("Questions", "[[Price limits]] [[Nothing]]", workspace=place, author="guest")
    world.page("Price limits", workspace=place, below=hidden)
    world.drain()
    assert link(world, page, "Price limits", "guest")[1] is False
    with world.acting("author") as (db, viewer):
        again = access.get(db, viewer, Page, Page.id == page.id)
        services.edit(db, viewer, again, "Questions", "[[Price limits]]!", base_version=1)
    assert link(world, page, "Price limits", "guest")[1] is False


def test_sharing_a_page_marks_its_internal_links_as_missing(world: World, place: str) -> None:
    world.page("Price limits", workspace=place)
    page = world.page("Offer", "[[Price limits]]", workspace=place)
    assert link(world, page, "Price limits")[1] is True
    assert link(world, shared(world, page), "Price limits")[1] is False


def test_in_a_clean_room_a_link_tells_nothing_of_another_firm(world: World) -> None:
    room = world.workspace(members=["guest", "rival"], visibility="closed", clean_room=True)
    theirs = world.page("Our offer", workspace=room, author="rival")
    page = world.page("Notes", "[[Our offer]]", workspace=room, author="guest")
    world.drain()
    assert link(world, page, "Our offer", "guest") == (f"/w/{room}/pages/our-offer?title=Our%20offer", False)
    assert world.as_("guest").get(theirs.address).status_code == 404


def test_a_guests_address_does_not_tell_of_a_hidden_page(world: World, place: str) -> None:
    world.page("Price limits", workspace=place)
    taken = world.page("Price limits", workspace=place, author="guest")
    free = world.page("Something else", workspace=place, author="guest")
    assert re.fullmatch(r"price-limits-[0-9a-f]{6}", taken.path)
    assert re.fullmatch(r"something-else-[0-9a-f]{6}", free.path)
