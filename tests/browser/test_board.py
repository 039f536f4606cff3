"""The board of tasks: by pointer, by its menu, by keys, on a phone; and a guest's yes."""

import re
from itertools import count

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.server import House
from tests.browser.steps import GUEST, OWNER
from tests.browser.test_accessibility import ALL, CONTRAST, PHONE, THUMBS, findings
from tests.browser.visitor import slow_line

HERE = "/w/falzwerk-500/tasks/"
LUCA = "luca@linotek.example"


def stands(page: Page, *lanes: str) -> None:
    """Wait until the columns hold these tasks, each a word."""
    for number, words in enumerate(lanes):
        expect(page.locator(".lane").nth(number).locator(".task-title")).to_have_text(words.split())


def test_a_task_goes_across_the_board_by_pointer_keys_and_menu(visit: Visit, house: House) -> None:
    place = house.world.workspace(members=["member"])
    page = visit("member").go(f"/w/{place}/tasks/")
    for title in ("Paint", "Wash", "Buy"):
        page.get_by_label("New task in “To do”").fill(title)
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name=title)).to_be_visible()
    expect(page.get_by_label("New task in “To do”")).to_be_focused()

    card, to = page.locator(".task-card").first.bounding_box(), page.locator(".lane").nth(1).bounding_box()
    assert card and to
    page.mouse.move(card["x"] + 20, card["y"] + card["height"] - 8)
    page.mouse.down()
    page.mouse.move(to["x"] + 60, to["y"] + 80, steps=5)
    with page.expect_response("**/move"):
        page.mouse.up()
    stands(page, "Wash Buy", "Paint", "")

    page.get_by_role("button", name=re.compile("Move “Buy” with the arrow keys")).focus()
    with page.expect_response("**/move"):
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowRight")
    stands(page, "Wash", "Buy Paint", "")
    expect(page.get_by_role("button", name=re.compile("Move “Buy” with the arrow keys"))).to_be_focused()

    page.locator(".task-card", has_text="Wash").locator("summary").click()
    assert findings(page, ALL) == []
    page.get_by_role("button", name="To “Done”").click()
    stands(page, "", "Buy Paint", "Wash")
    page.reload()
    stands(page, "", "Buy Paint", "Wash")


def test_a_card_may_be_moved_on_before_the_answer_is_there(visit: Visit, house: House) -> None:
    place = house.world.workspace(members=["member"])
    page = visit("member").go(f"/w/{place}/tasks/")
    page.get_by_label("New task in “To do”").fill("Paint")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("Move “Paint” with the arrow keys")).focus()
    slow_line(page, 1000)
    answers = count(1)
    with page.expect_response(lambda answer: answer.url.endswith("/move") and next(answers) == 2):
        with page.expect_request("**/move"):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
    stands(page, "", "", "Paint")


def test_a_checklist_gives_back_what_was_taken_from_it(visit: Visit, house: House) -> None:
    place = house.world.workspace(members=["member"])
    page = visit("member").go(f"/w/{place}/tasks/new")
    page.get_by_label("What is to be done?").fill("Paint")
    page.get_by_role("button", name="Create task").click()
    for words in ("Brush", "Bucket"):
        page.get_by_label("New line of the checklist").fill(words)
        page.keyboard.press("Enter")
        expect(page.get_by_role("checkbox", name=words)).to_be_visible()
    page.get_by_role("checkbox", name="Brush").click()
    expect(page.get_by_role("checkbox", name="Brush")).to_be_checked()
    page.get_by_role("button", name="Remove “Brush”").click()
    expect(page.get_by_role("checkbox", name="Brush")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("checkbox", name="Brush")).to_be_checked()


def test_pages_of_tasks_on_a_phone_in_german_and_in_the_dark(visit: Visit) -> None:
    visitor, found = visit(OWNER, locale="de-DE", **PHONE), []
    board = visitor.go(HERE)
    lane = board.locator(".lane").first.bounding_box()
    assert lane and 0.75 * 360 < lane["width"] < 0.95 * 360  # readable, and the next one looks in
    task = board.get_by_role("link", name="Gehäuse Serie 0 freigeben").get_attribute("href") or ""
    for path in (
        HERE,
        f"{HERE}list",
        f"{HERE}list?state=later",
        f"{HERE}columns",
        f"{HERE}new",
        task,
        "/tasks/",
    ):
        page = visitor.go(path)
        found += [f"{path} {one}" for rules in (ALL, THUMBS) for one in findings(page, rules)]
        page.emulate_media(color_scheme="dark")
        found += [f"{path} dark {one}" for one in findings(page, CONTRAST)]
        page.emulate_media(color_scheme="light")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path} is {wide} px too wide"] if wide else []
    assert found == []


def test_guests_who_are_asked_say_yes(visit: Visit) -> None:
    """One of them is in the workspace; with the other one, the task alone is shared."""
    for who, title, lies in ((GUEST, "Gehäuse Serie 0 freigeben", HERE), (LUCA, "Drive sizing", "/entries/")):
        page = visit(who, **PHONE).go("/tasks/")
        page.get_by_role("link", name=title).first.click()
        assert lies in page.url
        assert findings(page, ALL) == []
        page.get_by_label(re.compile("^A word about it|^Ein Wort dazu")).fill("Fits.")
        page.get_by_role("button", name=re.compile("^(Yes|Ja)$")).click()
        expect(page.locator("#approvals")).to_contain_text("Fits.")
        assert lies in page.url
