"""The history of posts and pages: who changed what, and bringing it back."""

from collections.abc import Callable

import pytest

from collab.workspaces.models import Entry
from tests.cast import World

Make = Callable[[str], Entry]


@pytest.fixture(params=["post", "page"])
def entry(world: World, request: pytest.FixtureRequest) -> Entry:
    """Something with three versions: one, two, three."""
    if request.param == "post":
        made: Entry = world.post("Plan", "one")
    else:
        made = world.page("Plan", "one", workspace=world.workspace(members=["member"]))
    token, kind = world.token("author"), request.param
    for body in ("two", "three"):
        answer = world.app.test_client().patch(
            f"/api/v1/{kind}s/{made.public_id}", json={"body": body}, headers=token
        )
        assert answer.status_code == 200, answer.text
    return made


def base(entry: Entry) -> str:
    return f"/entries/{entry.public_id}/history"


def test_all_versions_are_listed(world: World, entry: Entry) -> None:
    shown = world.as_("member").get(base(entry)).text
    assert shown.index("Version 3") < shown.index("Version 2") < shown.index("Version 1")
    assert "Author" in shown


def test_any_two_versions_can_be_compared(world: World, entry: Entry) -> None:
    chosen = world.as_("member").get(f"{base(entry)}/compare?old=3&new=1")
    assert chosen.location == f"{base(entry)}/1..3"
    shown = world.as_("member").get(chosen.location).text
    assert '<tr class="removed">' in shown
    assert '<tr class="added">' in shown
    assert "one" in shown
    assert "three" in shown


def test_an_old_version_can_be_read_and_brought_back(world: World, entry: Entry) -> None:
    author = world.as_("author")
    assert "<p>one</p>" in author.get(f"{base(entry)}/1").text
    answer = author.send(f"{base(entry)}/1/restore", {"version": "3"})
    assert answer.location == entry.address
    assert "<p>one</p>" in author.get(entry.address).text
    assert "Version 4" in author.get(base(entry)).text


def test_nobody_restores_over_a_change_that_they_have_not_seen(world: World, entry: Entry) -> None:
    assert world.as_("author").send(f"{base(entry)}/1/restore", {"version": "2"}).status_code == 409
    assert "<p>three</p>" in world.as_("author").get(entry.address).text


def test_who_cannot_edit_cannot_restore(world: World, entry: Entry) -> None:
    colleague = world.as_("colleague")
    assert colleague.get(f"{base(entry)}/1").status_code == 200
    assert "/restore" not in colleague.get(f"{base(entry)}/1").text
    assert colleague.send(f"{base(entry)}/1/restore", {"version": "3"}).status_code == 403


def test_restoring_keeps_words_that_are_not_saved_yet(world: World, entry: Entry) -> None:
    author = world.as_("author")
    unsaved = {"title": "Plan", "body": "half a thought", "version": "3"}
    author.send(f"/entries/{entry.public_id}/autosave", unsaved)
    author.send(f"{base(entry)}/1/restore", {"version": "3"})
    assert "half a thought" in author.get(f"{entry.address}/edit").text


@pytest.mark.parametrize("path", ["/9", "/1..9", "/9..1", "/compare?old=1"])
def test_versions_that_never_were_are_not_found(world: World, entry: Entry, path: str) -> None:
    assert world.as_("author").get(base(entry) + path).status_code in (404, 422)


def test_programs_read_revisions(world: World, entry: Entry) -> None:
    path = f"/api/v1/entries/{entry.public_id}/revisions"
    first = world.as_("member").get(f"{path}?limit=2").json
    rest = world.as_("member").get(f"{path}?limit=2&cursor={first['next']}").json
    assert [item["number"] for item in first["items"] + rest["items"]] == [3, 2, 1]
    assert world.as_("member").get(f"{path}/1").json["body"] == "one"


def test_a_hidden_entry_has_no_history(world: World) -> None:
    page = world.page("Plan", workspace=world.workspace(visibility="secret"))
    for path in (base(page), f"{base(page)}/1", f"/api/v1/entries/{page.public_id}/revisions"):
        assert world.as_("colleague").get(path).status_code == 404
