"""Text files, in the encodings that are met here: Unicode, and what Windows used before it."""

import codecs
from typing import BinaryIO

from collab.files.reading import program
from collab.files.reading.collected import MOST, Collected, Unreadable
from collab.files.reading.kinds import BROKEN

#: Bytes looked at: a letter has four at most.
READ = MOST * 4
#: Percent of plain letters, digits and signs that stand in every text of Western Europe.
COMMON = 60
#: One control character in so many letters is no text any more.
ODD = 50
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def read(file: BinaryIO, found: Collected) -> None:
    """Collect the words. Raises Unreadable for what is no text, Enough."""
    found.add(decoded(file, READ))


def decoded(file: BinaryIO, most: int) -> str:
    """The first ``most`` bytes as a text. Raises Unreadable for what is none."""
    content = file.read(most + 1)
    for mark, name in _MARKS:
        if content.startswith(mark):
            return content[len(mark) : most].decode(name, "replace")
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(content, final=len(content) <= most)
    except UnicodeDecodeError:
        text = content[:most].decode("cp1252", "replace")
        if sum(letter < "\x7f" for letter in text) * 100 < COMMON * len(text):
            raise Unreadable(BROKEN) from None  # another alphabet, or another company's computer
    odd = sum(text.count(chr(code)) for code in range(32) if chr(code) not in "\t\n\r\f\x1b")
    if odd * ODD > len(text):
        raise Unreadable(BROKEN)
    return text


if __name__ == "__main__":
    program.run(read)
