"""Members of workspaces and requests to join, for programs."""

from datetime import datetime
from typing import Any

from collab.errors import Forbidden
from collab.web.api import Api, Out
from collab.web.paging import Page, page
from collab.web.request import db, viewer
from collab.workspaces import access, belonging, forms, members, queries
from collab.workspaces.api import WorkspaceOut, one
from collab.workspaces.models import JoinRequest, Membership, Workspace

blueprint = Api("members")


class PersonOut(Out):
    """Somebody, as far as the caller may know."""

    id: str
    handle: str
    name: str
    kind: str
    firm: str | None


class MemberOut(Out):
    """A member. Role and end of others are null for guests."""

    account: PersonOut
    role: str | None
    ends_at: datetime | None


class RequestOut(Out):
    """Somebody asks to join."""

    id: str
    account: PersonOut
    message: str
    created_at: datetime


def _person(row: Any) -> PersonOut:
    return PersonOut(
        id=row.account_public_id,
        handle=row.handle,
        name=row.person_name,
        kind=row.person_kind,
        firm=row.firm_name,
    )


def _member(row: Any) -> MemberOut:
    open_to_me = viewer().is_employee or row.account_id == viewer().me
    return MemberOut(
        account=_person(row),
        role=row.role if open_to_me else None,
        ends_at=row.ends_at if open_to_me else None,
    )


def _request(row: Any) -> RequestOut:
    return RequestOut(id=row.public_id, account=_person(row), message=row.message, created_at=row.created_at)


def _inside(name: str) -> Workspace:
    """A workspace in which the caller may look around, by id or slug; else NotFound."""
    return access.workspace(db(), viewer(), queries.known(db(), viewer(), name).slug)


def _one(membership: Membership) -> MemberOut:
    db().flush()
    return _member(db().execute(members.one(viewer(), membership)).one())


@blueprint.operation("GET", "/workspaces/<name>/members", query=forms.Search, answer=MemberOut, many=True)
def workspace_members(name: str, query: forms.Search) -> Page[MemberOut]:
    """The members that the caller may know of, owners first; ``q`` are words in name, title, place."""
    workspace = _inside(name)
    found = page(
        db(),
        members.matching(members.members(viewer(), workspace), query.q),
        members.MEMBER_ORDER,
        Membership.__table__.c.id,
        cursor=query.cursor,
        limit=query.limit,
        descending=False,
    )
    return Page([_member(row) for row in found.items], found.next)


@blueprint.operation(
    "POST",
    "/workspaces/<name>/members",
    least="employee",
    body=forms.MemberIn,
    answer=MemberOut,
    status=201,
)
def add_member(name: str, body: forms.MemberIn) -> MemberOut:
    """Make a person (handle or id) a member. An owner does."""
    workspace = _inside(name)
    return _one(belonging.add(db(), viewer(), workspace, body.account, body.role, body.ends_at))


@blueprint.operation("GET", "/workspaces/<name>/members/<account>", answer=MemberOut)
def workspace_member(name: str, account: str) -> MemberOut:
    """One member, by handle or id."""
    workspace = _inside(name)
    return _one(members.membership(db(), viewer(), workspace, account))


@blueprint.operation(
    "PATCH",
    "/workspaces/<name>/members/<account>",
    least="employee",
    body=forms.MemberChange,
    answer=MemberOut,
)
def change_member(name: str, account: str, body: forms.MemberChange) -> MemberOut:
    """Give a member another role or end; ``"ends_at": null`` takes the end away. An owner does."""
    workspace = _inside(name)
    membership = members.membership(db(), viewer(), workspace, account)
    ends_at = body.ends_at if "ends_at" in body.model_fields_set else membership.ends_at
    belonging.change(db(), viewer(), workspace, membership, body.role or membership.role, ends_at)
    return _one(membership)


@blueprint.operation("DELETE", "/workspaces/<name>/members/<account>", status=204)
def remove_member(name: str, account: str) -> None:
    """End a membership: an owner anybody's, everybody their own."""
    workspace = _inside(name)
    belonging.remove(db(), viewer(), workspace, members.membership(db(), viewer(), workspace, account))


# Joining -------------------------------------------------------------------------------------


@blueprint.operation("POST", "/workspaces/<name>/join", least="employee", answer=WorkspaceOut)
def join_workspace(name: str) -> tuple[WorkspaceOut, dict[str, str]]:
    """Become a member of an open workspace."""
    workspace = queries.known(db(), viewer(), name)
    belonging.join(db(), viewer(), workspace)
    return one(workspace)


@blueprint.operation("GET", "/workspaces/<name>/requests", least="employee", answer=RequestOut, many=True)
def join_requests(name: str) -> Page[RequestOut]:
    """Who asks to join, for owners."""
    workspace = _inside(name)
    if not access.allowed(db(), viewer(), "manage", workspace):
        raise Forbidden
    rows = db().execute(members.requests(viewer()).where(Workspace.id == workspace.id))
    return Page([_request(row) for row in rows], None)


@blueprint.operation("POST", "/workspaces/<name>/requests", least="employee", body=forms.Message, status=204)
def ask_to_join(name: str, body: forms.Message) -> None:
    """Ask the owners of a closed workspace to be let in."""
    belonging.ask(db(), viewer(), queries.known(db(), viewer(), name), body.message)


@blueprint.operation("DELETE", "/workspaces/<name>/requests", least="employee", status=204)
def withdraw_request(name: str) -> None:
    """Take the caller's own request back."""
    belonging.withdraw(db(), viewer(), queries.known(db(), viewer(), name))


def _asked(workspace: Workspace, public_id: str) -> JoinRequest:
    return belonging.request(db(), viewer(), workspace, public_id)


@blueprint.operation(
    "POST",
    "/workspaces/<name>/requests/<public_id>/acceptance",
    least="employee",
    body=forms.Acceptance,
    answer=MemberOut,
    status=201,
)
def accept_request(name: str, public_id: str, body: forms.Acceptance) -> MemberOut:
    """Let somebody in who asked. An owner does."""
    workspace = _inside(name)
    return _one(belonging.accept(db(), viewer(), workspace, _asked(workspace, public_id), body.role))


@blueprint.operation("DELETE", "/workspaces/<name>/requests/<public_id>", least="employee", status=204)
def decline_request(name: str, public_id: str) -> None:
    """Do not let somebody in who asked. An owner does."""
    workspace = _inside(name)
    belonging.decline(db(), viewer(), workspace, _asked(workspace, public_id))
