"""One person, however the name is written."""

import pytest

from collab.imports.people import People, clean_name, name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fiona Krakenbuerger", "Fiona Krakenbürger"),
        ("Markus Neusch&auml;fer", "Markus Neuschäfer"),
        ("Dr. Christian Heise", "Christian Heise"),
        ("Greg Walker (he/him)", "Greg Walker"),
        ("Julia Lindpaintner — she/her", "julia lindpaintner"),
        ("Rémy Rakic", "Remy\u00a0Rakic"),
        ("Jo\u0308rn Meier", "Jörn Meier"),
        ("The Rust Core Team", "Rust Core Team"),
        ("A. Person <a.person@example.org>", "A. Person"),
    ],
)
def test_spellings_of_one_person(one: str, other: str):
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(("one", "other"), [("Mark Headd", "Mark Head"), ("Stefan Baack", "Stefan Bach")])
def test_people_with_similar_names_stay_two(one: str, other: str):
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Stefan Kaufmann und Walter Palmetshofer", ["Stefan Kaufmann", "Walter Palmetshofer"]),
        ("Jakub Beránek, Jack Huey and Paul Lenz", ["Jakub Beránek", "Jack Huey", "Paul Lenz"]),
        ("Ann Lee & Bob Ray", ["Ann Lee", "Bob Ray"]),
        ("The Rust Security Response WG", ["The Rust Security Response WG"]),
        ("Chris Denton on behalf of the Compiler Team", ["Chris Denton on behalf of the Compiler Team"]),
        ("Alexander Andersson", ["Alexander Andersson"]),
        (["Ann Lee", "Ann  Lee"], ["Ann Lee"]),
        ([{"name": "Ann Lee"}], ["Ann Lee"]),
        (None, []),
    ],
)
def test_several_people_in_one_field(written: object, names: list[str]):
    people = People()
    assert [people.person(key).name for key in people.authors(written)] == names


def test_the_name_shown_is_the_one_most_documents_have():
    people = People()
    for written in ("OKF DE", "Okf de", "OKF DE"):
        people.authors(written)
    assert [person.name for person in people.met()] == ["OKF DE"]
    assert people.variants() == {"OKF DE": ["OKF DE", "Okf de"]}


def test_ids_are_people_even_if_two_have_one_name():
    people = People()
    people.describe(["mheadd"], {"full_name": "Mark Headd"})
    people.describe(["mark-headd"], {"full_name": "Mark Headd"})
    assert people.authors(["mheadd", "mark-headd"]) == ("id:mheadd", "id:mark-headd")
    assert people.namesakes() == {"Mark Headd": ["id:mheadd", "id:mark-headd"]}


def test_a_described_person_is_found_by_former_name():
    people = People()
    people.describe(
        [], {"name": "Paula Grünwald (geb. Glaser)", "position": "Projekte", "bio": "<b>Hallo</b>"}
    )
    (key,) = people.authors("Paula Glaser")
    assert people.authors("Paula Grünwald") == (key,)
    assert (people.person(key).title, people.person(key).bio) == ("Projekte", "Hallo")


def test_described_people_without_texts_are_not_met():
    people = People()
    people.describe(["ann"], {"full_name": "Ann Lee"})
    people.describe(["bob"], {"full_name": "Bob Ray"})
    people.authors("ann")
    assert [person.name for person in people.met()] == ["Ann Lee"]
    assert people.unused() == 1


def test_no_break_spaces_leave_names():
    assert clean_name("Ann\u00a0 Lee\u200b".replace("\u200b", "")) == "Ann Lee"
