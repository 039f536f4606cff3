"""``/api/v1/workspaces/{id}/ideas`` and ``/api/v1/ideas/{id}``."""

from datetime import date, datetime
from typing import Any

from collab.desk import api as desk
from collab.desk.forms import In, Patch
from collab.errors import Invalid
from collab.ideas import answers, forms, queries, services
from collab.ideas.models import Idea
from collab.web.api import Api, etag, expected_version
from collab.web.paging import Page
from collab.web.request import db, viewer
from collab.workspaces import access, entries

blueprint = Api("ideas")

Answer = tuple["IdeaOut", dict[str, str]]


class IdeaItem(desk.EntryItem):
    """An idea in a list. ``votes``: how many people are for it; ``mine``: whether the reader is."""

    state: str
    votes: int
    mine: bool
    due_on: date | None
    answered: bool


class IdeaOut(IdeaItem, desk.EntryOut):
    """An idea with its words and its answer; ``merged_into`` is the id of the one that says the same."""

    reason: str
    before: str
    after: str
    answered_at: datetime | None
    merged_into: str | None
    merged: list[str]


def _item(row: Any) -> IdeaItem:
    same = desk.item(row, "state", "due_on", "votes")
    return IdeaItem(**same, mine=bool(row.mine), answered=row.settled_at is not None)


def _out(idea: Idea) -> Answer:
    same = desk.facts(idea, "state", "due_on", "reason", "before", "after", "answered_at")
    into, merged = queries.same(db(), viewer(), idea)
    state = queries.state(db(), viewer(), idea)
    found = IdeaOut(
        **same,
        votes=state.votes,
        mine=bool(state.mine),
        answered=idea.settled_at is not None,
        merged_into=into.public_id if into else None,
        merged=[row.public_id for row in merged],
    )
    return found, etag(idea.version)


@blueprint.operation("GET", "/workspaces/<name>/ideas", query=forms.IdeaListing, answer=IdeaItem, many=True)
def workspace_ideas(name: str, query: forms.IdeaListing) -> Page[IdeaItem]:
    """The ideas of a workspace: those that most are for, the newest, or whose answer is due first."""
    rows = queries.listed(
        db(),
        viewer(),
        desk.place(name),
        query.order,
        state=query.state or "",
        cursor=query.cursor,
        limit=query.limit,
    )
    return Page([_item(row) for row in rows.items], rows.next)


@blueprint.operation("POST", "/workspaces/<name>/ideas", body=In, answer=IdeaOut, status=201)
def create_idea(name: str, body: In) -> Answer:
    """Propose something. A guest's idea is between the guest's firm and the staff."""
    return _out(services.create(db(), viewer(), desk.place(name), body.title, body.body))


@blueprint.operation("GET", "/ideas/<public_id>", answer=IdeaOut)
def get_idea(public_id: str) -> Answer:
    """One idea with its answer."""
    return _out(desk.one(Idea, public_id))


@blueprint.operation("PATCH", "/ideas/<public_id>", body=Patch, answer=IdeaOut)
def change_idea(public_id: str, body: Patch) -> Answer:
    """Change the words of an idea."""
    return _out(desk.change(Idea, public_id, body))


@blueprint.operation("DELETE", "/ideas/<public_id>", status=204)
def delete_idea(public_id: str) -> None:
    """Delete an idea."""
    desk.delete(Idea, public_id)


@blueprint.operation("PUT", "/ideas/<public_id>/vote", answer=IdeaOut)
def put_vote(public_id: str) -> Answer:
    """Be for an idea."""
    idea = desk.one(Idea, public_id)
    services.vote(db(), viewer(), idea, on=True)
    return _out(idea)


@blueprint.operation("DELETE", "/ideas/<public_id>/vote", answer=IdeaOut)
def take_vote_back(public_id: str) -> Answer:
    """Be for it no longer."""
    idea = desk.one(Idea, public_id)
    services.vote(db(), viewer(), idea, on=False)
    return _out(idea)


@blueprint.operation("PUT", "/ideas/<public_id>/answer", body=forms.AnswerIn, answer=IdeaOut)
def answer(public_id: str, body: forms.AnswerIn) -> Answer:
    """Say what becomes of an idea, for its workspace's owners and the colleague who owes the answer."""
    idea = desk.one(Idea, public_id)
    version = expected_version(entries.locked_version(db(), viewer(), idea))
    given = body.model_dump(exclude={"state", "reason"})
    answers.answer(db(), viewer(), idea, body.state, body.reason, base_version=version, **given)
    return _out(idea)


@blueprint.operation("PUT", "/ideas/<public_id>/merging", body=forms.MergeIn, answer=IdeaOut)
def merge(public_id: str, body: forms.MergeIn) -> Answer:
    """Say that it says the same as another idea of the workspace, and counts as that one."""
    idea = desk.one(Idea, public_id)
    wanted = access.select_entries(viewer(), Idea).where(Idea.public_id == body.into)
    into = db().scalar(wanted.where(Idea.place_id == idea.place_id))
    if into is None:
        raise Invalid({"into": "unknown_idea"})
    services.merge(db(), viewer(), idea, into)
    return _out(idea)


@blueprint.operation("DELETE", "/ideas/<public_id>/merging", answer=IdeaOut)
def unmerge(public_id: str) -> Answer:
    """Undo a merging."""
    idea = desk.one(Idea, public_id)
    services.unmerge(db(), viewer(), idea)
    return _out(idea)
