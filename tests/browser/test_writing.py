"""A newcomer writes, and nothing that they wrote is ever lost."""

import re

import pytest
from playwright.sync_api import Route, expect

from collab.demo import pictures
from tests.browser.conftest import Visit
from tests.browser.server import House
from tests.browser.steps import WRITER, body, found, saved, sign_in

pytestmark = [pytest.mark.browser]

WORDS = """## Drei Dinge

Heute **lief** die Maschine, sagt @anna.lindqvist.

- Papier
- Luft

| Lauf | Bögen |
| --- | ---: |
| 1 | 500 |
"""


def test_from_the_sign_in_to_a_post_that_the_search_finds(visit: Visit) -> None:
    page = visit().go("/blog/new")
    expect(page).to_have_url(re.compile("/login"))
    sign_in(page, WRITER)
    expect(page).to_have_url(re.compile("/blog/(new|draft-.*)"))

    page.locator("input[name=title]").fill("Quastenflosser im Getriebe")
    page.locator("textarea[name=body]").fill(WORDS)
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Add pictures and files").click()
    chooser.value.set_files([{"name": "Halle 3.png", "mimeType": "image/png", "buffer": _picture()}])
    page.get_by_label("What does the picture show?").fill("Die Halle am Morgen")
    page.get_by_role("button", name="Insert picture").click()
    expect(page.locator("textarea[name=body]")).to_have_value(
        re.compile(r"!\[Die Halle am Morgen\]\(/entries/")
    )
    saved(page)

    page.get_by_role("tab", name="Preview").click()
    preview = page.locator(".composer-preview")
    expect(preview.locator("table")).to_be_visible()
    expect(preview.locator("img[alt='Die Halle am Morgen']")).to_be_visible()
    seen = preview.inner_html()

    page.get_by_role("button", name=re.compile("^Publish")).click()
    expect(page.locator("h1")).to_have_text("Quastenflosser im Getriebe")
    published = page.locator("article .prose").inner_html()
    assert _plain(published) == _plain(seen)
    shown = page.locator("article img[alt='Die Halle am Morgen']")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 100

    assert found(page, "Quastenflosser") < 15


EDITOR = "**/js/composer.js"


def _never(route: Route) -> None:
    """A script that is still on its way."""
    route.fulfill(content_type="text/javascript", body="await new Promise(() => {}); export {};")


def _picture() -> bytes:
    return pictures.draw("hall")


def _plain(html: str) -> str:
    """Without the measures that reading pages add so that nothing jumps, and blanks between tags."""
    return re.sub(r">\s+<", "><", re.sub(r' (width|height)="\d+"', "", html)).strip()


def test_a_crash_costs_nothing(visit: Visit) -> None:
    visitor = visit("author")
    page = visitor.go("/blog/new")
    page.locator("input[name=title]").fill("Before the crash")
    page.locator("textarea[name=body]").fill("These words were typed and never saved by hand.")
    saved(page)
    visitor.context.close()

    page = visit("author").go("/blog/drafts")
    page.get_by_role("link", name="Before the crash").first.click()
    if not page.url.endswith("/edit"):
        page.get_by_role("link", name=re.compile("Edit|Write on")).first.click()
    expect(page.locator("textarea[name=body]")).to_have_value(
        "These words were typed and never saved by hand."
    )


def test_unsent_words_wait_in_the_browser(visit: Visit) -> None:
    """The page dies before the first autosave."""
    visitor = visit("author")
    page = visitor.go("/blog/new")
    page.locator("textarea[name=body]").fill("Half a sen")
    page.close(run_before_unload=False)

    visitor.page = visitor.context.new_page()
    page = visitor.go("/blog/new")
    expect(page.locator("textarea[name=body]")).to_have_value("Half a sen")


def test_words_typed_before_the_editor_is_there_wait_too(visit: Visit) -> None:
    """A slow line: the text field can be used, the editor's scripts never came."""
    visitor = visit("author")
    visitor.context.route(EDITOR, _never)
    page = visitor.go("/blog/new")
    page.locator("textarea[name=body]").fill("First half.")
    page.close(run_before_unload=False)

    visitor.page = visitor.context.new_page()
    page = visitor.go("/blog/new")
    page.locator("textarea[name=body]").fill("Second half.")
    page.close(run_before_unload=False)

    visitor.context.unroute(EDITOR)
    visitor.page = visitor.context.new_page()
    page = visitor.go("/blog/new")
    expect(page.locator("textarea[name=body]")).to_have_value("First half.\n\nSecond half.")


def test_an_editor_that_did_not_come_is_asked_for_again(visit: Visit) -> None:
    visitor = visit("author")
    visitor.context.route(EDITOR, lambda route: route.fulfill(status=404))
    page = visitor.go("/blog/new")
    page.locator("textarea[name=body]").fill("One")
    visitor.context.unroute(EDITOR)
    page.locator("textarea[name=body]").press_sequentially(" two three", delay=50)

    expect(page.locator(".composer.is-ready")).to_be_visible()
    saved(page)
    assert body(page) == "One two three"


def test_what_was_sent_before_the_editor_was_there_is_not_offered_again(visit: Visit) -> None:
    visitor = visit("author")
    visitor.context.route(EDITOR, _never)
    page = visitor.go("/blog/new")
    page.locator("input[name=title]").fill("Sent without an editor")
    page.locator("textarea[name=body]").fill("Sent, and arrived.")
    page.get_by_role("button", name=re.compile("^Publish")).click()
    expect(page.locator("h1")).to_have_text("Sent without an editor")

    visitor.context.unroute(EDITOR)
    page = visitor.go("/blog/new")
    expect(page.locator(".composer.is-ready")).to_be_visible()
    assert body(page) == ""


def test_the_end_of_a_session_costs_nothing(visit: Visit, house: House) -> None:
    visitor = visit()
    page = visitor.go("/login?next=/blog/new")
    sign_in(page, WRITER)
    page.locator("input[name=title]").fill("Typed before the session ended")
    page.locator("textarea[name=body]").fill("First part.")
    saved(page)
    address = page.url
    visitor.sign_out_secretly()
    page.locator("textarea[name=body]").fill("First part. Second part, typed too late.")
    expect(page.locator(".composer-status.is-warning")).to_contain_text("Sign in")

    page = visitor.go(address.removeprefix(house.url))
    expect(page).to_have_url(re.compile("/login"))
    sign_in(page, WRITER)
    expect(page.locator("textarea[name=body]")).to_have_value("First part. Second part, typed too late.")
    saved(page)


def test_sending_a_post_after_the_session_ended_keeps_it(visit: Visit) -> None:
    visitor = visit()
    page = visitor.go("/login?next=/blog/new")
    sign_in(page, WRITER)
    page.locator("input[name=title]").fill("Sent too late")
    page.locator("textarea[name=body]").fill("Words sent without a session.")
    visitor.sign_out_secretly()
    page.get_by_role("button", name=re.compile("^Publish")).click()
    page.wait_for_load_state()
    page = visitor.go("/login?next=/blog/new")
    sign_in(page, WRITER)
    expect(page.locator("textarea[name=body]")).to_have_value("Words sent without a session.")


def test_a_broken_picture_becomes_a_link_and_says_why(visit: Visit) -> None:
    page = visit("author").go("/blog/new")
    page.locator("input[name=title]").fill("Broken")
    with page.expect_file_chooser() as chooser:
        page.get_by_text("Add pictures and files").click()
    chooser.value.set_files([{"name": "broken.png", "mimeType": "image/png", "buffer": _picture()[:200]}])
    expect(page.locator("textarea[name=body]")).to_have_value(re.compile(r"(?<!!)\[broken\.png\]\(/entries/"))
    expect(page.locator(".upload")).to_contain_text("download")
    expect(page.get_by_label("What does the picture show?")).to_have_count(0)
