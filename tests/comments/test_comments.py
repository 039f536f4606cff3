"""Comments in pages: who says what, and who sees it."""

import re
from datetime import timedelta

import pytest

from collab import clock
from collab.blog.models import Post
from collab.workspaces.models import Workspace
from tests.cast import CAST, STRANGER, World
from tests.comments.steps import HTMX, ids, one, say, seen, shared


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
