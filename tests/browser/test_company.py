"""Signing in at the company's provider with a real browser: there, back, out on both sides, once more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.server import prepare, running
from tests.kits import idp

pytestmark = pytest.mark.browser

TABLE = """
[[oidc]]
name = "company"
issuer = "http://127.0.0.1:{port}"
client_id = "collab"
client_secret = "collab-secret-for-tests-0001"
label = "Corp"
employee_groups = ["staff"]
guest_groups = ["externals"]
trust_email = ["corp.example"]
"""


class Place:
    """Collab and the company's provider, each at its address, and a window."""

    def __init__(self, page: Page, collab: str, company: idp.Company) -> None:
        self.page, self.collab, self.company = page, collab, company

    def sign_in(self, username: str = "erika", password: str = "") -> None:
        self.page.goto(f"{self.collab}/login")
        self.page.get_by_role("link", name="Sign in with Corp").click()
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password").fill(password or f"{username}-password")
        self.page.get_by_role("button", name="Sign in").click()


@pytest.fixture(scope="module")
def _servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, idp.Company]]:
    idp.installed()
    folder: Path = tmp_path_factory.mktemp("company")
    prepare(folder)
    port = idp.free_port()
    (folder / "collab.toml").write_text(TABLE.format(port=port))
    with (
        running(folder, COLLAB_CONFIG=str(folder / "collab.toml")) as collab,
        idp.running(collab, port=port) as company,
    ):
        yield collab, company


@pytest.fixture
def place(chromium: Browser, _servers: tuple[str, idp.Company]) -> Iterator[Place]:
    context = chromium.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(15_000)
    page, said = context.new_page(), []
    page.on(
        "console", lambda line: said.append(line.text) if "Content Security Policy" in line.text else None
    )
    yield Place(page, *_servers)
    context.close()
    assert said == [], "what our policy forbids, we do not ask for"


def test_in_through_the_company_and_out_on_both_sides(place: Place) -> None:
    page = place.page
    place.sign_in()
    expect(page).to_have_url(f"{place.collab}/")
    page.locator(".menu-account > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign out?")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{place.collab}/login?**")
    page.get_by_role("link", name="Sign in with Corp").click()
    expect(page.get_by_role("heading", name="Company sign-in")).to_be_visible()


def test_signing_out_there_is_signing_out_here(place: Place) -> None:
    place.sign_in("xaver")
    expect(place.page).to_have_url(f"{place.collab}/workspaces/")
    place.company.control("POST", "logout", {"sub": "x-2001"})
    place.page.goto(f"{place.collab}/account/")
    expect(place.page).to_have_url(f"{place.collab}/login?next=/account/")


def test_a_wrong_password_and_a_change_of_mind(place: Place) -> None:
    page = place.page
    place.sign_in("erika", "wrong")
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("alert")).to_contain_text("You cancelled at Corp")
    expect(page.get_by_label("Password")).to_be_visible()


def test_going_back_to_a_used_answer_explains_itself(place: Place) -> None:
    page = place.page
    answers: list[str] = []
    page.on("request", lambda asked: answers.append(asked.url) if "/callback?" in asked.url else None)
    place.sign_in()
    expect(page).to_have_url(f"{place.collab}/")
    page.goto(answers[0])
    expect(page.get_by_role("heading", name="Please start again")).to_be_visible()
    expect(page.locator("main")).to_contain_text("sign_in_not_started_here")
