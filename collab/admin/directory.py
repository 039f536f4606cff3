"""The company's directory as administrators see it: its tokens, and how much it keeps."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, and_, false, func, not_, select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.auth import services as accounts
from collab.auth.directory import ScimLink
from collab.auth.models import Account, ApiToken
from collab.errors import NotFound
from collab.viewer import Viewer

SCOPE = "scim"
#: When the last token ends within this time, somebody has to make the next one.
SOON = timedelta(days=30)


@dataclass(frozen=True)
class State:
    """How much the directory keeps, and whether its sync goes on."""

    people: int
    groups: int
    used_at: datetime | None
    ends_at: datetime | None
    has_token: bool

    @property
    def ends_soon(self) -> bool:
        """Does the last token end soon?"""
        return self.ends_at is not None and self.ends_at < clock.now() + SOON


def tokens(db: Session, viewer: Viewer) -> list[Row[ApiToken, str, str]]:
    """Rows (token, name and id of its administrator) that the directory can come in with."""
    if not viewer.is_admin:
        raise NotFound
    query = (
        select(ApiToken, Account.name.label("owner"), Account.public_id.label("owner_id"))
        .join(Account, Account.id == ApiToken.account_id)
        .where(
            ApiToken.revoked_at.is_(None),
            not_(func.coalesce(ApiToken.expires_at <= clock.now(), false())),
            accounts.usable(clock.now()),
            Account.is_admin,
        )
        .order_by(ApiToken.id.desc())
    )
    return [row for row in db.execute(query) if row[0].scopes == [SCOPE]]


def state(db: Session, found: list[Row[ApiToken, str, str]]) -> State:
    """What the tokens and the tables tell."""
    live = ScimLink.deleted_at.is_(None)
    counted = db.execute(
        select(
            func.count(ScimLink.account_id).filter(and_(live, ScimLink.account_id.is_not(None))),
            func.count(ScimLink.group_id).filter(and_(live, ScimLink.group_id.is_not(None))),
        )
    ).one()
    ends = [row[0].expires_at for row in found]
    used = [row[0].used_at for row in found if row[0].used_at]
    last = max((end for end in ends if end), default=None) if ends and None not in ends else None
    return State(counted[0], counted[1], max(used, default=None), last, bool(found))


def create_token(db: Session, viewer: Viewer, name: str, days: int | None) -> str:
    """A token for the directory that acts for the viewer; this is the only time that it can be seen."""
    owner = db.get_one(Account, viewer.me)
    ends_at = clock.now() + timedelta(days=days) if days else None
    return accounts.create_token(db, viewer, owner, name, [SCOPE], ends_at)


def revoke_token(db: Session, viewer: Viewer, public_id: str) -> None:
    """Take a token of the directory back, whoever made it. NotFound for every other token."""
    found = next((row[0] for row in tokens(db, viewer) if row[0].public_id == public_id), None)
    if found is None:
        raise NotFound
    found.revoked_at = clock.now()
    activity.record(db, "token.revoked", viewer, subject_id=found.account_id, name=found.name)
