"""``/api/v1/workspaces/{id}/topics`` and ``/api/v1/topics/{id}``. What is said: ``entries/{id}/comments``."""

from datetime import datetime
from typing import Any

from collab.comments import queries as comments
from collab.topics import forms, queries, services
from collab.topics.models import Topic
from collab.web.api import Api, Out, etag, expected_version
from collab.web.paging import Page
from collab.web.request import db, viewer
from collab.web.urls import whole
from collab.workspaces import access, entries, whereabouts
from collab.workspaces.models import Workspace
from collab.workspaces.queries import known

blueprint = Api("topics")

Answer = tuple["TopicOut", dict[str, str]]


class TopicItem(Out):
    """A topic in a list. ``last_at``: when something was said last."""

    id: str
    title: str
    url: str
    version: int
    published_at: datetime
    comments: int
    last_at: datetime
    unread: bool
    decided: bool
    closed: bool


class TopicOut(Out):
    """A topic with its words; ``decision`` in words, ``decision_comment`` by the id of a comment."""

    id: str
    title: str
    body: str
    html: str
    url: str
    workspace: str | None
    version: int
    published_at: datetime
    guests_from: datetime | None
    decision: str
    decision_comment: str | None
    closed: bool


def _workspace(name: str) -> Workspace:
    return access.workspace(db(), viewer(), known(db(), viewer(), name).slug)


def _topic(public_id: str) -> Topic:
    return access.get(db(), viewer(), Topic, Topic.public_id == public_id)


def _out(topic: Topic) -> Answer:
    db().flush()
    decision = queries.decision(db(), viewer(), topic)
    same = ("title", "body", "version", "published_at", "guests_from", "decision")
    found = TopicOut(
        id=topic.public_id,
        html=whereabouts.html_of(db(), viewer(), topic, topic.html, whole("")),
        url=whole(whereabouts.address_of(db(), viewer(), topic)),
        workspace=whereabouts.slug_of(db(), viewer(), topic),
        decision_comment=decision.public_id if decision else None,
        closed=topic.settled_at is not None,
        **{name: getattr(topic, name) for name in same},
    )
    return found, etag(topic.version)


def _item(row: Any) -> TopicItem:
    same = ("title", "version", "published_at", "comments", "last_at", "unread", "decided")
    return TopicItem(
        id=row.public_id,
        url=whole(row.address),
        closed=row.settled_at is not None,
        **{name: getattr(row, name) for name in same},
    )


@blueprint.operation(
    "GET", "/workspaces/<name>/topics", query=forms.TopicListing, answer=TopicItem, many=True
)
def workspace_topics(name: str, query: forms.TopicListing) -> Page[TopicItem]:
    """The topics of a workspace, those first in which something was said last."""
    place, which = _workspace(name), query.which or ""
    rows = queries.listed(db(), viewer(), place, which=which, cursor=query.cursor, limit=query.limit)
    return Page([_item(row) for row in rows.items], rows.next)


@blueprint.operation("POST", "/workspaces/<name>/topics", body=forms.TopicIn, answer=TopicOut, status=201)
def create_topic(name: str, body: forms.TopicIn) -> Answer:
    """Begin to talk about something; its readers see it at once."""
    return _out(services.create(db(), viewer(), _workspace(name), body.title, body.body))


@blueprint.operation("GET", "/topics/<public_id>", answer=TopicOut)
def get_topic(public_id: str) -> Answer:
    """One topic with what was decided."""
    return _out(_topic(public_id))


@blueprint.operation("PATCH", "/topics/<public_id>", body=forms.TopicChange, answer=TopicOut)
def change_topic(public_id: str, body: forms.TopicChange) -> Answer:
    """Change the words of a topic."""
    topic = _topic(public_id)
    access.require(db(), viewer(), "edit", topic)
    version = expected_version(entries.locked_version(db(), viewer(), topic))
    title = topic.title if body.title is None else body.title
    words = topic.body if body.body is None else body.body
    services.edit(db(), viewer(), topic, title, words, base_version=version)
    return _out(topic)


@blueprint.operation("DELETE", "/topics/<public_id>", status=204)
def delete_topic(public_id: str) -> None:
    """Delete a topic."""
    topic = _topic(public_id)
    access.require(db(), viewer(), "delete", topic)
    expected_version(topic.version)
    entries.remove(db(), viewer(), topic)


@blueprint.operation("PUT", "/topics/<public_id>/decision", body=forms.Decision, answer=TopicOut)
def decide(public_id: str, body: forms.Decision) -> Answer:
    """Say what was decided: in words, by a comment, or both."""
    topic = _topic(public_id)
    comment = comments.get(db(), viewer(), body.comment) if body.comment else None
    services.decide(db(), viewer(), topic, body.words, comment)
    return _out(topic)


@blueprint.operation("DELETE", "/topics/<public_id>/decision", answer=TopicOut)
def undecide(public_id: str) -> Answer:
    """Nothing was decided after all."""
    topic = _topic(public_id)
    services.undecide(db(), viewer(), topic)
    return _out(topic)


@blueprint.operation("PUT", "/topics/<public_id>/closing", answer=TopicOut)
def close(public_id: str) -> Answer:
    """Close a topic: nobody writes in it any more."""
    topic = _topic(public_id)
    services.close(db(), viewer(), topic)
    return _out(topic)


@blueprint.operation("DELETE", "/topics/<public_id>/closing", answer=TopicOut)
def reopen(public_id: str) -> Answer:
    """Open a closed topic again."""
    topic = _topic(public_id)
    services.reopen(db(), viewer(), topic)
    return _out(topic)
