"""What a new page can begin with."""

import pytest

from tests.cast import World


def test_a_page_marked_as_template_is_offered_and_filled_in(world: World) -> None:
    slug = world.workspace(members=["member"])
    page = world.page("Weekly report", "## Numbers\n\nof the week", workspace=slug)
    new = f"/w/{slug}/pages/new"
    assert "Weekly report" not in world.as_("member").get(f"{new}?title=x").text.split("<form")[0]
    assert world.as_("member").send(f"/entries/{page.public_id}/template").location == page.address
    assert f"template={page.public_id}" in world.as_("member").get(new).text
    begun = world.as_("member").get(f"{new}?template={page.public_id}").text
    assert "of the week</textarea>" in begun and 'value="Weekly report"' in begun
    world.as_("author").send(f"/entries/{page.public_id}/template/delete")
    assert "of the week" not in world.as_("member").get(f"{new}?template={page.public_id}").text


@pytest.mark.parametrize(("key", "words"), [("meeting", "What we decided"), ("how-to", "Step by step")])
def test_a_few_are_there_for_everybody(world: World, key: str, words: str) -> None:
    new = f"/w/{world.workspace()}/pages/new"
    assert f"template={key}" in world.as_("author").get(new).text
    assert words in world.as_("author").get(f"{new}?template={key}&title=Mine").text
    assert words not in world.as_("author").get(new).text


def test_guests_are_offered_no_internal_template(world: World) -> None:
    slug = world.workspace(visibility="closed", members=["guest"])
    page = world.page("Weekly report", "of the week", workspace=slug)
    world.as_("author").send(f"/entries/{page.public_id}/template")
    seen = world.as_("guest").get(f"/w/{slug}/pages/new?template={page.public_id}")
    assert seen.status_code == 200 and "Weekly report" not in seen.text and "of the week" not in seen.text
    assert world.as_("guest").send(f"/entries/{page.public_id}/template").status_code == 404


def test_a_template_of_another_workspace_is_none_here(world: World) -> None:
    page = world.page("Weekly report", "of the week", workspace=world.workspace(visibility="closed"))
    world.as_("author").send(f"/entries/{page.public_id}/template")
    new = f"/w/{world.workspace()}/pages/new?template={page.public_id}"
    assert "of the week" not in world.as_("author").get(new).text


def test_readers_make_no_templates(world: World) -> None:
    page = world.page("Plan", workspace=world.workspace(visibility="closed", readers=["colleague"]))
    assert world.as_("colleague").send(f"/entries/{page.public_id}/template").status_code == 403
