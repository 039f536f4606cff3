"""Signs on entries: given, taken back, counted from what each reader may notice."""

import re

import pytest

from collab import clock
from collab.blog.models import Post
from tests.cast import World

HTMX = {"HX-Request": "true"}


def shared(world: World, **more: bool) -> Post:
    slug = world.workspace(visibility="closed", members=["member", "guest", "rival"], **more)
    return world.post("Plan", workspace=slug, guests_from=clock.now())


def react(world: World, who: str, post: Post, kind: str = "like") -> str:
    answer = world.as_(who).send(f"/entries/{post.public_id}/reactions", {"kind": kind}, headers=HTMX)
    assert answer.status_code == 200, answer.status
    return answer.text


def count(fragment: str) -> list[str]:
    return re.findall(r'class="count">(\d+)<', fragment)


def test_a_sign_is_given_and_taken_back(world: World) -> None:
    post = shared(world)
    given = react(world, "member", post)

    assert count(given) == ["1"] and given.count('aria-pressed="true"') == 1
    assert count(react(world, "author", post)) == ["2"]
    assert count(react(world, "member", post)) == ["1"]


def test_each_kind_counts_by_itself(world: World) -> None:
    post = shared(world)
    for kind in ("like", "thanks", "read"):
        fragment = react(world, "member", post, kind)

    assert count(fragment) == ["1", "1", "1"]


def test_without_javascript_it_leads_back(world: World) -> None:
    post = shared(world)
    answer = world.as_("member").send(f"/entries/{post.public_id}/reactions", {"kind": "like"})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{post.address}#reactions")


@pytest.mark.parametrize(("clean", "number"), [(True, "2"), (False, "3")])
def test_a_clean_room_does_not_count_competitors(world: World, clean: bool, number: str) -> None:
    post = shared(world, clean_room=clean)
    react(world, "rival", post)
    react(world, "member", post)

    assert count(react(world, "guest", post)) == [number]


@pytest.mark.parametrize(
    ("who", "kind", "status"),
    [("colleague", "like", 404), ("admin", "like", 404), ("stranger", "like", 401), ("member", "hate", 404)],
)
def test_who_may_not_and_what_is_no_sign(world: World, who: str, kind: str, status: int) -> None:
    post = shared(world)
    assert world.as_(who).send(f"/entries/{post.public_id}/reactions", {"kind": kind}).status_code == status


def test_a_draft_takes_no_signs(world: World) -> None:
    post = world.post("Draft", published=False)
    assert (
        world.as_("author").send(f"/entries/{post.public_id}/reactions", {"kind": "like"}).status_code == 403
    )


def test_programs_give_a_sign_once(world: World) -> None:
    post, client, key = shared(world), world.app.test_client(), world.token("member")
    url = f"/api/v1/entries/{post.public_id}/reactions/thanks"

    for _ in range(2):
        assert client.put(url, headers=key).json == {"kind": "thanks", "count": 1, "mine": True}
    assert client.get(url, headers=world.token("guest")).json == {"kind": "thanks", "count": 1, "mine": False}
    for _ in range(2):
        assert client.delete(url, headers=key).status_code == 204
    assert client.get(url, headers=key).json["count"] == 0
    assert client.get(url, headers=world.token("colleague")).status_code == 404
    assert len(client.get(url.removesuffix("/thanks"), headers=key).json["items"]) == 3
