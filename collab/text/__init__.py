"""Text that people write: Markdown to HTML that is safe to show, plain text, addresses, clean strings."""

import re
from dataclasses import dataclass
from importlib.metadata import version

from collab.text import finish, sanitise
from collab.text import source as markdown_source
from collab.text.clean import clean_body, clean_line, slugify
from collab.text.finish import Heading
from collab.text.unlink import unlinked
from collab.text.wiki import Resolve, WikiLinks

__all__ = [
    "RULES",
    "Heading",
    "Rendered",
    "Resolve",
    "clean_body",
    "clean_line",
    "plain",
    "render",
    "slugify",
    "unlinked",
]

# Stored HTML made under other rules is to be rendered again.
RULES = f"2+nh3-{version('nh3')}+markdown-{version('markdown')}"
SUMMARY_LENGTH = 300


@dataclass(frozen=True)
class Rendered:
    """What a source says. ``html`` is safe to show; ``text`` and ``summary`` hold no markup."""

    html: str
    text: str
    summary: str
    headings: list[Heading]
    mentions: list[str]
    wiki_links: list[str]


def render(source: str, *, base: str = "", resolve: Resolve | None = None) -> Rendered:
    """Markdown as safe HTML. Never raises, asks nobody, the same for the same arguments.

    ``base``: address below ``/entries/`` or ``/static/`` to which relative image names are joined.
    ``resolve``: target of ``[[target]]`` to (address, exists); without it the brackets stay text.
    """
    body = clean_body(source)
    wiki = WikiLinks(resolve) if resolve else None
    page = finish.Page(body, base, wiki.found if wiki else [])
    page.read(sanitise.from_people(markdown_source.to_html(body, wiki)))
    return Rendered(
        html=sanitise.for_page("".join(page.out)),
        text=_lines("".join(page.text)),
        summary=_shorten("".join(page.prose)),
        headings=page.headings,
        mentions=list(page.mentions),
        wiki_links=list(wiki.targets) if wiki else [],
    )


def plain(html: str) -> str:
    """The words of any HTML, one line for each paragraph, no markup."""
    page = finish.Page("", "", [])
    page.read(sanitise.bare(clean_body(html)))
    return _lines("".join(page.text))


def _lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _shorten(text: str) -> str:
    words = " ".join(text.split())
    if len(words) <= SUMMARY_LENGTH:
        return words
    cut = words[:SUMMARY_LENGTH]
    return re.sub(r"[\s,;:.–-]+$", "", cut.rpartition(" ")[0] or cut[:-1]) + "…"
