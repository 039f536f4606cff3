"""Mail over real SMTP, into a mailbox that opens every link before its reader: none is used up."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from collab.auth.models import Account
from collab.auth.passwords import set_password
from tests.browser.server import House, _free_port, prepare, running
from tests.cast import PASSWORD

CATCH = Path(__file__).resolve().parents[3] / "shared" / "kit" / "mail" / "catch.py"


@pytest.fixture(scope="module")
def mailbox() -> Iterator[tuple[int, str]]:
    """The port for SMTP, and the address under which the mails can be read."""
    if not CATCH.exists():
        pytest.skip("the mailbox that scans is not beside this checkout")
    smtp, web = _free_port(), _free_port()
    catcher = subprocess.Popen(
        [sys.executable, str(CATCH), "--smtp", str(smtp), "--web", str(web), "--scan"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert catcher.stdout is not None
    assert "READY" in catcher.stdout.readline()
    yield smtp, f"http://127.0.0.1:{web}/messages"
    catcher.terminate()
    catcher.wait(10)


@pytest.fixture(scope="module")
def house(mailbox: tuple[int, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with running(
        folder,
        COLLAB_MAIL_URL=f"smtp://127.0.0.1:{mailbox[0]}",
        COLLAB_MAIL_FROM="Acme <collab@acme.example>",
    ) as url:
        made = House(url, prepare(folder))
        with made.world.system() as db:
            set_password(db, db.get_one(Account, made.account_id("author@example.com")), PASSWORD)
        yield made


class Person:
    """Somebody with a browser and a mailbox."""

    def __init__(self, house: House, letters: str, signed_in: str = "") -> None:
        self.url, self.letters, self.web = house.url, letters, requests.Session()
        if signed_in:
            self.web.cookies.set("collab", house.cookie(signed_in))

    def send(self, path: str, page: str = "", **fields: str) -> requests.Response:
        """Fill in the form of ``page`` (or of the address itself) and press its button."""
        form = self.web.get(self.url + (page or path)).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', form)
        assert found, form
        data = {"csrf_token": found[1], **fields}
        return self.web.post(self.url + path, data=data, allow_redirects=False)

    def letter(self, to: str, subject: str) -> Any:
        """The mail once it has come and each of its links has been opened by the scanner."""
        until = time.monotonic() + 30
        while time.monotonic() < until:
            for mail in requests.get(self.letters, params={"to": to}, timeout=10).json():
                if mail["subject"] == subject and set(mail.get("scanned", ())) >= set(mail["links"]):
                    return mail
            time.sleep(0.2)
        raise AssertionError(f"no mail “{subject}” to {to}")

    def link(self, to: str, subject: str) -> str:
        """The path of the link that does something; the scanner has seen its page, by HEAD and GET."""
        mail = self.letter(to, subject)
        [link] = [link for link in mail["links"] if re.search(r"/login/[a-z-]+/[\w-]{43}$", link)]
        assert [answer[:8] for answer in mail["scanned"][link]] == ["HEAD 200", "GET 200 "]
        assert mail["from"] == "collab@acme.example"
        return str(link).removeprefix(self.url)


def test_a_reset_link_survives_the_scanner(house: House, mailbox: tuple[int, str]) -> None:
    person = Person(house, mailbox[1])
    asked = person.send("/login/forgot", email="author@example.com", wanted="reset")
    assert asked.status_code == 202
    path = person.link("author@example.com", "A new password for your account")
    assert person.send(path, password="a much better sentence").status_code == 303
    assert person.web.get(house.url + path).status_code == 410
    signed = person.send("/login", email="author@example.com", password="a much better sentence")
    assert signed.headers["Location"] == "/"


def test_a_sign_in_link_survives_the_scanner(house: House, mailbox: tuple[int, str]) -> None:
    person = Person(house, mailbox[1])
    person.send("/login/forgot", email="member@example.com", wanted="link")
    path = person.link("member@example.com", "Your link to sign in")
    assert person.send(path).status_code == 303
    assert "member@example.com" in person.web.get(f"{house.url}/account/methods").text


def test_both_links_of_a_change_of_address_survive_the_scanner(
    house: House, mailbox: tuple[int, str]
) -> None:
    person = Person(house, mailbox[1], "colleague")
    asked = person.send("/account/email", email="new@example.org")
    assert asked.status_code == 303
    proof = person.link("new@example.org", "Is this your address?")
    assert "colleague@example.com" in person.web.get(f"{house.url}/account/methods").text
    assert person.send(proof).status_code == 303
    assert "new@example.org" in person.web.get(f"{house.url}/account/methods").text
    back = person.link("colleague@example.com", "Your address was changed")
    stranger = Person(house, mailbox[1])
    assert stranger.send(back).status_code == 303
    assert person.web.get(f"{house.url}/account/", allow_redirects=False).status_code == 303
    assert person.link("colleague@example.com", "A new password for your account")
