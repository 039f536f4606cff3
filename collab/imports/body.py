"""From the text of a file to a body: templates, HTML, links, places, in this order."""

import re
from collections import Counter
from dataclasses import dataclass

from collab.imports import headings, kramdown, links, liquid, shortcodes
from collab.imports.documents import Body
from collab.imports.htmltext import to_markdown
from collab.imports.markup import mask
from collab.imports.reading import plain_blanks
from collab.imports.resolve import Links

# A person of another site is nobody here: a word joiner keeps "@name" from calling somebody.
_MENTION = re.compile(r"(?<![\w@./:+=&?%#-])@(?=[A-Za-z0-9])")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
_LINE_END = re.compile(r"(?m)(?<![ \t])[ \t]$|[ \t]{3,}$|\t+$")


@dataclass
class Rules:
    """How the documents of a tree are to be read."""

    liquid: bool
    shortcodes: bool
    jekyll: bool


def convert(
    text: str, rules: Rules, linked: Links, context: liquid.Context, title: str, fallback: str
) -> tuple[str, Body]:
    """Title and body of a document; ``title`` and ``fallback`` as in ``headings.take_title``."""
    if rules.liquid:
        text = liquid.render(text, context)
    elif rules.shortcodes:
        text = shortcodes.render(text, context.notes)
    text, hidden = mask(text)
    text = _BLANK_LINES.sub("\n\n", plain_blanks(text))
    hidden.parts[:] = (part.replace("\u00a0", " ") for part in hidden.parts)  # pasted code is to run
    text = kramdown.to_commonmark(text, jekyll=rules.jekyll)
    text = to_markdown(text, hidden, context.notes)
    title, text = headings.take_title(text, title, fallback, hidden)
    text = links.rewrite(text, linked.resolve, linked.places.own_hosts)
    text, named, anchors = headings.places(text, hidden)
    text = _tidy(_MENTION.sub("@\u2060", text))
    body = Body(
        text=hidden.restore(text),
        images=tuple(linked.images.values()),
        files=tuple(linked.files.values()),
        links=tuple(linked.documents),
        notes=counted([*context.notes, *linked.notes]),
        headings=named,
        anchors=anchors,
    )
    return title, body


def counted(notes: list[str]) -> tuple[str, ...]:
    """Each note once, with how often it was made."""
    return tuple(f"{note} ({times} times)" if times > 1 else note for note, times in Counter(notes).items())


def _tidy(text: str) -> str:
    """No blanks that mean nothing, one empty line between blocks, a line end at the end."""
    text = _BLANK_LINES.sub("\n\n", _LINE_END.sub("", text)).strip("\n").rstrip()
    return f"{text}\n" if text else ""
