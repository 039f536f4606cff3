"""Putting attack strings wherever people can put text, as the forms and services take them."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from collab.account.forms import Profile
from collab.auth import services as accounts
from collab.auth.models import Account
from collab.blog import services as blog
from collab.blog.forms import PostIn
from collab.blog.models import Post
from collab.comments import services as comments
from collab.comments.forms import NewComment
from collab.errors import Invalid
from collab.files import services as files
from collab.files.names import clean_name
from collab.pages import services as pages
from collab.viewer import ANONYMOUS
from collab.web.forms import Form, check
from collab.workspaces import access
from tests.browser.payloads import batches
from tests.cast import World

TOGETHER = 25
F = TypeVar("F", bound=Form)


@dataclass
class Hostile:
    """Where the strings are now."""

    payloads: Sequence[str]
    posts: list[str] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    pages: list[str] = field(default_factory=list)
    talk: str = ""
    talk_entry: str = ""
    comments: int = 0
    names: set[str] = field(default_factory=set)
    people: list[str] = field(default_factory=list)


def _taken(form: type[F], **values: Any) -> F | None:
    """What the form makes of it; None where it refuses."""
    try:
        return check(form, values)
    except Invalid:
        return None


def put(world: World, payloads: Sequence[str]) -> Hostile:
    """Write all of them everywhere."""
    found = Hostile(payloads)
    workspace = world.workspace("Board", members=["member"])
    for step in (_posts, _pages, _talk, _people):
        step(world, workspace, found)
    return found


def _posts(world: World, _workspace: str, found: Hostile) -> None:
    """Each string as title, text and tag of a post of its own."""
    with world.acting("author") as (db, viewer):
        for payload in found.payloads:
            form = _taken(PostIn, title=payload, body=payload, tags=[payload[:60], f"<b>{payload[:40]}"])
            form = form or _taken(PostIn, title=payload[:200], body=payload) or None
            if form is None:
                continue
            post = blog.draft(db, viewer, form.title, form.body, form.tags)
            blog.publish(db, viewer, post)
            found.posts.append(post.address)
            found.titles.add(form.title)


def _pages(world: World, workspace: str, found: Hostile) -> None:
    """Many strings in the text of a page: one may open what the next one closes."""
    with world.acting("author") as (db, viewer):
        place = access.workspace(db, viewer, workspace)
        for batch in batches(found.payloads, TOGETHER):
            page = pages.create(db, viewer, place, " ".join(batch[0].split())[:200], "\n\n".join(batch))
            found.pages.append(page.address)


def _talk(world: World, _workspace: str, found: Hostile) -> None:
    """Each string as a comment, and as the name of a file, of one post."""
    post = world.post("Hostile talk", "All of them below.", author="author")
    storage = world.context.storage
    received = files.receive(storage, io.BytesIO(b"words"), "words.txt")
    found.talk, found.talk_entry = post.address, post.public_id
    with world.acting("author") as (db, viewer):
        entry = access.get(db, viewer, Post, Post.id == post.id)
        for payload in found.payloads:
            name = clean_name(payload)
            files.keep(db, viewer, entry, _named(received, name))
            found.names.add(name)
            form = _taken(NewComment, body=payload)
            if form is not None and _tried(
                lambda text=form.body: comments.add(db, viewer, entry, text)  # type: ignore[misc]
            ):
                found.comments += 1


def _named(received: files.Received, name: str) -> files.Received:
    return files.Received(name, received.media_type, received.size, received.sha256, received.picture)


def _tried(act: Callable[[], object]) -> bool:
    try:
        act()
    except Invalid:
        return False
    return True


def _people(world: World, _workspace: str, found: Hostile) -> None:
    """Each string as name, occupation, place and description of a person."""
    with world.context.write.begin() as db:
        for number, payload in enumerate(found.payloads):
            cut = payload[:120]
            form = _taken(Profile, name=cut, title=cut, location=cut, bio=payload[:5000])
            if form is None:
                continue
            person: Account = accounts.create_account(
                db, ANONYMOUS, name=form.name, email=f"x{number}@example.com", kind="employee"
            )
            person.title, person.location, person.bio = form.title, form.location, form.bio
            found.people.append(person.handle)
