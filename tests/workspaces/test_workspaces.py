"""Which workspaces exist for whom, and what their owners may do with them."""

import re

import pytest

from collab.auth import services as accounts
from collab.auth.models import Account
from tests.cast import World

EVERYBODY = ("author", "member", "colleague", "admin", "guest", "rival", "stranger")
#: visibility -> who finds a workspace of "author", "member" and "guest" in lists
FOUND_BY = {
    "open": {"author", "member", "colleague", "admin", "guest"},
    "closed": {"author", "member", "colleague", "admin", "guest"},
    "secret": {"author", "member", "guest"},
}
#: visibility -> who looks around in it
INSIDE = {
    "open": {"author", "member", "colleague", "admin", "guest"},
    "closed": {"author", "member", "guest"},
    "secret": {"author", "member", "guest"},
}


@pytest.mark.parametrize("visibility", FOUND_BY)
def test_a_workspace_is_found_by_those_who_may_know_of_it(world: World, visibility: str) -> None:
    slug = world.workspace("Kranbahn", visibility=visibility, members=["member", "guest"])
    for who in EVERYBODY:
        listed = world.as_(who).get("/workspaces/").text
        searched = world.as_(who).get("/workspaces/?q=kranb").text
        program = world.as_(who).get("/api/v1/workspaces").text
        there = world.as_(who).get(f"/w/{slug}/")
        known = who in FOUND_BY[visibility]
        assert ("Kranbahn" in listed, "Kranbahn</a>" in searched, "Kranbahn" in program) == (known,) * 3, who
        assert ("Kranbahn" in there.text) is known, who
        assert there.status_code == (200 if known else 303 if who == "stranger" else 404), who


@pytest.mark.parametrize("visibility", INSIDE)
def test_only_those_who_belong_there_see_members_and_texts(world: World, visibility: str) -> None:
    slug = world.workspace("Kranbahn", visibility=visibility, members=["member", "guest"])
    world.post("Liftingplan", workspace=slug)
    for who in EVERYBODY:
        inside = who in INSIDE[visibility]
        members = world.as_(who).get(f"/w/{slug}/members")
        assert (members.status_code == 200) is inside, who
        reads = inside and who != "guest"  # the post is internal
        assert ("Liftingplan" in world.as_(who).get(f"/w/{slug}/").text) is reads, who


def _bare(page: str) -> str:
    """The page without its CSRF tokens, which tell the time."""
    return re.sub(r'"[\w-]{20,}\.[\w-]+\.[\w-]+"', '""', page)


def test_hidden_and_missing_look_the_same(world: World) -> None:
    secret = world.workspace("Merger", visibility="secret")
    client = world.as_("colleague")
    for path in ("/w/{}/", "/w/{}/members", "/w/{}/settings", "/w/{}/members/author"):
        hidden, missing = client.get(path.format(secret)), client.get(path.format("nothing"))
        assert hidden.status_code == missing.status_code == 404
        assert _bare(hidden.text).replace(secret, "nothing") == _bare(missing.text)
    for act in ("join", "leave", "requests", "archive", "restore", "settings", "handover", "members"):
        assert client.send(f"/w/{secret}/{act}").status_code == 404, act


def test_who_makes_a_workspace_owns_it(world: World) -> None:
    made = world.as_("colleague").send(
        "/workspaces/new", {"name": "Härterei Süd", "purpose": "We harden.", "visibility": "closed"}
    )
    assert made.headers["Location"] == "/w/haerterei-sued/members"
    assert world.as_("colleague").get("/w/haerterei-sued/settings").status_code == 200
    seen = world.as_("member").get("/w/haerterei-sued/").text
    assert "We harden." in seen and "Ask to join" in seen


def test_a_workspace_without_a_name_is_not_made(world: World) -> None:
    refused = world.as_("colleague").send(
        "/workspaces/new", {"name": " ", "purpose": "keep me", "visibility": "closed"}
    )
    assert refused.status_code == 422
    assert "keep me" in refused.text and "Error: " in refused.text


def test_guests_make_no_workspaces(world: World) -> None:
    assert world.as_("guest").get("/workspaces/new").status_code == 404
    assert world.as_("guest").send("/workspaces/new", {"name": "Mine"}).status_code == 404
    answer = world.as_("guest").post(
        "/api/v1/workspaces", json={"name": "Mine"}, headers=world.token("guest")
    )
    assert answer.status_code == 404


def test_an_address_does_not_tell_of_a_secret_workspace(world: World) -> None:
    def make(who: str, visibility: str) -> str:
        made = world.as_(who).send("/workspaces/new", {"name": "Merger", "visibility": visibility})
        return made.headers["Location"].split("/")[2]

    hidden = make("member", "secret")
    assert hidden != "merger"
    assert make("colleague", "open") == "merger"  # as if there were no other
    assert make("colleague", "open") == "merger-2"


def test_a_slug_that_became_secret_is_not_given_away(world: World) -> None:
    world.as_("member").send("/workspaces/new", {"name": "Merger", "visibility": "open"})
    settings = {"name": "Merger", "visibility": "secret", "version": "1"}
    assert world.as_("member").send("/w/merger/settings", settings).status_code == 303
    made = world.as_("colleague").send("/workspaces/new", {"name": "Merger", "visibility": "open"})
    slug = made.headers["Location"].split("/")[2]
    assert slug.startswith("merger-") and slug != "merger-2"


def test_settings_of_two_owners_do_not_overwrite_each_other(world: World) -> None:
    slug = world.workspace("Board")
    first = {"name": "First", "purpose": "", "visibility": "open", "version": "1"}
    assert world.as_("author").send(f"/w/{slug}/settings", first).status_code == 303
    second = world.as_("author").send(f"/w/{slug}/settings", {**first, "name": "Second"})
    assert second.status_code == 409
    assert "First" in world.as_("author").get(f"/w/{slug}/").text


@pytest.mark.parametrize("who", ["member", "colleague", "admin"])
def test_only_owners_change_settings(world: World, who: str) -> None:
    slug = world.workspace("Board", members=["member"])
    wanted = {"name": "Stolen", "visibility": "secret", "version": "1"}
    assert world.as_(who).get(f"/w/{slug}/settings").status_code == 403
    assert world.as_(who).send(f"/w/{slug}/settings", wanted).status_code == 403
    assert world.as_(who).send(f"/w/{slug}/archive").status_code == 403
    assert "Stolen" not in world.as_("author").get(f"/w/{slug}/").text


def test_a_clean_room_is_never_public(world: World) -> None:
    slug = world.workspace("Board")
    wanted = {
        "name": "Board",
        "visibility": "closed",
        "version": "1",
        "clean_room": "1",
        "allows_public": "1",
    }
    assert world.as_("author").send(f"/w/{slug}/settings", wanted).status_code == 422


def test_the_company_blog_stays_open(world: World) -> None:
    world.as_("admin").send("/workspaces/orphaned", {"workspace": _id(world, "admin", "blog")})
    assert world.as_("admin").get("/w/blog/settings").status_code == 200
    closed = {"name": "Blog", "visibility": "closed", "version": "1"}
    assert world.as_("admin").send("/w/blog/settings", closed).status_code == 422
    assert world.as_("admin").send("/w/blog/archive").status_code == 403


def _id(world: World, who: str, slug: str) -> str:
    found = world.as_(who).get(f"/api/v1/workspaces/{slug}")
    assert found.json is not None
    return str(found.json["id"])


def test_an_archived_workspace_is_read_but_not_written(world: World) -> None:
    slug = world.workspace("Board", members=["member"])
    world.post("Old plan", workspace=slug)
    assert world.as_("author").send(f"/w/{slug}/archive").status_code == 303
    assert "Old plan" in world.as_("member").get(f"/w/{slug}/").text
    new = {"title": "New", "body": "New", "workspace": slug}
    refused = world.as_("member").post("/api/v1/posts", json=new, headers=world.token("member"))
    assert refused.status_code in (403, 404, 422)
    assert world.as_("colleague").send(f"/w/{slug}/join").status_code == 403
    assert world.as_("author").send(f"/w/{slug}/restore").status_code == 303
    assert world.as_("colleague").send(f"/w/{slug}/join").status_code == 303


def test_an_administrator_takes_over_only_what_nobody_owns(world: World) -> None:
    slug = world.workspace("Reiher", visibility="closed", owner="member", members=["author"])
    id_ = _id(world, "admin", slug)
    admin = world.as_("admin")
    assert "take it over" not in admin.get(f"/w/{slug}/").text
    assert admin.send("/workspaces/orphaned", {"workspace": id_}).status_code == 404
    with world.acting("admin") as (db, viewer):
        accounts.suspend(db, viewer, db.get_one(Account, world.account_id("member")))
    assert "take it over" in admin.get(f"/w/{slug}/").text
    assert world.as_("colleague").send("/workspaces/orphaned", {"workspace": id_}).status_code == 404
    assert admin.send("/workspaces/orphaned", {"workspace": id_}).status_code == 303
    assert admin.get(f"/w/{slug}/settings").status_code == 200
    assert "workspace was taken over" in world.as_("author").get(f"/w/{slug}/").text


def test_the_list_of_orphans_names_no_secret(world: World) -> None:
    world.workspace("Reiher", visibility="secret", owner="member")
    with world.acting("admin") as (db, viewer):
        accounts.suspend(db, viewer, db.get_one(Account, world.account_id("member")))
    seen = world.as_("admin").get("/workspaces/orphaned").text
    assert "A secret workspace" in seen and "Reiher" not in seen


def test_pages_of_workspaces_need_few_statements(world: World) -> None:
    for number in range(6):
        slug = world.workspace(f"Board {number}", members=["member", "guest"])
        for _ in range(3):
            world.comment(world.post("A post", workspace=slug))
    for who in ("author", "guest"):
        world.as_(who).get("/workspaces/")  # the visit is noted once
        for path in ("/workspaces/", f"/w/{slug}/", f"/w/{slug}/members"):
            asked = world.as_(who).get(path)
            assert asked.status_code == 200
            assert int(asked.headers["X-Collab-Statements"]) <= 8, path
