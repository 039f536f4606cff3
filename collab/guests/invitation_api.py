"""Invitations of guests, for programs."""

from datetime import datetime
from typing import Any

from collab.errors import Invalid, Refused
from collab.guests import invitation_forms as forms
from collab.guests import invitation_queries as queries
from collab.guests import invitations
from collab.guests.models import Invitation
from collab.web.api import Api, Out
from collab.web.paging import Page, page
from collab.web.request import context, db, viewer
from collab.workspaces import access
from collab.workspaces.models import Entry, Workspace
from collab.workspaces.queries import known

blueprint = Api("invitations")
CREATED: Any = Invitation.__table__.c.created_at


class InvitationOut(Out):
    """An invitation. ``state``: asked (waits for approval), leaving, sent, expired, declined."""

    id: str
    email: str
    name: str
    firm: str | None
    role: str | None
    sponsor: str
    state: str
    created_at: datetime
    sent_at: datetime | None
    expires_at: datetime
    ends_at: datetime


def _out(row: Any) -> InvitationOut:
    found: Invitation = row.Invitation
    return InvitationOut(
        id=found.public_id,
        email=found.email,
        name=found.name,
        firm=row.firm_name,
        role=found.role,
        sponsor=row.sponsor_handle,
        state=queries.state(found),
        created_at=found.created_at,
        sent_at=found.sent_at,
        expires_at=found.expires_at,
        ends_at=found.ends_at,
    )


def _inside(name: str) -> Workspace:
    workspace = access.workspace(db(), viewer(), known(db(), viewer(), name).slug)
    if not invitations.may_invite(db(), viewer(), workspace):
        raise Refused(403, "may_not_invite")
    return workspace


@blueprint.operation(
    "GET",
    "/workspaces/<name>/invitations",
    least="employee",
    query=forms.Waiting,
    answer=InvitationOut,
    many=True,
)
def workspace_invitations(name: str, query: forms.Waiting) -> Page[InvitationOut]:
    """Who was invited and has not come yet, the newest first."""
    found = page(
        db(),
        queries.waiting(viewer(), _inside(name)),
        CREATED,
        queries.NUMBER,
        cursor=query.cursor,
        limit=query.limit,
    )
    return Page([_out(row) for row in found.items], found.next)


@blueprint.operation(
    "POST",
    "/workspaces/<name>/invitations",
    least="employee",
    body=forms.InvitationsIn,
    answer=InvitationOut,
    many=True,
    status=201,
)
def invite_guests(name: str, body: forms.InvitationsIn) -> Page[InvitationOut]:
    """Invite up to 50 people as guests, into the workspace or to one entry of it."""
    workspace, entry = _inside(name), None
    if body.entry:
        query = access.select_entries(viewer(), Entry)
        entry = db().scalar(query.where(Entry.public_id == body.entry, Entry.workspace_id == workspace.id))
        if entry is None:
            raise Invalid({"entry": "unknown_entry"})
    made = invitations.invite(db(), viewer(), context().settings, workspace, body.people, body.offer, entry)
    numbers = [each.id for each in made]
    rows = db().execute(queries.waiting(viewer(), workspace).where(Invitation.id.in_(numbers)))
    return Page([_out(row) for row in sorted(rows, key=lambda row: row.Invitation.id)], None)


@blueprint.operation("DELETE", "/workspaces/<name>/invitations/<public_id>", least="employee", status=204)
def withdraw_invitation(name: str, public_id: str) -> None:
    """Take an invitation back. Its link no longer works."""
    _inside(name)
    invitations.withdraw(db(), viewer(), invitations.one(db(), viewer(), public_id))
