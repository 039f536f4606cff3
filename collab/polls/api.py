"""``/api/v1/workspaces/{id}/polls`` and ``/api/v1/polls/{id}``."""

from datetime import datetime

from collab.desk import api as desk
from collab.polls import forms, present, queries, services
from collab.polls.models import Poll
from collab.web.api import Api, Listing, Out, etag
from collab.web.paging import Page
from collab.web.request import context, db, viewer
from collab.workspaces.models import Workspace

blueprint = Api("polls")

Answer = tuple["PollOut", dict[str, str]]


class PollItem(desk.EntryItem):
    """A poll in a list."""

    closes_at: datetime | None
    closed: bool


class OptionOut(Out):
    """An answer to choose from. ``votes`` is null where the reader may not know it (yet)."""

    id: str
    text: str
    votes: int | None
    mine: bool


class PollOut(PollItem, desk.EntryOut):
    """A poll with its answers. ``voters``: how many have voted; ``mine`` is what the reader chose."""

    multiple: bool
    anonymous: bool
    blind: bool
    voters: int
    voted: bool
    options: list[OptionOut]


def _poll(public_id: str) -> Poll:
    return desk.one(Poll, public_id)


def _out(poll: Poll) -> Answer:
    same = desk.facts(poll, "closes_at", "multiple", "anonymous", "blind")
    place = db().get_one(Workspace, poll.workspace_id)
    results = present.results(db(), viewer(), poll, place, context().settings.key)
    options = [OptionOut(id=a.public_id, text=a.text, votes=a.votes, mine=a.mine) for a in results.answers]
    found = PollOut(
        **same, closed=poll.is_closed, voters=results.voters, voted=results.voted, options=options
    )
    return found, etag(poll.version)


@blueprint.operation("GET", "/workspaces/<name>/polls", query=Listing, answer=PollItem, many=True)
def workspace_polls(name: str, query: Listing) -> Page[PollItem]:
    """The polls of a workspace, the newest first."""
    rows = queries.listed(db(), viewer(), desk.place(name), query.cursor, query.limit)
    items = [PollItem(**desk.item(row, "closes_at"), closed=queries.is_closed(row)) for row in rows.items]
    return Page(items, rows.next)


@blueprint.operation("POST", "/workspaces/<name>/polls", body=forms.PollIn, answer=PollOut, status=201)
def create_poll(name: str, body: forms.PollIn) -> Answer:
    """Ask something; its readers see it at once."""
    return _out(services.create(db(), viewer(), desk.place(name), **body.model_dump()))


@blueprint.operation("GET", "/polls/<public_id>", answer=PollOut)
def get_poll(public_id: str) -> Answer:
    """One poll, with what has come out as far as one may know."""
    return _out(_poll(public_id))


@blueprint.operation("PATCH", "/polls/<public_id>", body=forms.PollChange, answer=PollOut)
def change_poll(public_id: str, body: forms.PollChange) -> Answer:
    """Change words and end of a poll, and its answers until somebody has voted."""
    return _out(desk.change(Poll, public_id, body, services.edit))


@blueprint.operation("DELETE", "/polls/<public_id>", status=204)
def delete_poll(public_id: str) -> None:
    """Delete a poll."""
    desk.delete(Poll, public_id)


@blueprint.operation("POST", "/polls/<public_id>/vote", body=forms.Choice, answer=PollOut)
def vote(public_id: str, body: forms.Choice) -> Answer:
    """Choose; what was chosen before no longer counts. No options take the vote back."""
    poll = _poll(public_id)
    services.vote(db(), viewer(), poll, body.options, context().settings.key)
    return _out(poll)


@blueprint.operation("POST", "/polls/<public_id>/closing", answer=PollOut)
def close(public_id: str) -> Answer:
    """Close a poll: nobody votes from now on."""
    poll = _poll(public_id)
    services.close(db(), viewer(), poll)
    return _out(poll)


@blueprint.operation("DELETE", "/polls/<public_id>/closing", answer=PollOut)
def reopen(public_id: str) -> Answer:
    """Undo the closing of a poll that is neither blind nor anonymous."""
    poll = _poll(public_id)
    services.reopen(db(), viewer(), poll)
    return _out(poll)
