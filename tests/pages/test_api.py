"""Pages for programs."""

import pytest

from tests.cast import World


@pytest.fixture
def place(world: World) -> str:
    return world.workspace(members=["member"], readers=["colleague"])


def test_pages_are_written_read_changed_and_deleted(world: World, place: str) -> None:
    api, token = world.app.test_client(), world.token("author")
    top = api.post(f"/api/v1/workspaces/{place}/pages", json={"title": "Top", "body": "*a*"}, headers=token)
    assert top.status_code == 201
    leaf = api.post(
        f"/api/v1/workspaces/{place}/pages", json={"title": "Leaf", "parent": top.json["id"]}, headers=token
    )
    assert (leaf.json["path"], leaf.json["parent"]) == ("top/leaf", top.json["id"])
    one = f"/api/v1/pages/{leaf.json['id']}"
    headers = {**token, "If-Match": leaf.headers["ETag"]}
    changed = api.patch(one, json={"body": "New", "parent": None}, headers=headers)
    assert (changed.json["body"], changed.json["path"], changed.json["parent"]) == ("New", "leaf", None)
    assert api.patch(one, json={"body": "Late"}, headers=headers).status_code == 412
    assert api.get(one, headers=token).json["body"] == "New"
    assert api.delete(one, headers=token).status_code == 204
    assert api.get(one, headers=token).status_code == 404


def test_the_list_is_the_tree_in_parts(world: World, place: str) -> None:
    top = world.page("Top", workspace=place)
    world.page("Leaf", workspace=place, below=top)
    world.page("Other", workspace=place)
    client, path = world.as_("colleague"), f"/api/v1/workspaces/{place}/pages"
    first = client.get(f"{path}?limit=2").json
    rest = client.get(f"{path}?limit=2&cursor={first['next']}").json
    assert [(item["title"], item["depth"]) for item in first["items"] + rest["items"]] == [
        ("Top", 0),
        ("Leaf", 1),
        ("Other", 0),
    ]
    assert rest["next"] is None
    assert first["items"][1]["parent"] == top.public_id


def test_a_workspace_is_named_by_slug_or_id(world: World, place: str) -> None:
    page = world.page("Top", workspace=place)
    client = world.as_("member")
    assert client.get(f"/api/v1/pages/{page.public_id}").json["workspace"] == place
    public_id = client.get(f"/api/v1/workspaces/{place}").json["id"]
    assert client.get(f"/api/v1/workspaces/{public_id}/pages").json["items"][0]["id"] == page.public_id


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"title": ""}, 422),
        ({"title": "A", "parent": "nobody"}, 422),
        ({"title": "A", "x": 1}, 422),
        ([], 400),
    ],
)
def test_what_is_no_page_is_refused(world: World, place: str, body: object, status: int) -> None:
    answer = world.app.test_client().post(
        f"/api/v1/workspaces/{place}/pages", json=body, headers=world.token("author")
    )
    assert answer.status_code == status


def test_readers_read_and_do_not_write(world: World, place: str) -> None:
    page = world.page("Top", workspace=place)
    api, token = world.app.test_client(), world.token("colleague")
    one = f"/api/v1/pages/{page.public_id}"
    assert api.get(one, headers=token).status_code == 200
    assert api.patch(one, json={"body": "X"}, headers=token).status_code == 403
    assert api.delete(one, headers=token).status_code == 403
