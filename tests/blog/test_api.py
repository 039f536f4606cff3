"""Posts through the API: the same rules as on the pages."""

from datetime import timedelta

from collab import clock
from tests.cast import World


def test_a_post_from_draft_to_public_and_back(world: World) -> None:
    client, key = world.as_("stranger"), world.token("author")

    made = client.post("/api/v1/posts", json={"title": "News", "body": "*Hi*", "tags": ["A b"]}, headers=key)
    assert made.status_code == 201
    assert made.json is not None
    post = made.json
    assert (post["published_at"], post["tags"], post["workspace"]) == (None, ["A b"], "blog")
    assert "<em>Hi</em>" in post["html"]
    address = f"/api/v1/posts/{post['id']}"
    assert client.get(address, headers=world.token("member")).status_code == 404

    assert client.post(f"{address}/publication", headers=key).status_code == 201
    assert client.get(address, headers=world.token("member")).status_code == 200
    now = clock.now().isoformat()
    shared = client.patch(address, json={"guests_from": now, "public_from": now}, headers=key)
    assert shared.status_code == 200
    assert client.get(address).status_code == 200
    assert client.delete(f"{address}/publication", headers=key).status_code == 204
    assert client.get(address).status_code == 404
    assert client.delete(address, headers=key).status_code == 204
    assert client.get(address, headers=key).status_code == 404


def test_creating_with_the_same_key_creates_once(world: World) -> None:
    client = world.as_("stranger")
    headers = world.token("author") | {"Idempotency-Key": "abc"}

    first = client.post("/api/v1/posts", json={"title": "Once", "body": "x"}, headers=headers)
    second = client.post("/api/v1/posts", json={"title": "Once", "body": "x"}, headers=headers)

    assert first.json == second.json
    assert "Once" in world.as_("author").get("/blog/drafts").text
    assert world.as_("author").get("/blog/drafts").text.count(">Once</a>") == 1


def test_changing_asks_for_the_version_that_was_read(world: World) -> None:
    post = world.post("Plan", "May")
    client, key = world.as_("stranger"), world.token("author")
    address = f"/api/v1/posts/{post.public_id}"
    etag = client.get(address, headers=key).headers["ETag"]

    fresh = client.patch(address, json={"body": "June"}, headers=key | {"If-Match": etag})
    stale = client.patch(address, json={"body": "July"}, headers=key | {"If-Match": etag})

    assert fresh.status_code == 200
    assert fresh.headers["ETag"] != etag
    assert stale.status_code == 412
    answer = client.get(address, headers=key).json
    assert answer is not None
    assert (answer["title"], answer["body"]) == ("Plan", "June")


def test_only_authors_change_and_only_with_a_token(world: World) -> None:
    post = world.post("Mine")
    address = f"/api/v1/posts/{post.public_id}"

    assert (
        world.as_("colleague")
        .patch(address, json={"title": "x"}, headers=world.token("colleague"))
        .status_code
        == 403
    )
    assert world.as_("stranger").patch(address, json={"title": "x"}).status_code == 401
    reader = world.token("author", "read")
    assert world.as_("stranger").patch(address, json={"title": "x"}, headers=reader).status_code == 403
    assert world.as_("author").get(address).status_code == 200


def test_wrong_input_is_named(world: World) -> None:
    client, key = world.as_("stranger"), world.token("author")
    wrong = [
        {"body": "x"},
        {"title": ""},
        {"title": "x" * 301},
        {"title": "x", "unknown": 1},
        {"title": "x", "workspace": "nowhere"},
        {"title": "x", "authors": ["nobody"]},
        {"title": "x", "guests_from": "soon"},
        {"title": "x", "tags": "y" * 100},
    ]

    for body in wrong:
        answer = client.post("/api/v1/posts", json=body, headers=key)
        assert answer.status_code == 422, body
        assert answer.mimetype == "application/problem+json"
    assert client.post("/api/v1/posts", json=["x"], headers=key).status_code == 400


def test_outsiders_never_know_before_the_staff(world: World) -> None:
    client, key = world.as_("stranger"), world.token("author")
    now, later = clock.now(), clock.now() + timedelta(days=2)
    made = client.post(
        "/api/v1/posts",
        json={"title": "x", "guests_from": now.isoformat(), "public_from": now.isoformat()},
        headers=key,
    )
    assert made.json is not None
    out = client.post(
        f"/api/v1/posts/{made.json['id']}/publication", json={"at": later.isoformat()}, headers=key
    )

    assert out.json is not None
    assert out.json["published_at"] <= out.json["guests_from"] <= out.json["public_from"]
    swapped = {"title": "x", "guests_from": later.isoformat(), "public_from": now.isoformat()}
    assert client.post("/api/v1/posts", json=swapped, headers=key).status_code == 422


def test_the_list_filters_and_goes_on(world: World) -> None:
    board = world.workspace(members=["member"], visibility="closed")
    for number in range(3):
        world.post(f"Post {number}", tags=["Big Plan"])
    world.post("Board post", workspace=board, author="member")
    client = world.as_("member")

    def titles(query: str) -> list[str]:
        answer = client.get(f"/api/v1/posts{query}").json
        assert answer is not None
        return [item["title"] for item in answer["items"]]

    assert titles("") == ["Board post", "Post 2", "Post 1", "Post 0"]
    assert titles("?tag=big-plan") == ["Post 2", "Post 1", "Post 0"]
    assert titles("?author=member") == titles(f"?workspace={board}") == ["Board post"]
    assert titles("?author=nobody") == titles("?workspace=nowhere") == []
    first = client.get("/api/v1/posts?limit=3").json
    assert first is not None
    assert titles(f"?limit=3&cursor={first['next']}") == ["Post 0"]
    assert client.get("/api/v1/posts?cursor=x").status_code == 422
    assert client.get("/api/v1/posts?sort=title").status_code == 422
