"""What may be done with workspaces. Who belongs to them is changed in ``belonging``."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity, clock, text
from collab.errors import Conflict, Forbidden, Invalid
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import BLOG, JOINING, Membership, Workspace

SETTINGS = (
    "name",
    "purpose",
    "visibility",
    "joining",
    "joins_as",
    "clean_room",
    "allows_public",
    "sections",
)


def create(
    db: Session,
    viewer: Viewer,
    name: str,
    purpose: str = "",
    visibility: str = "open",
    *,
    clean_room: bool = False,
    allows_public: bool = False,
    sections: Sequence[str] = ("pages",),
    joining: str | None = None,
    joins_as: str = "contributor",
) -> Workspace:
    """A new workspace that the viewer owns, with these ``sections``. Only employees make workspaces.

    ``joining`` is the easiest way in that fits ``visibility``, unless it is said; Invalid for one that
    does not fit.
    """
    if not viewer.is_employee:
        raise Forbidden
    joining = joining or JOINING[visibility][0]
    _fits(clean_room, allows_public, visibility, joining)
    workspace = Workspace(
        slug=free_slug(db, viewer, name, secret=visibility == "secret"),
        name=name,
        purpose=purpose,
        visibility=visibility,
        joining=joining,
        joins_as=joins_as,
        clean_room=clean_room,
        allows_public=allows_public,
        sections=list(sections),
        created_at=clock.now(),
    )
    db.add(workspace)
    db.flush()
    now = workspace.created_at
    db.add(Membership(workspace_id=workspace.id, account_id=viewer.me, role="owner", created_at=now))
    forget_standing(db)
    record(db, viewer, workspace, "workspace.created", visibility=visibility)
    return workspace


def free_slug(db: Session, viewer: Viewer, name: str, *, secret: bool = False) -> str:
    """A slug made from the name that no workspace has.

    It must not tell of workspaces that the viewer may not know of. So a secret one always ends in
    random letters, which keeps it out of everybody's way, and numbers count up only past
    workspaces that the viewer knows; past any other (an open one that became secret) the end is
    random as well.
    """
    base = text.slugify(name, "workspace")
    if secret:
        return f"{base}-{secrets.token_hex(4)}"
    similar = Workspace.slug.startswith(base, autoescape=True)
    taken = set(db.scalars(select(Workspace.slug).where(similar)))
    known = set(db.scalars(select(Workspace.slug).where(similar, access.workspaces(viewer))))
    number, found = 1, base
    while found in known:
        number += 1
        found = f"{base}-{number}"
    return found if found not in taken else f"{base}-{secrets.token_hex(4)}"


def edit(
    db: Session, viewer: Viewer, workspace: Workspace, changes: Mapping[str, Any], *, base_version: int
) -> None:
    """Change settings (of ``SETTINGS``); nothing happens if they are as they were.

    Who sees it decides which ways of coming in there are: where only that is changed, the way in that
    no longer fits becomes the easiest that does. Raises Conflict if they have changed since
    ``base_version``, Invalid for a clean room that could be shown to the public, for a way in that
    does not fit, and for a company blog that not everybody employed can read.
    """
    access.require(db, viewer, "manage", workspace)
    if lock(db, workspace).version != base_version:
        raise Conflict
    changed = {
        key: value for key, value in changes.items() if key in SETTINGS and getattr(workspace, key) != value
    }
    if not changed:
        return
    visibility = changed.get("visibility", workspace.visibility)
    if "joining" not in changed and workspace.joining not in JOINING[visibility]:
        changed["joining"] = JOINING[visibility][0]
    if workspace.slug == BLOG and changed.get("visibility"):
        raise Invalid({"visibility": "blog_is_open"})
    _fits(
        changed.get("clean_room", workspace.clean_room),
        changed.get("allows_public", workspace.allows_public),
        visibility,
        changed.get("joining", workspace.joining),
    )
    if changed.get("visibility", "open") != "open":
        workspace.everyone_writes = False
    for key, value in changed.items():
        setattr(workspace, key, value)
    workspace.version += 1
    forget_standing(db)
    wide = {key: value for key, value in changed.items() if key not in ("name", "purpose", "sections")}
    record(db, viewer, workspace, "workspace.edited", fields=sorted(changed), **wide)


def _fits(clean_room: bool, allows_public: bool, visibility: str, joining: str) -> None:
    if joining not in JOINING[visibility]:
        raise Invalid({"joining": "joining_secret" if visibility == "secret" else "joining_closed"})
    if clean_room and allows_public:
        raise Invalid({"allows_public": "clean_room_not_public"})


def change_picture(db: Session, viewer: Viewer, workspace: Workspace, sha256: str | None, alt: str) -> None:
    """The picture in the storage under ``sha256``, described by ``alt``, is the workspace's; None for none."""
    access.require(db, viewer, "manage", workspace)
    if (workspace.picture, workspace.picture_alt) == (sha256, alt):
        return
    workspace.picture, workspace.picture_alt = sha256, alt
    workspace.version += 1
    record(db, viewer, workspace, "workspace.edited", fields=["picture"])


def archive(db: Session, viewer: Viewer, workspace: Workspace) -> None:
    """Close the workspace for writing; everything in it stays readable. Twice is once."""
    access.require(db, viewer, "manage", workspace)
    if workspace.slug == BLOG:
        raise Forbidden
    if workspace.archived_at is None:
        workspace.archived_at = clock.now()
        workspace.version += 1
        record(db, viewer, workspace, "workspace.archived")


def restore(db: Session, viewer: Viewer, workspace: Workspace) -> None:
    """Open an archived workspace for writing again. Twice is once."""
    access.require(db, viewer, "manage", workspace)
    if workspace.archived_at is not None:
        workspace.archived_at = None
        workspace.version += 1
        record(db, viewer, workspace, "workspace.restored")


def lock(db: Session, workspace: Workspace) -> Workspace:
    """The workspace as it is now; nobody else changes it or its owners until this transaction ends."""
    db.flush()
    db.refresh(workspace, with_for_update=True)
    return workspace


def forget_standing(db: Session) -> None:
    """What ``access.standing`` remembered for this session may no longer be true."""
    db.info.pop("standing", None)


def record(
    db: Session,
    viewer: Viewer,
    workspace: Workspace,
    kind: str,
    subject_id: int | None = None,
    **data: Any,
) -> None:
    activity.record(db, kind, viewer, workspace_id=workspace.id, subject_id=subject_id, **data)
