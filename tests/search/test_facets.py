"""How many there are of what, and what else is like it: all of it from what one may read."""

from collections.abc import Mapping, Sequence

from collab import clock
from collab.blog.models import Post
from collab.search import services
from collab.search.engines import engine_for
from collab.search.facets import Choice, Facets
from collab.search.forms import Asked
from collab.search.queries import question
from tests.cast import World


def counted(world: World, who: str, **asked: str) -> Facets:
    with world.looking(who) as (db, viewer):
        wanted = question(db, viewer, Asked(**asked)).question
        return services.facets(db, viewer, engine_for(world.context), wanted)


def named(choices: Sequence[Choice]) -> Mapping[str, int]:
    return {choice.value: choice.count for choice in choices}


def test_counts_are_of_what_one_may_read(world: World) -> None:
    slug = world.workspace(members=["member"], visibility="secret")
    post = world.post("Quokka post", tags=["Zoo"])
    world.page("Quokka page", workspace=slug)
    world.comment(post, "Quokka comment")
    world.drain()

    own = counted(world, "member", q="quokka")
    assert own.total == 3
    assert named(own.kinds) == {"post": 1, "page": 1, "comment": 1}
    assert named(own.places) == {"blog": 2, slug: 1}
    assert named(own.tags) == {"zoo": 1}

    other = counted(world, "colleague", q="quokka")
    assert other.total == 2
    assert named(other.kinds) == {"post": 1, "comment": 1}
    assert named(other.places) == {"blog": 2}

    assert counted(world, "member", q="quokka", kind="page").total == 1
    assert counted(world, "member", q="quokka", workspace=slug).total == 1
    assert counted(world, "colleague", q="quokka", workspace=slug).total == 0
    assert counted(world, "member", q="nowhere") == Facets()


def test_counts_match_the_pages_of_hits_for_guests(world: World) -> None:
    slug = world.workspace(members=["guest"])
    world.post("Quokka shared", workspace=slug, guests_from=clock.now())
    for number in range(5):
        world.page(f"Quokka internal {number}", workspace=slug)
    world.drain()
    facets = counted(world, "guest", q="quokka")
    assert (facets.total, named(facets.places)) == (1, {slug: 1})


def test_an_author_is_counted_for_everything_that_bears_the_name(world: World) -> None:
    post = world.post("Quokka post", author="author")
    world.comment(post, "Quokka comment", author="author")
    world.drain()
    [author] = counted(world, "member", q="quokka").authors
    assert author.count == 2
    assert counted(world, "member", q="quokka", author=author.value).total == 2


def like(world: World, who: str, post: Post) -> list[str]:
    with world.looking(who) as (db, viewer):
        scope = question(db, viewer, Asked()).question
        found = services.like(db, viewer, engine_for(world.context), post, scope)
        return [hit.title for hit in found]


def test_more_like_this_is_near_and_readable(world: World) -> None:
    slug = world.workspace(members=["member"], visibility="secret")
    post = world.post("Quokka habits", "The quokka eats leaves at night on the island.")
    world.post("Island nights", "At night the quokka looks for leaves.")
    world.page("Hidden island", "The quokka eats leaves at night on the island.", workspace=slug)
    world.post("Budget", "Numbers, plans, invoices, and nothing else at all.")
    world.drain()
    assert set(like(world, "member", post)) == {"Hidden island", "Island nights"}
    assert like(world, "colleague", post) == ["Island nights"]
