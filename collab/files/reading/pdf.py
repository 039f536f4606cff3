"""The words of a PDF: of its pages, the notes on them, and what was filled into its form."""

import codecs
import importlib
import logging
import pkgutil
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

import pypdf
from pypdf import PageObject, PasswordType, PdfReader, overwrite_configuration
from pypdf.errors import FileNotDecryptedError

from collab.files.reading import program
from collab.files.reading.collected import Collected, Unreadable, undivided
from collab.files.reading.kinds import BROKEN, ENCRYPTED

#: What fonts of East Asia may be in.
ENCODINGS = ("gbk", "gb2312", "gb18030", "cp950", "cp932")


def prepare() -> None:
    """Bring in what pypdf would look for on its way, when no file can be opened any more."""
    logging.disable(logging.CRITICAL)  # it says much about files that are not quite right
    overwrite_configuration(jbig2dec_binary=None, disable_legacy_handling=True)
    for module in pkgutil.walk_packages(pypdf.__path__, "pypdf."):
        with suppress(ImportError):  # what pictures and drawing would need
            importlib.import_module(module.name)
    for name in ENCODINGS:
        codecs.lookup(name)


def read(file: BinaryIO, found: Collected) -> None:
    """Collect the words. Raises Unreadable, Enough, or whatever pypdf raises.

    A document that opens without a password is read, also one that asks programs not to copy from
    it: whoever gets to see a passage may open the file and read it there.
    """
    reader = PdfReader(file, strict=False)
    if reader.is_encrypted and reader.decrypt("") is PasswordType.NOT_DECRYPTED:
        raise Unreadable(ENCRYPTED)
    pages = failed = 0
    for page in reader.pages:
        pages += 1
        try:
            words = undivided(page.extract_text())
        except FileNotDecryptedError as error:
            raise Unreadable(ENCRYPTED) from error
        except MemoryError:
            raise
        except Exception:  # a damaged page; the others may be whole
            failed += 1
            continue
        found.add(f"{words}\n\n")
        for said in _notes(page):
            found.add(f"{said}\n")
    if pages == failed:
        raise Unreadable(BROKEN)


def _notes(page: PageObject) -> Iterator[str]:
    """What was written beside the text of a page (PDF 2.0, 12.5) or into fields on it (12.7)."""
    for reference in page.get("/Annots") or ():
        note: Any = reference.get_object()
        for key in ("/Contents", "/V"):
            said = note.get(key) if hasattr(note, "get") else None
            if isinstance(said, str) and not said.startswith("/"):
                yield said


if __name__ == "__main__":
    prepare()
    program.run(read)
