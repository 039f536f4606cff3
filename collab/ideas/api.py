"""``/api/v1/workspaces/{id}/ideas`` and ``/api/v1/ideas/{id}``."""

from datetime import date, datetime
from typing import Any

from collab.errors import Invalid
from collab.ideas import answers, forms, queries, services
from collab.ideas.models import Idea
from collab.web.api import Api, Out, etag, expected_version
from collab.web.paging import Page
from collab.web.request import db, viewer
from collab.web.urls import whole
from collab.workspaces import access, entries, whereabouts
from collab.workspaces.models import Workspace
from collab.workspaces.queries import known

blueprint = Api("ideas")

Answer = tuple["IdeaOut", dict[str, str]]


class IdeaItem(Out):
    """An idea in a list. ``votes``: how many people are for it; ``mine``: whether the reader is."""

    id: str
    title: str
    url: str
    version: int
    state: str
    votes: int
    mine: bool
    published_at: datetime
    due_on: date | None
    answered: bool


class IdeaOut(IdeaItem):
    """An idea with its words and its answer; ``merged_into`` is the id of the one that says the same."""

    body: str
    html: str
    workspace: str | None
    reason: str
    before: str
    after: str
    answered_at: datetime | None
    merged_into: str | None
    merged: list[str]
    guests_from: datetime | None


def _workspace(name: str) -> Workspace:
    return access.workspace(db(), viewer(), known(db(), viewer(), name).slug)


def _idea(public_id: str) -> Idea:
    return access.get(db(), viewer(), Idea, Idea.public_id == public_id)


def _item(row: Any, address: str, votes: int, *, mine: bool) -> dict[str, Any]:
    same = ("title", "version", "state", "published_at", "due_on")
    return {
        "id": row.public_id,
        "url": whole(address),
        "votes": votes,
        "mine": mine,
        "answered": row.settled_at is not None,
        **{name: getattr(row, name) for name in same},
    }


def _out(idea: Idea) -> Answer:
    db().flush()
    into, merged = queries.same(db(), viewer(), idea)
    votes, mine = queries.votes(db(), viewer(), idea, [row.id for row in merged])
    same = ("body", "reason", "before", "after", "answered_at", "guests_from")
    found = IdeaOut(
        **_item(idea, whereabouts.address_of(db(), viewer(), idea), votes, mine=mine),
        html=whereabouts.html_of(db(), viewer(), idea, idea.html, whole("")),
        workspace=whereabouts.slug_of(db(), viewer(), idea),
        merged_into=into.public_id if into else None,
        merged=[row.public_id for row in merged],
        **{name: getattr(idea, name) for name in same},
    )
    return found, etag(idea.version)


@blueprint.operation("GET", "/workspaces/<name>/ideas", query=forms.IdeaListing, answer=IdeaItem, many=True)
def workspace_ideas(name: str, query: forms.IdeaListing) -> Page[IdeaItem]:
    """The ideas of a workspace: those that most are for, the newest, or whose answer is due first."""
    rows = queries.listed(
        db(),
        viewer(),
        _workspace(name),
        query.order,
        state=query.state or "",
        cursor=query.cursor,
        limit=query.limit,
    )
    items = [IdeaItem(**_item(row, row.address, row.votes, mine=bool(row.mine))) for row in rows.items]
    return Page(items, rows.next)


@blueprint.operation("POST", "/workspaces/<name>/ideas", body=forms.IdeaIn, answer=IdeaOut, status=201)
def create_idea(name: str, body: forms.IdeaIn) -> Answer:
    """Propose something. A guest's idea is between the guest's firm and the staff."""
    return _out(services.create(db(), viewer(), _workspace(name), body.title, body.body))


@blueprint.operation("GET", "/ideas/<public_id>", answer=IdeaOut)
def get_idea(public_id: str) -> Answer:
    """One idea with its answer."""
    return _out(_idea(public_id))


@blueprint.operation("PATCH", "/ideas/<public_id>", body=forms.IdeaChange, answer=IdeaOut)
def change_idea(public_id: str, body: forms.IdeaChange) -> Answer:
    """Change the words of an idea."""
    idea = _idea(public_id)
    access.require(db(), viewer(), "edit", idea)
    version = expected_version(entries.locked_version(db(), viewer(), idea))
    title = idea.title if body.title is None else body.title
    words = idea.body if body.body is None else body.body
    services.edit(db(), viewer(), idea, title, words, base_version=version)
    return _out(idea)


@blueprint.operation("DELETE", "/ideas/<public_id>", status=204)
def delete_idea(public_id: str) -> None:
    """Delete an idea."""
    idea = _idea(public_id)
    access.require(db(), viewer(), "delete", idea)
    expected_version(idea.version)
    entries.remove(db(), viewer(), idea)


@blueprint.operation("PUT", "/ideas/<public_id>/vote", answer=IdeaOut)
def put_vote(public_id: str) -> Answer:
    """Be for an idea."""
    idea = _idea(public_id)
    services.vote(db(), viewer(), idea, on=True)
    return _out(idea)


@blueprint.operation("DELETE", "/ideas/<public_id>/vote", answer=IdeaOut)
def take_vote_back(public_id: str) -> Answer:
    """Be for it no longer."""
    idea = _idea(public_id)
    services.vote(db(), viewer(), idea, on=False)
    return _out(idea)


@blueprint.operation("PUT", "/ideas/<public_id>/answer", body=forms.AnswerIn, answer=IdeaOut)
def answer(public_id: str, body: forms.AnswerIn) -> Answer:
    """Say what becomes of an idea, for its workspace's owners and the colleague who owes the answer."""
    idea = _idea(public_id)
    version = expected_version(entries.locked_version(db(), viewer(), idea))
    given = body.model_dump(exclude={"state", "reason"})
    answers.answer(db(), viewer(), idea, body.state, body.reason, base_version=version, **given)
    return _out(idea)


@blueprint.operation("PUT", "/ideas/<public_id>/merging", body=forms.MergeIn, answer=IdeaOut)
def merge(public_id: str, body: forms.MergeIn) -> Answer:
    """Say that it says the same as another idea of the workspace, and counts as that one."""
    idea = _idea(public_id)
    wanted = access.select_entries(viewer(), Idea).where(Idea.public_id == body.into)
    into = db().scalar(wanted.where(Idea.place_id == idea.place_id))
    if into is None:
        raise Invalid({"into": "unknown_idea"})
    services.merge(db(), viewer(), idea, into)
    return _out(idea)


@blueprint.operation("DELETE", "/ideas/<public_id>/merging", answer=IdeaOut)
def unmerge(public_id: str) -> Answer:
    """Undo a merging."""
    idea = _idea(public_id)
    services.unmerge(db(), viewer(), idea)
    return _out(idea)
