"""Passkeys in a real browser with a virtual authenticator, on Collab's own pages."""

import importlib.util
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect
from sqlalchemy import select

from collab.auth.methods.models import Passkey
from collab.auth.models import Account, Password
from tests.browser.conftest import Visit, _visits
from tests.browser.server import House

KIT = Path(__file__).resolve().parents[3] / "shared" / "kit" / "passkey" / "virtual.py"
pytestmark = [pytest.mark.browser]
USE = "form[data-passkey] button[type=submit]"
#: As a browser that does not offer passkeys below a field; else it would be quicker than the button.
WITHOUT_QUIET_OFFER = "PublicKeyCredential.isConditionalMediationAvailable = async () => false"


@pytest.fixture(scope="module")
def device() -> Any:
    """The class of virtual authenticators."""
    if not KIT.exists():
        pytest.skip("the kit with the authenticator is not beside this checkout")
    spec = importlib.util.spec_from_file_location("virtual", KIT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Authenticator


@pytest.fixture
def visit_by_name(chromium: Browser, house: House) -> Iterator[Visit]:
    """As ``visit``, but by ``localhost``: an address of digits is none for passkeys."""
    yield from _visits(chromium, House(house.url.replace("127.0.0.1", "localhost"), house.world))


@pytest.fixture
def person(house: House) -> str:
    """Somebody who reads English; nobody has a passkey yet."""
    with house.world.system() as db:
        for key in db.scalars(select(Passkey)):
            db.delete(key)
    return "colleague@example.com"


def add(page: Page, url: str) -> None:
    page.goto(f"{url}/account/passkeys/new")
    page.get_by_label("Name").fill("My laptop")
    page.click(USE)
    page.wait_for_url("**/account/methods")


def test_a_passkey_is_added_and_signs_in_without_a_name(
    visit_by_name: Visit, house: House, person: str, device: Any
) -> None:
    visitor = visit_by_name(person)
    page = visitor.page
    key = device(page)
    add(page, visitor.url)
    expect(page.get_by_role("link", name="My laptop")).to_be_visible()
    [kept] = key.credentials()
    assert kept["isResidentCredential"]

    visitor.context.clear_cookies()
    page.add_init_script(WITHOUT_QUIET_OFFER)
    visitor.go("/login")
    page.click(USE)
    page.wait_for_url(f"{visitor.url}/")
    visitor.go("/account/sessions")
    expect(page.get_by_text("with a passkey")).to_be_visible()
    [used] = key.credentials()
    assert used["signCount"] > kept["signCount"]


def test_the_browser_offers_it_where_the_address_is_typed(
    visit_by_name: Visit, person: str, device: Any
) -> None:
    visitor = visit_by_name(person)
    device(visitor.page)
    add(visitor.page, visitor.url)
    visitor.context.clear_cookies()
    visitor.go("/login?next=/account/methods")
    visitor.page.wait_for_url("**/account/methods")


def test_a_device_that_has_one_makes_no_second(visit_by_name: Visit, person: str, device: Any) -> None:
    visitor = visit_by_name(person)
    page = visitor.page
    key = device(page)
    add(page, visitor.url)
    page.goto(f"{visitor.url}/account/passkeys/new")
    page.click(USE)
    expect(page.locator("[data-passkey-error]")).to_be_visible()
    assert len(key.credentials()) == 1


@pytest.mark.parametrize("fault", ["copied", "unverified", "unknown"])
def test_a_passkey_that_is_not_right_opens_nothing(
    visit_by_name: Visit, house: House, person: str, device: Any, fault: str
) -> None:
    visitor = visit_by_name(person)
    page = visitor.page
    key = device(page)
    add(page, visitor.url)
    visitor.context.clear_cookies()
    key.present(False)
    [kept] = key.credentials()
    if fault == "copied":
        key.set_sign_count(kept, 0)
        with house.world.system() as db:
            db.scalars(select(Passkey)).one().sign_count = 50
    elif fault == "unverified":
        key.user_verified(False)
    else:
        with house.world.system() as db:
            db.delete(db.scalars(select(Passkey)).one())
    visitor.go("/login")
    key.present(True)
    page.click(USE)
    expect(page.get_by_role("alert").first).to_be_visible()
    # Not by this window: the page offers the passkey again, and this device always takes it up.
    assert page.request.get(f"{visitor.url}/account/", max_redirects=0).status == 303


def test_an_answer_works_once_and_in_its_own_browser(visit_by_name: Visit, person: str, device: Any) -> None:
    visitor = visit_by_name(person)
    page = visitor.page
    key = device(page)
    add(page, visitor.url)
    visitor.context.clear_cookies()
    key.present(False)
    visitor.go("/login")
    sent: list[str] = []
    page.on(
        "request",
        lambda asked: (
            sent.append(asked.post_data or "") if "credential=" in (asked.post_data or "") else None
        ),
    )
    key.present(True)
    with suppress(Error):  # the field may have been faster, and the button is gone with its page
        page.click(USE, timeout=3000)
    page.wait_for_url(f"{visitor.url}/")
    answer = sent[-1]

    visitor.context.clear_cookies()
    visitor.go("/login")
    token = page.locator('meta[name="csrf-token"]').get_attribute("content")
    credential = next(part for part in answer.split("&") if part.startswith("credential="))
    again = page.request.post(
        f"{visitor.url}/login/passkey",
        data=f"csrf_token={token}&{credential}",
        headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"},
        max_redirects=0,
    )
    assert again.status == 401
    assert again.json()["title"] == "passkey_not_valid"


def test_step_up_by_passkey_and_the_last_way_in_stays(
    visit_by_name: Visit, house: House, device: Any
) -> None:
    person = "member@example.com"  # has no password
    visitor = visit_by_name(person)
    page = visitor.page
    key = device(page)
    add(page, visitor.url)
    visitor.go("/login/again?next=/account/email")
    page.click(USE)
    page.wait_for_url(f"{visitor.url}/account/email")

    visitor.go("/account/methods")
    page.get_by_text("Remove", exact=True).click()
    page.get_by_role("button", name="Remove passkey").click()
    expect(page.get_by_text("This is the last way in that you have.")).to_be_visible()
    with house.world.system() as db:
        member = db.scalars(select(Account).where(Account.email_key == person)).one()
        assert db.get(Password, member.id) is None
        assert len(db.scalars(select(Passkey).where(Passkey.account_id == member.id)).all()) == 1
    assert len(key.credentials()) == 1


def test_by_an_address_of_digits_none_are_offered(visit: Visit, person: str) -> None:
    visitor = visit()
    visitor.go("/login")
    assert visitor.page.locator("form[data-passkey]").count() == 0
    inside = visit(person)
    inside.go("/account/methods")
    expect(inside.page.get_by_text("At an IP address browsers offer none.")).to_be_visible()
    assert inside.status("/account/passkeys/new") == 404


def test_without_scripts_the_button_does_not_show(visit_by_name: Visit) -> None:
    visitor = visit_by_name(java_script_enabled=False)
    visitor.go("/login")
    expect(visitor.page.locator(USE)).to_be_hidden()
    expect(visitor.page.get_by_label("Password")).to_be_visible()
