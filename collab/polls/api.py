"""``/api/v1/workspaces/{id}/polls`` and ``/api/v1/polls/{id}``."""

from datetime import datetime

from collab.polls import forms, present, queries, services
from collab.polls.models import Poll
from collab.web.api import Api, Out, etag, expected_version
from collab.web.paging import Page
from collab.web.request import context, db, viewer
from collab.web.urls import whole
from collab.workspaces import access, entries, whereabouts
from collab.workspaces.models import Workspace
from collab.workspaces.queries import known

blueprint = Api("polls")

Answer = tuple["PollOut", dict[str, str]]


class PollItem(Out):
    """A poll in a list."""

    id: str
    title: str
    url: str
    version: int
    published_at: datetime
    closes_at: datetime | None
    closed: bool


class OptionOut(Out):
    """An answer to choose from. ``votes`` is null where the reader may not know it (yet)."""

    id: str
    text: str
    votes: int | None
    mine: bool


class PollOut(PollItem):
    """A poll with its answers. ``voters``: how many have voted; ``mine`` is what the reader chose."""

    body: str
    html: str
    workspace: str | None
    multiple: bool
    anonymous: bool
    blind: bool
    voters: int
    voted: bool
    options: list[OptionOut]
    guests_from: datetime | None


def _workspace(name: str) -> Workspace:
    return access.workspace(db(), viewer(), known(db(), viewer(), name).slug)


def _poll(public_id: str) -> Poll:
    return access.get(db(), viewer(), Poll, Poll.public_id == public_id)


def _out(poll: Poll) -> Answer:
    db().flush()
    place = db().get_one(Workspace, poll.workspace_id)
    results = present.results(db(), viewer(), poll, place, context().settings.key)
    options = [OptionOut(id=a.public_id, text=a.text, votes=a.votes, mine=a.mine) for a in results.answers]
    found = PollOut(
        id=poll.public_id,
        title=poll.title,
        url=whole(whereabouts.address_of(db(), viewer(), poll)),
        version=poll.version,
        published_at=poll.published_at,
        closes_at=poll.closes_at,
        closed=poll.is_closed,
        body=poll.body,
        html=whereabouts.html_of(db(), viewer(), poll, poll.html, whole("")),
        workspace=whereabouts.slug_of(db(), viewer(), poll),
        multiple=poll.multiple,
        anonymous=poll.anonymous,
        blind=poll.blind,
        voters=results.voters,
        voted=results.voted,
        options=options,
        guests_from=poll.guests_from,
    )
    return found, etag(poll.version)


@blueprint.operation("GET", "/workspaces/<name>/polls", query=forms.PollListing, answer=PollItem, many=True)
def workspace_polls(name: str, query: forms.PollListing) -> Page[PollItem]:
    """The polls of a workspace, the newest first."""
    rows = queries.listed(db(), viewer(), _workspace(name), query.cursor, query.limit)
    items = [
        PollItem(
            id=row.public_id,
            title=row.title,
            url=whole(row.address),
            version=row.version,
            published_at=row.published_at,
            closes_at=row.closes_at,
            closed=queries.is_closed(row),
        )
        for row in rows.items
    ]
    return Page(items, rows.next)


@blueprint.operation("POST", "/workspaces/<name>/polls", body=forms.PollIn, answer=PollOut, status=201)
def create_poll(name: str, body: forms.PollIn) -> Answer:
    """Ask something; its readers see it at once."""
    given = body.model_dump(include={*forms.Rules.model_fields})
    place = _workspace(name)
    return _out(services.create(db(), viewer(), place, body.title, body.body, body.options, **given))


@blueprint.operation("GET", "/polls/<public_id>", answer=PollOut)
def get_poll(public_id: str) -> Answer:
    """One poll, with what has come out as far as one may know."""
    return _out(_poll(public_id))


@blueprint.operation("PATCH", "/polls/<public_id>", body=forms.PollChange, answer=PollOut)
def change_poll(public_id: str, body: forms.PollChange) -> Answer:
    """Change words and end of a poll, and its answers until somebody has voted."""
    poll = _poll(public_id)
    access.require(db(), viewer(), "edit", poll)
    version = expected_version(entries.locked_version(db(), viewer(), poll))
    services.edit(
        db(),
        viewer(),
        poll,
        poll.title if body.title is None else body.title,
        poll.body if body.body is None else body.body,
        base_version=version,
        options=body.options,
        closes_at=body.closes_at if "closes_at" in body.model_fields_set else poll.closes_at,
    )
    return _out(poll)


@blueprint.operation("DELETE", "/polls/<public_id>", status=204)
def delete_poll(public_id: str) -> None:
    """Delete a poll."""
    poll = _poll(public_id)
    access.require(db(), viewer(), "delete", poll)
    expected_version(poll.version)
    entries.remove(db(), viewer(), poll)


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
