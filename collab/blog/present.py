"""Posts as templates want them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import Row
from sqlalchemy.orm import Session

from collab import clock, text
from collab.blog import around
from collab.blog.around import Person, Picture
from collab.blog.models import Post
from collab.files import addresses
from collab.viewer import Viewer
from collab.workspaces import heads
from collab.workspaces.models import BLOG

#: Letters that a person reads in a minute, German and English alike.
LETTERS_A_MINUTE = 1200


@dataclass(frozen=True)
class Place:
    """Where a post is, if not in the company blog."""

    name: str
    url: str


@dataclass(frozen=True)
class Card:
    """A post in a list."""

    url: str
    title: str
    summary: str
    lang: str
    authors: tuple[Person, ...]
    published_at: datetime
    reading_minutes: int
    flag: str = ""
    image_url: str = ""
    comment_count: int = 0
    reaction_count: int = 0
    workspace: Place | None = None


def place(slug: str | None, name: str) -> Place | None:
    return None if slug in (BLOG, None) else Place(name, f"/w/{slug}/")


def reading_minutes(letters: int | None) -> int:
    return max(1, round((letters or 0) / LETTERS_A_MINUTE))


def flag(viewer: Viewer, post: Any, visibility: str) -> str:
    """Who may read it, as the name of a mark: only the staff is told."""
    now = clock.now()
    if post.published_at is None or post.published_at > now:
        return "draft" if post.published_at is None else "scheduled"
    return heads.reached(viewer, post, visibility)


def cards(db: Session, viewer: Viewer, rows: Sequence[Row[Any]], *, lead: bool = False) -> list[Card]:
    """Cards from rows of ``queries.cards``. With ``lead``, the first has a large picture."""
    wanted = [row.id for row in rows]
    near = around.of_posts(db, viewer, wanted)
    numbers = around.counts(db, viewer, wanted)
    found = []
    for n, row in enumerate(rows):
        mark = flag(viewer, row, row.workspace_visibility)
        size = "page" if lead and n == 0 else "thumb"
        found.append(
            Card(
                url=row.address,
                title=row.title,
                summary=row.summary,
                lang=row.lang,
                authors=tuple(near[row.id].authors),
                published_at=row.published_at,
                reading_minutes=reading_minutes(row.length),
                flag="" if mark == "internal" else mark,
                image_url=_image(row, size),
                comment_count=numbers.get(("comments", row.id), 0),
                reaction_count=numbers.get(("reactions", row.id), 0),
                workspace=place(row.workspace_slug, row.workspace_name),
            )
        )
    return found


@dataclass(frozen=True)
class _File:
    public_id: str
    name: str


def _image(row: Row[Any], size: str) -> str:
    if row.image_id is None:
        return ""
    return addresses.address(row.public_id, _File(row.image_id, row.image_name), size)


def html(post: Post, pictures: Sequence[Picture]) -> Markup:
    """The words of a post, safe to show; made again if they were made under other rules."""
    safe = post.html if post.rules == text.RULES else text.render(post.body).html
    sizes = {picture.public_id: (picture.width, picture.height) for picture in pictures}
    return Markup(addresses.with_sizes(safe, sizes))  # noqa: S704 - collab.text has sanitised it


def lead_picture(post: Post, pictures: Sequence[Picture]) -> Picture | None:
    """The picture above the post, unless the text shows it anyway."""
    found = next((picture for picture in pictures if picture.id == post.image_id), None)
    return None if found is None or found.public_id in post.body else found
