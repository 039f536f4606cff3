"""Two people change the same page at the same time."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.server import House

pytestmark = [pytest.mark.browser]

START = "First paragraph.\n\nSecond paragraph.\n\nThird paragraph.\n"


@pytest.fixture
def editors(visit: Visit, house: House) -> tuple[Page, Page, str]:
    """Two windows in which two people have begun to edit the same page, and its address."""
    workspace = house.world.workspace("Handbook", members=["member"])
    page = house.world.page("Together", START, workspace=workspace)
    one, two = visit("author"), visit("member")
    return one.go(f"{page.address}/edit"), two.go(f"{page.address}/edit"), page.address


def change(page: Page, old: str, new: str) -> None:
    box = page.locator("textarea[name=body]")
    box.fill(box.input_value().replace(old, new))


def save(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Save page")).click()
    page.wait_for_load_state()


def test_changes_in_different_places_merge(editors: tuple[Page, Page, str]) -> None:
    one, two, address = editors
    change(one, "First", "FIRST")
    save(one)
    change(two, "Third", "THIRD")
    save(two)
    expect(two).to_have_url(re.compile(re.escape(address) + "$"))
    for words in ("FIRST paragraph.", "Second paragraph.", "THIRD paragraph."):
        expect(two.locator("article .prose")).to_contain_text(words)


def test_changes_in_one_place_are_shown_side_by_side(editors: tuple[Page, Page, str]) -> None:
    one, two, address = editors
    change(one, "Second paragraph.", "The words of the first person.")
    save(one)
    change(two, "Second paragraph.", "The words of the second person.")
    save(two)
    expect(two.locator(".conflict-mine")).to_contain_text("The words of the second person.")
    expect(two.locator(".conflict-theirs")).to_contain_text("The words of the first person.")
    kept = two.locator("textarea[name=body]").input_value()
    assert "The words of the second person." in kept

    two.locator("textarea[name=body]").fill("What both agreed on.")
    save(two)
    expect(two).to_have_url(re.compile(re.escape(address) + "$"))
    expect(two.locator("article .prose")).to_have_text("What both agreed on.")


def test_leaving_the_conflict_keeps_the_own_text(editors: tuple[Page, Page, str], house: House) -> None:
    one, two, address = editors
    change(one, "Second paragraph.", "Saved by one.")
    save(one)
    change(two, "Second paragraph.", "Written by two.")
    save(two)
    expect(two.locator(".conflict")).to_be_visible()
    two.goto(house.url + address)
    two.goto(f"{house.url}{address}/edit")
    assert "Written by two." in two.locator("textarea[name=body]").input_value()


def test_who_else_edits_is_said(editors: tuple[Page, Page, str]) -> None:
    _one, two, _address = editors
    two.reload()
    expect(two.locator("[data-hx-trigger]")).to_contain_text("Author")
