"""What the people of the demo company talk about: topics, ideas, polls."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import clock
from collab.activity.outbox import Context
from collab.comments import services as comments
from collab.ideas import answers
from collab.ideas import services as ideas
from collab.ideas.models import Idea
from collab.polls import queries as poll_queries
from collab.polls import services as polls
from collab.topics import services as topics
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.models import Workspace

People = Mapping[str, Viewer]


def make(context: Context, people: People, plan: Any) -> None:
    """Put everything of the plan into its workspace."""
    with context.write.begin() as db:
        place = db.scalars(select(Workspace).where(Workspace.slug == plan["workspace"])).one()
        place.sections = [*place.sections, *(name for name in plan["sections"] if name not in place.sections)]
    for row in plan["topics"]:
        _topic(context, people, plan["workspace"], row)
    for row in plan["ideas"]:
        _idea(context, people, plan["workspace"], row)
    for row in plan["polls"]:
        _poll(context, people, plan["workspace"], row)


@contextmanager
def _as(context: Context, viewer: Viewer, ago: float) -> Iterator[tuple[Session, Viewer]]:
    """A transaction of somebody's, so many days ago."""
    with context.write.begin() as db, clock.shifted(-timedelta(days=ago)):
        db.info["viewer"] = viewer
        yield db, viewer


def _topic(context: Context, people: People, slug: str, row: Any) -> None:
    ago, step = row["ago"], row["ago"] / (len(row["comments"]) + 2)
    with _as(context, people[row["by"]], ago) as (db, viewer):
        place = access.workspace(db, viewer, slug)
        topic = topics.create(db, viewer, place, row["title"], row["body"], guests=row.get("guests", False))
    for number, said in enumerate(row["comments"], 1):
        with _as(context, people[said["by"]], ago - number * step) as (db, viewer):
            found = access.get(db, viewer, type(topic), type(topic).id == topic.id)
            comments.add(db, viewer, found, said["body"], internal=said.get("internal", False))
    if "decision" in row:
        with _as(context, people[row["by"]], step) as (db, viewer):
            found = access.get(db, viewer, type(topic), type(topic).id == topic.id)
            topics.decide(db, viewer, found, row["decision"])


def _idea(context: Context, people: People, slug: str, row: Any) -> None:
    with _as(context, people[row["by"]], row["ago"]) as (db, viewer):
        number = ideas.create(
            db, viewer, access.workspace(db, viewer, slug), row["title"], row["body"], guests=False
        ).id
    for who in row["votes"]:
        with _as(context, people[who], row["ago"] * 0.7) as (db, viewer):
            ideas.vote(db, viewer, access.get(db, viewer, Idea, Idea.id == number), on=True)
    if "answer" in row:
        said = row["answer"]
        with _as(context, people[said["by"]], row["ago"] * 0.4) as (db, viewer):
            idea = access.get(db, viewer, Idea, Idea.id == number)
            answers.answer(
                db,
                viewer,
                idea,
                said["state"],
                said["reason"],
                base_version=idea.version,
                before=said.get("before", ""),
                after=said.get("after", ""),
                next_on=(clock.now() + timedelta(days=said["next_in"])).date() if "next_in" in said else None,
            )


def _poll(context: Context, people: People, slug: str, row: Any) -> None:
    closes_at = clock.now() + timedelta(days=row["closes_in"]) if "closes_in" in row else None
    rules = {name: row.get(name, False) for name in ("multiple", "anonymous", "guests")}
    with _as(context, people[row["by"]], row["ago"]) as (db, viewer):
        place = access.workspace(db, viewer, slug)
        poll = polls.create(
            db,
            viewer,
            place,
            row["title"],
            row.get("body", ""),
            options=row["options"],
            closes_at=closes_at,
            **rules,
        )
    for who, chosen in row["votes"].items():
        with _as(context, people[who], row["ago"] / 2) as (db, viewer):
            found = access.get(db, viewer, type(poll), type(poll).id == poll.id)
            ids = [one.public_id for one in poll_queries.options(db, viewer, found)]
            polls.vote(db, viewer, found, [ids[n] for n in chosen], context.settings.key)
