"""Names that people without an account give who came by a link, and what they say."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account
from collab.comments import services as comments
from collab.comments.models import Comment
from collab.db import new_public_id
from collab.errors import Forbidden, Invalid
from collab.viewer import Viewer
from collab.workspaces.models import Entry, LinkVisitor, ShareLink

#: So many names one link can have.
MOST = 100
#: The same words again within this time are the same comment, sent twice.
TWICE = timedelta(minutes=10)


def say(db: Session, viewer: Viewer, link: ShareLink, entry: Entry, name: str, body: str) -> Comment:
    """Comment as somebody who came by the link. Raises Forbidden if the link is only for reading."""
    if not link.may_comment:
        raise Forbidden
    missing = {field: "required" for field, value in (("name", name), ("body", body)) if not value.strip()}
    if missing:
        raise Invalid(missing)
    who = _visitor(db, link, name)
    return _said(db, who, body) or comments.add(db, viewer, entry, body, visitor=who)


def _visitor(db: Session, link: ShareLink, name: str) -> Account:
    """The account that stands for this name: always locked, nobody can sign in with it."""
    named = select(LinkVisitor.account_id).where(LinkVisitor.link_id == link.id)
    known = db.scalars(select(Account).where(Account.id.in_(named), Account.name == name)).first()
    if known is not None:
        return known
    if (db.scalar(select(func.count()).select_from(named.subquery())) or 0) >= MOST:
        raise Forbidden
    made = Account(
        handle=f"visitor.{new_public_id().lower()}",
        kind="visitor",
        status="locked",
        name=name,
        created_at=clock.now(),
    )
    db.add(made)
    db.flush()
    db.add(LinkVisitor(account_id=made.id, link_id=link.id))
    return made


def _said(db: Session, who: Account, body: str) -> Comment | None:
    """What this visitor has just said in the same words; the visitor's own, so no policy is asked."""
    query = select(Comment).where(
        Comment.author_id == who.id,
        Comment.body == body,
        Comment.created_at > clock.now() - TWICE,
        Comment.deleted_at.is_(None),
    )
    return db.scalars(query.execution_options(policy=True)).first()
