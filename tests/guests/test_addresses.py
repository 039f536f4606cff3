"""What people paste to invite somebody is understood, or comes back as it was."""

import pytest

from collab.guests.addresses import Addressee, guess, read

IDA, BO, CY = (
    Addressee("ida@a.example", "Ida"),
    Addressee("bo@b.example", "Bo Berg"),
    Addressee("cy@c.example"),
)


@pytest.mark.parametrize(
    "pasted",
    [
        'Ida <ida@a.example>\n"Berg, Bo" <bo@b.example>\ncy@c.example',
        'Ida <ida@a.example> "Berg, Bo" <bo@b.example> cy@c.example',
        'Ida <ida@a.example>, "Berg, Bo" <bo@b.example>; cy@c.example;',
        "  Ida<ida@a.example>\r\n\r\n'Bo Berg' < bo@b.example > ,, cy@c.example ",
    ],
)
def test_lists_of_all_kinds(pasted: str) -> None:
    assert read(pasted) == [IDA, BO, CY]


def test_addresses_before_a_name_are_people_of_their_own() -> None:
    assert read("cy@c.example d@d.example Ida <ida@a.example>") == [CY, Addressee("d@d.example"), IDA]


@pytest.mark.parametrize("typed", ["Ida", "ida@", "ida@a", "Ida <ida>", "a b@c.example", "<>x"])
def test_what_is_no_address_is_kept_and_not_usable(typed: str) -> None:
    [found] = read(typed)
    assert not found.usable


@pytest.mark.parametrize("typed", ["", " ", ",;\n", "<>"])
def test_nothing_is_nobody(typed: str) -> None:
    assert read(typed) == []


def test_a_firm_may_be_called_like_its_domain() -> None:
    assert guess("kessler-guss.de") == "Kessler Guss"
    assert guess("mail.linotek.example") == "Linotek"
