"""The tags ``{% … %}`` and outputs ``{{ … }}`` of Liquid in a text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_OPENING = re.compile(r"\{[%{]-?\s*")


class Token(NamedTuple):
    """A tag or output. ``inner``: what stands between the braces."""

    start: int
    end: int
    inner: str
    written: str


def tokens(text: str) -> Iterator[Token]:
    """The tags and outputs of a text, in time linear in it. One that is never closed is text."""
    at = 0
    last = {"%}": text.rfind("%}"), "}}": text.rfind("}}")}
    while opening := _OPENING.search(text, at):
        closing = "%}" if opening[0][1] == "%" else "}}"
        at = opening.end()
        if at > last[closing]:
            continue
        end = text.index(closing, at)
        inner = text[at:end]
        if "{%" in inner or (closing == "}}" and "{{" in inner):
            continue
        at = end + 2
        written = text[opening.start() : at]
        yield Token(opening.start(), at, inner.removesuffix("-").strip(), written)
