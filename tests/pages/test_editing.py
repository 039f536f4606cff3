"""Writing pages: saving, two people at one page, unsaved words."""

from datetime import timedelta

import pytest

from collab import clock
from tests.cast import World

BODY = "One\n\nTwo\n\nThree\n"


@pytest.fixture
def place(world: World) -> str:
    return world.workspace(members=["member"], readers=["colleague"])


def words(body: str, version: int = 1, title: str = "Plan", **more: str) -> dict[str, str]:
    return {"title": title, "body": body, "version": str(version), **more}


def test_writing_a_page_publishes_it_at_once(world: World, place: str) -> None:
    form = {"title": "Plan", "body": "We *start*.", "parent": ""}
    answer = world.as_("member").send(f"/w/{place}/pages/new", form)
    assert answer.location == f"/w/{place}/pages/plan"
    assert "<em>start</em>" in world.as_("colleague").get(answer.location).text


def test_a_form_that_is_sent_twice_makes_one_page(world: World, place: str) -> None:
    form = {"title": "Plan", "body": "", "parent": "", "idempotency_key": "k1"}
    first, second = (world.as_("member").send(f"/w/{place}/pages/new", form).location for _ in range(2))
    assert first == second


def test_a_page_without_a_title_is_refused_and_keeps_its_words(world: World, place: str) -> None:
    answer = world.as_("member").send(f"/w/{place}/pages/new", {"title": " ", "body": "My words"})
    assert answer.status_code == 422
    assert "My words" in answer.text
    assert "Please fill this in" in answer.text


def test_a_page_cannot_be_put_below_one_of_another_workspace(world: World, place: str) -> None:
    other = world.page("Elsewhere", workspace=world.workspace("Other"))
    form = {"title": "Plan", "body": "", "parent": other.path}
    assert world.as_("member").send(f"/w/{place}/pages/new", form).status_code == 422


def test_changes_in_different_places_are_merged(world: World, place: str) -> None:
    page = world.page("Plan", BODY, workspace=place)
    world.as_("author").send(f"{page.address}/edit", words(BODY.replace("One", "First")))
    answer = world.as_("member").send(f"{page.address}/edit", words(BODY.replace("Three", "Third")))
    assert answer.status_code == 303
    shown = world.as_("member").get(page.address).text
    assert "First" in shown
    assert "Third" in shown
    assert "Both changes are in it" in shown


def test_changes_of_the_same_place_are_shown_side_by_side(world: World, place: str) -> None:
    page = world.page("Plan", BODY, workspace=place)
    world.as_("author").send(f"{page.address}/edit", words(BODY.replace("Two", "Her two")))
    mine = BODY.replace("Two", "My two")
    answer = world.as_("member").send(f"{page.address}/edit", words(mine))
    assert answer.status_code == 409
    assert "<pre>Her two</pre>" in answer.text
    assert "<pre>My two</pre>" in answer.text
    assert mine in answer.text.replace("\r", "")
    assert 'name="version" value="2"' in answer.text
    assert "Her two" in world.as_("member").get(page.address).text
    assert world.as_("member").send(f"{page.address}/edit", words(mine, 2)).status_code == 303


def test_two_new_titles_are_a_conflict_too(world: World, place: str) -> None:
    page = world.page("Plan", BODY, workspace=place)
    world.as_("author").send(f"{page.address}/edit", words(BODY, title="Her plan"))
    answer = world.as_("member").send(f"{page.address}/edit", words(BODY, title="My plan"))
    assert answer.status_code == 409
    assert "Her plan" in answer.text
    assert 'value="My plan"' in answer.text


def test_moving_a_page_does_not_disturb_who_is_writing(world: World, place: str) -> None:
    page = world.page("Plan", BODY, workspace=place)
    world.page("Home", workspace=place)
    form = {"title": "Plan", "slug": "plan", "parent": "home", "place": "stay"}
    address = world.as_("author").send(f"{page.address}/move", form).location
    answer = world.as_("member").send(f"{address}/edit", words(BODY.replace("Two", "2")))
    assert answer.status_code == 303


def test_both_see_that_they_are_writing(world: World, place: str) -> None:
    page = world.page("Plan", workspace=place)
    author, member = world.as_("author"), world.as_("member")
    assert "editing this page too" not in author.send(f"{page.address}/editing").text
    assert "Author is editing this page too" in member.send(f"{page.address}/editing").text
    assert "Member is editing this page too" in author.send(f"{page.address}/editing").text
    assert "Author is editing this page too" in member.get(f"{page.address}/edit").text
    with clock.shifted(timedelta(minutes=3)):
        assert "editing this page too" not in member.send(f"{page.address}/editing").text


def test_who_has_saved_is_not_writing_any_more(world: World, place: str) -> None:
    page = world.page("Plan", workspace=place)
    world.as_("author").send(f"{page.address}/editing")
    world.as_("author").send(f"{page.address}/edit", words("New"))
    assert "editing this page too" not in world.as_("member").send(f"{page.address}/editing").text


def test_unsaved_words_come_back_and_still_merge(world: World, place: str) -> None:
    page = world.page("Plan", BODY, workspace=place)
    member = world.as_("member")
    mine = BODY.replace("Three", "Third")
    assert member.send(f"/entries/{page.public_id}/autosave", words(mine)).status_code == 200
    world.as_("author").send(f"{page.address}/edit", words(BODY.replace("One", "First")))
    form = member.get(f"{page.address}/edit").text
    assert "Third" in form
    assert 'name="version" value="1"' in form
    assert member.send(f"{page.address}/edit", words(mine)).status_code == 303
    assert "First" in member.get(page.address).text


def test_the_first_words_of_a_new_page_make_a_draft(world: World, place: str) -> None:
    parent = world.page("Parent", workspace=place)
    member = world.as_("member")
    begun = member.send(f"/w/{place}/pages/drafts", {"title": "", "body": "Half a", "version": "0"})
    assert begun.status_code == 201
    draft = begun.json["url"]
    assert "Half a" in member.get(draft).text
    assert world.as_("author").get(draft).status_code == 404
    assert "Untitled" in member.get(f"/w/{place}/pages/").text
    form = {"title": "Whole", "body": "Half a page", "parent": parent.path, "version": begun.json["version"]}
    answer = member.send(begun.json["action"], form)
    assert answer.location == f"{parent.address}/whole"
    assert "Half a page" in world.as_("author").get(answer.location).text


def test_the_preview_shows_links_between_pages(world: World, place: str) -> None:
    page = world.page("Plan", workspace=place)
    shown = world.as_("member").send(f"/w/{place}/pages/preview", {"body": "[[Plan]] **now**"}).text
    assert f'<a class="wikilink" href="{page.address}">Plan</a> <strong>now</strong>' in shown


def test_a_long_page_has_a_table_of_contents(world: World, place: str) -> None:
    page = world.page("Plan", "# One\n\n## Two & *a half*\n\n# Three", workspace=place)
    assert '<a href="#h-two-a-half">Two &amp; a half</a>' in world.as_("member").get(page.address).text
