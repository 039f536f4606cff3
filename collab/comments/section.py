"""The part of a page in which people talk about it: everything ``comments/section.html`` needs."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import Row
from sqlalchemy.orm import Session

from collab.comments import beside, queries, services, threads
from collab.comments.models import Comment
from collab.comments.passages import Note, Text, marked
from collab.viewer import Viewer
from collab.web.urls import whole
from collab.workspaces import access, glass, whereabouts
from collab.workspaces.models import Entry

#: In the address of an edit form: the form asked whether the comment is internal.
ASKED = "asked"


def thread_context(
    db: Session,
    viewer: Viewer,
    entry: Entry,
    *,
    errors: dict[str, str] | None = None,
    value: str = "",
    open: str | None = None,  # noqa: A002 - the macro's own name for it
    message: str = "",
    fresh: str = "",
    audience: glass.Audience | None = None,
    quote: str = "",
) -> dict[str, Any]:
    """``{"thread": …}`` for ``{% include "comments/section.html" %}``; two to six statements.

    ``audience`` is who reads the entry, where the page knows that already.
    ``open`` is "edit:<id>" or "reply:<id>", by default what ``?comment=`` says; ``fresh`` is the
    public id of the comment just written; ``quote`` are the words of the entry that a new
    comment is to be about. The thread is None for those who may not see comments
    at all, and where there is nothing to see and nothing to say.
    """
    may_write = viewer.signed_in and services.may_add(db, viewer, entry)
    if may_write and audience is None:
        audience = glass.audience(db, viewer, entry)
    internal = may_be_internal(viewer, entry, audience)
    rights = threads.Rights(
        me=viewer.me,
        may_write=may_write,
        may_moderate=access.allowed(db, viewer, "moderate", entry),
        asked=f"&{ASKED}=internal" if internal else "",
    )
    alone = not whereabouts.is_known(db, viewer, entry)
    reads = may_write or alone or access.allowed(db, viewer, "read", entry)
    rows = queries.of_entry(db, viewer, entry.id) if reads else []
    comments = threads.nested(rows, rights, fresh)
    if alone:
        _alone(db, viewer, entry, rows, comments)
    by = beside.Beside() if alone else beside.look(db, viewer, entry, rows, comments)
    if not comments and not may_write and not (by.origin or by.closed):
        return {"thread": None}
    noted = _look_for_passages(entry, comments)
    open = open or request.args.get("comment") or ""  # noqa: A001
    if open.startswith("edit:"):
        if not _fill_in(db, viewer, comments, open.removeprefix("edit:"), value):
            open = ""  # noqa: A001
        value = ""
    return {
        "thread": {
            "comments": comments,
            "count": threads.count(comments),
            "urls": addresses(entry),
            "draft_key": f"{viewer.handle}:{entry.public_id}",
            "may_write": may_write,
            "may_internal": may_write and internal,
            "outside": audience,
            "errors": errors or {},
            "value": value,
            "open": open or None,
            "message": message,
            "has_notes": bool(noted),
            "beside": by,
            "quote": quote if entry.has_passages and entry.html else None,
        }
    }


def _look_for_passages(entry: Entry, comments: Sequence[threads.Shown]) -> list[threads.Shown]:
    """The open comments about a passage; it is noted which are about words that are not in the text any more."""
    about = [comment.about for comment in comments if comment.about is not None]
    if about:
        text = Text(entry.html)
        for each in about:
            each.lost = text.find(each.passage) is None
    return [comment for comment in comments if comment.about and comment.about.is_marked]


def with_passages(html: Markup, context: Mapping[str, Any]) -> Markup:
    """The entry's HTML with the passages marked that comments in ``thread_context(…)`` are about.

    What is settled is not marked any more.
    """
    thread = context["thread"]
    notes = [
        Note(comment.public_id, comment.about.passage, comment.author.name, comment.about.excerpt)
        for comment in (thread["comments"] if thread else ())
        if comment.about and comment.about.is_marked
    ]
    return marked(html, notes, _("Comment by %(name)s")) if notes else html


def _alone(
    db: Session, viewer: Viewer, entry: Entry, rows: Sequence[Row[Any]], comments: Sequence[threads.Shown]
) -> None:
    """For whom the entry is nowhere: people whom the viewer may not know of are mere names."""
    known = access.may_notice(db, viewer, list({row.author_id for row in rows}))
    handles = {row.author_handle for row in rows if row.author_id in known}
    site = whole("")

    def keep(some: Sequence[threads.Shown]) -> None:
        for comment in some:
            words = whereabouts.alone(entry.public_id, comment.html, site)
            comment.html = Markup(words)  # noqa: S704 - made by collab.text
            if comment.author.handle not in handles:
                comment.author = replace(comment.author, handle="", photo=None)
            keep(comment.replies)

    keep(comments)


def may_be_internal(viewer: Viewer, entry: Entry, audience: glass.Audience | None) -> bool:
    """Is there a choice between employees only and everybody who reads it, now or later?"""
    outside = audience is not None and bool(audience.guests or audience.links)
    return viewer.is_employee and (entry.guests_from is not None or outside)


def addresses(entry: Entry) -> dict[str, str]:
    here = f"/entries/{entry.public_id}"
    return {
        "create": f"{here}/comments",
        "preview": f"{here}/comments/preview",
        "mention": f"{here}/comments/people",
        "upload": f"{here}/files?for=comment",
    }


def _fill_in(db: Session, viewer: Viewer, comments: list[threads.Shown], public_id: str, value: str) -> bool:
    """Put its words (or ``value``, what was made of them) into the comment, if the viewer may edit it."""
    comment = threads.find(comments, public_id)
    if comment is None or not comment.edit_url:
        return False
    body = queries.visible(viewer, Comment.body).where(Comment.public_id == public_id)
    comment.source = value or db.scalar(body) or ""
    return True
