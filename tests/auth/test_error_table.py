"""The table of errors: for each row its status, its stable code, and a page in the reader's language.

Here is everything about signing in; what a provider can do to get there is in
``tests/auth/providers/liar``. The rows of provisioning are held by ``tests/scim`` (no token and a twin's
name: ``test_protocol``; a filter that is not understood: ``test_finding``; the last administrator:
``test_leaving``), those of Collab as a provider by ``tests/auth/issuer`` (an unknown tool or address, no
PKCE: ``test_authorize``; a code that comes again: ``test_tokens``), those of invitations by
``tests/guests/test_error_rows``.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from collab import clock
from collab.activity import Event
from collab.auth.models import Account
from tests.auth.error_rows import ADDRESS, ENDED, ROWS, Row
from tests.auth.providers.liar.conftest import *  # noqa: F403 - its fixtures
from tests.auth.providers.liar.conftest import Visit, Visiting
from tests.auth.providers.liar.lies import MARKUP, WORDS
from tests.cast import World


@dataclass
class Page:
    status: int
    code: str | None
    request: str | None
    lang: str | None
    words: str


def read(answer: TestResponse) -> Page:
    """What a page says: its code, the id of the request, its language, and its words without both."""
    main = re.search(r"<main.*?</main>", answer.text, re.DOTALL)
    code = re.search(r"<code>[0-9a-f]{12}</code> · <code>(\w+)</code>", answer.text)
    request = re.search(r"<code>([0-9a-f]{12})</code>", answer.text)
    lang = re.search(r'<html lang="(\w+)"', answer.text)
    words = re.sub(r"<[^>]+>|[0-9a-f]{12}", " ", main[0] if main else "")
    return Page(
        answer.status_code,
        code[1] if code else None,
        request[1] if request else None,
        lang[1] if lang else None,
        " ".join(words.split()),
    )


def get_to(
    row: Row, world: World, visiting: Visiting, language: str, **environ: str
) -> tuple[Visit, TestResponse]:
    """Take the steps of the row in a new browser; the answer that it ends with."""
    visit = visiting(world, known=row.known, **row.settings)
    if row.who:
        with world.system() as db:
            db.get_one(Account, world.account_id(row.who)).locale = language
        cookie = world.as_(row.who).get_cookie("collab")
        assert cookie is not None
        visit.browser.set_cookie("collab", cookie.value)
    visit.browser.environ_base |= {"HTTP_ACCEPT_LANGUAGE": language} | environ
    return visit, row.act(visit)


@pytest.fixture
def database() -> str:
    """What a row takes from the database, the suites of its feature ask of both."""
    return "sqlite"


@pytest.fixture(params=ROWS.values(), ids=ROWS.keys())
def row(request: pytest.FixtureRequest) -> Row:
    found: Row = request.param
    return found


def test_a_row_has_its_status_its_code_and_a_page_in_either_language(
    row: Row, world: World, visiting: Visiting
) -> None:
    words = {}
    for language in ("en", "de"):
        visit, answer = get_to(row, world, visiting, language)
        page = read(answer)
        assert (page.status, page.code, page.lang) == (row.status, row.code, language)
        assert page.request, "the page carries the id of the request"
        assert WORDS not in answer.text
        assert "no-store" in answer.headers["Cache-Control"]
        assert visit.is_in() == ("Member" if row.who else None)
        words[language] = page.words
    assert words["en"] != words["de"]


def test_a_program_gets_the_same_as_problem_details(row: Row, world: World, visiting: Visiting) -> None:
    _, answer = get_to(row, world, visiting, "en", HTTP_ACCEPT="application/json")
    assert answer.json is not None
    assert (answer.status_code, answer.mimetype) == (row.status, "application/problem+json")
    assert (answer.json["title"], answer.json["status"]) == (row.code, row.status)
    assert WORDS not in answer.text


def test_the_log_says_what_was_wrong_under_the_id_on_the_page(world: World, visiting: Visiting) -> None:
    visit, answer = get_to(ROWS["ID token for somebody else"], world, visiting, "en")
    with world.system() as db:
        logged = db.scalars(select(Event).where(Event.kind == "session.refused")).one().data
    assert logged["request"] == read(answer).request
    assert (logged["code"], logged["check"], logged["provider"]) == ("sign_in_not_valid", "aud", visit.name)


def test_the_providers_words_stand_in_the_log(world: World, visiting: Visiting) -> None:
    get_to(ROWS["another error"], world, visiting, "en")
    with world.system() as db:
        assert db.scalars(select(Event).where(Event.kind == "session.refused")).one().data["detail"] == MARKUP


def test_administrators_are_told_of_a_provider_that_is_set_up_wrongly_once(
    world: World, visiting: Visiting
) -> None:
    visit, _ = get_to(ROWS["discovery of another issuer"], world, visiting, "en")
    visit.start()
    with world.system() as db:
        told = db.scalars(select(Event).where(Event.kind == "provider.misconfigured")).all()
        assert [(event.data["provider"], event.data["check"]) for event in told] == [
            (visit.name, "metadata_issuer")
        ]


@pytest.mark.parametrize("name", ["cancelled", "token endpoint broken", "discovery of another issuer"])
def test_other_ways_in_stay_at_hand(world: World, visiting: Visiting, name: str) -> None:
    _, answer = get_to(ROWS[name], world, visiting, "en")
    assert 'name="password"' in answer.text


def test_whose_time_is_over_reads_when_it_was(world: World, visiting: Visiting) -> None:
    _, answer = get_to(ROWS["guest's time over"], world, visiting, "en")
    assert f"{ENDED.day} {ENDED:%B} {ENDED.year}" in answer.text


def test_failing_to_sign_in_reads_the_same_whatever_was_wrong(world: World, visiting: Visiting) -> None:
    visit = visiting(world)
    tries = [ROWS[name].act for name in ("wrong password", "unknown address", "suspended, right password")]
    assert len({read(each(visit)).words for each in tries}) == 1


# Rows that are no page of their own -----------------------------------------------------------


@pytest.mark.parametrize("email", [ADDRESS, "nobody@example.com"])
def test_asking_for_a_link_tells_nobody_who_has_an_account(
    world: World, visiting: Visiting, email: str
) -> None:
    visit = visiting(world)
    answers = [
        visit.browser.send("/login/forgot", {"email": each, "wanted": "link"})
        for each in (email, "somebody-else@example.com")
    ]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert _plain(answers[0].text) == _plain(answers[1].text)


def test_what_is_dangerous_asks_for_a_proof(world: World, visiting: Visiting) -> None:
    visit = visiting(world, known=None)
    visit.browser = world.as_("member")
    address = f"/login/oidc/{visit.name}/link"
    with clock.shifted(timedelta(minutes=30)):
        page = visit.browser.send(address)
        program = visit.browser.send(address, headers={"Accept": "application/json"})
    assert page.status_code == 303
    assert page.location.startswith("/login/again")
    assert program.json is not None
    assert (program.status_code, program.json["title"]) == (401, "reauthentication_required")


def test_a_bad_logout_token_is_an_invalid_request(world: World, visiting: Visiting) -> None:
    visit = visiting(world)
    visit.come_in()
    answer = world.app.test_client().post(
        f"/login/oidc/{visit.name}/backchannel-logout", data={"logout_token": "bad"}
    )
    assert (answer.status_code, answer.json) == (400, {"error": "invalid_request"})
    assert "no-store" in answer.headers["Cache-Control"]
    assert visit.is_in() == "Member"


def _plain(page: str) -> str:
    """The page without the address that was asked for, and what differs from one request to the next."""
    page = re.sub(r"[\w-]+(@|%40)example.com", "", page)
    return re.sub(r'(?<=value=")[^"]*|(?<=content=")[^"]*', "", page)
