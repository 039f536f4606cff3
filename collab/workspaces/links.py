"""Links to one entry, for people without an account: until a day, with a password if wanted."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth import passwords
from collab.auth.models import Account
from collab.auth.services import digest
from collab.config import Settings
from collab.errors import Invalid, NotFound
from collab.viewer import Viewer
from collab.workspaces import access, alone, terms
from collab.workspaces.models import Entry, ShareLink, Workspace
from collab.workspaces.queries import Rows

#: A link's password is typed once by somebody who was told it, and tries are counted.
SHORTEST_PASSWORD = 8


def make(
    db: Session,
    viewer: Viewer,
    entry: Entry,
    settings: Settings,
    *,
    name: str,
    ends_at: datetime,
    password: str = "",
    may_comment: bool = False,
) -> tuple[ShareLink, str]:
    """A new link and its token, which is in the address and nowhere else: 43 letters.

    ``name`` says for whom it is. Invalid for an end that is too late, a short password, and what
    does not go in a clean room.
    """
    access.require(db, viewer, "share", entry)
    terms.check_end(settings, viewer.timezone, ends_at)
    _check_password(password)
    if may_comment and db.get_one(Workspace, entry.workspace_id).clean_room:
        raise Invalid({"may_comment": "no_comments_by_link"})
    if alone.of_a_competitor(db, entry):
        raise Invalid({"name": "competitor_wrote_it"})
    token = secrets.token_urlsafe(32)
    link = ShareLink(
        token_hash=digest(token),
        workspace_id=entry.workspace_id,
        entry_id=entry.id,
        name=name,
        password_hash=passwords.hashed(password) if password else None,
        may_comment=may_comment,
        created_by_id=viewer.me,
        ends_at=ends_at,
        created_at=clock.now(),
    )
    db.add(link)
    db.flush()
    _record(db, viewer, "entry.link_made", entry, link)
    return link, token


def _check_password(password: str) -> None:
    if password and len(password) < SHORTEST_PASSWORD:
        raise Invalid({"password": "too_short"}, min=SHORTEST_PASSWORD)
    if len(password) > passwords.LONGEST:
        raise Invalid({"password": "too_long"}, max=passwords.LONGEST)


def revoke(db: Session, viewer: Viewer, entry: Entry, link: ShareLink) -> None:
    """From now on nobody comes in by it. Revoking twice changes nothing."""
    access.require(db, viewer, "share", entry)
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        _record(db, viewer, "entry.link_revoked", entry, link)


def listed(db: Session, entry: Entry) -> Sequence[Row[Any]]:
    """Rows (``ShareLink``, ``made_by``, ``works``) of an entry that the viewer may share; late ones go."""
    works = ShareLink.id.in_(alone.open_links(entry.id)).label("works")
    query: Rows = (
        select(ShareLink, Account.name.label("made_by"), works)
        .join(Account, Account.id == ShareLink.created_by_id)
        .where(ShareLink.entry_id == entry.id, ShareLink.ends_at > clock.now() - alone.LISTED)
        .order_by(works.desc(), ShareLink.created_at.desc(), ShareLink.id.desc())
    )
    return db.execute(query).all()


def of_entry(db: Session, entry: Entry, public_id: str) -> ShareLink:
    """A link of this entry; NotFound."""
    found = db.scalars(
        select(ShareLink).where(ShareLink.entry_id == entry.id, ShareLink.public_id == public_id)
    ).first()
    if found is None:
        raise NotFound
    return found


def by_token(db: Session, token: str) -> ShareLink:
    """The link with this token. NotFound alike for unknown, revoked and ended ones, and without its maker."""
    found = db.scalars(select(ShareLink).where(ShareLink.token_hash == digest(token))).first()
    if found is None or db.scalar(alone.open_links(found.entry_id).where(ShareLink.id == found.id)) is None:
        raise NotFound
    return found


# What a browser holds that has come by a link ------------------------------------------------------


def proof(link: ShareLink, key: str) -> str:
    """What shows that a browser knew the token, and the password if there is one; another one ends it."""
    known = f"share-link {link.public_id} {link.token_hash} {link.password_hash or ''}"
    return f"{link.public_id}.{hmac.new(key.encode(), known.encode(), sha256).hexdigest()[:40]}"


def proved(db: Session, proofs: Sequence[str], entry_public_id: str, key: str) -> int | None:
    """The id of the link to this entry that one of the proofs is for, the first; None if none works.

    One statement. Whether the entry may be read by it is asked of the policy.
    """
    names = [one.partition(".")[0] for one in proofs]
    entry = select(Entry.id).where(Entry.public_id == entry_public_id).scalar_subquery()
    query = select(ShareLink).where(ShareLink.public_id.in_(names), ShareLink.entry_id == entry)
    query = query.where(access.works(access.NOW))
    links = {link.public_id: link for link in db.scalars(query.execution_options(policy=True))}
    for one, name in zip(proofs, names, strict=True):
        if name in links and hmac.compare_digest(one.encode(), proof(links[name], key).encode()):
            return links[name].id
    return None


def _record(db: Session, viewer: Viewer, what: str, entry: Entry, link: ShareLink) -> None:
    activity.record(db, what, viewer, workspace_id=entry.workspace_id, entry_id=entry.id, subject_id=link.id)
