"""Finding things by keyboard, in one's own language, and what a guest gets."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.steps import GUEST, OWNER

pytestmark = [pytest.mark.browser]


def test_quick_search_by_keyboard_alone(visit: Visit) -> None:
    page = visit(OWNER).go("/")
    page.keyboard.press("/")
    box = page.locator("#palette-q")
    expect(box).to_be_focused()
    page.keyboard.type("Lagerbock")
    hit = page.get_by_role("option", name=re.compile("Der Lagerbock aus Muster 3")).first
    expect(hit).to_be_visible(timeout=30_000)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(re.compile("Lagerbock|Offene Fragen"))


def test_quick_search_gives_the_keyboard_back(visit: Visit) -> None:
    page = visit(OWNER).go("/")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("b")
    expect(page).to_have_url(re.compile("/blog/$"))


def test_keys_do_nothing_while_somebody_types(visit: Visit) -> None:
    page = visit("author").go("/search")
    page.locator("main input[type=search]").press_sequentially("a/b?g b")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_language_is_switched_in_one_step(visit: Visit) -> None:
    page = visit(OWNER, locale="de-DE").go("/blog/")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.locator(".menu-account summary").click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(re.compile("/blog/$"))
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Workspaces")).to_be_visible()
    page.locator(".menu-account summary").click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("link", name="Projekte", exact=True)).to_be_visible()


def test_a_stranger_meets_the_language_of_the_browser(visit: Visit) -> None:
    expect(visit(locale="de-AT").go("/login").locator("html")).to_have_attribute("lang", "de")
    expect(visit(locale="fr-FR").go("/login").locator("html")).to_have_attribute("lang", "en")


def test_a_guest_on_a_phone_sees_what_is_shared_and_nothing_else(visit: Visit) -> None:
    insider = visit(OWNER)
    inside = insider.go("/w/falzwerk-500/pages/")
    internal = inside.get_by_role("link", name="Kalkulation").first.get_attribute("href")
    assert internal
    assert insider.status(internal) == 200

    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    guest = visit(GUEST, **phone)
    page = guest.go("/w/falzwerk-500/pages/")
    main = page.locator("main")
    expect(main.get_by_role("link", name="Messreihen").first).to_be_visible()
    expect(main.get_by_text("Kalkulation")).to_have_count(0)
    main.get_by_role("link", name="Offene Fragen").first.tap()
    expect(page.locator("h1")).to_have_text("Offene Fragen")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    places = page.get_by_role("navigation").first.get_by_role("link")
    expect(page.get_by_role("link", name="People", exact=True)).to_have_count(0)
    assert places.count() >= 3

    missing = "/w/falzwerk-500/pages/there-is-no-such-page"
    assert guest.status(internal) == 404
    hidden = page.locator("main").inner_text().replace("Kalkulation", "X").replace("kalkulation", "x")
    assert guest.status(missing) == 404
    absent = page.locator("main").inner_text().replace("There is no such page", "X")
    assert hidden.splitlines()[-1] == absent.splitlines()[-1]
    for address in ("/people/", "/admin/", "/workspaces/new", "/w/handbuch-auwald/"):
        assert guest.status(address) == 404, address
    page = guest.go("/search?q=Zielkosten")
    expect(page.locator(".hits")).to_have_count(0)
