"""The text of a file is found within limits, whatever the file does."""

import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from collab.files import sniff
from collab.files.reading import kinds, process
from collab.files.reading.collected import MOST, tidy, undivided
from collab.files.reading.process import PATIENCE, Outcome, Running
from tests.files import documents

Look = Callable[..., Outcome]
SECONDS, MEMORY = 10, 256


@pytest.fixture
def look(tmp_path: Path) -> Look:
    def run(content: bytes, module: str, *, seconds: int = SECONDS, memory: int = MEMORY) -> Outcome:
        path = tmp_path / "file"
        path.write_bytes(content)
        running = Running(path, module, seconds=seconds, memory=memory)
        while (outcome := running.outcome()) is None:
            time.sleep(0.01)
        return outcome

    return run


@pytest.fixture
def found(look: Look) -> Look:
    """What is found in a file of this name, as if somebody had sent it."""

    def run(content: bytes, name: str, **limits: int) -> Outcome:
        reader = kinds.reader(sniff.media_type(content[: sniff.HEAD], name), name)
        if reader in kinds.STATES:
            return Outcome(reader)
        return look(content, f"collab.files.reading.{reader}", **limits)

    return run


def protected(content: bytes, password: str) -> bytes:
    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(content))), io.BytesIO()
    writer.encrypt(password, owner_password="owner", algorithm="AES-256")
    writer.write(out)
    return out.getvalue()


HONEST = {
    "plan.pdf": (documents.pdf("Wartung der Anlage", "Zweite Seite"), "Wartung der Anlage\n\nZweite Seite"),
    "owner.pdf": (protected(documents.pdf("Nicht kopieren"), ""), "Nicht kopieren"),
    "brief.docx": (documents.docx("Sehr geehrte Frau", "Wartung"), "Sehr geehrte Frau\nWartung"),
    "folien.pptx": (documents.pptx("Eins", "Zwei", notes="Leise"), "Eins\n\nZwei\n\nLeise"),
    "liste.xlsx": (
        documents.xlsx(["Filter", "Lüfter"], [["s1", "4711"], ["s0", "0.30000000000000004"]]),
        "Anlagen\nLüfter 4711\nFilter",
    ),
    "text.odt": (documents.odt("Erster", "Zwei<t:s/>ter"), "Erster\nZwei ter"),
    "notiz.txt": ("Grüße aus Köln".encode(), "Grüße aus Köln"),
    "alt.txt": ("Grüße aus Köln".encode("cp1252"), "Grüße aus Köln"),
    "excel.csv": ("Größe;Stück".encode("utf-16"), "Größe;Stück"),
    "lies.md": (b"# Title\n\nWords", "# Title\n\nWords"),
    "page.html": (
        b"<!doctype html><title>Top</title><script>alert(1)</script><p>One <b>two</b><p>three",
        "Top\n\nOne two\nthree",
    ),
}


@pytest.mark.parametrize("name", HONEST)
def test_words_are_found(found: Look, name: str) -> None:
    content, words = HONEST[name]
    assert found(content, name) == Outcome("text", words)


BOMB = documents.package({"word/document.xml": b"<d>" + b" " * (300 << 20)})
STRANGE = {
    "password.pdf": (protected(documents.pdf("Geheim"), "secret"), "encrypted"),
    "password.docx": (documents.ole(with_password=True), "encrypted"),
    "password.odt": (documents.odt("Geheim", encrypted=True), "encrypted"),
    "cut.docx": (documents.docx("Wartung")[:200], "broken"),
    "nothing.odt": (b"this is no document", "broken"),
    "cut.pdf": (documents.pdf("Wartung")[:60], "broken"),
    "noise.txt": (bytes(range(1, 32)) * 40, "broken"),
    "bomb.docx": (BOMB, "too_large"),
    "laughs.docx": (documents.docx(document=documents.laughs()), "unsafe"),
    "laughs-beside.docx": (documents.docx("Wartung", header1=documents.laughs()), "unsafe"),
    "passwd.docx": (documents.docx(document=documents.fetching("file:///etc/passwd")), "unsafe"),
    "network.docx": (documents.docx(document=documents.fetching("http://127.0.0.1:1/x")), "unsafe"),
    "deep.docx": (documents.docx(document="<d>" * 100_000 + "</d>" * 100_000), "broken"),
    "itself.pdf": (documents.pdf("Eins", kids="2 0 R"), "broken"),
    "many.docx": (documents.package({f"part{number}": b"" for number in range(10_001)}), "too_large"),
    "scanned.pdf": (documents.pdf(""), "empty"),
    "empty.docx": (documents.docx(), "empty"),
    "macro.docm": (documents.package({"word/vbaProject.bin": b"macro"}), "unsupported"),
    "old.doc": (documents.ole(with_password=False), "unsupported"),
    "all.zip": (documents.package({"readme.txt": "words"}), "no_words"),
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_cannot_be_read_is_named_as_such(found: Look, name: str) -> None:
    content, state = STRANGE[name]
    assert found(content, name) == Outcome(state)


def test_only_the_beginning_of_a_long_text_is_kept(found: Look) -> None:
    outcome = found(documents.docx(*["Wartung der Anlage"] * 50_000), "long.docx")

    assert outcome.state == "beginning"
    assert MOST - 100 < len(outcome.text) <= MOST


def test_a_page_tree_of_a_million_pages_ends_in_time(found: Look) -> None:
    started = time.monotonic()
    outcome = found(documents.pdf("Wartung", kids="5 0 R " * 1_000_000), "pages.pdf", seconds=3)

    assert outcome.state in ("beginning", "too_slow", "too_large", "broken")
    assert time.monotonic() - started < 3 + PATIENCE + 1


def test_small_memory_is_enough_for_the_beginning_and_never_exceeded(found: Look) -> None:
    strings = [f"Lüfter {number}" for number in range(600_000)]
    outcome = found(documents.xlsx(strings, [["s0"]]), "many.xlsx", memory=64)
    assert outcome == Outcome("beginning", "Anlagen")


@pytest.mark.parametrize(
    ("orders", "expected"),
    [
        ("loop", Outcome("too_slow")),
        ("say loop", Outcome("beginning", "something")),
        ("loop-stubbornly", Outcome("too_slow")),
        ("sleep-stubbornly", Outcome("too_slow")),
        ("be-deaf", Outcome("too_slow")),
        ("hog", Outcome("too_large")),
        ("say hog", Outcome("beginning", "something")),
        ("shout", Outcome("broken")),
        ("die", Outcome("broken")),
        ("lie", Outcome("broken")),
        ("unknown", Outcome("broken")),
    ],
)
def test_a_stubborn_parser_is_ended(
    look: Look, orders: str, expected: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "PATIENCE", 2)
    seconds = 1 if expected.state == "too_slow" else 3  # on a busy machine, beginning takes one
    started = time.monotonic()
    assert look(orders.encode(), "tests.files.stubborn", seconds=seconds) == expected
    assert time.monotonic() - started < seconds + PATIENCE + 3


def test_a_captured_parser_can_reach_nothing(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLLAB_SECRET_KEY", "a secret")
    said = look(b"open write connect surroundings", "tests.files.stubborn").text.splitlines()

    assert said[:3] == ["open: refused", "write: refused", "connect: refused"]
    assert set(said[3].split()) <= {"LANG", "LC_CTYPE", "MALLOC_ARENA_MAX", "PYTHONPATH"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may start as many processes as it likes")
def test_a_captured_parser_can_start_nothing(look: Look) -> None:
    assert look(b"fork", "tests.files.stubborn").text == "fork: refused"


def test_a_stubborn_parser_ends_also_if_nobody_is_left_to_end_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"sleep-stubbornly")
    running = Running(tmp_path / "file", "tests.files.stubborn", seconds=1, memory=MEMORY)
    time.sleep(1 + PATIENCE - 1)

    assert os.waitpid(running.pid, os.WNOHANG)[0] == running.pid


def test_nobody_waits_for_a_file_that_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"sleep-stubbornly")
    running = Running(tmp_path / "file", "tests.files.stubborn", seconds=60, memory=MEMORY)
    assert running.outcome() is None

    running.give_up()
    with pytest.raises(ProcessLookupError):
        os.kill(running.pid, 0)


def test_the_web_never_loads_what_takes_files_apart() -> None:
    asked = "import sys, collab.app, collab.worker; print({'pypdf', 'xml.parsers.expat'} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert "pypdf" not in told.stdout


#: Reads a file from its standard input, shut off as the program is, and tells which modules came with it.
LATE = """
import io, sys
from collab.files.reading import MODULE, program
from collab.files.reading.collected import Collected
getattr(MODULE, "prepare", int)()
program.bring_in()
before = set(sys.modules)
content = sys.stdin.buffer.read()
try: MODULE.read(io.BytesIO(content), Collected())
except Exception: pass
print(sorted(set(sys.modules) - before))
"""


@pytest.mark.parametrize("name", [*HONEST, *STRANGE])
def test_a_reader_has_everything_it_needs_before_it_is_shut_off(name: str) -> None:
    content, _ = (HONEST | STRANGE)[name]
    reader = kinds.reader(sniff.media_type(content[: sniff.HEAD], name), name)
    if reader not in kinds.STATES:
        code = LATE.replace("MODULE", reader)
        told = subprocess.run([sys.executable, "-c", code], input=content, capture_output=True, check=True)
        assert told.stdout.decode().strip() == "[]"


def test_text_is_tidied() -> None:
    assert tidy("A\u0308nde\u00adrung \ufb01ndet\x00 statt \r\n\r\n\r\n\r\n  hier\t \tund\ue000da\ud800") == (
        "Änderung findet statt\n\nhier und da"
    )
    divided = "Lüftungs-\nanlage, Vor-\nund Nachteile, Süd-\nBayern, 10-\n20"
    assert undivided(divided) == "Lüftungsanlage, Vor-\nund Nachteile, Süd-\nBayern, 10-\n20"
