"""Firms: made, renamed, with the domains of their addresses and their guests."""

import re

import pytest

from tests.cast import World


def _made(world: World, name: str = "Nordlicht", domains: str = "Nordlicht.DE, @nordlicht.com") -> str:
    answer = world.as_("admin").send("/admin/firms/", {"name": name, "domains": domains})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_firm_is_made_renamed_and_listed(world: World) -> None:
    address = _made(world)
    page = world.as_("admin").get("/admin/firms/").text
    assert "Nordlicht" in page
    assert "nordlicht.de" in page

    changed = world.as_("admin").send(address, {"name": "Polarlicht", "domains": "polar.example"})

    assert changed.status_code == 303
    page = world.as_("admin").get("/admin/firms/").text
    assert "Polarlicht" in page
    assert "nordlicht" not in page.lower()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"name": "muster gmbh"}, "already in use"),
        ({"name": "Neu", "domains": "nordlicht.de"}, "already in use"),
        ({"name": "Neu", "domains": "no domain"}, "such as example.com"),
        ({"name": "Neu", "domains": "http://x.de/"}, "such as example.com"),
    ],
)
def test_a_refused_firm_is_not_made(world: World, fields: dict[str, str], sentence: str) -> None:
    address = _made(world)
    for path in ("/admin/firms/", address):
        if path == address and "domains" in fields and "nordlicht" in fields["domains"]:
            continue  # its own domain
        answer = world.as_("admin").send(path, fields)
        assert answer.status_code == 422
        assert sentence in answer.text


def test_a_firm_shows_its_guests_and_no_others(world: World) -> None:
    page = world.as_("admin").get("/admin/firms/").text
    addresses = dict(re.findall(r'href="(/admin/firms/[\w-]{16})">([^<]+)<', page))
    muster = next(address for address, name in addresses.items() if name == "Muster GmbH")

    page = world.as_("admin").get(muster).text

    assert "guest@example.com" in page
    assert "rival@example.com" not in page
