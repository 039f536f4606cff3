"""Which passwords are taken: long ones that are hard to guess, whatever they are made of."""

import pytest

from collab.auth import passwords
from collab.auth.models import Account, Password
from collab.demo import make
from collab.errors import Invalid
from tests.cast import World

ABOUT = ["Margarete Hagedorn-Weißenberger", "margarete@auwald.example", "Kessler Guss GmbH"]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "der hund bellt nachts laut",
        "kjqwhe87zxmn",
        "ödipus wäscht überall",
        "密码密码很长的一句话没有人猜",
        "margarete reitet einen elch",
        "Zebra hüpft durch den Regen und singt " + "x7" * 400,
    ],
)
def test_what_is_long_and_hard_to_guess_is_taken(password: str) -> None:
    passwords.check_strength(password, ABOUT)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "password_too_short"),
        ("kq8#Lm2!xZ", "password_too_short"),
        ("a" * 12, "common_password"),
        ("123456789012", "common_password"),
        ("qwertzuiopasdf", "common_password"),
        ("password1234", "common_password"),
        ("Passwort1234", "common_password"),
        ("abcabcabcabc", "common_password"),
        ("Margarete Auwald", "common_password"),
        ("margarete@auwald.example", "common_password"),
        ("Kessler Guss 1", "common_password"),
        ("collabcollab", "common_password"),
        ("x" * 1001, "too_long"),
    ],
)
def test_what_is_short_or_easy_to_guess_is_not(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check_strength(password, ABOUT)
    assert refused.value.errors == {"password": code}


@pytest.mark.parametrize("locale", ["en", "de"])
def test_the_page_says_at_the_field_what_to_do(world: World, locale: str) -> None:
    author = world.as_("author")
    author.send("/language", {"locale": locale})
    page = author.send("/account/password", {"current": "", "password": "Passwort1234"}).text
    words = {
        "en": "several words that have nothing to do with each other",
        "de": "mehrere Wörter, die nichts",
    }
    assert 'id="f-password-error"' in page
    assert words[locale] in page
    assert "Passwort1234" not in page


def test_the_name_of_the_firm_is_no_password_for_its_guest(world: World) -> None:
    answer = world.as_("guest").send("/account/password", {"password": "Muster GmbH guest"})
    assert answer.status_code == 422
    assert "too easy to guess" in answer.text


def test_whoever_has_none_sets_the_first_without_a_present_one(world: World) -> None:
    author = world.as_("author")
    assert 'name="current"' not in author.get("/account/password").text
    assert author.send("/account/password", {"password": "a much better sentence"}).status_code == 303
    assert 'name="current"' in author.get("/account/password").text
    again = author.send("/account/password", {"password": "yet another sentence here"})
    assert again.status_code == 422


def test_the_password_of_the_demo_goes_past_the_check(world: World) -> None:
    with pytest.raises(Invalid):
        passwords.check_strength(make.PASSWORD)
    with world.system() as db:
        account = db.get_one(Account, world.account_id("author"))
        passwords.keep_password(db, account, make.PASSWORD)
        db.flush()
        assert passwords.matches(db.get_one(Password, account.id).hash, make.PASSWORD)
