"""Watching an entry: who hears of what, and that nobody else learns of it."""

from datetime import timedelta

import pytest

from collab import clock
from collab.pages import services as pages
from collab.pages.models import Page
from tests.cast import World


def _change(world: World, page: Page, body: str, who: str) -> None:
    with world.acting(who) as (db, viewer):
        now = db.merge(page, load=False)
        db.refresh(now)
        pages.edit(db, viewer, now, now.title, body, base_version=now.version)


def test_who_watches_hears_of_changes_and_comments_of_others(world: World) -> None:
    page = world.page("Crane plan", workspace=world.workspace(members=["member", "colleague"]))
    watcher = world.as_("colleague")
    world.comment(page, "Before")
    assert watcher.send(f"/entries/{page.public_id}/watch").location == page.address
    assert "You watch this" in watcher.get(page.address).text
    with clock.shifted(timedelta(minutes=1)):
        for body in ("One", "Two"):
            _change(world, page, body, "member")
        _change(world, page, "Mine", "colleague")
        world.comment(page, "Afterwards")
        told = watcher.get("/").text
    assert told.count("Member changed “Crane plan”") == 1
    assert "Afterwards" in told and "Before" not in told
    assert "Crane plan" in watcher.get("/watching/").text

    watcher.send(f"/entries/{page.public_id}/watch/delete")
    watcher.get("/")  # shows the offer to take it back
    assert "Crane plan" not in watcher.get("/watching/").text
    with clock.shifted(timedelta(minutes=2)):
        assert "changed “Crane plan”" not in watcher.get("/").text


def test_nobody_else_learns_who_watches(world: World) -> None:
    page = world.page("Plan", workspace=world.workspace(members=["member", "colleague"]))
    before = {who: world.as_(who).get(page.address).text for who in ("author", "member")}
    world.as_("colleague").send(f"/entries/{page.public_id}/watch")
    for who, seen in before.items():
        assert world.as_(who).get(page.address).text.count("watch") == seen.count("watch")
        assert "Plan" not in world.as_(who).get("/watching/").text


@pytest.mark.parametrize("secret", [False, True])
def test_who_lost_the_right_hears_nothing(world: World, secret: bool) -> None:
    """... though the note that they watch is still there."""
    slug = world.workspace(visibility="secret" if secret else "open", members=["member", "colleague"])
    page = world.page("Crane plan", workspace=slug)
    watcher = world.as_("colleague")
    watcher.send(f"/entries/{page.public_id}/watch")
    world.as_("author").send(f"/w/{slug}/members/colleague/remove")
    with clock.shifted(timedelta(minutes=1)):
        _change(world, page, "New", "member")
        world.comment(page, "Afterwards")
        for path in ("/", "/watching/"):
            assert ("Crane plan" in watcher.get(path).text) is not secret


def test_one_cannot_watch_what_one_may_not_read(world: World) -> None:
    page = world.page("Plan", workspace=world.workspace(visibility="secret"))
    for act in ("watch", "watch/delete"):
        assert world.as_("colleague").send(f"/entries/{page.public_id}/{act}").status_code == 404
    assert world.as_("colleague").send("/entries/missing/watch").status_code == 404


def test_a_page_and_the_list_need_few_statements(world: World) -> None:
    slug = world.workspace(members=["member"])
    for number in range(4):
        page = world.page(f"Page {number}", workspace=slug)
        world.as_("member").send(f"/entries/{page.public_id}/watch")
        world.as_("member").send(f"/entries/{world.post('A post').public_id}/watch")
    for path in (page.address, "/watching/", "/"):
        asked = world.as_("member").get(path)
        assert int(asked.headers["X-Collab-Statements"]) <= 8, path
