"""Files: taken in, looked at, given to those who may read the entry, never run in a browser."""

import io
from pathlib import Path

import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from collab import clock
from collab.blog.models import Post
from collab.files import services
from collab.files.models import Attachment
from tests.cast import CAST, STRANGER, World
from tests.files.samples import HOSTILE, animation, bomb, photo_held_upright, picture


def upload(
    world: World, who: str, post: Post, content: bytes, name: str = "picture.png", query: str = ""
) -> TestResponse:
    data = {"file": (io.BytesIO(content), name)}
    return world.as_(who).send(
        f"/entries/{post.public_id}/files{query}", data, content_type="multipart/form-data"
    )


def shared(world: World, **more: bool) -> Post:
    slug = world.workspace(visibility="closed", members=["member", "guest", "rival"], **more)
    return world.post("Plan", workspace=slug, guests_from=clock.now())


def test_a_picture_goes_up_and_comes_back(world: World) -> None:
    post, content = shared(world), picture()
    answer = upload(world, "author", post, content, "Grüße aus Köln.png")

    assert answer.status_code == 201
    assert (answer.json["name"], answer.json["media_type"]) == ("Grüße aus Köln.png", "image/png")
    whole = world.as_("guest").get(answer.json["url"].split("?")[0])
    assert whole.data == content
    assert whole.headers["Content-Disposition"].startswith("inline")
    assert "filename*=UTF-8''Gr%C3%BC%C3%9Fe%20aus%20K%C3%B6ln.png" in whole.headers["Content-Disposition"]


def test_headers_lock_a_file_up_and_ask_again_each_time(world: World) -> None:
    post = shared(world)
    url = upload(world, "author", post, picture()).json["url"]
    answer = world.as_("guest").get(url)

    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = world.as_("guest").get(url, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    hidden = world.as_("colleague").get(url, headers={"If-None-Match": answer.headers["ETag"]})
    assert hidden.status_code == 404


@pytest.mark.parametrize(
    ("size", "expected"),
    [("thumb", (320, 213)), ("page", (1280, 853)), ("", (1500, 1000)), ("huge", (1500, 1000))],
)
def test_smaller_pictures_are_made(world: World, size: str, expected: tuple[int, int]) -> None:
    url = upload(world, "author", shared(world), picture("JPEG", (1500, 1000)), "p.jpg").json["url"]
    answer = world.as_("member").get(f"{url.split('?')[0]}?size={size}")

    assert Image.open(io.BytesIO(answer.data)).size == expected
    assert answer.mimetype == ("image/webp" if size in ("thumb", "page") else "image/jpeg")


def test_smaller_pictures_stand_upright_and_tell_nothing(world: World) -> None:
    post = shared(world)
    answer = upload(world, "author", post, photo_held_upright(), "photo.jpg")
    small = world.as_("member").get(answer.json["url"])

    facts = world.as_("author").get(f"/api/v1/entries/{post.public_id}/files").json["items"][0]
    assert (facts["width"], facts["height"]) == (40, 60)
    assert Image.open(io.BytesIO(small.data)).size == (40, 60)
    assert b"SecretCameraMaker" not in small.data and b"EXIF" not in small.data


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16", "CMYK"])
def test_pictures_of_all_colours_are_made_smaller(world: World, mode: str) -> None:
    kind = "JPEG" if mode == "CMYK" else "PNG"
    out = io.BytesIO()
    grey = Image.linear_gradient("L").resize((900, 600))
    picture_of_mode = (
        grey.convert("I").point(lambda value: value * 256).convert(mode) if mode == "I;16" else None
    )
    (picture_of_mode or grey.convert(mode)).save(out, kind)
    url = upload(world, "author", shared(world), out.getvalue(), "p.png").json["url"]
    small = Image.open(io.BytesIO(world.as_("member").get(url.replace("=page", "=thumb")).data))

    darkest, brightest = small.convert("L").getextrema()
    assert small.size == (320, 213)
    assert darkest < 30 and brightest > 220


def test_an_animation_stays_one(world: World) -> None:
    content = animation()
    url = upload(world, "author", shared(world), content, "a.gif").json["url"]

    assert world.as_("member").get(url).data == content
    assert world.as_("member").get(url.replace("=page", "=thumb")).mimetype == "image/webp"


def test_a_missing_smaller_picture_is_made_again(world: World) -> None:
    url = upload(world, "author", shared(world), picture("JPEG", (900, 300)), "p.jpg").json["url"]
    for kept in world.context.storage.root.rglob("*.page"):
        kept.unlink()

    assert Image.open(io.BytesIO(world.as_("member").get(url).data)).format == "WEBP"


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_hostile_is_ever_shown_inside_a_page(world: World, name: str) -> None:
    answer = upload(world, "author", shared(world), HOSTILE[name], name)

    assert answer.status_code == 201
    for size in ("", "?size=thumb", "?size=page"):
        sent = world.as_("member").get(answer.json["url"] + size)
        assert sent.headers["Content-Disposition"].startswith("attachment"), name
        assert sent.mimetype in (
            "application/octet-stream",
            "application/pdf",
            "text/plain",
            "message/rfc822",
        )
        assert sent.data == HOSTILE[name]


@pytest.mark.parametrize(
    ("content", "why"), [(bomb(60_000, 60_000), "too many pixels"), (picture()[:40], "not an image")]
)
def test_a_picture_that_cannot_be_shown_is_kept_with_a_word_about_why(
    world: World, content: bytes, why: str
) -> None:
    answer = upload(world, "author", shared(world), content, "p.png")

    assert answer.status_code == 201
    assert why in answer.json["note"]
    assert not answer.json["is_picture"] and "alt_url" not in answer.json


def test_a_picture_that_only_says_it_is_small_ends_within_the_limits(world: World) -> None:
    content = bomb(6000, 6000)  # within the pixels allowed, and most of them missing

    assert upload(world, "author", shared(world), content, "p.png").status_code == 201


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Müller\\Bericht.pdf", "Bericht.pdf"),
        (".htaccess", "htaccess"),
        ("...", "file"),
        ("a\nb\x00c.txt", "a bc.txt"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("zero\u200bwidth.txt", "zerowidth.txt"),
        ('a"b<c>:d|e?f*.txt', "a_b_c__d_e_f_.txt"),
        ("Übersicht  der   Maße.txt", "Übersicht der Maße.txt"),
        ("日本語.txt", "日本語.txt"),
        ("x" * 10_000 + ".txt", "x" * 196 + ".txt"),
    ],
)
def test_names_are_made_fit_to_keep(world: World, given: str, kept: str) -> None:
    post = world.post()
    with world.acting("author") as (db, viewer):
        file = services.attach(
            db,
            viewer,
            db.merge(post, load=False),
            world.context.storage,
            FileStorage(io.BytesIO(b"text"), filename=given),
            limit_mb=1,
        )
        address = services.address(file)
    assert file.name == kept
    sent = world.as_("author").get(address)
    assert (sent.status_code, sent.data) == (200, b"text")


def test_a_pictures_name_ends_as_its_content_says(world: World) -> None:
    assert upload(world, "author", shared(world), picture(), "evil.html").json["name"] == "evil.html.png"


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [(b"", "empty.txt", "empty_file"), (b"", "", "no_file"), (b"x", "", "no_file")],
)
def test_nothing_is_refused_in_words(world: World, content: bytes, name: str, code: str) -> None:
    answer = upload(world, "author", shared(world), content, name)

    assert (answer.status_code, answer.json["title"]) == (422, code)
    assert answer.mimetype == "application/problem+json"


def test_what_is_too_large_is_refused_with_the_limit(world: World) -> None:
    post = shared(world)
    limit = world.context.settings.upload_limit_mb
    answer = upload(world, "author", post, b"x" * ((limit << 20) + 1), "large.bin")

    assert answer.status_code == 413
    assert f"{limit} MB" in answer.json["detail"]
    assert world.as_("author").get(f"/api/v1/entries/{post.public_id}/files").json["items"] == []


def test_the_same_file_twice_is_kept_once(world: World) -> None:
    post = shared(world)
    first, second = (upload(world, "author", post, picture(), "a.png").json for _ in range(2))

    assert first["id"] == second["id"]
    other = upload(world, "author", post, picture(), "b.png").json
    assert other["id"] != first["id"]
    blobs = [path for path in world.context.storage.root.rglob("[!.]*") if path.is_file() and not path.suffix]
    assert len(blobs) == 1


CAN_ATTACH = {"author": 201, "member": 403, "guest": 403, "colleague": 404, "admin": 404, STRANGER: 401}


@pytest.mark.parametrize(("who", "status"), CAN_ATTACH.items())
def test_files_are_attached_by_those_who_may_edit(world: World, who: str, status: int) -> None:
    assert upload(world, who, shared(world), picture()).status_code == status


CAN_READ = {
    "shared": {"author", "member", "guest", "rival"},
    "draft": {"author"},
    "public": {*CAST, STRANGER},
    "deleted": set(),
}


@pytest.mark.parametrize("what", CAN_READ)
def test_a_file_is_read_by_whoever_reads_its_entry(world: World, what: str) -> None:
    if what == "public":
        post = world.post("News", public_from=clock.now())
    elif what == "draft":
        post = world.post("Draft", published=False)
    else:
        post = shared(world)
    url = upload(world, "author", post, picture()).json["url"]
    if what == "deleted":
        with world.system() as db:
            db.merge(post).deleted_at = clock.now()
    for who in (*CAST, STRANGER):
        for size in ("", "?size=thumb"):
            answer = world.as_(who).get(url.split("?")[0] + size)
            assert answer.status_code == (200 if who in CAN_READ[what] else 404), (who, size)


def test_a_file_is_not_found_below_another_entry(world: World) -> None:
    post, other = shared(world), world.post("Other")
    url = upload(world, "author", post, picture()).json["url"]

    assert world.as_("author").get(url.replace(post.public_id, other.public_id)).status_code == 404


def test_videos_are_sent_in_parts(world: World) -> None:
    content = b"\0\0\0\x20ftypisom" + bytes(range(256)) * 40
    url = upload(world, "author", shared(world), content, "film.mp4").json["url"]
    answer = world.as_("member").get(url, headers={"Range": "bytes=100-199"})

    assert (answer.status_code, answer.data, answer.mimetype) == (206, content[100:200], "video/mp4")
    beyond = world.as_("member").get(url, headers={"Range": "bytes=999999-"})
    assert beyond.status_code == 416


def test_a_picture_is_described(world: World) -> None:
    post = shared(world)
    answer = upload(world, "author", post, picture()).json

    assert world.as_("guest").send(answer["alt_url"], {"alt": "x"}).status_code == 403
    assert world.as_("author").send(answer["alt_url"], {"alt": "A lake"}).status_code == 204
    assert (
        world.as_("author").get(f"/api/v1/entries/{post.public_id}/files").json["items"][0]["alt"] == "A lake"
    )


def test_a_file_is_taken_off_and_put_back(world: World) -> None:
    post = shared(world)
    answer = upload(world, "author", post, picture()).json
    here = f"/entries/{post.public_id}/files/{answer['id']}"

    assert world.as_("guest").send(f"{here}/delete").status_code == 403
    assert world.as_("author").send(f"{here}/delete").headers["Location"] == f"{post.address}#files"
    assert world.as_("author").get(answer["url"]).status_code == 404
    assert world.as_("guest").send(f"{here}/restore").status_code == 403
    world.as_("author").send(f"{here}/restore")
    assert world.as_("guest").get(answer["url"]).status_code == 200


def test_programs_attach_and_list(world: World) -> None:
    post, key = shared(world), world.token("author")
    url, client = f"/api/v1/entries/{post.public_id}/files", world.app.test_client()
    made = client.post(url, data={"file": (io.BytesIO(b"a,b"), "t.csv"), "alt": "A table"}, headers=key)

    assert (made.status_code, made.json["media_type"], made.json["size"]) == (201, "text/csv", 3)
    assert client.get(url, headers=key).json["items"] == [made.json]
    assert client.delete(f"{url}/{made.json['id']}", headers=key).status_code == 204
    assert client.get(url, headers=key).json["items"] == []
    assert client.get(url, headers=world.token("colleague")).status_code == 404


def test_an_import_attaches_once(world: World, tmp_path: Path) -> None:
    source = tmp_path / "Grüße.png"
    source.write_bytes(picture())
    post, storage = world.post(), world.context.storage
    with world.system() as db:
        entry = db.merge(post)
        files = [
            services.attach_path(db, world.account_id("author"), entry, storage, source, source.name)
            for _ in range(2)
        ]
        words = services.markdown(files[0])

    assert files[0].id == files[1].id
    assert words == f"![](/entries/{post.public_id}/files/{files[0].public_id}/Gr%C3%BC%C3%9Fe.png?size=page)"
    assert isinstance(files[0], Attachment) and files[0].width == 60
