"""Signing in at the company's provider, a certified one, and what it says about people."""

import pytest
import requests

from collab.auth.models import Account
from tests.auth.providers.conftest import Trip, account, provide, refusals
from tests.cast import STRANGER, World
from tests.kits.idp import Company
from tests.mail import mails


def test_somebody_of_the_company_is_in_and_gets_where_they_wanted(world: World, trip: Trip) -> None:
    answer = trip.sign_in("erika", "/login/oidc/company?next=/account/")
    assert (answer.status_code, answer.location) == (303, "/account/")
    assert trip.name == "Erika Employee"
    made = account(world, "Erika Employee")
    assert made is not None
    assert (made.kind, made.email, made.email_key) == ("employee", "erika@corp.example", None)


def test_coming_again_is_the_same_person(world: World, trip: Trip, company: Company) -> None:
    trip.sign_in()
    first = account(world, "Erika Employee")
    other = Trip(world, company)
    other.sign_in()
    assert first is not None
    assert other.name == "Erika Employee"
    with world.looking() as (db, _):
        assert db.query(Account).filter(Account.name == "Erika Employee").count() == 1


def test_a_wrong_password_leads_nowhere(trip: Trip) -> None:
    answer = trip.company.sign_in(trip.there, trip.leave(), "erika", "wrong")
    assert answer.status_code == 401
    assert trip.name is None


def test_who_cancels_is_back_at_the_sign_in_page(world: World, trip: Trip) -> None:
    answer = trip.back(trip.company.cancel(trip.there, trip.leave("/login/oidc/company?next=/people/")))
    assert answer.status_code == 200
    assert "You cancelled at Corp" in answer.text
    assert "/login/oidc/company?next=/people/" in answer.text
    assert trip.name is None
    assert [event["code"] for event in refusals(world)] == ["cancelled"]


def test_an_answer_is_good_for_one_time(trip: Trip) -> None:
    answer = trip.company.sign_in(trip.there, trip.leave(), "erika")
    assert trip.back(answer).status_code == 303
    trip.collab.send("/logout")
    again = trip.back(answer)
    assert again.status_code == 400
    assert "sign_in_not_started_here" in again.text
    assert trip.name is None


def test_an_answer_is_good_in_one_browser(world: World, trip: Trip, company: Company) -> None:
    """Somebody sends a victim a finished sign-in of their own: the victim stays a stranger."""
    answer = trip.company.sign_in(trip.there, trip.leave(), "erika")
    victim = Trip(world, company)
    victim.leave()
    assert victim.back(answer).status_code == 400
    assert victim.name is None


@pytest.mark.parametrize("query", ["", "?state=made-up&code=x", "?error=access_denied", "?state=&error=x"])
def test_what_was_not_started_here_is_not_even_read(trip: Trip, query: str) -> None:
    answer = trip.collab.get(f"/login/oidc/company/callback{query}")
    assert answer.status_code == 400
    assert "sign_in_not_started_here" in answer.text
    assert 'href="/login"' in answer.text


def test_an_answer_of_another_issuer_is_none(world: World, trip: Trip) -> None:
    answer = trip.company.sign_in(trip.there, trip.leave(), "erika")
    answer.headers["Location"] = answer.headers["Location"].replace("iss=http", "iss=https")
    assert (refused := trip.back(answer)).status_code == 400
    assert "wrong_issuer" in refused.text
    assert trip.name is None


def test_the_provider_s_words_are_for_the_log_only(world: World, trip: Trip) -> None:
    address = trip.leave()
    state = address.partition("state=")[2].partition("&")[0]
    answer = trip.collab.get(
        f"/login/oidc/company/callback?state={state}&iss={trip.company.url}"
        "&error=temporarily_unavailable&error_description=%3Cb%3EUnder+attack%3C/b%3E"
    )
    assert answer.status_code == 502
    assert "provider_refused" in answer.text
    assert "Under attack" not in answer.text
    assert 'name="password"' in answer.text  # other ways in stay at hand
    assert refusals(world)[-1]["detail"] == "<b>Under attack</b>"


def test_a_provider_that_does_not_answer_leaves_the_local_form(world: World, trip: Trip) -> None:
    provide(world, trip.company, issuer="http://127.0.0.1:9")
    answer = trip.collab.get("/login/oidc/company")
    assert answer.status_code == 502
    assert "provider_unavailable" in answer.text
    assert 'name="password"' in answer.text


def test_a_provider_that_speaks_for_another_is_not_believed(world: World, trip: Trip) -> None:
    provide(world, trip.company, issuer=f"{trip.company.url}/")
    answer = trip.collab.get("/login/oidc/company")
    assert (answer.status_code, "provider_misconfigured" in answer.text) == (502, True)
    trip.collab.get("/login/oidc/company")
    world.drain()
    told = [mail.subject for mail in mails(world, "admin")]
    assert told == ["Signing in with Corp does not work"], "once, not at each try"


def test_a_provider_that_is_off_or_unknown_is_nowhere(world: World, trip: Trip) -> None:
    assert trip.collab.get("/login/oidc/nobody").status_code == 404
    provide(world, trip.company, enabled=False)
    assert trip.collab.get("/login/oidc/company").status_code == 404
    assert trip.collab.get("/login/oidc/company/callback?state=x").status_code == 404


def test_after_a_new_key_people_come_in_as_before(trip: Trip, world: World, company: Company) -> None:
    trip.sign_in()
    company.control("POST", "rotate-keys")
    other = Trip(world, company)
    assert other.sign_in().status_code == 303
    assert other.name == "Erika Employee"


def test_whom_the_company_dropped_does_not_come_in(trip: Trip, company: Company) -> None:
    company.hire("leaver")
    company.control("DELETE", "users/leaver")
    answer = company.sign_in(trip.there, trip.leave(), "leaver")
    assert answer.status_code == 401
    assert trip.name is None


def test_an_account_that_is_suspended_stays_out(world: World, trip: Trip) -> None:
    trip.sign_in()
    made = account(world, "Erika Employee")
    assert made is not None
    with world.system() as db:
        db.get_one(Account, made.id).status = "suspended"
    answer = trip.sign_in()
    assert (answer.status_code, "account_inactive" in answer.text) == (403, True)
    assert trip.name is None


def test_nobody_comes_in_uninvited_where_no_accounts_are_made(world: World, trip: Trip) -> None:
    provide(world, trip.company, creates_accounts=False)
    answer = trip.sign_in("xaver")
    assert (answer.status_code, "not_invited" in answer.text) == (403, True)
    assert trip.name is None
    assert account(world, "Xaver External") is None


def test_the_sign_in_page_offers_the_company(world: World, trip: Trip) -> None:
    page = world.as_(STRANGER).get("/login?next=/people/").text
    assert 'href="/login/oidc/company?next=/people/"' in page
    assert page.index("Sign in with Corp") < page.index('name="password"')


def test_requests_that_only_ask_for_headers_change_nothing(trip: Trip) -> None:
    answer = trip.company.sign_in(trip.there, trip.leave(), "erika")
    path = answer.headers["Location"].removeprefix("http://127.0.0.1:8000")
    assert trip.collab.head(path).status_code == 405
    assert trip.back(answer).status_code == 303


def test_nothing_of_the_journey_is_readable_in_the_browser(trip: Trip) -> None:
    address = trip.leave()
    asked = requests.models.PreparedRequest()
    asked.prepare_url(address, None)
    assert "code_challenge_method=S256" in address
    cookie = trip.collab.get_cookie("pre")
    assert cookie is not None
    for part in address.partition("?")[2].split("&"):
        assert part.partition("=")[2] not in cookie.value
