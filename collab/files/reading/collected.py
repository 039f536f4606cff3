"""Words as they are found, up to a number of letters; and what can stop the finding."""

import re
import unicodedata

#: Letters of a file that are kept and searched: some 120 full pages.
MOST = 300_000


class Enough(Exception):
    """As many letters as are kept have been found; no need to read on."""


class Unreadable(Exception):
    """The file cannot be read, for the reason that ``state`` names (see ``kinds``)."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class Collected:
    """The words of one file, in their order."""

    def __init__(self, most: int = MOST) -> None:
        self._parts: list[str] = []
        self._room = most

    def add(self, words: str) -> None:
        """Take some more. Raises Enough when there is no more room."""
        self._parts.append(words[: self._room])
        self._room -= len(words)
        if self._room < 0:
            raise Enough

    def text(self) -> str:
        return tidy("".join(self._parts))


#: What is there for the eye only: soft hyphens, joiners, marks of order; ligatures of typesetters.
_UNSEEN = dict.fromkeys([0x00AD, 0x200B, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)], "")
_CONTROLS = dict.fromkeys([*range(9), 11, *range(14, 32), *range(127, 160), *range(0xE000, 0xF900)], " ")
_JOINED = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_LINES = {0x0C: "\n", 0x0D: "\n", 0x2028: "\n", 0x2029: "\n"}
_TABLE = str.maketrans({**_UNSEEN, **_CONTROLS, **_JOINED, **_LINES})
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r" ?\n[ \n]*\n ?| ?\n ?")
_SURROGATES = re.compile("[\ud800-\udfff]")


def tidy(text: str) -> str:
    """Letters as they are searched: composed (NFC), without control characters and holes."""
    whole = unicodedata.normalize("NFC", _SURROGATES.sub(" ", text.replace("\r\n", "\n")).translate(_TABLE))
    lines = _BLANKS.sub(" ", whole)
    return _EMPTY_LINES.sub(lambda found: "\n\n" if found[0].count("\n") > 1 else "\n", lines).strip()


_DIVIDED = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?!(?:und|oder|bzw|sowie|and|or)\b)(?=[a-zäöüß])")


def undivided(text: str) -> str:
    """Words that a line's end divided (``Lüftungs-⏎anlage``), whole again."""
    return _DIVIDED.sub("", text)
