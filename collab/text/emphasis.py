"""Which runs of ``* _ ~`` open and close what (CommonMark 0.31, section 6.2; GFM 6.5)."""

import unicodedata
from dataclasses import dataclass

_TAGS = {
    ("*", 1): "em",
    ("*", 2): "strong",
    ("_", 1): "em",
    ("_", 2): "strong",
    ("~", 1): "del",
    ("~", 2): "del",
}


@dataclass(eq=False)
class Run:
    """A run of one delimiter; its text is what is left of it between the tags it came to be."""

    mark: str
    count: int
    opens: bool
    closes: bool
    before: str = ""
    after: str = ""
    length: int = 0
    above: "Run | None" = None  # the neighbours among the runs still in play
    below: "Run | None" = None

    def __str__(self) -> str:
        return self.before + self.mark * self.count + self.after


def run(mark: str, count: int, left: str, right: str) -> Run:
    """The run of ``count`` ``mark`` between two characters, empty ones at the ends of the text."""
    space_left, space_right = not left or left.isspace(), not right or right.isspace()
    sign_left, sign_right = _is_sign(left), _is_sign(right)
    left_flanking = not space_right and (not sign_right or space_left or sign_left)
    right_flanking = not space_left and (not sign_left or space_right or sign_right)
    if mark == "_":
        opens = left_flanking and (not right_flanking or sign_left)
        closes = right_flanking and (not left_flanking or sign_right)
    elif mark == "~" and count > 2:
        opens = closes = False
    else:
        opens, closes = left_flanking, right_flanking
    return Run(mark, count, opens, closes, length=count)


class Runs:
    """The delimiter stack."""

    def __init__(self) -> None:
        self.top: Run | None = None

    def push(self, new: Run) -> None:
        """Put a run on top."""
        new.below = self.top
        if self.top:
            self.top.above = new
        self.top = new

    def match(self, bottom: Run | None) -> None:
        """Turn the runs above ``bottom`` into emphasis and take them off the stack."""
        floor: dict[tuple[str, bool, int], Run | None] = {}
        closer = self._first_above(bottom)
        while closer:
            if not closer.closes:
                closer = closer.above
                continue
            key = (closer.mark, closer.opens, closer.length if closer.mark == "~" else closer.length % 3)
            limit = floor.get(key, bottom)
            opener = closer.below
            while opener and opener is not bottom and opener is not limit and not _fits(opener, closer):
                opener = opener.below
            if opener is None or opener is bottom or opener is limit:
                floor[key] = closer.below
                following = closer.above
                if not closer.opens:
                    self._remove(closer)
                closer = following
                continue
            closer = self._join(opener, closer)
        self._drop_above(bottom)

    def _join(self, opener: Run, closer: Run) -> Run | None:
        width = closer.count if closer.mark == "~" else 2 if min(opener.count, closer.count) >= 2 else 1
        tag = _TAGS[closer.mark, width]
        opener.count -= width
        closer.count -= width
        opener.after = f"<{tag}>{opener.after}"
        closer.before = f"{closer.before}</{tag}>"
        opener.above, closer.below = closer, opener
        if not opener.count:
            self._remove(opener)
        if closer.count:
            return closer
        following = closer.above
        self._remove(closer)
        return following

    def _first_above(self, bottom: Run | None) -> Run | None:
        first, at = None, self.top
        while at and at is not bottom:
            first, at = at, at.below
        return first

    def _drop_above(self, bottom: Run | None) -> None:
        self.top = bottom
        if bottom:
            bottom.above = None

    def _remove(self, gone: Run) -> None:
        if gone.below:
            gone.below.above = gone.above
        if gone.above:
            gone.above.below = gone.below
        else:
            self.top = gone.below


def _fits(opener: Run, closer: Run) -> bool:
    if opener.mark != closer.mark or not opener.opens:
        return False
    if opener.mark == "~":
        return opener.count == closer.count
    both = opener.closes or closer.opens
    return (
        not both or (opener.length + closer.length) % 3 != 0 or (opener.length % 3 == 0 == closer.length % 3)
    )


def _is_sign(character: str) -> bool:
    return bool(character) and unicodedata.category(character)[0] in "PS"
