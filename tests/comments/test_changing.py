"""Comments that are edited, deleted and restored."""

import pytest

from collab.comments import services
from collab.comments.models import Comment
from collab.errors import Conflict
from tests.cast import World
from tests.comments.steps import HTMX, ids, one, say, seen, shared


def test_the_writer_edits_and_it_says_so(world: World) -> None:
    post = shared(world)
    comment = one(world, post)
    answer = world.as_("member").send(f"/comments/{comment}/edit", {"body": "Better words"}, headers=HTMX)

    assert "Better words" in answer.text and "First words" not in answer.text
    assert "<li>edited</li>" in answer.text


@pytest.mark.parametrize(("who", "status"), {"author": 403, "guest": 403, "colleague": 404}.items())
def test_nobody_edits_the_words_of_others(world: World, who: str, status: int) -> None:
    comment = one(world, shared(world))
    client = world.as_(who)

    assert client.send(f"/comments/{comment}/edit", {"body": "x"}).status_code == status
    assert client.get(f"/comments/{comment}/edit").status_code == status


def test_the_edit_form_is_part_of_the_entrys_page(world: World) -> None:
    post = shared(world)
    comment = one(world, post)
    answer = world.as_("member").get(f"/comments/{comment}/edit")

    assert answer.status_code == 303
    assert answer.headers["Location"] == f"{post.address}?comment=edit:{comment}#comment-{comment}"


def test_two_windows_do_not_overwrite_each_other(world: World) -> None:
    comment = one(world, shared(world))
    client = world.as_("member")
    client.send(f"/comments/{comment}/edit?version=1", {"body": "Window one"}, headers=HTMX)
    answer = client.send(f"/comments/{comment}/edit?version=1", {"body": "Window two"}, headers=HTMX)

    assert answer.status_code == 422
    assert "Window two" in answer.text and "has changed this meanwhile" in answer.text


def test_a_form_that_did_not_ask_leaves_internal_as_it_is(world: World) -> None:
    post = shared(world)
    comment = ids(say(world, "member", post, "secret", internal="1").text)[0]
    client = world.as_("member")

    client.send(f"/comments/{comment}/edit", {"body": "secret still"})
    assert "secret still" not in seen(world, "guest", post)
    client.send(f"/comments/{comment}/edit?asked=internal", {"body": "for all"})
    assert "for all" in seen(world, "guest", post)


def test_internal_stays_once_somebody_has_answered(world: World) -> None:
    post = shared(world)
    comment = ids(say(world, "member", post, "secret", internal="1").text)[0]
    say(world, "author", post, "yes", parent=comment)
    answer = world.as_("member").send(f"/comments/{comment}/edit?asked=internal", {"body": "x"}, headers=HTMX)

    assert answer.status_code == 422
    assert "secret" not in seen(world, "guest", post)


def test_deleting_leaves_a_stub_and_restoring_brings_the_words_back(world: World) -> None:
    post = shared(world)
    comment = one(world, post)
    say(world, "author", post, "An answer", parent=comment)
    gone = world.as_("member").send(f"/comments/{comment}/delete", headers=HTMX)

    assert "First words" not in gone.text and "An answer" in gone.text
    assert "Member deleted this comment." in gone.text and "1 comment<" in gone.text
    assert f"/comments/{comment}/restore" in gone.text and "toast-undo" in gone.text
    assert "First words" not in seen(world, "author", post)
    back = world.as_("member").send(f"/comments/{comment}/restore", headers=HTMX)
    assert "First words" in back.text and "2 comments" in back.text


def test_a_moderator_has_to_say_why(world: World) -> None:
    post = shared(world)
    comment = one(world, post)
    owner = world.as_("author")

    asked = owner.send(f"/comments/{comment}/delete", headers=HTMX)
    assert asked.headers["HX-Redirect"] == f"/comments/{comment}/delete"
    assert "First words" in owner.get(f"/comments/{comment}/delete").text
    assert owner.send(f"/comments/{comment}/delete", {"reason": " "}).status_code == 422
    assert "First words" in seen(world, "member", post)
    assert owner.send(f"/comments/{comment}/delete", {"reason": "Off topic"}).status_code == 303
    assert "Off topic" in seen(world, "guest", post)


def test_who_did_not_delete_cannot_restore(world: World) -> None:
    comment = one(world, shared(world))
    world.as_("author").send(f"/comments/{comment}/delete", {"reason": "Off topic"})

    assert world.as_("member").send(f"/comments/{comment}/restore").status_code == 403


@pytest.mark.parametrize(("who", "status"), {"guest": 403, "colleague": 404, "admin": 404}.items())
def test_others_can_neither_delete_nor_see_the_form_for_it(world: World, who: str, status: int) -> None:
    comment = one(world, shared(world))

    assert world.as_(who).send(f"/comments/{comment}/delete", {"reason": "x"}).status_code == status
    assert world.as_(who).get(f"/comments/{comment}/delete").status_code == status


def test_two_edits_at_once_do_not_both_win(world: World) -> None:
    comment = world.comment(shared(world), "First")
    with world.acting("member") as (db, viewer):
        mine = db.merge(comment, load=False)
        services.edit(db, viewer, mine, "Second", 1)
    with world.acting("member") as (db, viewer), pytest.raises(Conflict):
        services.edit(db, viewer, db.get_one(Comment, comment.id), "Third", 1)
