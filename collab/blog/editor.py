"""What the editor's page shows: for something new, for a draft, for a published post."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account
from collab.blog import queries
from collab.blog.around import Around, Picture
from collab.blog.models import Post
from collab.files import addresses
from collab.viewer import Viewer
from collab.workspaces import access, glass
from collab.workspaces.entry_forms import for_input
from collab.workspaces.models import BLOG

FIELDS = ("title", "body", "tags", "authors", "workspace", "note", "publish_at", "draft_key")


@dataclass
class Editor:
    """The editor's page. ``values`` are those of the form's fields, by name."""

    values: dict[str, str]
    version: int
    urls: dict[str, str]
    timezone: str
    places: Sequence[Row[Any]] = ()
    post: Post | None = None
    place: str = ""
    audience: glass.Audience | None = None
    pictures: Sequence[Picture] = ()
    picture: str = ""
    unsaved_at: datetime | None = None
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def published(self) -> bool:
        return self.post is not None and self.post.published_at is not None and not self.planned

    @property
    def planned(self) -> bool:
        at = self.post.published_at if self.post else None
        return at is not None and at > clock.now()

    def take(self, form: Mapping[str, str]) -> None:
        """Show what was sent instead of what is kept."""
        self.values |= {name: form[name] for name in FIELDS if name in form}
        self.picture = form.get("image", self.picture)
        self.version = int(form["version"]) if form.get("version", "").isdecimal() else self.version
        self.unsaved_at = None


def for_new(db: Session, viewer: Viewer, given: Mapping[str, str]) -> Editor:
    """An empty form, or one filled with what is in the address or was sent."""
    places = db.execute(queries.places(viewer)).all()
    wanted = given.get("workspace", "")
    place = next((found for found in places if found.slug == wanted), places[0] if places else None)
    page = Editor(
        values=dict.fromkeys(FIELDS, "") | {"workspace": place.slug if place else BLOG},
        version=0,
        urls={"action": "/blog/", "autosave": "/blog/drafts", "cancel": "/blog/"},
        timezone=viewer.timezone,
        places=places,
        place=place.name if place else "",
        audience=glass.audience_of(db, viewer, place.id) if place else None,
    )
    page.take(given)
    return page


def for_post(db: Session, viewer: Viewer, found: queries.Found, near: Around) -> Editor:
    """The form with what a post says, or with the viewer's own unsaved words about it."""
    post, unsaved = found.post, found.unsaved
    if unsaved is not None and (unsaved.title, unsaved.body) == (post.title, post.body):
        unsaved = None
    words = unsaved or post
    is_draft = post.published_at is None
    planned = for_input(post.published_at, viewer.timezone)
    return Editor(
        values={
            "title": words.title,
            "body": words.body,
            "tags": ", ".join(tag.name for tag in near.tags),
            "authors": ", ".join(person.handle for person in near.authors[1:]),
            "workspace": found.place.slug,
            "note": "",
            "publish_at": planned,
            "draft_key": "",
        },
        version=unsaved.base_version if unsaved else post.version,
        urls={
            "action": f"{post.address}/edit",
            "autosave": f"{post.address}/autosave",
            "upload": f"/entries/{post.public_id}/files",
            "discard": f"/entries/{post.public_id}/autosave/delete",
            "cancel": post.address,
        },
        timezone=viewer.timezone,
        places=db.execute(queries.places(viewer)).all() if is_draft else (),
        post=post,
        place=found.place.name,
        audience=glass.audience(db, viewer, post),
        pictures=near.pictures,
        picture=next((one.public_id for one in near.pictures if one.id == post.image_id), ""),
        unsaved_at=unsaved.saved_at if unsaved else None,
    )


def picture_url(post: Post, picture: Picture) -> str:
    """A small copy of a picture."""
    return addresses.address(post.public_id, picture, "thumb")


def handles(db: Session, viewer: Viewer, words: Sequence[str]) -> list[str]:
    """Handles for what people type: ``@anna.berg``, ``anna.berg`` or ``Anna Berg``.

    What is no name of one single person that the viewer may know, stays as it is.
    """
    wanted = [word.strip().lstrip("@") for word in words if word.strip().lstrip("@")]
    rows = db.execute(
        select(Account.handle, Account.name).where(Account.name.in_(wanted), access.people(viewer))
    )
    by_name: dict[str, list[str]] = {}
    for handle, name in rows:
        by_name.setdefault(name, []).append(handle)
    return [by_name[word][0] if len(by_name.get(word, [])) == 1 else word.lower() for word in wanted]


def similar_people(db: Session, viewer: Viewer, names: str) -> list[str]:
    """Handles of people who may be meant by what nobody is called."""
    parts = [part for part in names.replace(",", " ").replace(".", " ").split() if len(part) > 2][:4]
    if not parts:
        return []
    similar = or_(*(Account.name.icontains(part, autoescape=True) for part in parts))
    query = select(Account.handle).where(similar, access.people(viewer)).order_by(Account.name).limit(5)
    return list(db.scalars(query))
