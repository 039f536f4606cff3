"""Files can be looked at by those who may have them, and by nobody else."""

import io
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from collab import doctor
from collab.files.models import Attachment, AttachmentPreview
from collab.files.preview import present, tools
from collab.files.preview.services import Previewer
from collab.files.preview.tools import Tools
from tests.cast import CAST, STRANGER, World
from tests.files import documents
from tests.files.samples import picture
from tests.files.test_files import shared, upload

POPPLER = bool(tools.find().pdftoppm)
needs_poppler = pytest.mark.skipif(not POPPLER, reason="no pdftoppm, or no walls around it")


def put(world: World, content: bytes, name: str, who: str = "author") -> str:
    """The address of the preview of a new file that guests may read."""
    post = shared(world)
    return f"/entries/{post.public_id}/files/{upload(world, who, post, content, name).json['id']}/preview"


def made(world: World, content: bytes, name: str) -> str:
    url = put(world, content, name)
    Previewer(world.context).do_all()
    return url


def row(world: World) -> AttachmentPreview:
    with world.system() as db:
        found = db.scalars(select(AttachmentPreview)).one()
        db.expunge(found)
        return found


def test_who_may_have_the_file_may_look_at_it(world: World) -> None:
    url = made(world, b"Die <b>Anlage</b> wird gewartet.", "plan.txt")

    seen = {who for who in (*CAST, STRANGER) if "wird gewartet" in world.as_(who).get(url).text}
    assert seen == {"author", "member", "guest", "rival"}
    assert world.as_("colleague").get(url).status_code == 404
    world.as_("author").send(url.replace("/preview", "/delete"))
    assert world.as_("guest").get(url).status_code == 404


def test_words_are_escaped_and_exact(world: World) -> None:
    page = world.as_("guest").get(made(world, b"a <script>alert(1)</script>\n\n\n  b\tc", "lies.txt")).text

    assert "a &lt;script&gt;alert(1)&lt;/script&gt;\n\n\n  b\tc" in page


@pytest.mark.parametrize(
    ("name", "content", "there", "not_there"),
    [
        (
            "a.md",
            b"# Title\n\n**bold** ![x](http://e.example/x.png)\n\n<script>alert(1)</script>",
            "<strong>bold",
            "<script>a",
        ),
        ("a.csv", "Größe;Stück\n=1+1;<i>".encode(), "<td>&lt;i&gt;</td>", "<i>"),
        ("a.tsv", b"a\tb\n1\t2", '<th scope="col">b</th>', "<pre"),
        ("a.html", b"<!doctype html><p onclick=alert(1)>x", "&lt;p onclick=alert(1)&gt;x", "<p onclick"),
        (
            "a.svg",
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            "&lt;script&gt;",
            "<script>a",
        ),
        ("a.py", b"print(1 < 2)", "print(1 &lt; 2)", "print(1 <"),
        ("a.csv", b"no table here", "<pre", "<td"),
        (
            "a.zip",
            documents.package({"Deep/<b>.txt": "12345", "../up": ""}),
            "<td>Deep/&lt;b&gt;.txt",
            "<b>.txt",
        ),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"])  # what is in a file does not concern the database
def test_texts_are_shown_by_their_kind(
    world: World, name: str, content: bytes, there: str, not_there: str
) -> None:
    page = (
        world.as_("member").get(made(world, content, name)).text.partition("<main")[2].partition("</main")[0]
    )

    assert there in page
    assert not_there not in page
    assert '<img src="http' not in page


def test_a_long_text_is_cut_and_says_so(world: World) -> None:
    page = world.as_("member").get(made(world, b"word " * 40_000, "long.txt")).text

    assert "only the beginning" in page
    assert 99_000 < page.count("word ") * 5 < 101_000


def test_a_table_has_no_more_rows_than_anybody_reads(world: World) -> None:
    page = world.as_("member").get(made(world, b"a;b\n" + b"1;2\n" * 5000, "long.csv")).text

    assert page.count("<tr>") == present.ROWS
    assert "only the beginning" in page


@pytest.mark.parametrize(
    ("name", "element"), [("ton.mp3", "<audio controls"), ("film.mp4", "<video controls")]
)
def test_sounds_and_films_are_played_from_where_one_wants(world: World, name: str, element: str) -> None:
    begins = b"ID3\4" if name.endswith("mp3") else b"\0\0\0\x18ftypmp42"
    url = put(world, begins + bytes(5000), name)
    page = world.as_("guest").get(url)
    part = world.as_("guest").get(url.replace("preview", name), headers={"Range": "bytes=100-199"})

    assert element in page.text
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    assert (part.status_code, len(part.data)) == (206, 100)
    assert part.headers["Content-Range"] == f"bytes 100-199/{5000 + len(begins)}"
    assert part.mimetype in ("audio/mpeg", "video/mp4")
    assert part.headers["Content-Disposition"].startswith("attachment")


def test_a_picture_is_there_at_once(world: World) -> None:
    page = world.as_("guest").get(put(world, picture(), "photo.png")).text

    assert 'photo.png?size=page" alt="photo.png" width="' in page


@needs_poppler
def test_pages_are_drawn_as_pictures(world: World) -> None:
    url = made(world, documents.pdf("Eins", "Zwei"), "plan.pdf")
    page = world.as_("guest").get(url).text
    drawn = world.as_("guest").get(f"{url}/2")

    width, height = row(world).sizes[1]
    assert f'<img src="{url}/2" alt="Page 2 of plan.pdf" width="{width}" height="{height}"' in page
    assert drawn.mimetype == "image/webp"
    assert Image.open(io.BytesIO(drawn.data)).size == (width, height)
    assert drawn.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert drawn.headers["Cache-Control"] == "private, no-cache"
    tag = {"If-None-Match": drawn.headers["ETag"]}
    assert world.as_("guest").get(f"{url}/2", headers=tag).status_code == 304
    for who, number in (("colleague", 1), (STRANGER, 1), ("guest", 0), ("guest", 3)):
        assert world.as_(who).get(f"{url}/{number}", headers=tag).status_code == 404, (who, number)


@needs_poppler
def test_the_beginning_of_a_long_document_is_drawn(world: World) -> None:
    page = world.as_("guest").get(made(world, documents.pdf(*map(str, range(25))), "plan.pdf")).text

    assert len(row(world).sizes) == 20
    assert "only the beginning" in page


def test_a_preview_that_waits_says_so_and_looks_again(world: World) -> None:
    url = put(world, b"words", "plan.txt")
    page = world.as_("guest").get(url).text

    assert "being made" in page
    assert f'data-hx-get="{url}"' in page
    assert "Download (5 bytes)" in page


@pytest.mark.parametrize(
    ("name", "content", "state", "words"),
    [
        ("all.7z", b"7z\xbc\xaf\x27\x1c" + bytes(99), "unsupported", "7Z files have no preview."),
        (
            "plan.pdf",
            b"7z\xbc\xaf\x27\x1c" + bytes(99),
            "unsupported",
            "It is called .pdf, but is no such file",
        ),
        ("plan.docx", documents.ole(with_password=True), "encrypted", "It needs a password"),
        ("bomb.docx", documents.package({"word/document.xml": bytes(300 << 20)}), "too_large", "too large"),
        ("laughs.docx", documents.docx(document=documents.laughs()), "unsafe", "harm programs"),
        ("noise.txt", bytes(range(1, 32)) * 40, "broken", "Its letters"),
    ],
)
@pytest.mark.parametrize("database", ["sqlite"])  # what is in a file does not concern the database
def test_what_cannot_be_shown_is_named_and_not_tried_again(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, state: str, words: str
) -> None:
    monkeypatch.setattr(
        tools, "find", lambda: Tools("/usr/bin/pdftoppm", "/usr/lib/libreoffice/program/soffice.bin")
    )
    url = made(world, content, name)
    page = world.as_("guest").get(url).text
    listed = world.as_("guest").get(f"/api/v1/entries/{url.split('/')[2]}/files").json["items"][0]

    assert words in page
    assert "Download (" in page
    assert (listed["preview"], listed["preview_url"].endswith(url)) == (state, True)
    assert Previewer(world.context).do_all() == 0


def test_without_its_program_a_file_waits_for_the_day_it_comes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "find", Tools)
    url = made(world, documents.pdf("Eins"), "plan.pdf")
    assert "no program that shows PDF files" in world.as_("guest").get(url).text
    assert Previewer(world.context).do_all() == 0

    monkeypatch.setattr(tools, "find", lambda: Tools(pdftoppm="/nowhere/pdftoppm"))
    assert Previewer(world.context).do_all() > 0
    assert row(world).state == "broken"


def test_what_is_missing_is_told_to_who_runs_the_server(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "find", Tools)
    monkeypatch.setattr(tools.walls, "are_there", lambda: True)
    told = {finding.name: finding for finding in doctor.thorough(world.context)}["previews"]

    assert told.well
    assert "poppler-utils" in told.text and "LibreOffice" in told.text


def test_after_a_restored_backup_it_is_made_again(world: World) -> None:
    url = made(world, b"words of a plan", "plan.txt")
    with world.system() as db:
        sha256 = db.scalars(select(Attachment.sha256)).one()
    world.context.storage.path(sha256, "text").unlink()
    assert "being made" in world.as_("guest").get(url).text

    Previewer(world.context).do_all()
    assert "words of a plan" in world.as_("guest").get(url).text


def test_files_lead_to_their_previews(world: World) -> None:
    place = world.workspace(members=["member"])
    post = world.post("Plan", workspace=place)
    plan = upload(world, "author", post, b"words", "plan.txt").json
    packed = upload(world, "author", post, b"7z" + bytes(99), "all.7z").json
    preview = f"/entries/{post.public_id}/files/{plan['id']}/preview"
    world.comment(post, f"See [the plan]({plan['url']}) and [all]({packed['url']})")
    page = world.as_("member").get(f"/blog/{post.slug}").text

    assert page.count(f'href="{preview}"') == 2
    assert page.count(f'href="{packed["url"]}"') == 2


def test_a_file_called_preview_can_still_be_had(world: World) -> None:
    post = shared(world)
    url = upload(world, "author", post, b"words", "preview").json["url"]

    assert world.as_("guest").get(url).data == b"words"


def test_scans_are_shown_page_by_page(world: World, tmp_path: Path) -> None:
    pages = [Image.new("RGB", (40, 60), colour) for colour in ("red", "blue")]
    pages[0].save(tmp_path / "scan.tif", save_all=True, append_images=pages[1:])
    url = made(world, (tmp_path / "scan.tif").read_bytes(), "scan.tif")

    assert row(world).sizes == [[40, 60], [40, 60]]
    blue = Image.open(io.BytesIO(world.as_("guest").get(f"{url}/2").data)).convert("RGB").getpixel((20, 30))
    assert isinstance(blue, tuple) and blue[2] > 200 > blue[0]
