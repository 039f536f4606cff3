"""Addresses that lead to a passage: the browser scrolls to the words and marks them, without a script of ours.

Text fragments (WICG scroll-to-text-fragment, ``#:~:text=``); a browser that knows them not, or does not
find the words, opens the page as always.
"""

from urllib.parse import quote

from collab.search.excerpt import Marked
from collab.search.hits import Hit

#: What has no page of its own that shows the passage.
READ_ELSEWHERE = frozenset({"file", "person", "workspace"})
#: Words around the one that was found, so that it is found at this place and not at another.
BEFORE, AFTER = 2, 4


def to_hit(hit: Hit) -> str:
    """The address of the thing, down to the passage that is shown of it."""
    return hit.url if hit.kind in READ_ELSEWHERE else to_passage(hit.url, hit.excerpt_html)


def to_passage(url: str, passage: Marked) -> str:
    """The address with the words around the first marked one, which stand in one line of the text."""
    if len(passage.pieces) < 2:
        return url
    before, word, *after = passage.pieces
    left = before.rpartition("\n")[2]
    right = "".join(after).partition("\n")[0]
    glued = left[-1:].strip() != ""  # "(word": what touches the word belongs to it
    lead = left.split()[-BEFORE - glued :]
    text = _joined(lead, word, right.removesuffix(" …"), glued=glued)
    fragment = quote(text.removeprefix("… ").strip(), safe="").replace("-", "%2D")
    return f"{url}{'' if '#' in url else '#'}:~:text={fragment}"


def _joined(lead: list[str], word: str, right: str, *, glued: bool) -> str:
    begun = " ".join(lead) + ("" if glued or not lead else " ")
    tail = right.split(" ")
    return f"{begun}{word}{' '.join(tail[: AFTER + 1])}".rstrip()
