"""Everything works without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.steps import WRITER, found, sign_in

pytestmark = [pytest.mark.browser]


def test_a_post_from_beginning_to_end(visit: Visit) -> None:
    page = visit(java_script_enabled=False).go("/login")
    sign_in(page, WRITER)
    page.goto(page.url.rstrip("/") + "/blog/new")
    page.get_by_label("Title").fill("Ohne Skripte: Kupferkessel")
    page.locator("textarea[name=body]").fill("Nur **HTML**.")
    page.locator("input[name=files]").set_input_files(
        {"name": "Notizen.txt", "mimeType": "text/plain", "buffer": b"words"}
    )
    page.get_by_role("button", name=re.compile("^Publish")).click()
    expect(page.locator("h1")).to_have_text("Ohne Skripte: Kupferkessel")
    expect(page.locator("article .prose strong")).to_have_text("HTML")
    expect(page.get_by_role("link", name="Notizen.txt").first).to_be_visible()

    page.locator(".comments > form [name=body]").fill("Und ein Kommentar.")
    page.locator(".comments > form button[type=submit]").click()
    expect(page.locator(".comment")).to_contain_text("Und ein Kommentar.")
    page.get_by_role("link", name=re.compile("^Reply")).click()
    page.get_by_role("textbox", name="Your reply").fill("Und eine Antwort.")
    page.get_by_role("button", name="Send reply").click()
    expect(page.locator(".replies .comment")).to_contain_text("Und eine Antwort.")

    assert found(page, "Kupferkessel") < 15


def test_a_page_is_changed(visit: Visit) -> None:
    page = visit(WRITER, java_script_enabled=False).go("/w/handbuch-auwald/pages/willkommen/edit")
    box = page.locator("textarea[name=body]")
    box.fill(box.input_value() + "\n\nNeu ohne Skripte.\n")
    page.get_by_role("button", name="Save page").click()
    expect(page.locator("article .prose")).to_contain_text("Neu ohne Skripte.")


def test_a_comment_is_deleted_and_brought_back(visit: Visit, house) -> None:  # type: ignore[no-untyped-def]
    made = house.world.post("Plain talk")
    house.world.comment(made, "To be deleted.", author="member")
    page = visit("member", java_script_enabled=False).go(made.address)
    page.locator(".comment summary").click()
    page.locator(".comment").get_by_role("button", name="Delete").click()
    expect(page.locator(".comment-stub")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".comment")).to_contain_text("To be deleted.")
