"""One request is one transaction: who asks, with which session, committed in one place."""

from typing import cast

from flask import Flask, Response, current_app, g, request
from sqlalchemy.orm import Session, sessionmaker

from collab import db as database
from collab.activity.outbox import Context
from collab.viewer import ANONYMOUS, Viewer

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def context() -> Context:
    """What this process works with: settings, storage, makers of sessions."""
    return cast("Context", current_app.extensions["collab"])


def viewer() -> Viewer:
    """Who is asking."""
    return cast("Viewer", g.get("viewer", ANONYMOUS))


def reading() -> Session:
    """A session that cannot write, for what is looked up before the request's own work."""
    if "reading" not in g:
        g.reading = _open(context().read)
    return cast("Session", g.reading)


def write_here() -> None:
    """From here on this GET may write. For a browser that another site has sent back to us.

    Such an answer comes by GET only (RFC 6749, 4.1.2); what makes it safe is the one-time secret
    that was used up before.
    """
    g.may_write = True


def db() -> Session:
    """The session of this request. It can write only if the request's method may."""
    if request.method in SAFE and "may_write" not in g:
        return reading()
    if "writing" not in g:
        _close("reading")  # an older snapshot must not outlive the moment writing begins
        g.writing = _open(context().write)
    return cast("Session", g.writing)


def _open(make: sessionmaker[Session]) -> Session:
    session = make()
    session.info["viewer"] = viewer()
    return session


def become(person: Viewer) -> None:
    """From here on, this request is ``person``'s."""
    g.viewer = person
    for name in ("reading", "writing"):
        if name in g:
            session: Session = g.get(name)
            session.info.clear()
            session.info["viewer"] = person


def commit_before_answering(response: Response) -> Response:
    """Commit what the request wrote; roll back if it was refused."""
    if "writing" in g:
        session: Session = g.writing
        if response.status_code < 400:
            session.commit()
        else:
            session.rollback()
    return response


def _close(name: str) -> None:
    session = g.pop(name, None)
    if session is not None:
        session.close()


def _close_all(_error: BaseException | None) -> None:
    _close("reading")
    _close("writing")


def _count_statements() -> None:
    database.statements.set(0)


def _tell_statements(response: Response) -> Response:
    if context().settings.debug_statements:
        response.headers["X-Collab-Statements"] = str(database.statements.get())
    return response


def init_app(app: Flask) -> None:
    app.before_request(_count_statements)
    app.after_request(_tell_statements)
    app.after_request(commit_before_answering)
    app.teardown_request(_close_all)
