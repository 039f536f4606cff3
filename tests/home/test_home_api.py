"""What programs get of the first page: what happened, what is pinned and watched, templates, the picture."""

import io

from PIL import Image

from tests.cast import World


def test_programs_read_what_happened_and_pin_and_watch(world: World) -> None:
    place = world.workspace("Cranes", members=["member"], visibility="closed")
    page = world.page("Plan", workspace=place)
    client, here = world.as_("stranger"), f"/api/v1/workspaces/{place}"
    author, member, other = (world.token(who) for who in ("author", "member", "colleague"))

    (line,) = client.get(f"{here}/stream", headers=member).json["items"]
    assert (line["sentence"], line["person"], line["workspace"]) == ("Author wrote “Plan”", "Author", place)
    assert client.get("/api/v1/stream", headers=member).json["items"][0]["id"] == line["id"]
    assert client.get("/api/v1/stream", headers=author).json["items"] == [], "what others did"
    for path in ("stream", "pins", "pages/export?form=html"):
        assert client.get(f"{here}/{path}", headers=other).status_code == 404

    pin = f"{here}/pins/{page.public_id}"
    assert client.put(pin, headers=member).status_code == 403
    assert [one["title"] for one in client.put(pin, headers=author).json["items"]] == ["Plan"]
    assert [one["id"] for one in client.get(f"{here}/pins", headers=member).json["items"]] == [page.public_id]
    assert client.delete(pin, headers=author).status_code == 204
    assert client.get(f"{here}/pins", headers=member).json["items"] == []

    watch = f"/api/v1/entries/{page.public_id}/watch"
    assert client.put(watch, headers=member).json == {"watched": True}
    assert client.delete(watch, headers=member).status_code == 204
    assert client.get(watch, headers=member).json == {"watched": False}
    assert client.put(watch, headers=other).status_code == 404

    packed = client.get(f"{here}/pages/export?form=markdown", headers=member)
    assert (packed.status_code, packed.mimetype) == (200, "application/zip")
    assert client.get(f"{here}/pages/export?form=exe", headers=member).status_code == 422


def test_programs_begin_from_a_template_and_give_a_picture(world: World) -> None:
    client, author = world.as_("stranger"), world.token("author")
    offered = client.get("/api/v1/workspace-templates", headers=author).json["items"]
    assert [one["id"] for one in offered][:2] == ["project", "team"]
    assert client.get("/api/v1/workspace-templates", headers=world.token("guest")).status_code == 404
    body = {"name": "New", "template": offered[0]["id"]}
    slug = client.post("/api/v1/workspaces", json=body, headers=author).json["slug"]
    picture = io.BytesIO()
    Image.new("RGB", (60, 60), "teal").save(picture, "PNG")
    picture.seek(0)
    path, sent = f"/api/v1/workspaces/{slug}/picture", {"photo": (picture, "crane.png"), "alt": "A crane"}
    member = world.token("member")
    assert client.put(path, data={"alt": "None"}, headers=author).status_code == 422
    assert client.put(path, data={"alt": "None"}, headers=member).status_code == 403
    assert client.put(path, data=sent, headers=author).json["url"].endswith(f"/w/{slug}/picture")
    assert world.as_("author").get(f"/w/{slug}/picture").mimetype.startswith("image/")
    assert client.delete(path, headers=author).status_code == 204
    assert world.as_("author").get(f"/w/{slug}/picture").status_code == 404
