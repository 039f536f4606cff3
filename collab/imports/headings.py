"""Headings: the one that is the title, and the places that links inside a document mean."""

import re
import unicodedata

from collab.imports.documents import Body
from collab.imports.htmltext import ANCHOR, ANCHOR_END
from collab.imports.markup import Mask
from collab.imports.plain import words
from collab.text import slugify

_ATX = re.compile(r"(?m)^ {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<words>.*?))??(?:[ \t]+#+)?[ \t]*$")
_SETEXT = re.compile(r"(?m)^ {0,3}(?P<words>[^\s#>|\-*+\ue000][^\n]*)\n {0,3}(?P<marks>=+|-{2,})[ \t]*$")
_PLACE = re.compile(f"{ANCHOR}([^{ANCHOR_END}]*){ANCHOR_END}[ \t]*")
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^()]*\)|\[[^\]]*\])")
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def fold(text: str) -> str:
    """What a heading and the anchors made from it by various programs have in common."""
    plain = unicodedata.normalize("NFC", text).casefold().translate(_GERMAN)
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if c.isalnum())


def take_title(text: str, title: str, fallback: str, hidden: Mask) -> tuple[str, str]:
    """The title and the text without the heading that says the same at its beginning.

    ``title``: the one given above the document, if there is one; then a first heading of
    other words stays. An image in a heading that becomes the title stays in the text.
    """
    start = len(text) - len(_PLACE.sub("", text.lstrip()).lstrip()) if _PLACE.match(text.lstrip()) else 0
    start = start or len(text) - len(text.lstrip())
    found = _ATX.match(text, start) or _SETEXT.match(text, start)
    if not found or not (found["words"] or "").strip():
        return title or _first(text, hidden) or fallback, text
    heading = words(hidden.restore(_PLACE.sub("", found["words"])))
    if "{{" in heading:
        return title or fallback, text[found.end() :]
    if title and fold(title) != fold(heading):
        return title, text
    images = "".join(f"{image}\n\n" for image in _IMAGE.findall(found["words"]))
    return title or heading or fallback, f"{images}{text[found.end() :]}"


def _first(text: str, hidden: Mask) -> str:
    found = next((each for each in _ATX.finditer(text) if each["marks"] == "#" and each["words"]), None)
    return words(hidden.restore(found["words"])) if found else ""


def places(text: str, hidden: Mask) -> tuple[str, tuple[str, ...], dict[str, int]]:
    """The text without marks of places; the words of each heading; the heading each place belongs to."""
    found = sorted([*_ATX.finditer(text), *_SETEXT.finditer(text)], key=lambda each: each.start())
    found = [each for each in found if (each["words"] or "").strip()]
    spans = [(each.start(), each.end()) for each in found]
    anchors: dict[str, int] = {}
    for place in _PLACE.finditer(text):
        above = sum(start <= place.start() for start, _ in spans) - 1
        next_at = spans[above + 1][0] if above + 1 < len(spans) else len(text)
        between = _PLACE.sub("", text[place.end() : next_at])
        comes_next = not between.strip() or above < 0
        anchors.setdefault(place[1], above + 1 if comes_next and above + 1 < len(spans) else above)
    named = tuple(words(hidden.restore(_PLACE.sub("", each["words"]))) for each in found)
    return _PLACE.sub("", text), named, anchors


def heading_of(body: Body, anchor: str) -> int | None:
    """The number of the heading that an anchor means, -1 for the top; None if there is no such place."""
    if anchor in body.anchors:
        return body.anchors[anchor]
    wanted = fold(anchor)
    if wanted in ("", "top"):
        return -1
    counts: dict[str, int] = {}
    for number, heading in enumerate(body.headings):
        name = fold(heading)
        again = counts.get(name, 0)
        counts[name] = again + 1
        if not again and anchor == f"h-{slugify(heading, 'section')}":  # ours, which are not endless
            return number
        if wanted in ((name, f"h{name}") if not again else (f"{name}{again}", f"{name}{again + 1}")):
            return number
    return next((at for name, at in body.anchors.items() if fold(name) == wanted), None)
