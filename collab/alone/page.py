"""An entry by itself: its words, files and comments, and nothing of where it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import render_template
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from collab import text
from collab.auth.models import Account, Firm
from collab.comments.section import thread_context, with_passages
from collab.files.addresses import with_sizes
from collab.files.present import files_context
from collab.viewer import Viewer
from collab.web.urls import whole
from collab.workspaces import access, alone, kinds, members, whereabouts
from collab.workspaces.models import Entry, EntryAuthor, ShareLink
from collab.workspaces.queries import Rows


def shown(db: Session, viewer: Viewer, entry: Entry, **more: Any) -> str:
    """The page of an entry for somebody for whom it is nowhere. ``more`` is for the template."""
    files = files_context(db, viewer, entry)
    safe = entry.html if entry.rules == text.RULES else text.render(entry.body).html
    words = with_sizes(whereabouts.alone(entry.public_id, safe, whole("")), files["files"]["sizes"])
    items = files["files"]["items"]
    pictures = [item for item in items if item["public_id"] in files["files"]["sizes"]]
    kind = kinds.named(entry.kind)
    own = kind.alone if kind else None
    context = {"shared": _shared(db, viewer, entry), **thread_context(db, viewer, entry), **more}
    return render_template(
        "alone/entry.html",
        entry=entry,
        html=with_passages(Markup(words), context),  # noqa: S704 - collab.text has sanitised it
        authors=authors(db, viewer, entry),
        picture=_picture(pictures[0], files["files"]["sizes"]) if pictures else None,
        own=own.facts(db, viewer, entry) if own else {},
        own_template=own.template if own else "",
        files={"items": [item for item in items if item not in pictures[:1]], "upload_url": ""},
        **context,
    )


@dataclass(frozen=True)
class Shared:
    """Who shares the entry with the reader, and a moment of the last day on which it is.

    ``token``: of the link by which the reader came, where ``may_comment`` under any name.
    """

    name: str
    last_day: datetime
    token: str = ""
    may_comment: bool = False


def _shared(db: Session, viewer: Viewer, entry: Entry) -> Shared | None:
    row = alone.grant_for(db, viewer, entry)
    return Shared(row.name, row.ends_at - timedelta(microseconds=1)) if row else None


def by_link(db: Session, link: ShareLink, token: str = "", *, may_comment: bool = False) -> Shared:
    maker = db.scalar(select(Account.name).where(Account.id == link.created_by_id)) or ""
    return Shared(maker, link.ends_at - timedelta(microseconds=1), token, may_comment)


def _picture(item: dict[str, Any], sizes: dict[str, tuple[int, int]]) -> dict[str, Any]:
    width, height = sizes[item["public_id"]]
    return {**item, "width": width, "height": height}


def authors(db: Session, viewer: Viewer, entry: Entry) -> list[members.Person]:
    """The names on the entry; only those whom the viewer may know of lead anywhere."""
    query: Rows = (
        select(*members.PERSON)
        .join(EntryAuthor, EntryAuthor.account_id == Account.id)
        .outerjoin(Firm, Firm.id == Account.firm_id)
        .where(EntryAuthor.entry_id == entry.id)
        .order_by(EntryAuthor.position, Account.id)
    )
    rows = db.execute(query).all()
    known = access.may_notice(db, viewer, [row.account_id for row in rows])
    return [members.person(row, known=row.account_id in known) for row in rows]


def unlisted(response: Response) -> Response:
    """No search engine keeps what somebody sees who came by a link."""
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
