"""Finding things by keyboard, in one's own language, and what a guest gets."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.steps import GUEST, OWNER, found

pytestmark = [pytest.mark.browser]


def test_quick_search_by_keyboard_alone(visit: Visit) -> None:
    visitor = visit(OWNER)
    found(visitor.go("/"), "Lagerbock")
    page = visitor.go("/")
    page.keyboard.press("/")
    box = page.locator("#palette-q")
    expect(box).to_be_focused()
    with page.expect_response(re.compile("/search/quick\\?q=Lagerbock$")):
        page.keyboard.type("Lagerbock")
    hit = page.get_by_role("option", name=re.compile("Der Lagerbock aus Muster 3")).first
    expect(hit).to_be_visible(timeout=30_000)
    expect(page.get_by_role("option", selected=True)).to_be_visible()
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


def test_quick_search_keeps_what_it_found_when_the_connection_is_lost(visit: Visit) -> None:
    visitor = visit(OWNER)
    found(visitor.go("/"), "Falzwerk")
    page = visitor.go("/")
    page.keyboard.press("/")
    page.keyboard.type("F")
    page.wait_for_timeout(400)
    expect(page.locator("#palette [role=option]")).to_have_count(0)
    page.keyboard.type("alz")
    expect(page.locator("#palette .option-head").first).to_be_visible()
    expect(page.locator("#palette-q")).to_have_attribute("aria-activedescendant", re.compile("."))
    page.context.set_offline(True)
    page.keyboard.type("werk")
    expect(page.locator(".palette-foot")).to_have_text("Keine Verbindung: Das sind die letzten Treffer.")
    expect(page.locator("#palette [role=option]:not(.option-all)").first).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".palette-foot")).to_have_text(re.compile("^[1-9].* Treffer$"))
    visitor.alarms[:] = [alarm for alarm in visitor.alarms if "ERR_INTERNET_DISCONNECTED" not in alarm]


def test_narrowing_is_beside_the_hits_on_a_desk_and_folded_on_a_phone(visit: Visit) -> None:
    desk = visit(OWNER, viewport={"width": 1440, "height": 900}).go("/")
    found(desk, "Falzwerk")
    posts = desk.locator(".facets").get_by_role("link", name=re.compile("Beiträge"))
    expect(posts).to_be_visible()
    number = posts.locator(".count").inner_text()
    posts.click()
    expect(desk.locator(".search-count")).to_have_text(re.compile(rf"^{number} Treffer$"))
    expect(desk.locator("main input[type=search]")).to_have_value("Falzwerk art:beitrag")
    desk.get_by_role("link", name="Entfernen: Beiträge").click()
    expect(desk.locator("main input[type=search]")).to_have_value("Falzwerk")
    phone = visit(OWNER, viewport={"width": 360, "height": 780}).go("/search?q=Falzwerk")
    expect(phone.locator(".facets a").first).to_be_hidden()
    phone.get_by_text("Suche eingrenzen").click()
    expect(phone.locator(".facets").get_by_role("link", name=re.compile("Beiträge"))).to_be_visible()


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
