"""What stands around every request: who is out is out at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from collab import clock
from collab.auth import services as accounts
from collab.auth.models import Account, SignInSession
from collab.blog.models import Post
from collab.viewer import ANONYMOUS
from tests.cast import World

Way = Callable[[World, str], TestResponse]


def _by_cookie(world: World, who: str) -> TestResponse:
    return world.as_(who).get("/api/v1/me")


def _feed_key(world: World, who: str) -> str:
    return world.token(who, "feed")["Authorization"].removeprefix("Bearer ")


# Out is out ---------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["suspended", "locked", "ended"])
def test_who_is_out_is_out_on_every_way_in(world: World, end: str) -> None:
    slug = world.workspace(members=["guest"])
    world.post("Only inside", workspace=slug, guests_from=clock.now())
    token, key = world.token("guest"), _feed_key(world, "guest")
    stranger = world.app.test_client()
    ways: dict[str, Callable[[], bool]] = {
        "cookie": lambda: _by_cookie(world, "guest").status_code == 200,
        "token": lambda: stranger.get("/api/v1/me", headers=token).status_code == 200,
        "feed": lambda: "Only inside" in stranger.get(f"/blog/feed.atom?key={key}").text,
    }
    ways["feed"]()
    before = {name: way() for name, way in ways.items()}
    assert before["cookie"] and before["token"]

    with world.system() as db:
        account = db.get_one(Account, world.account_id("guest"))
        if end == "ended":
            account.ends_at = clock.now()
        else:
            account.status = end

    assert {name: way() for name, way in ways.items()} == dict.fromkeys(ways, False)


def test_suspending_ends_sessions_and_tokens_for_good(world: World) -> None:
    token = world.token("member")
    assert _by_cookie(world, "member").status_code == 200
    with world.system() as db:
        account = db.get_one(Account, world.account_id("member"))
        accounts.suspend(db, ANONYMOUS, account)
        accounts.activate(db, ANONYMOUS, account)

    assert _by_cookie(world, "member").status_code == 401
    assert world.app.test_client().get("/api/v1/me", headers=token).status_code == 401


def test_a_session_that_was_ended_elsewhere_is_out_at_once(world: World) -> None:
    assert _by_cookie(world, "member").status_code == 200
    with world.system() as db:
        db.execute(update(SignInSession).values(ended_at=clock.now()))

    assert _by_cookie(world, "member").status_code == 401


@pytest.mark.parametrize(
    ("who", "hours", "lasts"), [("member", 23, True), ("member", 25, False), ("guest", 9, False)]
)
def test_a_session_ends_when_nobody_uses_it(world: World, who: str, hours: int, lasts: bool) -> None:
    assert _by_cookie(world, who).status_code == 200
    with clock.shifted(timedelta(hours=hours)):
        assert (_by_cookie(world, who).status_code == 200) is lasts


def test_a_session_ends_after_a_week_however_much_it_is_used(world: World) -> None:
    for day in range(8):
        with clock.shifted(timedelta(hours=day * 23)):
            assert (_by_cookie(world, "member").status_code == 200) is (day * 23 < 7 * 24), day


def test_a_role_that_was_taken_away_is_gone_with_the_next_request(world: World) -> None:
    admin = world.as_("admin")
    assert admin.get("/admin/people").status_code == 200
    with world.system() as db:
        db.execute(update(Account).where(Account.id == world.account_id("admin")).values(is_admin=False))
    assert admin.get("/admin/people").status_code == 404


def test_the_database_knows_no_token_and_no_cookie(world: World) -> None:
    world.as_("member")
    token = world.token("member")["Authorization"].removeprefix("Bearer ")
    cookie = world.as_("member").get_cookie("collab")
    assert cookie is not None
    with world.system() as db:
        assert accounts.by_token(db, token) is not None
        kept = {*db.scalars(select(SignInSession.token_hash))}
    assert cookie.value not in kept
    assert {len(value) for value in kept} == {64}


# The same request twice, and two at once ---------------------------------------------------------


def test_the_same_request_twice_does_its_work_once(world: World) -> None:
    headers = {**world.token("author"), "Idempotency-Key": "once"}
    client = world.app.test_client()
    first = client.post("/api/v1/posts", json={"title": "Once", "body": "B"}, headers=headers)
    again = client.post("/api/v1/posts", json={"title": "Once", "body": "B"}, headers=headers)
    other = client.post("/api/v1/posts", json={"title": "Other", "body": "B"}, headers=headers)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json == again.json
    with world.system() as db:
        assert db.scalar(select(func.count()).select_from(Post)) == 1
    mine = client.post(
        "/api/v1/posts",
        json={"title": "Once", "body": "B"},
        headers={**world.token("member"), "Idempotency-Key": "once"},
    )
    assert first.json is not None and mine.json is not None
    assert mine.json["id"] != first.json["id"]


def test_who_read_an_older_version_changes_nothing(world: World) -> None:
    client, headers = world.app.test_client(), world.token("author")
    made = client.post("/api/v1/posts", json={"title": "First", "body": "B"}, headers=headers)
    assert made.json is not None
    path, tag = f"/api/v1/posts/{made.json['id']}", made.headers["ETag"]

    changed = client.patch(path, json={"title": "Second"}, headers={**headers, "If-Match": tag})
    late = client.patch(path, json={"title": "Third"}, headers={**headers, "If-Match": tag})
    odd = client.patch(path, json={"title": "Third"}, headers={**headers, "If-Match": '"x"'})

    assert (changed.status_code, late.status_code, odd.status_code) == (200, 412, 422)
    assert changed.headers["ETag"] != tag
    assert late.mimetype == "application/problem+json"
    found = client.get(path, headers=headers).json
    assert found is not None and found["title"] == "Second"
