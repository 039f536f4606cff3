"""The language of a text is told from its words, unless somebody who may change it says otherwise."""

from sqlalchemy import select

from collab.workspaces import access, entries
from collab.workspaces.models import Entry
from tests.cast import World


def _language(world: World, entry_id: int) -> tuple[str, bool]:
    with world.system() as db:
        found = select(Entry.lang, Entry.lang_chosen).where(Entry.id == entry_id)
        lang, chosen = db.execute(found).one()
        return lang, chosen


def test_a_chosen_language_stays_when_the_words_change(world: World) -> None:
    post = world.post("Leitfaden", "Das ist der Text, und er ist nicht lang.")
    assert _language(world, post.id) == ("de", False)
    author = world.as_("author")
    path = f"/entries/{post.public_id}/language"
    assert "Told from its words: German" in author.get(path).text
    assert author.send(path, {"lang": "en"}).status_code == 303
    assert _language(world, post.id) == ("en", True)

    with world.acting("author") as (db, viewer):
        found = access.get(db, viewer, Entry, Entry.id == post.id)
        entries.revise(db, viewer, found, "Leitfaden", "Und das ist auch nicht lang.", base_version=1)
    assert _language(world, post.id) == ("en", True)

    assert author.send(path, {"lang": ""}).status_code == 303
    assert _language(world, post.id) == ("de", False)


def test_the_search_follows_the_chosen_language(world: World) -> None:
    post = world.post("Quokka", "Das ist der Text, und er ist nicht lang.")
    world.as_("author").send(f"/entries/{post.public_id}/language", {"lang": "en"})
    world.drain()
    member = world.as_("member")
    assert post.address in member.get("/search?q=quokka+language:en").text
    assert post.address not in member.get("/search?q=quokka+language:de").text


def test_only_who_may_change_a_text_says_its_language(world: World) -> None:
    post = world.post("Quokka")
    path = f"/entries/{post.public_id}/language"
    assert world.as_("member").get(path).status_code == 403
    assert world.as_("member").send(path, {"lang": "en"}).status_code == 403
    assert world.as_("author").send(path, {"lang": "fr"}).status_code == 422
    assert world.as_("guest").get(path).status_code == 404
