"""The words of office documents: Word, Excel and PowerPoint (ECMA-376), and OpenDocument (ISO/IEC 26300).

Few parts of each package are looked at, for their words alone: no styles, links, macros or formulas.
"""

from collections.abc import Mapping
from typing import BinaryIO, ClassVar

from collab.files.reading import program
from collab.files.reading.collected import Collected, Unreadable
from collab.files.reading.kinds import BROKEN, ENCRYPTED, UNSUPPORTED
from collab.files.reading.packages import Package

DOCUMENT = r"word/document\d*\.xml"
BESIDE_DOCUMENT = r"word/(header|footer|footnotes|endnotes|comments)\d*\.xml"
SLIDES = r"ppt/slides/slide\d+\.xml"
BESIDE_SLIDES = r"ppt/(notesslides/notesslide|diagrams/data|comments/\w*)\d*\.xml"
BOOK, STRINGS = "xl/workbook.xml", "xl/sharedstrings.xml"
SHEETS = r"xl/worksheets/[^/]+\.xml"
BESIDE_SHEETS = r"xl/(comments\d*|threadedcomments/\w+|drawings/drawing\d+)\.xml"
MANIFEST, CONTENT, MASTERS = "meta-inf/manifest.xml", "content.xml", "styles.xml"
LONGEST_NUMBER = 15
#: So many letters of texts that an Excel file keeps in one place for all its cells are held.
STRINGS_HELD = 20_000_000


def read(file: BinaryIO, found: Collected) -> None:
    """Collect the words. Raises Unreadable, Enough, or whatever a broken zip raises."""
    package = Package(file)
    if package.named(DOCUMENT):
        _flowing(package, found, DOCUMENT, BESIDE_DOCUMENT)
    elif package.named(SLIDES):
        _flowing(package, found, SLIDES, BESIDE_SLIDES)
    elif package.named(BOOK):
        _sheets(package, found)
    elif package.named(CONTENT):
        _open_document(package, found)
    else:
        raise Unreadable(UNSUPPORTED if package.named(r".+") else BROKEN)


class Flowing:
    """Paragraphs as Word, PowerPoint and drawings write them (``w:t``, ``a:t``).

    What was deleted or moved away while changes are tracked is not said any more; a fallback says
    again, for older programs, what stands beside it.
    """

    INSTEAD: ClassVar = {"tab": "\t", "br": "\n", "cr": "\n"}
    AFTER: ClassVar = {"p": "\n", "tc": "\t", "comment": "\n", "threadedComment": "\n"}
    PASSED_OVER: ClassVar = {"Fallback", "moveFrom", "rPh"}

    def __init__(self, found: Collected) -> None:
        self.found, self.taking, self.over = found, False, 0

    def begin(self, name: str, _attributes: Mapping[str, str]) -> None:
        self.over += name in self.PASSED_OVER
        self.taking = name in ("t", "text") and not self.over
        if name in self.INSTEAD:
            self.found.add(self.INSTEAD[name])

    def end(self, name: str) -> None:
        self.over -= name in self.PASSED_OVER
        self.taking = False
        if name in self.AFTER:
            self.found.add(self.AFTER[name])

    def words(self, words: str) -> None:
        if self.taking:
            self.found.add(words)


def _flowing(package: Package, found: Collected, *patterns: str) -> None:
    for pattern in patterns:
        for name in package.named(pattern):
            package.read(name, Flowing(found))
            found.add("\n")


class Names:
    """The names of the sheets of a workbook."""

    def __init__(self, found: Collected) -> None:
        self.found = found

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "sheet":
            self.found.add(f"{attributes.get('name', '')}\n")

    def end(self, _name: str) -> None: ...

    def words(self, _words: str) -> None: ...


class Strings:
    """The texts that the cells of a workbook name by their number."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self.parts: list[str] = []
        self.taking, self.over, self.held = False, 0, 0

    def begin(self, name: str, _attributes: Mapping[str, str]) -> None:
        self.over += name == "rPh"  # how Japanese is spoken
        self.taking = name == "t" and not self.over

    def end(self, name: str) -> None:
        self.over -= name == "rPh"
        self.taking = False
        if name == "si":
            self.all.append("".join(self.parts))
            self.parts.clear()

    def words(self, words: str) -> None:
        self.held += len(words)
        if self.taking and self.held < STRINGS_HELD:
            self.parts.append(words)


class Cells:
    """The cells of one sheet, a line for each row: texts, and numbers as short as people write them."""

    def __init__(self, found: Collected, strings: list[str]) -> None:
        self.found, self.strings = found, strings
        self.kind, self.value, self.taking = "", "", False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "c":
            self.kind, self.value = attributes.get("t", "n"), ""
        self.taking = name in ("v", "t")

    def end(self, name: str) -> None:
        self.taking = False
        if name == "c" and self.value:
            self.found.add(self._said() + "\t")
        elif name == "row":
            self.found.add("\n")

    def _said(self) -> str:
        if self.kind == "s":
            number = int(self.value) if self.value.isdecimal() else -1
            return self.strings[number] if 0 <= number < len(self.strings) else ""
        if self.kind in ("n", "b", "e") and len(self.value) > LONGEST_NUMBER:
            return ""
        return "" if self.kind in ("b", "e") else self.value

    def words(self, words: str) -> None:
        if self.taking:
            self.value += words


def _sheets(package: Package, found: Collected) -> None:
    package.read(BOOK, Names(found))
    strings = Strings()
    package.read(STRINGS, strings)
    for name in package.named(SHEETS):
        package.read(name, Cells(found, strings.all))
        found.add("\n")
    _flowing(package, found, BESIDE_SHEETS)


class Manifest:
    """Whether a part of the package needs a password (OpenDocument 1.3, part 2, 4.4)."""

    encrypted = False

    def begin(self, name: str, _attributes: Mapping[str, str]) -> None:
        self.encrypted = self.encrypted or name == "encryption-data"

    def end(self, _name: str) -> None: ...

    def words(self, _words: str) -> None: ...

    def require_none(self) -> None:
        """Raise Unreadable if there is one."""
        if self.encrypted:
            raise Unreadable(ENCRYPTED)


class Paragraphs:
    """What stands in paragraphs and headings of an OpenDocument text, table or presentation."""

    INSTEAD: ClassVar = {"s": " ", "tab": "\t", "line-break": "\n"}
    PASSED_OVER: ClassVar = {"tracked-changes", "page-number", "page-count"}

    def __init__(self, found: Collected) -> None:
        self.found, self.inside, self.over = found, 0, 0

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self.inside += name in ("p", "h")
        self.over += name in self.PASSED_OVER
        if self.inside and name in self.INSTEAD:
            self.found.add(self.INSTEAD[name])
        elif name == "table":
            self.found.add(f"{attributes.get('name', '')}\n")

    def end(self, name: str) -> None:
        self.over -= name in self.PASSED_OVER
        if name in ("p", "h"):
            self.inside -= 1
            self.found.add("\n")

    def words(self, words: str) -> None:
        if self.inside and not self.over:
            self.found.add(words)


def _open_document(package: Package, found: Collected) -> None:
    manifest = Manifest()
    package.read(MANIFEST, manifest)
    manifest.require_none()
    for name in (CONTENT, MASTERS):
        package.read(name, Paragraphs(found))


if __name__ == "__main__":
    program.run(read)
