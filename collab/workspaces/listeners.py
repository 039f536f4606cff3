"""Memberships follow the groups of people."""

from collections.abc import Sequence

from collab.activity.models import Event
from collab.activity.outbox import Context, Listener
from collab.workspaces import group_roles
from collab.workspaces.net import as_system


def follow(context: Context, events: Sequence[Event]) -> None:
    """Bring the memberships of everybody concerned to what their groups give them now."""
    concerned: set[int] = set()
    for event in events:
        concerned |= {*event.data.get("added", ()), *event.data.get("removed", ())}
        if event.subject_id is not None:
            concerned.add(event.subject_id)
    if concerned:
        with context.write.begin() as db:
            group_roles.sync_accounts(as_system(db, "memberships by groups"), concerned)


LISTENER = Listener(
    "memberships",
    ("group.changed", "account.activated", "member.removed", "member.left"),
    follow,
)
