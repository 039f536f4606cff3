"""What a workspace begins with: templates, the three choices, and what owners offer to others."""

import pytest
from sqlalchemy import select

from collab.pages.models import Page
from collab.workspaces import templates
from collab.workspaces.models import Membership, Workspace
from tests.cast import World


def _begin(world: World, who: str = "author", **said: str) -> str:
    made = world.as_(who).send("/workspaces/new", {"name": "Kranbahn", **said})
    assert made.status_code == 303, made.text
    return made.headers["Location"].split("/")[2]


def _titles(world: World, slug: str) -> list[str]:
    with world.system() as db:
        found = select(Page.title).join(Workspace).where(Workspace.slug == slug).order_by(Page.id)
        return list(db.scalars(found))


def _place(world: World, slug: str) -> Workspace:
    with world.system() as db:
        place = db.scalars(select(Workspace).where(Workspace.slug == slug)).one()
        db.expunge(place)
        return place


def test_all_templates_are_there_to_choose(world: World) -> None:
    cards = world.as_("author").get("/workspaces/new").text
    for template in templates.KNOWN:
        assert f"?template={template.key}" in cards
        form = world.as_("author").get(f"/workspaces/new?template={template.key}").text
        assert f'name="template" value="{template.key}"' in form
    assert world.as_("author").get("/workspaces/new?template=nothing").status_code == 404
    assert world.as_("guest").get("/workspaces/new").status_code == 404


@pytest.mark.parametrize("template", templates.KNOWN, ids=lambda template: template.key)
def test_a_name_and_a_template_are_enough(world: World, template: templates.Template) -> None:
    made = world.as_("author").post(
        "/api/v1/workspaces",
        json={"name": "Kranbahn", "template": template.key},
        headers=world.token("author"),
    )
    assert made.status_code == 201 and made.json is not None
    for key in ("visibility", "joining", "clean_room"):
        assert made.json[key] == template.settings.get(key, False), key
    assert _titles(world, made.json["slug"]) == [str(starter.title) for starter in template.starters]


def test_what_is_said_counts_more_than_the_template(world: World) -> None:
    slug = _begin(world, template="project", visibility="secret", joining="ask", sections="")
    place = _place(world, slug)
    # Only "who sees it" was changed, so that the way in follows; pages are off, so that there are none.
    assert (place.visibility, place.joining, place.sections) == ("secret", "invited", [])
    assert _titles(world, slug) == []


def test_texts_begin_in_the_language_of_who_makes_them(world: World) -> None:
    world.as_("author").send("/language", {"locale": "de", "next": "/"})
    assert _titles(world, _begin(world, template="team", sections="pages")) == ["So arbeiten wir"]


@pytest.mark.parametrize(
    ("visibility", "joining"), [("closed", "free"), ("secret", "ask"), ("secret", "free")]
)
def test_ways_in_fit_who_sees_it(world: World, visibility: str, joining: str) -> None:
    wanted = {"name": "Board", "visibility": visibility, "joining": joining}
    client = world.as_("author")
    assert client.send("/workspaces/new", {**wanted, "template": "supplier"}).status_code == 422
    slug = world.workspace("Board", visibility=visibility)
    refused = client.send(f"/w/{slug}/settings", {**wanted, "version": "1"})
    assert refused.status_code == 422 and "Error: " in refused.text
    # ... and where only that is changed, the way in follows.
    opened = world.workspace("Hall")
    changed = {"name": "Hall", "visibility": visibility, "joining": "free", "version": "1"}
    assert client.send(f"/w/{opened}/settings", changed).status_code == 303
    assert _place(world, opened).joining == {"closed": "ask", "secret": "invited"}[visibility]


def test_who_joins_may_do_what_the_workspace_says(world: World) -> None:
    slug = world.workspace("Board", joins_as="reader")
    world.as_("member").send(f"/w/{slug}/join")
    with world.system() as db:
        role = select(Membership.role).where(Membership.account_id == world.account_id("member"))
        assert db.scalars(role).one() == "reader"
    assert world.as_("member").send(f"/w/{slug}/pages/new", {"title": "No"}).status_code == 403


def test_an_open_workspace_may_want_to_be_asked(world: World) -> None:
    slug = world.workspace("Board", joining="ask")
    client = world.as_("member")
    assert "Ask to join" in client.get(f"/w/{slug}/").text
    assert client.send(f"/w/{slug}/join").status_code == 403
    assert client.send(f"/w/{slug}/requests", {"message": "Please"}).status_code == 303
    assert "Take the request back" in client.get(f"/w/{slug}/").text


@pytest.mark.parametrize("visibility", ["open", "closed"])
def test_where_owners_choose_nobody_asks(world: World, visibility: str) -> None:
    slug = world.workspace("Board", visibility=visibility, joining="invited")
    client = world.as_("member")
    assert "/requests" not in client.get(f"/w/{slug}/").text
    assert client.send(f"/w/{slug}/requests", {"message": "Please"}).status_code == 403
    assert client.send(f"/w/{slug}/join").status_code == 403


def test_an_offered_workspace_gives_what_its_owner_ticked_and_nothing_else(world: World) -> None:
    slug = world.workspace("Merger", visibility="secret", members=["member", "guest"])
    ticked = world.page("Checklist", "First [ring](/x).", workspace=slug)
    world.page("Price", "Our price is 5.", workspace=slug)
    wanted = {"name": "Careful work", "about": "Quiet.", "starters": ticked.public_id}
    assert world.as_("member").send(f"/w/{slug}/template", wanted).status_code == 403
    assert world.as_("colleague").send(f"/w/{slug}/template", wanted).status_code == 404
    assert world.as_("author").send(f"/w/{slug}/template", wanted).status_code == 303

    client = world.as_("colleague")
    cards = client.get("/workspaces/new").text
    assert "Careful work" in cards and "Merger" not in cards
    key = cards.split("?template=")[-1].split('"')[0]
    assert "Merger" not in client.get(f"/workspaces/new?template={key}").text
    made = _begin(world, "colleague", template=key, visibility="secret", sections="pages")
    assert _titles(world, made) == ["Checklist"]
    assert "Author" not in client.get(f"/w/{made}/members").text.split("<main", 1)[1]

    assert "Checklist" in world.as_("author").get(f"/w/{slug}/template").text
    world.as_("author").send(f"/w/{slug}/template/withdraw")
    assert "Careful work" not in client.get("/workspaces/new").text
    assert client.get(f"/workspaces/new?template={key}").status_code == 404
    assert _titles(world, made) == ["Checklist"]


def test_an_owner_offers_nothing_that_the_owner_cannot_read(world: World) -> None:
    slug, other = world.workspace("Board"), world.workspace("Other", visibility="secret", owner="member")
    foreign = world.page("Foreign", workspace=other, author="member")
    own = world.page("Own", workspace=slug)
    wanted = {"name": "T", "starters": [foreign.public_id, own.public_id]}
    world.as_("author").send(f"/w/{slug}/template", wanted)
    with world.looking("author") as (db, viewer):
        (kept,) = templates.offered(db, viewer)
    assert [starter.title for starter in kept.starters] == ["Own"]


def test_a_member_takes_over_what_nobody_owns(world: World) -> None:
    slug = world.workspace("Board", visibility="secret", members=["member", "guest"], owner="colleague")
    assert world.as_("member").send(f"/w/{slug}/takeover").status_code == 403  # somebody owns it
    with world.system() as db:
        gone = db.scalars(select(Membership).where(Membership.role == "owner")).one()
        db.delete(gone)
    assert "no owner any more" in world.as_("member").get("/").text
    assert "Take the workspace over" in world.as_("member").get(f"/w/{slug}/").text
    assert "Take the workspace over" not in world.as_("guest").get(f"/w/{slug}/").text
    assert world.as_("guest").send(f"/w/{slug}/takeover").status_code == 404
    assert world.as_("author").send(f"/w/{slug}/takeover").status_code == 404
    assert world.as_("member").send(f"/w/{slug}/takeover").status_code == 303
    assert world.as_("member").get(f"/w/{slug}/settings").status_code == 200
    assert "no owner any more" not in world.as_("member").get("/").text
