"""What people say about themselves, on the page and by the API."""

import io

import pytest
from PIL import Image

from collab.auth.models import Account
from tests.cast import STRANGER, World

PROFILE = {
    "name": "Ann Author",
    "title": "Sales",
    "location": "Ulm",
    "bio": "I *sell*.",
    "timezone": "",
    "locale": "en",
}


def _account(world: World, who: str) -> Account:
    with world.looking() as (db, _viewer):
        return db.get_one(Account, world.account_id(who))


def _picture(kind: str = "JPEG") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (1200, 400), "teal").save(out, kind)
    out.seek(0)
    return out


@pytest.mark.parametrize("who", ["author", "guest"])
def test_everybody_changes_their_own_profile(world: World, who: str) -> None:
    answer = world.as_(who).send("/account/", PROFILE)

    assert answer.status_code == 303
    page = world.as_(who).get("/account/").text
    assert all(text in page for text in ("Ann Author", "Sales", "Ulm", "I *sell*."))


def test_a_refused_profile_keeps_what_was_written_and_says_why(world: World) -> None:
    answer = world.as_("author").send("/account/", PROFILE | {"name": " ", "timezone": "Mars/Base"})

    assert answer.status_code == 422
    assert "Error: " in answer.text
    assert "Please fill this in." in answer.text
    assert "such as Europe/Berlin" in answer.text
    assert "I *sell*." in answer.text
    assert _account(world, "author").title == ""


@pytest.mark.parametrize("field", ["kind", "is_admin", "firm_id", "email", "status", "handle"])
def test_nobody_gives_themself_rights_by_a_profile(world: World, field: str) -> None:
    assert world.as_("guest").send("/account/", PROFILE | {field: "1"}).status_code == 422
    answer = world.as_("guest").put("/api/v1/me", json=PROFILE | {field: "1"}, headers=world.token("guest"))
    assert answer.status_code == 422
    assert _account(world, "guest").name == "Guest"


def test_the_language_of_the_profile_is_the_language_of_the_pages(world: World) -> None:
    world.as_("author").send("/account/", PROFILE | {"locale": "de"})

    assert '<html lang="de"' in world.as_("author").get("/account/").text


def test_a_photo_is_kept_square_and_without_what_the_camera_added(world: World) -> None:
    taken = Image.new("RGB", (900, 300), "navy")
    exif = taken.getexif()
    exif[0x010F] = "Camera of Ann"
    upload = io.BytesIO()
    taken.save(upload, "JPEG", exif=exif)
    upload.seek(0)

    answer = world.as_("author").send("/account/photo", {"photo": (upload, "me.jpg")})

    assert answer.status_code == 303
    sha256 = _account(world, "author").photo
    assert sha256 is not None
    kept = world.context.storage.path(sha256)
    assert Image.open(kept).size == (320, 320)
    assert [path for path in world.context.storage.root.rglob("[!.]*") if path.is_file()] == [kept]
    assert b"Camera of Ann" not in kept.read_bytes()
    assert "/photo?v=" in world.as_("author").get("/account/").text


@pytest.mark.parametrize(
    "upload",
    [b"<svg onload='alert(1)'/>", b"\x89PNG\r\n\x1a\n" + b"\0" * 99, b""],
    ids=["not a picture", "broken", "empty"],
)
def test_what_is_no_picture_is_refused_with_a_sentence(world: World, upload: bytes) -> None:
    answer = world.as_("author").send("/account/photo", {"photo": (io.BytesIO(upload), "me.png")})

    assert answer.status_code == 422
    assert "not an image" in answer.text
    assert _account(world, "author").photo is None


def test_a_forgotten_photo_is_asked_for_and_a_photo_can_go(world: World) -> None:
    author = world.as_("author")
    assert "choose a file" in author.send("/account/photo").text
    author.send("/account/photo", {"photo": (_picture("PNG"), "me.png")})
    assert author.send("/account/photo/delete").status_code == 303
    assert _account(world, "author").photo is None


def test_me_by_the_api(world: World) -> None:
    token = world.token("author")

    changed = world.as_(STRANGER).put("/api/v1/me", json=PROFILE, headers=token)
    me = world.as_(STRANGER).get("/api/v1/me", headers=token).json

    assert changed.json == me
    assert me["name"] == "Ann Author"
    assert me["email"] == "author@example.com"
    assert me["url"].endswith("/people/author")
    assert "id" in me
    assert me["id"] != world.account_id("author")


def test_me_needs_somebody_and_a_change_needs_a_token_that_may_write(world: World) -> None:
    assert world.as_(STRANGER).get("/api/v1/me").status_code == 401
    assert world.as_("author").get("/api/v1/me").status_code == 200
    reads = world.token("author", "read")
    answer = world.as_(STRANGER).put("/api/v1/me", json=PROFILE, headers=reads)
    assert answer.status_code == 403
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("path", ["/account/", "/account/security"])
def test_account_pages_send_strangers_to_sign_in(world: World, path: str) -> None:
    answer = world.as_(STRANGER).get(path)
    assert answer.status_code == 303
    assert answer.location.startswith("/login?next=")
