"""The second net: queries that forgot the policy find nothing that the viewer may not see."""

from typing import Any

import pytest
from sqlalchemy import Select, delete, exists, func, select, union, update
from sqlalchemy.orm import Session, aliased

from collab.auth.models import Account
from collab.blog.models import Post
from collab.comments.models import Comment
from collab.workspaces.models import Entry
from collab.workspaces.net import NobodyAsked, as_system
from tests.cast import World

other = aliased(Entry)

#: Queries that forgot the policy; each answers a non-empty result for the author of one secret post
#: with one comment, and must answer nothing, or 0, for a colleague.
FORGOTTEN: dict[str, Select[Any]] = {
    "whole": select(Post),
    "above its kind": select(Entry),
    "columns": select(Entry.title),
    "columns of the kind": select(Post.slug),
    "alias": select(other.title),
    "count": select(func.count()).select_from(Entry),
    "count of the kind": select(func.count()).select_from(Post),
    "count of ids": select(func.count(Entry.id)),
    "parts": select(Comment.body),
    "count of parts": select(func.count()).select_from(Comment),
    "latest part": select(func.max(Comment.id)),
    "join from elsewhere": select(Account.name).join(Entry, Entry.author_id == Account.id),
    "join to a part": select(Account.name).join(Comment, Comment.author_id == Account.id),
    "subquery": select(func.count()).select_from(select(Comment.id).subquery()),
    "common table": select(func.count()).select_from(select(Entry.id).cte()),
    "in a list": select(Account.name).where(Account.id.in_(select(Comment.author_id))),
    "exists": select(Account.name).where(exists().where(Entry.author_id == Account.id)),
    "scalar": select(select(func.count()).select_from(Comment).scalar_subquery()),
    "union": select(union(select(Entry.title), select(Comment.body)).subquery()),
}


@pytest.fixture
def secret(world: World) -> Post:
    post = world.post("Hidden", workspace=world.workspace(visibility="secret"))
    world.comment(post, "Said inside", author="author")
    return post


def test_a_query_that_forgot_the_policy_finds_only_what_may_be_seen(world: World, secret: Post) -> None:
    wrong = []
    for who, finds in {"author": True, "colleague": False, "guest": False, "stranger": False}.items():
        with world.looking(who) as (db, _):
            for name, query in FORGOTTEN.items():
                rows = [row for row in db.execute(query).all() if row[0] not in (0, None)]
                if bool(rows) is not finds:
                    wrong.append((who, name))
    assert wrong == []


def test_a_session_without_a_viewer_has_to_name_its_job(world: World) -> None:
    with world.context.read() as db:
        for query in FORGOTTEN.values():
            with pytest.raises(NobodyAsked):
                db.execute(query)
        db.execute(select(Account.name))
        as_system(db, "test")
        for query in FORGOTTEN.values():
            db.execute(query)


def test_one_object_by_its_number_is_hidden_too(world: World, secret: Post) -> None:
    with world.looking("colleague") as (db, _):
        assert db.get(Entry, secret.id) is None
        assert db.get(Post, secret.id) is None
    with world.looking("author") as (db, _):
        assert db.get(Post, secret.id) is not None


def test_changes_reach_only_what_may_be_seen(world: World, secret: Post) -> None:
    mine = world.post("Mine", author="colleague")
    statements = [
        update(Entry).values(summary="changed"),
        update(Post).values(image_id=None, slug="changed"),
        update(Comment).values(text="changed"),
        delete(Comment),
    ]
    with world.acting("colleague") as (db, _):
        changed = [_changed(db, statement) for statement in statements]
    with world.system() as db:
        kept = db.get_one(Post, secret.id)
        assert (kept.summary, kept.slug) == ("Some words.", secret.slug)
        assert db.scalar(select(func.count()).select_from(Comment)) == 1
        assert db.get_one(Post, mine.id).slug == "changed"
    assert changed == [1, 1, 0, 0]


def _changed(db: Session, statement: Any) -> int:
    return int(db.execute(statement).rowcount)  # type: ignore[attr-defined]
