"""The rows of the error table about invitations: status, stable code, a page in either language with a reference.

What is wrong with what somebody types (``domain_not_allowed``, ``grant_too_long``) is said at its field:
``test_inviting``.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from collab import clock
from collab.auth.models import Account
from tests.cast import Client, World
from tests.guests.inviting import accept, browser, kept, link

Act = Callable[[World, Client, str], TestResponse]
GUEST = "guest@example.com"


@dataclass(frozen=True)
class Row:
    """``act`` is done in a new window, with the address of an invitation of the guest's."""

    status: int
    code: str
    act: Act
    #: What comes before, in other windows.
    before: Callable[[World, str], object] = lambda _world, _where: None


def withdrawn(world: World, _where: str) -> None:
    world.as_("author").send(f"/invitations/{kept(world, GUEST)[0].public_id}/withdraw")


def declined(world: World, where: str) -> None:
    browser(world).send(f"{where}/decline")


def taken_up(world: World, where: str) -> None:
    accept(world, where)


def suspended(world: World, _where: str) -> None:
    with world.system() as db:
        db.get_one(Account, world.account_id("guest")).status = "suspended"


def sponsor_gone(world: World, _where: str) -> None:
    with world.system() as db:
        db.get_one(Account, world.account_id("author")).status = "suspended"


def late(act: Act) -> Act:
    def run(world: World, window: Client, where: str) -> TestResponse:
        with clock.shifted(timedelta(days=15)):
            return act(world, window, where)

    return run


def look(_world: World, window: Client, where: str) -> TestResponse:
    return window.get(where)


def press(_world: World, window: Client, where: str) -> TestResponse:
    return window.send(f"{where}/accept", {"name": "Karl"})


def refuse(_world: World, window: Client, where: str) -> TestResponse:
    return window.send(f"{where}/decline")


ROWS = {
    "no such": Row(
        404, "invitation_unknown", lambda _world, window, _where: window.get(f"/invitation/{'x' * 43}")
    ),
    "withdrawn": Row(404, "invitation_unknown", look, withdrawn),
    "withdrawn, accepting": Row(404, "invitation_unknown", press, withdrawn),
    "nobody answers for it": Row(404, "invitation_unknown", press, sponsor_gone),
    "expired": Row(410, "invitation_expired", late(look)),
    "expired, accepting": Row(410, "invitation_expired", late(press)),
    "expired, declining": Row(410, "invitation_expired", late(refuse)),
    "used": Row(410, "invitation_used", look, taken_up),
    "used, accepting": Row(410, "invitation_used", press, taken_up),
    "declined": Row(410, "invitation_used", look, declined),
    "suspended": Row(403, "account_inactive", press, suspended),
}


@pytest.fixture
def database() -> str:
    """What a row takes from the database, the suites of its feature ask of both."""
    return "sqlite"


@pytest.fixture(params=ROWS.values(), ids=ROWS.keys())
def row(request: pytest.FixtureRequest) -> Row:
    found: Row = request.param
    return found


def test_a_row_has_its_status_its_code_and_a_page_in_either_language(world: World, row: Row) -> None:
    where = link(world, world.workspace("Falzwerk"), GUEST)
    row.before(world, where)
    words = set()
    for language in ("en", "de"):
        window = browser(world)
        window.environ_base |= {"HTTP_ACCEPT_LANGUAGE": language}
        page = row.act(world, window, where)
        assert page.status_code == row.status
        assert re.search(rf"<code>[0-9a-f]{{12}}</code> · <code>{row.code}</code>", page.text), page.text
        assert f'<html lang="{language}"' in page.text
        assert "no-store" in page.headers["Cache-Control"]
        assert window.get("/my-access/").status_code == 303, "nobody is signed in"
        words.add(re.search(r"<h1>(.*?)</h1>", page.text, re.DOTALL)[1])  # type: ignore[index]
    assert len(words) == 2


def test_a_program_gets_the_same_as_problem_details(world: World, row: Row) -> None:
    where = link(world, world.workspace("Falzwerk"), GUEST)
    row.before(world, where)
    window = browser(world)
    window.environ_base |= {"HTTP_ACCEPT": "application/json"}
    answer = row.act(world, window, where)
    assert (answer.status_code, answer.mimetype) == (row.status, "application/problem+json")
    assert answer.json
    assert answer.json["title"] == row.code
