"""Every setting, command, event and API address is documented, and no other."""

import re

import pytest

from tests.house import reference


@pytest.mark.parametrize("name", reference.PAGES)
def test_the_reference_is_what_the_code_says(name: str) -> None:
    kept = reference.FOLDER / name
    assert kept.exists(), "write it: python -m tests.house.reference"
    assert kept.read_text() == reference.PAGES[name](), "write it again: python -m tests.house.reference"


def test_every_event_is_documented() -> None:
    assert reference.recorded() == set(reference.EVENTS)


def test_every_command_and_operation_says_what_it_does() -> None:
    for path, command in reference.walk(reference.cli.main, "collab"):
        assert command.help, path
    for row in re.findall(r"^\| `[A-Z]+` .*$", reference.api(), re.M):
        assert row.rstrip("| ").rsplit("|", 1)[-1].strip(), row
