"""The programs of others that make previews, and whether this computer has them."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from collab.files.preview import kinds, walls


@dataclass(frozen=True)
class Tools:
    """Where the programs are; empty for one that is not there, or not to be used."""

    pdftoppm: str = ""
    soffice: str = ""

    def missing(self, way: str) -> str:
        """The state of such a preview for which a program is not there; empty where none is missing."""
        if way == kinds.OFFICE and not self.soffice:
            return kinds.NO_OFFICE_PROGRAM
        return kinds.NO_PDF_PROGRAM if way in (kinds.PDF, kinds.OFFICE) and not self.pdftoppm else ""

    def come(self) -> list[str]:
        """The states that need not be so any more: the program is there now."""
        there = {kinds.NO_OFFICE_PROGRAM: self.soffice, kinds.NO_PDF_PROGRAM: self.pdftoppm}
        return [state for state, path in there.items() if path]


def find() -> Tools:
    """The programs that are there. Without walls around them none is used."""
    return Tools(_poppler(), _office()) if walls.are_there() else Tools()


def _poppler() -> str:
    found = shutil.which("pdftoppm")
    return str(Path(found).resolve()) if found else ""


def _office() -> str:
    """LibreOffice itself, beside the script that people start."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    program = Path(found).resolve().with_name("soffice.bin") if found else None
    return str(program) if program and program.is_file() else ""


def sentence() -> str:
    """For who runs the server: what is there, and what to install for more."""
    if not walls.are_there():
        return "Previews of PDF and office files are off: this system has no Landlock (Linux 5.13 or later)."
    tools, missing = find(), []
    if not tools.pdftoppm:
        missing.append("pdftoppm (poppler-utils) for PDF and office files")
    if not tools.soffice:
        missing.append("LibreOffice (writer, calc, impress) for office files")
    return f"Missing for previews: {', '.join(missing)}." if missing else "All previews can be made."
