"""From rows to threads: what answers what, how deep it is shown, and what each reader may do."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markupsafe import Markup
from sqlalchemy import Row

from collab.comments.passages import Passage

#: Answers to answers at this level stand beside them, in the order of time.
DEEPEST = 2


@dataclass(frozen=True)
class Person:
    """Somebody as shown beside their words."""

    name: str
    handle: str
    kind: str = "employee"
    firm_name: str = ""
    photo: str | None = None
    former: bool = False


@dataclass
class Shown:
    """A comment as the macro ``comment.thread`` wants it. ``html`` was made safe when it was written."""

    public_id: str
    author: Person
    html: Markup
    created_at: datetime
    lang: str = ""
    edited_at: datetime | None = None
    internal: bool = False
    deleted: bool = False
    deleted_by: Person | None = None
    delete_reason: str = ""
    source: str = ""
    edit_url: str = ""
    delete_url: str = ""
    restore_url: str = ""
    may_reply: bool = False
    fresh: bool = False
    replies: list["Shown"] = field(default_factory=list)
    about: "About | None" = None
    unread: bool = False
    turn_url: str = ""
    decide_url: str = ""
    made: list["Made"] = field(default_factory=list)


@dataclass(frozen=True)
class Made:
    """What was made from a comment, or what the comment was said about."""

    title: str
    url: str
    lang: str = ""
    kind: Any = ""


@dataclass
class About:
    """The passage that a comment is about. ``lost``: it is not in the text any more."""

    passage: Passage
    excerpt: str
    resolved_at: datetime | None = None
    resolved_by: str = ""
    url: str = ""
    lost: bool = False

    @property
    def is_marked(self) -> bool:
        """It is there, and not settled."""
        return self.resolved_at is None and not self.lost


@dataclass(frozen=True)
class Rights:
    """What the viewer may do in this thread."""

    me: int
    may_write: bool
    may_moderate: bool
    asked: str = ""  # an addition to addresses of edit forms, which tells what the form offered


def nested(rows: Sequence[Row[Any]], rights: Rights, fresh: str = "") -> list[Shown]:
    """The comments in the order of time, answers below what they answer, three levels at most.

    An answer to something that the reader may not see is not shown either.
    """
    places: dict[int, tuple[Shown, int, list[Shown]]] = {}  # id -> comment, level, the list it stands in
    top: list[Shown] = []
    for row in rows:
        above = places.get(row.parent_id) if row.parent_id is not None else None
        if row.parent_id is not None and above is None:
            continue
        level, home = 0, top
        if above is not None:
            beside = above[1] >= DEEPEST
            level, home = (above[1], above[2]) if beside else (above[1] + 1, above[0].replies)
        comment = _deleted(row, rights) if row.deleted_at else _alive(row, rights, fresh)
        places[row.id] = (comment, level, home)
        home.append(comment)
    return top


def person(row: Row[Any]) -> Person:
    if row.author_kind == "visitor":
        return Person(row.author_name, "", row.author_kind)
    return Person(
        row.author_name,
        row.author_handle,
        row.author_kind,
        row.firm_name or "",
        row.author_photo,
        bool(row.author_former),
    )


def _deleter(row: Row[Any]) -> Person | None:
    if not row.deleter_name:
        return None
    return Person(row.deleter_name, row.deleter_handle, row.deleter_kind, row.deleter_firm or "")


def _alive(row: Row[Any], rights: Rights, fresh: str) -> Shown:
    own = row.author_id == rights.me
    here = f"/comments/{row.public_id}"
    return Shown(
        public_id=row.public_id,
        author=person(row),
        html=Markup(row.html),  # noqa: S704 - made by collab.text, which lets nothing else through
        created_at=row.created_at,
        lang=row.lang,
        edited_at=row.edited_at,
        internal=row.internal,
        edit_url=f"{here}/edit?version={row.version}{rights.asked}" if own and rights.may_write else "",
        delete_url=f"{here}/delete" if (own and rights.may_write) or rights.may_moderate else "",
        may_reply=rights.may_write,
        fresh=row.public_id == fresh,
        about=_about(row, rights) if row.quote is not None else None,
    )


def _about(row: Row[Any], rights: Rights) -> About:
    here = f"/comments/{row.public_id}/resolution"
    return About(
        Passage(row.quote, row.before, row.after, row.start),
        row.excerpt,
        row.resolved_at,
        row.resolver_name or "",
        (f"{here}/delete" if row.resolved_at else here) if rights.may_write else "",
    )


def _deleted(row: Row[Any], rights: Rights) -> Shown:
    """A stub: who deleted it and why, and nothing of what it said or who said it."""
    may_restore = row.deleted_by_id == rights.me and rights.may_write
    return Shown(
        public_id=row.public_id,
        author=Person("", ""),
        html=Markup(""),
        created_at=row.created_at,
        internal=row.internal,
        deleted=True,
        deleted_by=_deleter(row),
        delete_reason=row.delete_reason,
        restore_url=f"/comments/{row.public_id}/restore" if may_restore else "",
    )


def find(comments: Iterable[Shown], public_id: str) -> Shown | None:
    """The comment, at whatever depth it stands."""
    for comment in comments:
        if comment.public_id == public_id:
            return comment
        below = find(comment.replies, public_id)
        if below is not None:
            return below
    return None


def count(comments: Iterable[Shown]) -> int:
    """How many there are to read, at all depths; stubs do not count."""
    return sum((not comment.deleted) + count(comment.replies) for comment in comments)
