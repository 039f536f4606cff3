"""The words that a web page shows."""

from html.parser import HTMLParser
from typing import BinaryIO

from collab.files.reading import program
from collab.files.reading.collected import Collected
from collab.files.reading.plain import decoded

#: Bytes looked at: a page says much that nobody reads.
READ = 8 << 20


class _Page(HTMLParser):
    """What a browser would show of a page as words. Nothing of it is run or fetched."""

    UNSEEN = frozenset({"script", "style", "template", "noscript", "svg", "math", "object"})
    INLINE = frozenset(
        {"a", "abbr", "b", "code", "em", "i", "mark", "small", "span", "strong", "sub", "sup", "u"}
    )

    def __init__(self, found: Collected) -> None:
        super().__init__(convert_charrefs=True)
        self.found, self.over = found, 0

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.over += tag in self.UNSEEN
        if tag not in self.INLINE:
            self.found.add("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.UNSEEN and self.over:
            self.over -= 1
        if tag not in self.INLINE:
            self.found.add("\n")

    def handle_startendtag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.INLINE:
            self.found.add("\n")

    def handle_data(self, data: str) -> None:
        if not self.over:
            self.found.add(data)


def read(file: BinaryIO, found: Collected) -> None:
    """Collect the words that a page shows. Raises Unreadable for what is no text, Enough."""
    page = _Page(found)
    page.feed(decoded(file, READ))
    page.close()


if __name__ == "__main__":
    program.run(read)
