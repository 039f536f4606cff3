"""A draft is found by those whose names stand on it, and by nobody else."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from collab import clock
from collab.activity import Event
from collab.blog.models import Post
from collab.workspaces import access, entries
from tests.cast import World

DOORS = ["/search?q=quokka", "/search/quick?q=quok", "/api/v1/search?q=quokka", "/search?q=quokka&kind=post"]


@pytest.fixture
def draft(world: World) -> Post:
    """A draft of the author and the colleague, in a workspace of theirs, the member's and a guest's."""
    slug = world.workspace(members=["member", "colleague", "guest", "admin"])
    post = world.post("Quokka plan", "Secret wombats.", workspace=slug, published=False)
    with world.acting("author") as (db, viewer):
        found = access.get(db, viewer, Post, Post.id == post.id)
        entries.set_authors(db, viewer, found, ["colleague"])
    world.drain()
    return post


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("who", "finds"),
    [("author", True), ("colleague", True), ("member", False), ("admin", False), ("guest", False)],
)
def test_only_its_authors_find_a_draft(world: World, draft: Post, door: str, who: str, finds: bool) -> None:
    page = world.as_(who).get(door).text.replace("<mark>", "").replace("</mark>", "")
    assert ("Quokka plan" in page) is finds
    assert (draft.address in page) is finds


def test_a_draft_says_what_it_is(world: World, draft: Post) -> None:
    assert "· Draft" in world.as_("author").get("/search?q=quokka").text
    world.post("Numbat")
    world.drain()
    assert "· Draft" not in world.as_("author").get("/search?q=numbat").text


def test_what_was_only_autosaved_is_found_after_a_while(world: World, draft: Post) -> None:
    def told() -> int:
        with world.system() as db:
            return len(db.scalars(select(Event.id).where(Event.kind == "post.drafted")).all())

    def keep(body: str) -> None:
        with world.acting("author") as (db, viewer):
            post = access.get(db, viewer, Post, Post.id == draft.id)
            entries.autosave(db, viewer, post, "Quokka plan", body, post.version)

    begun = told()
    keep("Bandi")
    assert told() == begun
    with clock.shifted(entries.SELDOM + timedelta(seconds=1)):
        for body in ("Bandicoots", "Bandicoots sleep", "Bandicoots sleep long"):
            keep(body)
        assert told() == begun + 1
        world.drain()
        author, member = world.as_("author"), world.as_("member")
        assert "Quokka" in author.get("/search?q=bandicoots").text
        assert "Quokka" not in member.get("/search?q=bandicoots").text


def test_autosaving_beside_a_published_post_tells_nothing(world: World) -> None:
    post = world.post("Quokka")
    with world.acting("author") as (db, viewer):
        found = access.get(db, viewer, Post, Post.id == post.id)
        entries.autosave(db, viewer, found, "Quokka", "bandicoot", found.version)
    world.drain()
    assert "Nothing found" in world.as_("author").get("/search?q=bandicoot").text
    with world.system() as db:
        assert db.scalars(select(Event.kind).order_by(Event.id)).all()[-1] == "post.published"
