"""What hostile HTML may cost: nesting and repetition that make a parser slow or its output huge."""

import re

# Time grows with the square of the depth: 20,000 elements in each other take seconds.
MAX_DEPTH = 100
# An element such as <b> left open is begun again in every following block, with its attributes.
MAX_REPEATED = 500_000
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_FORMATTING = frozenset(["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small"]) | frozenset(
    ["strike", "strong", "tt", "u"]
)
# These close by themselves or hold nothing, so they do not nest alone.
_FLAT = frozenset(
    "p li dt dd td th tr tbody thead tfoot colgroup caption option rt rp"  # noqa: SIM905 (a list of words)
    " br hr img wbr col input link meta source area base embed param track".split()
)
_SWALLOWING = frozenset(
    "script style template noscript noembed noframes xmp iframe object svg math"  # noqa: SIM905 (a list of words)
    " title textarea select".split()
)
_NAMES = "|".join(sorted(_SWALLOWING))
_SWALLOWS = re.compile(rf"<(?=({_NAMES}|plaintext)(?![a-z0-9-]))", re.ASCII | re.IGNORECASE)
_ENDS = re.compile(rf"</({_NAMES})(?![a-z0-9-])", re.ASCII | re.IGNORECASE)
# What stands inside these is no prose.
NO_PROSE = _SWALLOWING


def bounded(html: str) -> str:
    """``html`` with the tags shown as text that would swallow the rest, nest too deep or repeat too much."""
    if _SWALLOWS.search(html):
        ends = {found[1].lower(): found.start() for found in _ENDS.finditer(html)}
        html = _SWALLOWS.sub(
            lambda found: found[0] if ends.get(found[1].lower(), -1) > found.start() else "&lt;", html
        )
    return html if html.count("<") <= MAX_DEPTH else "".join(_Count().pieces(html))


class _Count:
    """Follows the elements that are open, roughly, and never below what a parser would hold open."""

    def __init__(self) -> None:
        self.open: dict[str, list[int]] = {}  # the length of each open tag, by name
        self.depth = self.weight = self.repeated = 0

    def pieces(self, html: str) -> list[str]:
        """``html`` in pieces, each beginning with a tag that is one or with a ``&lt;`` instead."""
        found = list(_TAG.finditer(html))
        starts = [tag.start() for tag in found] + [len(html)]
        out = [html[: starts[0]]]
        for number, tag in enumerate(found):
            length = starts[number + 1] - starts[number]
            kept = self._keep(bool(tag[1]), tag[2].lower(), length)
            piece = html[starts[number] : starts[number + 1]]
            out.append(piece if kept else "&lt;" + piece[1:])
        return out

    def _keep(self, closing: bool, name: str, length: int) -> bool:
        formatting = name in _FORMATTING
        if not formatting:
            self.repeated += self.weight
        if self.repeated > MAX_REPEATED:
            return False
        if closing:
            if lengths := self.open.get(name):
                self.depth -= 1
                self.weight -= lengths.pop() * formatting
        elif name not in _FLAT:
            if self.depth >= MAX_DEPTH:
                return False
            self.open.setdefault(name, []).append(length)
            self.depth += 1
            self.weight += length * formatting
        return True
