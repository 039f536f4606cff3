"""Comments in pages: who says what, who sees it, and what becomes of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from werkzeug.test import TestResponse

from collab import clock
from collab.blog.models import Post
from collab.comments import services
from collab.comments.models import Comment
from collab.errors import Conflict
from collab.workspaces.models import Workspace
from tests.cast import CAST, STRANGER, World

HTMX = {"HX-Request": "true"}


def shared(world: World, **more: Any) -> Post:
    """A post in a workspace of author, member and both guests, which guests may read."""
    slug = world.workspace(visibility="closed", members=["member", "guest", "rival"], **more)
    return world.post("Plan", workspace=slug, guests_from=clock.now())


def say(world: World, who: str, post: Post, body: str, **fields: Any) -> TestResponse:
    return world.as_(who).send(f"/entries/{post.public_id}/comments", {"body": body, **fields}, headers=HTMX)


def seen(world: World, who: str, post: Post) -> str:
    """What ``who`` reads of the comments, as text."""
    return world.as_(who).get(f"/api/v1/entries/{post.public_id}/comments").text


def ids(section: str) -> list[str]:
    return re.findall(r'id="comment-([\w-]{16})"', section)


def test_a_comment_is_answered_with_the_section_and_shown(world: World) -> None:
    answer = say(world, "member", shared(world), "Good **idea**")

    assert answer.status_code == 200
    assert "<strong>idea</strong>" in answer.text
    assert "1 comment" in answer.text
    assert 'role="status">Comment saved' in answer.text


def test_without_javascript_the_comment_leads_back_to_it(world: World) -> None:
    post = shared(world)
    answer = world.as_("member").send(f"/entries/{post.public_id}/comments", {"body": "Hi"})

    assert answer.status_code == 303
    assert re.search(r"#comment-[\w-]{16}$", answer.headers["Location"])


@pytest.mark.parametrize("body", ["", "   \n "])
@pytest.mark.parametrize("headers", [HTMX, {}])
def test_an_empty_comment_is_refused_in_words(world: World, body: str, headers: dict[str, str]) -> None:
    answer = world.as_("member").send(
        f"/entries/{shared(world).public_id}/comments", {"body": body}, headers=headers
    )

    assert answer.status_code == 422
    assert "Please fill this in." in answer.text


def test_what_is_too_long_is_refused_and_kept_in_the_form(world: World) -> None:
    answer = say(world, "member", shared(world), "x" * 100_001)

    assert answer.status_code == 422
    assert "x" * 100_001 in answer.text


def test_answers_stand_below_what_they_answer_three_levels_deep(world: World) -> None:
    post = shared(world)
    answer, parent = say(world, "member", post, "level 0"), ""
    for level in range(1, 6):
        parent = ids(answer.text)[-1]
        answer = say(world, "author", post, f"level {level}", parent=parent)

    assert answer.text.count('<ol class="replies">') == 2
    assert [f"level {n}" in answer.text for n in range(6)] == [True] * 6
    assert "6 comments" in answer.text


CAN_COMMENT = {
    "author": 200,
    "member": 200,
    "guest": 200,
    "colleague": 404,
    "admin": 404,
}


@pytest.mark.parametrize(("who", "status"), CAN_COMMENT.items())
def test_only_those_inside_may_comment(world: World, who: str, status: int) -> None:
    assert say(world, who, shared(world), "Hello").status_code == status


def test_a_stranger_may_not_comment_on_what_is_public(world: World) -> None:
    post = world.post("News", public_from=clock.now())

    assert say(world, STRANGER, post, "Hello").status_code == 401


def test_a_draft_and_an_archived_place_take_no_comments(world: World) -> None:
    draft = world.post("Draft", published=False)
    assert say(world, "author", draft, "Hello").status_code == 403
    kept = shared(world)
    archive(world, kept)
    assert say(world, "member", kept, "Hello").status_code == 403


def archive(world: World, post: Post) -> None:
    with world.system() as db:
        db.get_one(Workspace, post.workspace_id).archived_at = clock.now()


@pytest.mark.parametrize("who", ["author", "member", "guest", "rival", "colleague", "admin"])
def test_internal_comments_and_their_answers_are_for_employees(world: World, who: str) -> None:
    post = shared(world)
    first = ids(say(world, "member", post, "secret-one", internal="1").text)[0]
    say(world, "author", post, "secret-two", parent=first)
    say(world, "member", post, "open-three")
    text = seen(world, who, post)

    inside = who in ("author", "member")
    assert ("secret-one" in text, "secret-two" in text) == (inside, inside)
    assert ("open-three" in text) == (who in ("author", "member", "guest", "rival"))


def test_a_guest_can_neither_write_nor_answer_internally(world: World) -> None:
    post = shared(world)
    hidden = ids(say(world, "member", post, "secret", internal="1").text)[0]

    assert say(world, "guest", post, "Hello", internal="1").status_code == 403
    assert say(world, "guest", post, "Hello", parent=hidden).status_code == 404


@pytest.mark.parametrize("clean", [True, False])
def test_a_clean_room_hides_competitors_and_the_answers_to_them(world: World, clean: bool) -> None:
    post = shared(world, clean_room=clean)
    theirs = ids(say(world, "rival", post, "our offer").text)[0]
    say(world, "author", post, "thank you, Rival", parent=theirs)
    section = say(world, "guest", post, "and ours").text

    assert ("our offer" in section, "thank you, Rival" in section) == (not clean, not clean)
    assert ("1 comment<" if clean else "3 comments") in section
    assert say(world, "guest", post, "me too", parent=theirs).status_code == (404 if clean else 200)


def one(world: World, post: Post, who: str = "member", body: str = "First words") -> str:
    return ids(say(world, who, post, body).text)[-1]


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


def test_the_preview_is_what_will_be_shown(world: World) -> None:
    post = shared(world)
    preview = world.as_("guest").send(f"/entries/{post.public_id}/comments/preview", {"body": "*so*"})

    assert preview.text.strip() == "<p><em>so</em></p>"
    assert world.as_("colleague").send(f"/entries/{post.public_id}/comments/preview").status_code == 404


@pytest.mark.parametrize(
    ("who", "found"),
    {"member": {"@guest", "@rival"}, "guest": {"@guest"}, "rival": {"@rival"}}.items(),
)
def test_mentions_propose_only_who_may_read_and_may_be_noticed(
    world: World, who: str, found: set[str]
) -> None:
    post = shared(world, clean_room=True)
    offered = set()
    for letter in ("g", "r", "col"):
        answer = world.as_(who).get(f"/entries/{post.public_id}/comments/people?q={letter}")
        offered |= set(re.findall(r'data-value="(@[\w.]+)"', answer.text))

    assert offered == found


def test_the_number_of_statements_does_not_grow_with_the_comments(world: World) -> None:
    post = shared(world)
    counts = []
    seen(world, "guest", post)  # notes that the session is in use
    for n in (1, 12):
        for i in range(n):
            world.comment(post, f"Comment {n} {i}")
        answer = world.as_("guest").get(f"/api/v1/entries/{post.public_id}/comments")
        counts.append(int(answer.headers["X-Collab-Statements"]))
    assert counts[0] == counts[1] <= 6


def test_two_edits_at_once_do_not_both_win(world: World) -> None:
    comment = world.comment(shared(world), "First")
    with world.acting("member") as (db, viewer):
        mine = db.merge(comment, load=False)
        services.edit(db, viewer, mine, "Second", 1)
    with world.acting("member") as (db, viewer), pytest.raises(Conflict):
        services.edit(db, viewer, db.get_one(Comment, comment.id), "Third", 1)


def test_expired_guests_say_nothing(world: World) -> None:
    post = shared(world)
    world.as_("guest")
    with clock.shifted(timedelta(days=30)):
        assert say(world, "guest", post, "Late").status_code == 401


def test_everybody_else_finds_no_comment(world: World) -> None:
    comment = one(world, shared(world))
    for who in (*CAST, STRANGER):
        expected = {"author": 200, "member": 200, "guest": 200, "rival": 200, STRANGER: 401}.get(who, 404)
        assert world.as_(who).get(f"/api/v1/comments/{comment}").status_code == expected, who


@pytest.mark.parametrize("who", [*CAST, STRANGER])
def test_the_page_of_a_public_post_shows_comments_only_inside(world: World, who: str) -> None:
    post = world.post("News", public_from=clock.now())
    world.comment(post, "Among ourselves")
    page = world.as_(who).get(post.address)

    inside = who in ("author", "member", "colleague", "admin")
    assert page.status_code == 200
    assert ("Among ourselves" in page.text, "1 comment" in page.text) == (inside, inside)
