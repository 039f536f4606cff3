"""Tags that differ only in case, hyphens and blanks are one tag, spelt as most documents spell it."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable

from collab.imports.reading import one_line


def key(name: str) -> str:
    """What spellings of one tag have in common: ``Open Data``, ``open-data``, ``OpenData``."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "", folded) or folded


class Tags:
    """The tags of one tree. Count every use first, then ask for the names to show."""

    def __init__(self) -> None:
        self._spellings: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def count(self, names: Iterable[str]) -> None:
        """Take the tags of one document into account."""
        for name in names:
            if cleaned := one_line(name).strip("#, "):
                self._spellings[key(cleaned)][cleaned] += 1

    def names(self, names: Iterable[str]) -> tuple[str, ...]:
        """The names under which these tags are shown, each once, in their order."""
        shown = dict.fromkeys(
            self._shown(key(cleaned)) for name in names if (cleaned := one_line(name).strip("#, "))
        )
        return tuple(shown)

    def all(self) -> list[str]:
        """Every tag under the name shown."""
        return [self._shown(group) for group in self._spellings]

    def unified(self) -> dict[str, list[str]]:
        """The name shown for each group of several spellings, with those spellings."""
        return {
            self._shown(group): sorted(found) for group, found in self._spellings.items() if len(found) > 1
        }

    def _shown(self, group: str) -> str:
        found = self._spellings[group]
        # Of equally frequent spellings the one with capitals, then the one with blanks, reads best.
        return max(found, key=lambda name: (found[name], name != name.lower(), " " in name, name))
