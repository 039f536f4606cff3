"""Links by name: ``[[Target]]``, ``[[Target|words]]``, ``[[Target#section]]``."""

import html
from collections.abc import Callable
from typing import NamedTuple

from collab.text.clean import slugify
from collab.text.sanitise import WIKI_SCHEME

Resolve = Callable[[str], tuple[str, bool]]


class WikiLink(NamedTuple):
    """Where a name leads, and whether something is there already."""

    url: str
    exists: bool


class WikiLinks:
    """Collects the names while the text is read.

    In the HTML stands only a number under a scheme of our own until the sanitiser is through, so
    that nobody can write a link which looks like one that was resolved.
    """

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self.found: list[WikiLink] = []
        self.targets: dict[str, WikiLink] = {}

    def __call__(self, target: str, words: str) -> str:
        """The HTML of one link."""
        page, _, section = (part.strip() for part in target.partition("#"))
        if page and page not in self.targets:
            self.targets[page] = WikiLink(*self._resolve(page))
        link = self.targets[page] if page else WikiLink("", exists=True)
        url = f"{link.url}#h-{slugify(section, 'section')}" if section else link.url
        self.found.append(WikiLink(url, link.exists))
        shown = html.escape(words.strip() or target.strip(), quote=False)
        return f'<a href="{WIKI_SCHEME}:{len(self.found) - 1}">{shown}</a>'
