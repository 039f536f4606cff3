"""What stands in attached files is found by those who may see them, and by nobody else."""

import io
import shutil
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from collab.files.models import Attachment, AttachmentText
from collab.files.reading import services as reading
from collab.files.reading.services import Reader
from tests.cast import CAST, STRANGER, World
from tests.files import documents
from tests.files.samples import ALL, picture
from tests.files.test_files import shared, upload
from tests.files.test_reading import protected

WORD = "Kreuzstromwärmetauscher"


def finders(world: World, word: str = WORD) -> set[str]:
    asked = f"/api/v1/search?q={word}"
    return {who for who in (*CAST, STRANGER) if "plan.docx" in world.as_(who).get(asked).text}


def state_of(world: World, name: str) -> tuple[str, str, int]:
    with world.system() as db:
        found = db.execute(
            select(AttachmentText.state, AttachmentText.text, AttachmentText.rules)
            .join(Attachment, Attachment.id == AttachmentText.attachment_id)
            .where(Attachment.name == name)
        ).one()
    return found[0], found[1], found[2]


def test_the_words_of_a_file_are_found_by_its_readers_alone(world: World) -> None:
    post = shared(world)
    upload(world, "author", post, documents.docx(f"Der {WORD} ist gewartet."), "plan.docx")
    world.drain()

    assert finders(world) == {"author", "member", "guest", "rival"}
    page = world.as_("guest").get(f"/search?q={WORD}").text
    assert f"Der <mark>{WORD}</mark> ist gewartet." in page


def test_a_passage_is_shown_from_the_last_page_too(world: World) -> None:
    content = documents.docx(*["Seite um Seite steht hier etwas anderes."] * 5000, f"Am Ende der {WORD}.")
    upload(world, "author", world.post("Plan"), content, "plan.docx")
    world.drain()

    assert f"Am Ende der <mark>{WORD}</mark>." in world.as_("author").get(f"/search?q={WORD}").text


def test_a_deleted_file_gives_nothing_until_it_is_back(world: World) -> None:
    post = shared(world)
    file = upload(world, "author", post, documents.docx(WORD), "plan.docx").json["id"]
    world.drain()
    world.as_("author").send(f"/entries/{post.public_id}/files/{file}/delete")
    assert finders(world) == set()
    world.drain()
    assert finders(world) == set()

    world.as_("author").send(f"/entries/{post.public_id}/files/{file}/restore")
    world.drain()
    assert finders(world) == {"author", "member", "guest", "rival"}


def test_the_file_of_an_internal_comment_is_for_colleagues(world: World) -> None:
    post = shared(world)
    content = documents.docx(WORD)
    answer = upload(world, "member", post, content, "plan.docx", query="?for=comment")
    body = {"body": f"[plan.docx]({answer.json['url']})", "internal": "1"}
    world.as_("member").send(f"/entries/{post.public_id}/comments", body)
    world.drain()

    assert finders(world) == {"author", "member"}


def test_that_others_have_the_same_file_shows_nowhere(world: World) -> None:
    """A file that was read already somewhere else waits like any other."""
    upload(world, "author", shared(world), documents.docx(WORD), "secret.docx")
    world.drain()
    upload(world, "colleague", world.post("Own", author="colleague"), documents.docx(WORD), "plan.docx")

    assert state_of(world, "plan.docx") == ("", "", 0)


NAMED = {
    "plan.pdf": (protected(documents.pdf(WORD), "secret"), "It needs a password"),
    "plan.docx": (documents.docx(WORD)[:100], "It is damaged or in an unknown form"),
    "plan.odt": (documents.odt(""), "There is no text in it"),
    "plan.doc": (documents.ole(with_password=False), "Contents of files of this type cannot be searched"),
    "plan.txt": (b"word " * 70_000, "Only its beginning is searched."),
    "bomb.docx": (documents.package({"word/document.xml": bytes(200 << 20)}), "It is too large to be read"),
}


def test_a_file_that_cannot_be_searched_is_named_as_such(world: World) -> None:
    post = world.post("Plan")
    for name, (content, _) in NAMED.items():
        upload(world, "author", post, content, name)
    upload(world, "author", post, documents.docx("Well"), "good.docx")
    upload(world, "author", post, documents.package({"a.txt": "b"}), "all.zip")
    world.drain()

    page = world.as_("author").get(f"/blog/{post.slug}").text
    for name, (_, sentence) in NAMED.items():
        assert sentence in page.split(f">{name}<")[1].split("</li>")[0], name
    for name in ("good.docx", "all.zip"):
        assert "search" not in page.split(f">{name}<")[1].split("</ul>")[0], name


def test_the_worker_does_not_wait_for_a_slow_file(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    post = world.post("Plan")
    upload(world, "author", post, documents.docx("Well"), "good.docx")
    upload(world, "author", post, b"sleep-stubbornly", "slow.txt")
    monkeypatch.setattr(reading, "__package__", "tests.files")
    monkeypatch.setattr(reading.kinds, "reader", lambda _type, _name: "stubborn")
    reader = Reader(world.context)

    began = time.monotonic()
    assert reader.step()
    assert not any(reader.step() for _ in range(10))
    assert time.monotonic() - began < 1
    reader.stop()
    assert state_of(world, "slow.txt") == ("", "", 0)


def test_being_killed_loses_nothing_and_reads_nothing_twice(world: World) -> None:
    post = world.post("Plan")
    upload(world, "author", post, documents.docx(WORD), "plan.docx")
    killed = Reader(world.context)
    assert killed.step()
    killed.stop()  # as if it had been

    assert Reader(world.context).do_all() > 0
    assert state_of(world, "plan.docx") == ("text", WORD, reading.RULES)
    assert Reader(world.context).do_all() == 0


def test_better_rules_read_old_files_again_and_new_ones_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = world.post("Plan")
    upload(world, "author", post, documents.docx("Old"), "old.docx")
    world.drain()
    with world.system() as db:
        db.execute(update(AttachmentText).values(text="as it was read before"))
    upload(world, "author", post, documents.docx("New"), "new.docx")
    monkeypatch.setattr(reading, "RULES", reading.RULES + 1)
    reader, read = Reader(world.context), []
    while reader.step() or reader.busy:
        read += [
            name for name in ("new.docx", "old.docx") if state_of(world, name)[2] > 1 and name not in read
        ]
        time.sleep(0.01)

    assert read == ["new.docx", "old.docx"]
    assert state_of(world, "old.docx")[:2] == ("text", "Old")


def test_a_file_whose_bytes_are_gone_holds_up_no_other(world: World) -> None:
    post = world.post("Plan")
    upload(world, "author", post, documents.docx("First"), "first.docx")
    upload(world, "author", post, documents.docx("Lost"), "lost.docx")
    with world.system() as db:
        lost = db.scalars(select(Attachment.sha256).where(Attachment.name == "lost.docx")).one()
    shutil.move(world.context.storage.path(lost), world.context.storage.path(lost).with_suffix(".gone"))
    world.drain()

    assert state_of(world, "lost.docx")[0] == "broken"
    assert state_of(world, "first.docx")[0] == "text"


def test_pictures_do_not_wait_to_be_read(world: World) -> None:
    upload(world, "author", world.post("Plan"), picture())
    with world.system() as db:
        assert db.scalar(select(func.count()).select_from(AttachmentText)) == 0


CORPUS = {
    "office/Anleitung_Flussdiagramm_erstellen.pptx": ("text", "Flussdiagramm"),
    "office/Vorlage - IT-Systeme erfassen.xlsx": ("text", "IT-Systeme"),
    "office/testOpenOffice2.odt": ("text", "sample Open Office document"),
    "office/testFooter.ods": ("text", "Data 4"),
    "office/testMasterFooter.odp": ("text", "Master footer is here"),
    "office/testComment.docx": ("text", "Here is a comment"),
    "office/testWORD.doc": ("unsupported", ""),
    "pdf/digitalcheck-vorpruefung.pdf": ("text", "Benötigen Sie Hilfe?"),
    "pdf/testAnnotations.pdf": ("text", "Here is a comment"),
    "pdf/testOCR.pdf": ("empty", ""),
    "protected/encryption_notextaccess.pdf": ("text", "This is a test document"),
    "protected/encryption_openpassword.pdf": ("encrypted", ""),
    "protected/libreoffice-writer-password.pdf": ("encrypted", ""),
    "protected/testEXCEL_protected_passtika.xlsx": ("encrypted", ""),
    "protected/testODTEncrypted.odt": ("encrypted", ""),
    "protected/testWORD_protected_passtika.docx": ("encrypted", ""),
    "protected/testZipEncrypted.zip": ("no_words", ""),
    "text/testTXT_win-1252.txt": ("text", "“windows” encoding"),
    "unsafe/T02-02_002_page-tree-kids-links-recursive.pdf": ("broken", ""),
    "unsafe/corruptionOneByteMissing.pdf": ("text", "This is a test document"),
    "unsafe/droste.zip": ("no_words", ""),
    "unsafe/javascript.pdf": ("text", "JavaScript example"),
    "unsafe/poc-xmlbomb.xlsx": ("unsafe", ""),
    "unsafe/testODTnotaZipFile.odt": ("broken", ""),
    "unsafe/testWORD_truncated.docx": ("broken", ""),
    "unsafe/xxe_in_schema.xlsx": ("text", "Column1"),
}


@pytest.mark.corpus
@pytest.mark.parametrize("database", ["sqlite"])  # both keep what the same programs read
def test_every_real_file_is_read_or_named(world: World, corpus: Path) -> None:
    post, client = world.post("Files"), world.as_("author")
    files = sorted((corpus / "files").rglob("*.*"))
    if not ALL:
        files = [path for path in files if str(path.relative_to(corpus / "files")) in CORPUS]
    for number, path in enumerate(files):
        data = {"file": (io.BytesIO(path.read_bytes()), f"{number}{path.suffix}")}
        client.send(f"/entries/{post.public_id}/files", data, content_type="multipart/form-data")
    began = time.monotonic()
    steps = Reader(world.context).do_all()

    assert steps >= 2 * len(files) if not ALL else steps > 60
    assert time.monotonic() - began < 90
    for number, path in enumerate(files):
        name = str(path.relative_to(corpus / "files"))
        if name in CORPUS:
            state, text, _ = state_of(world, f"{number}{path.suffix}")
            assert (state, CORPUS[name][1] in text) == (CORPUS[name][0], True), (name, state, text[:200])
    with world.system() as db:
        states = set(db.scalars(select(AttachmentText.state).distinct()))
    assert states <= {"text", "empty", "encrypted", "broken", "unsafe", "unsupported", "no_words"}


def test_a_file_of_a_draft_is_the_authors_alone(world: World) -> None:
    post = world.post("Draft", published=False)
    upload(world, "author", post, documents.docx(WORD), "plan.docx")
    world.drain()

    assert finders(world) == {"author"}
