"""Pages in their tree: moving, renaming, deleting, and the addresses they had before."""

import pytest

from tests.cast import World


@pytest.fixture
def place(world: World) -> str:
    return world.workspace(members=["member"], readers=["colleague"])


def test_the_tree_shows_each_page_below_its_parent(world: World, place: str) -> None:
    top = world.page("Handbook", workspace=place)
    world.page("Travel", workspace=place, below=top)
    shown = world.as_("member").get(f"/w/{place}/pages/").text
    assert shown.index("Handbook") < shown.index("Pages below Handbook") < shown.index("Travel")


def test_an_empty_tree_says_what_pages_are_for(world: World, place: str) -> None:
    assert "No pages yet" in world.as_("member").get(f"/w/{place}/pages/").text
    assert "pages/new" not in world.as_("colleague").get(f"/w/{place}/pages/").text


def test_a_page_that_is_missing_can_be_written(world: World, place: str) -> None:
    answer = world.as_("member").get(f"/w/{place}/pages/travel-costs")
    assert answer.status_code == 404
    assert "does not exist yet" in answer.text
    assert "pages/new?title=Travel%20costs" in answer.text
    assert "pages/new" not in world.as_("colleague").get(f"/w/{place}/pages/travel-costs").text


def test_the_same_title_may_stand_below_different_pages(world: World, place: str) -> None:
    one, other = world.page("Paris", workspace=place), world.page("London", workspace=place)
    below = [world.page("Office", workspace=place, below=parent) for parent in (one, other, other)]
    assert [page.path for page in below] == ["paris/office", "london/office", "london/office-2"]


def test_moving_takes_all_below_along_and_old_links_lead_there(world: World, place: str) -> None:
    old, new = world.page("Old", workspace=place), world.page("New home", workspace=place)
    middle = world.page("Middle", workspace=place, below=old)
    leaf = world.page("Leaf", workspace=place, below=middle)
    member = world.as_("member")
    form = {"title": "Middle", "slug": "middle", "parent": "new-home", "place": "stay"}
    assert member.send(f"{middle.address}/move", form).location == f"{new.address}/middle"
    assert member.get(f"{new.address}/middle/leaf").status_code == 200
    answer = member.get(leaf.address)
    assert (answer.status_code, answer.location) == (301, f"{new.address}/middle/leaf")


def test_an_old_address_tells_nothing_to_those_outside(world: World) -> None:
    place = world.workspace(visibility="closed")
    page = world.page("Plan", workspace=place)
    form = {"title": "Better plan", "slug": "better-plan", "parent": "", "place": "stay"}
    world.as_("author").send(f"{page.address}/move", form)
    assert world.as_("author").get(page.address).status_code == 301
    assert world.as_("colleague").get(page.address).status_code == 404


def test_renaming_changes_the_address_and_redirects(world: World, place: str) -> None:
    page = world.page("Costs", workspace=place)
    leaf = world.page("Hotels", workspace=place, below=page)
    form = {"title": "Expenses", "slug": "expenses", "parent": "", "place": "stay"}
    assert world.as_("member").send(f"{page.address}/move", form).location.endswith("/pages/expenses")
    assert world.as_("member").get(leaf.address).location.endswith("/pages/expenses/hotels")
    assert "Expenses" in world.as_("member").get(f"/w/{place}/pages/expenses").text


@pytest.mark.parametrize("target", ["top", "top/middle", "top/middle/leaf"])
def test_a_page_cannot_stand_below_itself(world: World, place: str, target: str) -> None:
    top = world.page("Top", workspace=place)
    middle = world.page("Middle", workspace=place, below=top)
    world.page("Leaf", workspace=place, below=middle)
    form = {"title": "Top", "slug": "top", "parent": target, "place": "stay"}
    answer = world.as_("member").send(f"{top.address}/move", form)
    assert answer.status_code == 422
    assert "cannot stand below itself" in answer.text


def test_neighbours_change_places(world: World, place: str) -> None:
    pages = [world.page(title, workspace=place) for title in ("One", "Two", "Three")]
    world.as_("member").send(f"{pages[2].address}/order", {"step": "up"})
    items = world.as_("member").get(f"/api/v1/workspaces/{place}/pages").json["items"]
    assert [item["title"] for item in items] == ["One", "Three", "Two"]


def test_deleting_can_be_undone_and_frees_the_address(world: World, place: str) -> None:
    page = world.page("Plan", "The first.", workspace=place)
    leaf = world.page("Part", workspace=place, below=page)
    author = world.as_("author")
    author.send(f"{page.address}/delete")
    assert author.get(page.address).status_code == 404
    assert author.get(leaf.address).status_code == 200
    assert world.page("Plan", "The second.", workspace=place).address == page.address
    answer = author.send(f"/w/{place}/pages/restore/{page.public_id}")
    assert answer.location == f"{page.address}-2"
    assert "The first." in author.get(answer.location).text


def test_a_restored_page_gets_its_address_back(world: World, place: str) -> None:
    parent = world.page("Parent", workspace=place)
    page = world.page("Plan", workspace=place, below=parent)
    world.as_("author").send(f"{page.address}/delete")
    answer = world.as_("author").send(f"/w/{place}/pages/restore/{page.public_id}")
    assert answer.location == page.address
    assert world.as_("member").send(f"/w/{place}/pages/restore/{page.public_id}").status_code == 404


def test_the_entrys_own_door_deletes_and_restores_pages_too(world: World, place: str) -> None:
    page = world.page("Plan", workspace=place)
    author = world.as_("author")
    author.send(f"/entries/{page.public_id}/delete")
    world.drain()
    assert world.page("Plan", workspace=place).address == page.address
    author.send(f"/entries/{page.public_id}/restore")
    world.drain()
    assert author.get(f"{page.address}-2").status_code == 200


def test_branches_whose_parent_is_gone_are_not_lost(world: World, place: str) -> None:
    top = world.page("Top", workspace=place)
    middle = world.page("Middle", workspace=place, below=top)
    leaf = world.page("Leaf", workspace=place, below=middle)
    world.as_("author").send(f"{middle.address}/delete")
    assert "Leaf" in world.as_("member").get(f"/w/{place}/pages/").text
    form = {"title": "Upper", "slug": "upper", "parent": "", "place": "stay"}
    world.as_("member").send(f"{top.address}/move", form)
    assert world.as_("member").get(leaf.address).location.endswith("/upper/middle/leaf")


def test_a_big_tree_costs_no_more_statements(world: World, place: str) -> None:
    top = world.page("Page 0", "[[Page 1]]", workspace=place)
    world.as_("member").get(top.address)  # the first visit of the day is noted
    few = world.as_("member").get(top.address).headers["X-Collab-Statements"]
    for n in range(1, 70):
        world.page(f"Page {n}", "[[Page 0]]", workspace=place, below=top)
    answer = world.as_("member").get(top.address)
    assert answer.headers["X-Collab-Statements"] == few
    assert int(few) <= 8
    assert "Page 69" in answer.text


def test_an_address_that_is_an_act_is_no_page(world: World, place: str) -> None:
    page = world.page("Edit", workspace=place)
    assert page.path == "edit-2"
    assert world.as_("member").get(page.address).status_code == 200


def test_a_branch_has_an_end(world: World, place: str) -> None:
    page = world.page("Level 1", workspace=place)
    for level in range(2, 13):
        page = world.page(f"Level {level}", workspace=place, below=page)
    form = {"title": "Level 13", "body": "", "parent": page.path}
    answer = world.as_("member").send(f"/w/{place}/pages/new", form)
    assert answer.status_code == 422
    assert "12 levels" in answer.text
