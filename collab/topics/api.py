"""``/api/v1/workspaces/{id}/topics`` and ``/api/v1/topics/{id}``. What is said: ``entries/{id}/comments``."""

from datetime import datetime
from typing import Any

from collab.comments import queries as comments
from collab.desk import api as desk
from collab.desk.forms import In, Patch
from collab.topics import forms, queries, services
from collab.topics.models import Topic
from collab.web.api import Api, etag
from collab.web.paging import Page
from collab.web.request import db, viewer

blueprint = Api("topics")

Answer = tuple["TopicOut", dict[str, str]]


class TopicItem(desk.EntryItem):
    """A topic in a list. ``last_at``: when something was said last."""

    comments: int
    last_at: datetime
    unread: bool
    decided: bool
    closed: bool


class TopicOut(desk.EntryOut):
    """A topic with its words; ``decision`` in words, ``decision_comment`` by the id of a comment."""

    decision: str
    decision_comment: str | None
    closed: bool


def _out(topic: Topic) -> Answer:
    decision = queries.decision(db(), viewer(), topic)
    found = TopicOut(
        **desk.facts(topic, "decision"),
        decision_comment=decision.public_id if decision else None,
        closed=topic.settled_at is not None,
    )
    return found, etag(topic.version)


def _item(row: Any) -> TopicItem:
    same = desk.item(row, "comments", "last_at", "unread", "decided")
    return TopicItem(**same, closed=row.settled_at is not None)


@blueprint.operation(
    "GET", "/workspaces/<name>/topics", query=forms.TopicListing, answer=TopicItem, many=True
)
def workspace_topics(name: str, query: forms.TopicListing) -> Page[TopicItem]:
    """The topics of a workspace, those first in which something was said last."""
    place, which = desk.place(name), query.which or ""
    rows = queries.listed(db(), viewer(), place, which=which, cursor=query.cursor, limit=query.limit)
    return Page([_item(row) for row in rows.items], rows.next)


@blueprint.operation("POST", "/workspaces/<name>/topics", body=In, answer=TopicOut, status=201)
def create_topic(name: str, body: In) -> Answer:
    """Begin to talk about something; its readers see it at once."""
    return _out(services.create(db(), viewer(), desk.place(name), body.title, body.body))


@blueprint.operation("GET", "/topics/<public_id>", answer=TopicOut)
def get_topic(public_id: str) -> Answer:
    """One topic with what was decided."""
    return _out(desk.one(Topic, public_id))


@blueprint.operation("PATCH", "/topics/<public_id>", body=Patch, answer=TopicOut)
def change_topic(public_id: str, body: Patch) -> Answer:
    """Change the words of a topic."""
    return _out(desk.change(Topic, public_id, body))


@blueprint.operation("DELETE", "/topics/<public_id>", status=204)
def delete_topic(public_id: str) -> None:
    """Delete a topic."""
    desk.delete(Topic, public_id)


@blueprint.operation("PUT", "/topics/<public_id>/decision", body=forms.Decision, answer=TopicOut)
def decide(public_id: str, body: forms.Decision) -> Answer:
    """Say what was decided: in words, by a comment, or both."""
    topic = desk.one(Topic, public_id)
    comment = comments.get(db(), viewer(), body.comment) if body.comment else None
    services.decide(db(), viewer(), topic, body.words, comment)
    return _out(topic)


@blueprint.operation("DELETE", "/topics/<public_id>/decision", answer=TopicOut)
def undecide(public_id: str) -> Answer:
    """Nothing was decided after all."""
    topic = desk.one(Topic, public_id)
    services.undecide(db(), viewer(), topic)
    return _out(topic)


@blueprint.operation("PUT", "/topics/<public_id>/closing", answer=TopicOut)
def close(public_id: str) -> Answer:
    """Close a topic: nobody writes in it any more."""
    topic = desk.one(Topic, public_id)
    services.close(db(), viewer(), topic)
    return _out(topic)


@blueprint.operation("DELETE", "/topics/<public_id>/closing", answer=TopicOut)
def reopen(public_id: str) -> Answer:
    """Open a closed topic again."""
    topic = desk.one(Topic, public_id)
    services.reopen(db(), viewer(), topic)
    return _out(topic)
