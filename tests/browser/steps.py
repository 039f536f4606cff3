"""What people do again and again."""

import re
import time

from playwright.sync_api import Page, expect

from collab.demo.make import PASSWORD

#: Somebody of the demo company who reads English.
WRITER = "zofia@auwald.example"
OWNER = "anna@auwald.example"
GUEST = "karl@kessler-guss.example"
ADMIN = "admin@auwald.example"


def sign_in(page: Page, email: str) -> None:
    """By the form on the page."""
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_load_state()


def saved(page: Page) -> None:
    """Wait until the server has what was typed."""
    expect(page.locator(".composer-status")).to_contain_text(re.compile("saved at|saved", re.IGNORECASE))


def body(page: Page) -> str:
    return page.locator("textarea[name=body]").first.input_value()


def found(page: Page, words: str, seconds: float = 15.0) -> float:
    """Search until the words are found; answers how long that took."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        page.goto(f"{page.url.split('/', 3)[0]}//{page.url.split('/', 3)[2]}/search?q={words}")
        if page.locator(".hits").get_by_text(words).count():
            return time.monotonic() - begun
        time.sleep(0.2)
    raise AssertionError(f"{words} is not found after {seconds} s")
