"""The same request twice does its work once: the second gets the first one's answer."""

import hashlib
from datetime import datetime, timedelta

from flask import Flask, Response, current_app, g, request
from sqlalchemy import UniqueConstraint, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from collab import clock
from collab.db import Base
from collab.errors import Invalid
from collab.web.request import SAFE, context, db, viewer

KEPT_FOR = timedelta(days=2)


class Idempotency(Base):
    """The answer that a request with this key got."""

    __tablename__ = "idempotency"
    __table_args__ = (UniqueConstraint("account_id", "key"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int]
    key: Mapped[str]
    request: Mapped[str]
    status: Mapped[int]
    location: Mapped[str | None]
    body: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(index=True)


def _key() -> str | None:
    """The key of this request. A page's form that was changed and sent again is another request.

    Answers that show a secret this once have none: they must not lie in the database.
    """
    if request.method in SAFE or not viewer().signed_in or _secret():
        return None
    key = request.headers.get("Idempotency-Key")
    if key is not None:
        return key[:200] or None
    if request.mimetype in ("application/x-www-form-urlencoded", "multipart/form-data"):
        key = request.form.get("idempotency_key")
        return f"{key[:100]} {_content()}" if key else None
    return None


def _secret() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return bool(getattr(view, "secret", False))


def _content() -> str:
    """What a page's form says, in short; the token of the page is no part of it."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    files = [(name, file.filename, file.content_length) for name, file in request.files.items(multi=True)]
    return hashlib.sha256(f"{request.path} {fields} {files}".encode()).hexdigest()[:32]


def _fingerprint() -> str:
    return f"{request.method} {request.path} {hashlib.sha256(request.get_data(cache=True)).hexdigest()}"


def _find(session: Session, key: str) -> Idempotency | None:
    return session.scalar(
        select(Idempotency).where(Idempotency.account_id == viewer().me, Idempotency.key == key)
    )


def replay() -> Response | None:
    """The answer given before, if this request came before. For ``before_request``."""
    key = _key()
    if key is None:
        return None
    known = _find(db(), key)
    if known is None:
        return None
    if request.headers.get("Idempotency-Key") and known.request != _fingerprint():
        raise Invalid({"Idempotency-Key": "taken"})
    return _again(known)


def _again(known: Idempotency) -> Response:
    g.replayed = True
    response = Response(known.body, known.status)
    if known.location:
        response.headers["Location"] = known.location
    if known.body.startswith("{"):
        response.mimetype = "application/json"
    return response


def keep(response: Response) -> Response:
    """Keep the answer in the request's own transaction. For ``after_request``, before the commit."""
    if response.status_code >= 400 or response.direct_passthrough or g.get("replayed"):
        return response
    key = _key()
    if key is None:
        return response
    session = db()
    session.add(
        Idempotency(
            account_id=viewer().me,
            key=key,
            request=_fingerprint(),
            status=response.status_code,
            location=response.headers.get("Location"),
            body=response.get_data(as_text=True),
            created_at=clock.now(),
        )
    )
    try:
        session.flush()
    except IntegrityError:  # the same request was running at the same time, and won
        session.rollback()
        with context().read() as fresh:
            known = _find(fresh, key)
            return _again(known) if known is not None else response
    return response


def forget_old(session: Session) -> None:
    """Answers older than two days are not kept. Called by the worker."""
    session.execute(delete(Idempotency).where(Idempotency.created_at < clock.now() - KEPT_FOR))


def init_app(app: Flask) -> None:
    app.after_request(keep)
