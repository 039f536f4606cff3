"""What a guest will see by an invitation, computed, as one sentence: for the inviter, and for the guest."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from collab.auth.letters import Say
from collab.guests.models import Invitation
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Entry, Workspace
from collab.workspaces.prospects import shared_with


@dataclass(frozen=True)
class Seen:
    """The place, and how many entries in it; or the one entry (its ``title``) without any place."""

    place: str = ""
    number: int = 0
    title: str = ""
    #: Where it is once one is in.
    path: str = "/"


def seen_by(db: Session, sponsor: Viewer, invitation: Invitation) -> Seen:
    """What the guest sees who accepts now. Of one entry, the title as its sponsor reads it."""
    if invitation.role is None:
        entry = access.get(db, sponsor, Entry, Entry.id == invitation.entry_id)
        return Seen(title=entry.title, path=f"/entries/{entry.public_id}")
    return in_place(db, db.get_one(Workspace, invitation.workspace_id), invitation.firm_id)


def in_place(db: Session, workspace: Workspace, firm_id: int | None) -> Seen:
    """What a guest of the firm sees in the workspace who comes in now."""
    return Seen(workspace.name, shared_with(db, workspace.id, firm_id), path=f"/w/{workspace.slug}/")


def for_guest(_: Say, seen: Seen) -> str:
    """To the guest."""
    if seen.title:
        return _("You will see “%(title)s” and what belongs to it. Nothing else.") % {"title": seen.title}
    said = {
        0: _("In “%(place)s” you will see the members' names, and what is shared with you from now on."),
        1: _(
            "You will see the one page or post that is shared with guests in “%(place)s”, and the members' "
            "names. Nothing else."
        ),
    }
    many = _(
        "You will see the %(number)s pages and posts that are shared with guests in “%(place)s”, and the "
        "members' names. Nothing else."
    )
    return said.get(seen.number, many) % {"place": seen.place, "number": seen.number}


def for_sponsor(_: Say, seen: Seen, *, walled: bool = False) -> str:
    """To whoever invites. ``walled``: guests of other firms stay out of sight, in a clean room."""
    said = {
        0: _("Guests will see the members' names in “%(place)s”. Nothing is shared with guests here yet."),
        1: _(
            "Guests will see the one page or post that is shared with guests in “%(place)s”, and the members' "
            "names. Nothing else."
        ),
    }
    many = _(
        "Guests will see the %(number)s pages and posts that are shared with guests in “%(place)s”, and the "
        "members' names. Nothing else."
    )
    told = said.get(seen.number, many) % {"place": seen.place, "number": seen.number}
    if walled:
        told += " " + _("They do not notice guests of other firms.")
    return told


def titles(db: Session, viewer: Viewer, entries: Collection[int]) -> dict[int, str]:
    """The titles of those of the entries that the viewer reads."""
    found = access.select_entries(viewer, Entry, Entry.id, Entry.title).where(Entry.id.in_(entries))
    return {row.id: row.title for row in db.execute(found)} if entries else {}
