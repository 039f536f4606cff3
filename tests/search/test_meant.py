"""Did you mean …? Words that are spelt nearly so, of what one may read."""

from collab.search import meant
from collab.search.engines import engine_for
from collab.search.forms import Asked
from collab.search.queries import question
from tests.cast import World


def mend(world: World, who: str, typed: str) -> str | None:
    with world.looking(who) as (db, viewer):
        asked = question(db, viewer, Asked(q=typed)).question
        return meant.meant(db, viewer, engine_for(world.context), asked, typed)


def test_a_misspelt_word_is_mended_by_one_that_stands_in_a_readable_text(world: World) -> None:
    slug = world.workspace(members=["member"], visibility="secret")
    world.post("Budget", "All about quokkas and wombats.")
    world.page("Numbat", "Only here.", workspace=slug)
    world.drain()
    assert mend(world, "colleague", "quoka budget") == "quokkas budget"
    assert mend(world, "colleague", "budget") is None
    assert mend(world, "member", "nunbat") == "numbat"
    assert mend(world, "colleague", "nunbat") is None
    assert mend(world, "colleague", "xyzzy") is None
