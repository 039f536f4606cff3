"""From a mail to the first comment, on a phone: four screens. And how little a contact has to do."""

import re
import time
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from collab import clock
from collab.activity import outbox
from collab.guests import invitations
from collab.guests.addresses import read
from collab.guests.invitation_listeners import LISTENER
from collab.guests.invitations import Offer
from collab.workspaces import access
from tests.browser.conftest import Visit
from tests.browser.server import House
from tests.browser.steps import OWNER
from tests.browser.test_passkeys import device, visit_by_name  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser]
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
NEW = "erika@new-works.example"


@pytest.fixture
def place(house: House) -> str:
    slug = house.world.workspace("Falzwerk", visibility="closed", owner="author")
    house.world.post("Read me first", "What do you think?", workspace=slug, guests_from=clock.now())
    return slug


def link(house: House, to: str, seconds: float = 20) -> str:
    """The link in the newest mail to somebody, read from the data folder."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with clock.shifted(timedelta(minutes=2)):  # the time in which it can be taken back is over
            outbox.deliver(house.world.context, LISTENER)
        for path in (house.world.context.data_dir / "mail").glob("*.eml"):
            mail = message_from_bytes(path.read_bytes(), policy=policy.default)
            body = mail.get_body(("plain",))
            if (
                mail["To"] == to
                and body
                and (found := re.search(r"/invitation/[\w-]{43}", body.get_content()))
            ):
                return found[0]
        time.sleep(0.2)
    raise AssertionError(f"no invitation to {to}")


def invite(house: House, slug: str, to: str) -> None:
    with house.world.acting("author") as (db, viewer):
        place = access.workspace(db, viewer, slug)
        offer = Offer(firm="New Works", locale="en")
        invitations.invite(db, viewer, house.world.context.settings, place, read(to), offer)


def heading(page: Page) -> str:
    return page.locator("main h1").first.inner_text()


def test_an_address_and_enter_invite(visit: Visit, house: House, place: str) -> None:
    """What a contact does who has opened the members: one click, one address, one key."""
    page = visit("author").go(f"/w/{place}/members")
    begun = time.monotonic()
    page.get_by_role("link", name="Invite guests").click()
    box = page.get_by_label("E-mail addresses")
    expect(box).to_be_focused()
    page.keyboard.type("hand@gmail.com")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("1 person is invited.")
    assert time.monotonic() - begun < 20
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("1 invitation is taken back.")
    expect(page.get_by_role("heading", name="Not here yet")).to_have_count(0)


def test_a_pasted_list_stays_a_list(visit: Visit, house: House, place: str) -> None:
    page = visit("author", permissions=["clipboard-read", "clipboard-write"]).go(f"/w/{place}/invite")
    page.evaluate(
        "navigator.clipboard.writeText('Ida <ida@gmail.com>\\n\"Berg, Bo\" <bo@gmail.com>\\ncy@gmail.com')"
    )
    page.get_by_label("E-mail addresses").click()
    page.keyboard.press("Control+V")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("3 people are invited.")
    expect(page.locator(".row-title", has_text="Bo Berg")).to_have_count(1)


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_mail_to_the_first_comment_in_four_screens(
    visit: Visit, house: House, place: str, scripts: bool
) -> None:
    to = NEW.replace("erika", f"erika{int(scripts)}")
    invite(house, place, to)
    guest = visit("", java_script_enabled=scripts, **PHONE)
    screens = []
    page = guest.go(link(house, to))
    screens.append(heading(page))
    page.get_by_label("Your name").fill("Erika New")
    page.get_by_role("button", name="Accept and come in").click()
    expect(page).to_have_url(re.compile("/welcome$"))
    screens.append(heading(page))
    page.get_by_role("link", name="Go to “Falzwerk”").click()
    expect(page).to_have_url(re.compile(f"/w/{place}/$"))
    screens.append(heading(page))
    page.get_by_role("link", name="Read me first").first.click()
    expect(page.locator("main h1")).to_have_text("Read me first")
    screens.append(heading(page))
    page.locator(".comments > form [name=body]").fill("I think a lot.")
    page.locator(".comments > form button[type=submit]").click()
    expect(page.locator(".comment", has_text="I think a lot.")).to_contain_text("New Works")
    assert screens == ["Author invites you to “Falzwerk”", "Welcome, Erika New", "Falzwerk", "Read me first"]


def test_a_contact_sees_it_in_german(visit: Visit, house: House) -> None:
    page = visit(OWNER, "de-DE", **PHONE).go("/w/falzwerk-500/invite")
    expect(page.locator("main h1")).to_have_text("Gäste einladen")
    expect(page.get_by_text("freigegebenen Seiten und Beiträge")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_passkey_is_one_button_on_the_welcome(
    visit_by_name: Visit,  # noqa: F811
    house: House,
    place: str,
    device: Any,  # noqa: F811
) -> None:
    invite(house, place, "pass@new-works.example")
    guest = visit_by_name("", **PHONE)
    key = device(guest.page)
    page = guest.go(link(house, "pass@new-works.example"))
    page.get_by_label("Your name").fill("Pass Key")
    page.get_by_role("button", name="Accept and come in").click()
    page.get_by_role("button", name="Use this device's passkey").click()
    expect(page).to_have_url(re.compile(f"/w/{place}/$"))
    expect(page.locator("#toasts")).to_contain_text("The passkey is added")
    assert len(key.credentials()) == 1
