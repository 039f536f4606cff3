"""A line of Markdown with a place in it, and the blocks it is put into."""

from dataclasses import dataclass, field


@dataclass
class Block:
    """A part of a document. ``lines`` is what a leaf holds, ``children`` what a container does."""

    kind: str
    children: list["Block"] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    marker: str = ""  # list: bullet or delimiter; fence: its opening; heading: level; html: kind; note: label
    indent: int = 0  # item: columns its content is moved by; fence: columns before it
    number: int = 1
    info: str = ""
    align: list[str] = field(default_factory=list)
    first: int = 0  # the lines it spans; a gap between siblings makes a list loose
    last: int = 0

    @property
    def loose(self) -> bool:
        """Whether a blank line stands between the children, so that each is a paragraph."""
        return any(
            before.last + 1 < after.first
            for before, after in zip(self.children, self.children[1:], strict=False)
        )


class Cursor:
    """A place in a line, in characters and in columns, tab stops being four columns apart."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.done = False
        self.at = self.column = self._pending = 0
        self._look()

    def _look(self) -> None:
        at, column, text = self.at, self.column + self._pending, self.text
        while at < len(text):
            if text[at] == " ":
                column += 1
            elif text[at] == "\t":
                column += 4 - column % 4
            else:
                break
            at += 1
        self.next, self.indent, self.blank = at, column - self.column, at == len(text)

    def skip(self, columns: int) -> None:
        """Go past ``columns`` of white space at most; a tab may be used in part."""
        while columns > 0 and (self._pending or (self.at < len(self.text) and self.text[self.at] in " \t")):
            if not self._pending:
                self._pending = 1 if self.text[self.at] == " " else 4 - self.column % 4
                self.at += 1
            step = min(columns, self._pending)
            self._pending -= step
            self.column += step
            columns -= step
        self._look()

    def take(self, characters: int) -> None:
        """Go past the white space and ``characters`` of a marker."""
        self.column += self.indent + characters
        self.at, self._pending = self.next + characters, 0
        self._look()

    def words(self) -> str:
        """What follows the white space."""
        return self.text[self.next :]

    def rest(self) -> str:
        """What is left, with the columns left of a tab."""
        return " " * self._pending + self.text[self.at :]
