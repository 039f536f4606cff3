"""Comments for programs."""

import pytest

from collab import clock
from collab.blog.models import Post
from tests.cast import World


def shared(world: World) -> Post:
    slug = world.workspace(visibility="closed", members=["member", "guest"])
    return world.post("Plan", workspace=slug, guests_from=clock.now())


def test_a_program_comments_answers_reads_edits_and_deletes(world: World) -> None:
    post, client, key = shared(world), world.app.test_client(), world.token("member")
    url = f"/api/v1/entries/{post.public_id}/comments"
    first = client.post(url, json={"body": "One"}, headers=key)
    answer = client.post(url, json={"body": "Two", "parent": first.json["id"], "internal": True}, headers=key)

    assert (first.status_code, first.json["internal"], answer.json["internal"]) == (201, False, True)
    assert answer.json["parent"] == first.json["id"]
    assert first.headers["Location"] == f"/api/v1/comments/{first.json['id']}"
    here = first.headers["Location"]
    edited = client.patch(here, json={"body": "**1**"}, headers={**key, "If-Match": first.headers["ETag"]})
    assert (edited.json["html"], edited.json["version"]) == ("<p><strong>1</strong></p>", 2)
    stale = client.patch(here, json={"body": "x"}, headers={**key, "If-Match": first.headers["ETag"]})
    assert stale.status_code == 412
    assert client.delete(here, headers={**key, "If-Match": '"1"'}).status_code == 412
    assert client.delete(here, headers={**key, "If-Match": edited.headers["ETag"]}).status_code == 204
    stub = client.get(here, headers=key).json
    assert (stub["deleted"], stub["body"], stub["html"], stub["author"]) == (True, "", "", None)
    assert client.post(f"{here}/restoration", headers=key).json["body"] == "**1**"


def test_lists_come_in_pages_the_oldest_first(world: World) -> None:
    post, key = shared(world), world.token("guest")
    for n in range(5):
        world.comment(post, f"Number {n}")
    client, found, cursor = world.app.test_client(), [], ""
    while True:
        url = f"/api/v1/entries/{post.public_id}/comments?limit=2" + (f"&cursor={cursor}" if cursor else "")
        answer = client.get(url, headers=key).json
        found += [item["body"] for item in answer["items"]]
        cursor = answer["next"]
        if not cursor:
            break

    assert found == [f"Number {n}" for n in range(5)]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"body": ""},
        {"body": 1},
        {"body": "x", "parent": "nobodysid1234567"},
        {"body": "x", "internal": "perhaps"},
        {"body": "x", "author": "admin"},
        {"body": "x" * 100_001},
    ],
)
def test_what_cannot_be_is_refused_in_problem_details(world: World, body: dict[str, object]) -> None:
    url = f"/api/v1/entries/{shared(world).public_id}/comments"
    answer = world.app.test_client().post(url, json=body, headers=world.token("member"))

    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


def test_a_hidden_parent_is_refused_as_a_missing_one(world: World) -> None:
    post = shared(world)
    hidden = world.comment(post, "secret", internal=True)
    client, key = world.app.test_client(), world.token("guest")
    url = f"/api/v1/entries/{post.public_id}/comments"
    answers = [
        client.post(url, json={"body": "x", "parent": parent}, headers=key)
        for parent in (hidden.public_id, "nobodysid1234567")
    ]

    assert answers[0].status_code == answers[1].status_code == 422
    assert answers[0].json == answers[1].json


def test_a_moderator_gives_a_reason(world: World) -> None:
    post = shared(world)
    comment = world.comment(post, "Words", author="guest")
    client, key = world.app.test_client(), world.token("author")
    here = f"/api/v1/comments/{comment.public_id}"

    assert client.delete(here, headers=key).status_code == 422
    assert client.delete(f"{here}?reason=Off+topic", headers=key).status_code == 204
    assert client.get(here, headers=key).json["delete_reason"] == "Off topic"


def test_the_same_request_twice_comments_once(world: World) -> None:
    post = shared(world)
    client, key = world.app.test_client(), {**world.token("member"), "Idempotency-Key": "k1"}
    url = f"/api/v1/entries/{post.public_id}/comments"
    first, second = (client.post(url, json={"body": "Once"}, headers=key) for _ in range(2))

    assert first.json["id"] == second.json["id"]
    assert len(client.get(url, headers=key).json["items"]) == 1


def test_the_public_reads_no_comments(world: World) -> None:
    post = world.post("News", public_from=clock.now())
    world.comment(post, "Among ourselves")
    reader = world.app.test_client()

    assert reader.get(f"/api/v1/entries/{post.public_id}/comments").status_code == 401
    guest = reader.get(f"/api/v1/entries/{post.public_id}/comments", headers=world.token("guest"))
    assert guest.json == {"items": [], "next": None}
