"""What topics, ideas and polls do alike: what was typed is not lost, and what one sees to whom one alone is shared."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from collab import clock
from collab.auth.models import Account
from collab.workspaces import access, alone
from collab.workspaces.models import Entry, Workspace
from tests.cast import World

#: Section -> what its form needs beside a title.
SECTIONS = {"topics": {}, "ideas": {}, "polls": {"options": "Red\nBlue"}}


@pytest.fixture
def slug(world: World) -> str:
    return world.workspace("Kranbahn", visibility="closed", members=["member"], sections=[*SECTIONS])


def begin(world: World, slug: str, section: str, title: str = "Which one?", **more: str) -> str:
    """A new one; answers its address."""
    form = {"title": title, "body": "Words", **SECTIONS[section], **more}
    answer = world.as_("author").send(f"/w/{slug}/{section}/new", form)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def lasting(address: str) -> str:
    return f"/entries/{address.rsplit('/', 1)[1]}"


def give(world: World, address: str, *, may_comment: bool) -> None:
    """Share it alone with the guest, who is nowhere in the workspace."""
    until = clock.now() + timedelta(days=9)
    with world.acting("author") as (db, viewer):
        entry = access.get(db, viewer, Entry, Entry.public_id == address.rsplit("/", 1)[1])
        guest = db.get_one(Account, world.account_id("guest"))
        alone.give(db, viewer, entry, guest, world.context.settings, ends_at=until, may_comment=may_comment)


def seen(world: World, address: str) -> str:
    """The page of it for the guest; nothing of it says where it is."""
    page = world.as_("guest").get(lasting(address))
    assert page.status_code == 200
    assert slugless(page.text, address)
    return page.text


def slugless(page: str, address: str) -> bool:
    return "Kranbahn" not in page and address.split("/")[2] not in page


# By itself ---------------------------------------------------------------------------------------


def test_by_itself_a_poll_is_voted_in(world: World, slug: str) -> None:
    address = begin(world, slug, "polls")
    give(world, address, may_comment=True)
    guest = world.as_("guest")
    poll: Any = guest.get(f"/api/v1/polls/{address.rsplit('/', 1)[1]}").json
    red, blue = (option["id"] for option in poll["options"])
    assert poll["workspace"] is None and f'value="{red}"' in seen(world, address)
    assert guest.send(f"{lasting(address)}/choice", {"options": [red, blue]}).status_code == 422
    voted = guest.send(f"{lasting(address)}/choice", {"options": red})
    assert (voted.status_code, voted.location) == (303, lasting(address))
    page = seen(world, address)
    assert "1 person has voted." in page and "Change my vote" in page
    assert "/people/" not in page.partition("results-title")[2].partition("comments")[0]
    give(world, address, may_comment=False)
    page = seen(world, address)
    assert "1 person has voted." in page and "Change my vote" not in page
    assert guest.send(f"{lasting(address)}/choice", {"options": blue}).status_code == 403


def test_by_itself_an_idea_shows_who_is_for_it_and_its_answer(world: World, slug: str) -> None:
    address, same = (begin(world, slug, "ideas", title) for title in ("A bench", "Chairs"))
    give(world, address, may_comment=True)
    assert "An answer is owed by" in seen(world, address)
    world.as_("author").send(f"{lasting(same)}/vote", {"on": "1"})
    assert world.as_("guest").send(f"{lasting(address)}/vote", {"on": "1"}).location == lasting(address)
    world.as_("author").send(f"{same}/merge", {"into": address.rsplit("/", 1)[1]})
    reason = f"See [the others](/w/{slug}/ideas/)"
    form = {"state": "declined", "reason": reason, "version": "1"}
    assert world.as_("author").send(f"{address}/answer", form).status_code == 303
    page = seen(world, address)
    assert "1 person is for it" in page and "You are for it." in page
    assert "See the others" in page and "Declined" in page and "Chairs" not in page


def test_by_itself_a_topic_shows_what_was_decided(world: World, slug: str) -> None:
    address = begin(world, slug, "topics")
    give(world, address, may_comment=True)
    author = world.as_("author")
    author.send(f"{address}/decision", {"words": "We take the blue one"})
    author.send(f"{address}/close")
    page = seen(world, address)
    assert "We take the blue one" in page and "This topic is closed" in page
    assert "Take the decision back" not in page
    assert world.as_("guest").send(f"{lasting(address)}/comments", {"body": "But"}).status_code == 403


# The forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", SECTIONS)
def test_what_was_typed_and_not_saved_is_there_again(world: World, slug: str, section: str) -> None:
    address, author = begin(world, slug, section), world.as_("author")
    typed = {"title": "Which then?", "body": "Unsaved words", "version": "1"}
    assert author.send(f"{lasting(address)}/autosave", typed).status_code == 200
    form = author.get(f"{address}/edit").text
    assert "Unsaved words" in form and "Which then?" in form and "Discard them" in form
    assert "Unsaved words" not in author.get(address).text
    assert "Unsaved words" not in world.as_("member").get(address).text
    sent = {**typed, **SECTIONS[section], "note": ""}
    assert author.send(f"{address}/edit", sent).status_code == 303
    assert "Discard them" not in author.get(f"{address}/edit").text
    stale = author.send(f"{address}/edit", sent | {"title": "Mine", "body": "My words"})
    assert stale.status_code == 409
    assert all(words in stale.text for words in ("Mine", "My words", "Which then?", "Unsaved words"))


@pytest.mark.parametrize("section", SECTIONS)
def test_deleting_is_undone_and_an_archive_only_read(world: World, slug: str, section: str) -> None:
    address, author = begin(world, slug, section), world.as_("author")
    gone = author.send(f"{lasting(address)}/delete", {"next": f"/w/{slug}/{section}/"})
    assert gone.location == f"/w/{slug}/{section}/"
    assert f"{lasting(address)}/restore" in author.get(gone.location).text
    assert author.get(address).status_code == 404
    assert author.send(f"{lasting(address)}/restore").location == address
    with world.system() as db:
        db.execute(update(Workspace).where(Workspace.slug == slug).values(archived_at=clock.now()))
    page = author.get(address)
    assert page.status_code == 200
    for act in ("/edit", "/delete", "/close", "/answer", "/choice", "/vote"):
        assert f'{act}"' not in page.text, act
    form = {"title": "T", "version": "1", **SECTIONS[section]}
    assert author.send(f"{address}/edit", form).status_code == 403
    assert author.send(f"{lasting(address)}/delete").status_code == 403


def test_the_stream_says_it_in_sentences(world: World, slug: str) -> None:
    topic = begin(world, slug, "topics", "Crane", guests="1")
    author, member = world.as_("author"), world.as_("member")

    def told() -> list[str]:
        main = member.get(f"/w/{slug}/stream").text.split("<main", 1)[1]
        found: list[Any] = re.findall(r'<p class="row-title"><a [^>]*>([^<]*)</a>', main)
        return found

    assert told() == ["Author began the topic “Crane”"]
    said = author.send(f"{lasting(topic)}/comments", {"body": "Among us", "internal": "1"})
    author.send(f"{topic}/decision", {"comment": str(said.location).rpartition("#comment-")[2]})
    author.send(f"{topic}/decision/delete")
    assert not any("decision" in line or "decided" in line for line in told())  # it is not for everybody
    author.send(f"{topic}/decision", {"words": "The blue one"})
    author.send(f"{topic}/close")
    assert told()[:2] == ["Author closed the topic “Crane”", "Author noted what was decided in “Crane”"]
