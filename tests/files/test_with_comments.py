"""Files that come with comments are seen with them and go with them."""

import io
from datetime import timedelta

import pytest

from collab import clock
from collab.blog.models import Post
from collab.worker import Worker
from tests.cast import CAST, STRANGER, World
from tests.files.samples import picture
from tests.files.test_files import shared, upload

FOR_COMMENT = "?for=comment"


def say(world: World, who: str, post: Post, body: str, **fields: str) -> str:
    answer = world.as_(who).send(
        f"/entries/{post.public_id}/comments", {"body": body, **fields}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200, answer.status
    fresh = answer.text.split(' tabindex="-1" data-focus')[0]
    return fresh.rpartition('aria-labelledby="by-')[2].rstrip('"')


def readers(world: World, url: str) -> set[str]:
    return {who for who in (*CAST, STRANGER) if world.as_(who).get(url).status_code == 200}


EVERYBODY_INSIDE = {"author", "member", "guest", "rival"}


def test_before_the_comment_is_sent_only_colleagues_could_see_its_file(world: World) -> None:
    post = shared(world)
    url = upload(world, "member", post, picture(), query=FOR_COMMENT).json["url"]

    assert readers(world, url) == {"author", "member"}
    say(world, "member", post, f"![]({url})")
    assert readers(world, url) == EVERYBODY_INSIDE


def test_the_file_of_an_internal_comment_is_internal(world: World) -> None:
    post = shared(world)
    url = upload(world, "member", post, picture(), query=FOR_COMMENT).json["url"]
    say(world, "member", post, f"![]({url})", internal="1")

    assert readers(world, url) == {"author", "member"}


def test_quoting_somebody_elses_file_does_not_open_it(world: World) -> None:
    post = shared(world)
    url = upload(world, "member", post, picture(), query=FOR_COMMENT).json["url"]
    say(world, "member", post, f"![]({url})", internal="1")
    say(world, "author", post, f"![]({url})")

    assert readers(world, url) == {"author", "member"}


def test_a_competitors_file_and_those_in_answers_stay_hidden(world: World) -> None:
    post = shared(world, clean_room=True)
    theirs = upload(world, "rival", post, picture(), query=FOR_COMMENT).json["url"]
    parent = say(world, "rival", post, f"![]({theirs})")
    answer = upload(world, "author", post, picture(colour="red"), query=FOR_COMMENT).json["url"]
    say(world, "author", post, f"![]({answer})", parent=parent)

    assert readers(world, theirs) == readers(world, answer) == {"author", "member", "rival"}


def test_it_goes_and_comes_back_with_the_comment(world: World) -> None:
    post = shared(world)
    url = upload(world, "member", post, picture(), query=FOR_COMMENT).json["url"]
    comment = say(world, "member", post, f"![]({url})")
    world.as_("author").send(f"/comments/{comment}/delete", {"reason": "Not here"})

    assert readers(world, url) == set()
    world.as_("author").send(f"/comments/{comment}/restore")
    assert readers(world, url) == EVERYBODY_INSIDE


def test_what_waits_too_long_for_its_comment_goes_and_comes_back_with_it(world: World) -> None:
    post = shared(world)
    unsent = upload(world, "member", post, picture(colour="red"), query=FOR_COMMENT).json["url"]
    sent = upload(world, "member", post, picture(colour="blue"), query=FOR_COMMENT).json["url"]
    own = upload(world, "author", post, picture(colour="green")).json["url"]
    say(world, "member", post, f"![]({sent})")

    keep_house(world)
    assert world.as_("member").get(unsent).status_code == 200  # somebody may be writing still
    tomorrow(world)
    assert readers(world, unsent) == set()
    assert "author" in readers(world, own)
    assert readers(world, sent) == EVERYBODY_INSIDE

    say(world, "member", post, f"At last. ![]({unsent})")
    tomorrow(world)
    assert readers(world, unsent) == EVERYBODY_INSIDE


def tomorrow(world: World) -> None:
    with clock.shifted(timedelta(hours=25)):
        keep_house(world)


def keep_house(world: World) -> None:
    Worker(world.context).keep_house()


def test_the_public_reads_the_entry_and_not_its_comments_files(world: World) -> None:
    post = world.post("News", public_from=clock.now())
    url = upload(world, "member", post, picture(), query=FOR_COMMENT).json["url"]
    say(world, "member", post, f"![]({url})")

    assert readers(world, url) == {"author", "member", "colleague", "admin"}
    assert world.as_("author").get(f"/api/v1/entries/{post.public_id}/files").json["items"] == []


@pytest.mark.parametrize(("who", "status"), {"guest": 201, "member": 201, "colleague": 404}.items())
def test_who_may_comment_may_attach_to_a_comment(world: World, who: str, status: int) -> None:
    post = shared(world)
    assert upload(world, who, post, picture(), query=FOR_COMMENT).status_code == status


def test_without_javascript_files_come_with_the_form(world: World) -> None:
    post = shared(world)
    data = {"body": "Look", "files": [(io.BytesIO(picture()), "a.png"), (io.BytesIO(b"text"), "b.txt")]}
    answer = world.as_("guest").send(
        f"/entries/{post.public_id}/comments", data, content_type="multipart/form-data"
    )
    assert answer.status_code == 303
    said = world.as_("member").get(f"/api/v1/entries/{post.public_id}/comments").json["items"][0]
    assert "<img" in said["html"] and "b.txt" in said["html"]


def test_pictures_in_comments_have_their_measures(world: World) -> None:
    post = shared(world)
    url = upload(world, "member", post, picture(), query=FOR_COMMENT).json["url"]
    say(world, "member", post, f"![]({url})")

    assert f'<img src="{url}" width="60" height="40"' in world.as_("guest").get(post.address).text
