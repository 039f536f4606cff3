"""Posts come out, are taken back, deleted, shared and found again, each by those who may."""

import re
from datetime import timedelta

import pytest

from collab import clock
from tests.cast import World


def test_a_planned_post_comes_out_by_itself(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    soon = clock.now() + timedelta(hours=2)
    client = world.as_("author")
    when = soon.strftime("%Y-%m-%dT%H:%M+00:00")
    client.send("/blog/", {"title": "Soon", "body": "x", "act": "publish", "publish_at": when})

    assert "Soon" not in world.as_("colleague").get("/blog/").text
    assert "Soon" in client.get("/blog/drafts").text
    later = soon + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert ">Soon</a>" in world.as_("author").get("/blog/").text


def test_withdrawing_can_be_undone_exactly(world: World) -> None:
    now = clock.now()
    post = world.post("Oops", guests_from=now, public_from=now)
    client, stranger = world.as_("author"), world.as_("stranger")

    page = client.send(f"{post.address}/publication/delete", follow_redirects=True).text
    assert stranger.get(post.address).status_code == 404
    undo = re.search(r'action="([^"]*/publication\?undo=[^"]+)"', page)
    assert undo
    client.send(undo[1])

    assert stranger.get(post.address).status_code == 200
    assert world.as_("member").send(undo[1]).status_code == 403


def test_deleting_can_be_undone_by_whoever_deleted(world: World) -> None:
    post = world.post("Gone")
    client = world.as_("author")
    restore = f"/entries/{post.public_id}/restore"

    page = client.send(f"/entries/{post.public_id}/delete", {"next": "/blog/"}, follow_redirects=True).text
    assert restore in page
    assert client.get(post.address).status_code == 404
    assert world.as_("admin").send(restore).status_code == 404
    assert client.send(restore).status_code == 303
    assert client.get(post.address).status_code == 200


def test_old_addresses_lead_on_only_for_readers(world: World) -> None:
    client = world.as_("author")
    made = client.send("/blog/drafts", {"title": "T", "body": "one", "draft_key": "k" * 16}).json
    assert made is not None
    former = made["url"].removesuffix("/edit")
    board = world.workspace(visibility="secret")
    client.send(
        made["action"],
        {
            "title": "Now named",
            "body": "one",
            "version": str(made["version"]),
            "workspace": board,
            "act": "publish",
        },
    )

    moved = client.get(former)
    assert moved.status_code == 301
    assert moved.headers["Location"].startswith("/blog/now-named-")
    assert client.get(moved.headers["Location"]).status_code == 200
    assert world.as_("colleague").get(former).status_code == 404


def test_addresses_do_not_clash(world: World) -> None:
    client = world.as_("author")
    titles = ["Plan", "Plan", "New", "Drafts", "Draft-1", "日本", "!!!"]
    places = {
        client.send("/blog/", {"title": title, "body": "x", "act": "publish"}).headers["Location"]
        for title in titles
    }

    assert len(places) == len(titles)
    assert {client.get(place).status_code for place in places} == {200}
    assert "New post" in client.get("/blog/new").text


def test_sharing_is_for_authors_and_says_who_reads(world: World) -> None:
    board = world.workspace(members=["member"], readers=["guest"], visibility="closed", owner="author")
    post = world.post("Minutes", workspace=board)
    sharing = f"/entries/{post.public_id}/sharing"
    assert "2 colleagues" in world.as_("author").get(sharing).text

    assert world.as_("member").send(sharing, {"audience": "guests"}).status_code == 403
    assert world.as_("guest").get(sharing).status_code == 404
    assert world.as_("author").send(sharing, {"audience": "guests"}).status_code == 303

    assert "3 people: 2 colleagues, 1 guest (one firm)" in world.as_("author").get(sharing).text
    assert world.as_("guest").get(post.address).status_code == 200
    refused = world.as_("author").send(sharing, {"audience": "public"})
    assert refused.status_code == 422
    world.as_("author").send(sharing, {"audience": "staff"})
    assert world.as_("guest").get(post.address).status_code == 404
