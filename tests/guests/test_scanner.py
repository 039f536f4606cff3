"""Invitations over real SMTP into a mailbox that opens every link before its reader: none is used up."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from collab.guests import invitations
from collab.guests.addresses import read
from collab.guests.invitations import Offer
from collab.workspaces import access
from tests.auth.test_scanner import Person, mailbox  # noqa: F401 - the fixture
from tests.browser.server import House, prepare, running


@pytest.fixture(scope="module")
def house(mailbox: tuple[int, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:  # noqa: F811
    folder = tmp_path_factory.mktemp("house")
    environment = {
        "COLLAB_MAIL_URL": f"smtp://127.0.0.1:{mailbox[0]}",
        "COLLAB_MAIL_FROM": "Acme <collab@acme.example>",
    }
    with running(folder, **environment) as url:
        yield House(url, prepare(folder))


def link(house: House, mail: Any) -> str:
    [found] = [link for link in mail["links"] if re.search(r"/invitation/[\w-]{43}$", link)]
    assert [answer[:8] for answer in mail["scanned"][found]] == ["HEAD 200", "GET 200 "]
    return str(found).removeprefix(house.url)


def test_an_invitation_survives_the_scanner(house: House, mailbox: tuple[int, str]) -> None:  # noqa: F811
    slug = house.world.workspace("Falzwerk")
    with house.world.acting("author") as (db, viewer):
        place = access.workspace(db, viewer, slug)
        offer = Offer(firm="New Works", locale="en")
        settings = replace(house.world.context.settings, invitation_delay=0)
        invitations.invite(db, viewer, settings, place, read("karl@new-works.example"), offer)
    guest = Person(house, mailbox[1])
    where = link(house, guest.letter("karl@new-works.example", "Author invites you to “Falzwerk”"))
    accepted = guest.send(f"{where}/accept", where, name="Karl")
    assert (accepted.status_code, accepted.headers["Location"]) == (303, "/welcome")
    assert "Welcome, Karl" in guest.web.get(f"{house.url}/welcome").text
    told = guest.letter("author@example.com", "Karl has come in")
    assert all(answer[:4] in ("HEAD", "GET ") for answers in told["scanned"].values() for answer in answers)
