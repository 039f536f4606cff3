"""How people comment in the tests."""

import re
from typing import Any

from werkzeug.test import TestResponse

from collab import clock
from collab.blog.models import Post
from tests.cast import World

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


def one(world: World, post: Post, who: str = "member", body: str = "First words") -> str:
    return ids(say(world, who, post, body).text)[-1]
