"""Names of files and folders: how they are sorted, compared and made safe. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

from collab.errors import Invalid
from collab.files.names import clean_name

_DIGITS = re.compile(r"\d+")
_SPLIT = re.compile(r"[/\\]+")
#: So much of a name is looked at for sorting; indexes have their limits.
_SORTED_BY = 300
#: A folder in a folder in a folder …
DEEPEST = 20


def sort_key(title: str, *, folder: bool) -> str:
    """Folders first; as people sort: without regard to case and accents, 2 before 10."""
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", title.casefold()) if not unicodedata.combining(c)
    )
    by_number = _DIGITS.sub(lambda found: found[0].lstrip("0").zfill(10), plain)
    return ("0" if folder else "1") + by_number[:_SORTED_BY]


def same(one: str, other: str) -> bool:
    """Would people take them for the same name?"""
    return unicodedata.normalize("NFC", one).casefold() == unicodedata.normalize("NFC", other).casefold()


def folders_of(path: str) -> list[str]:
    """The names of the folders in a path that came with a file; Invalid for one that leads elsewhere.

    The drive letters, roots and parents of other computers are no folders of ours.
    """
    steps = [step for step in _SPLIT.split(path) if step not in ("", ".")]
    if any(step == ".." for step in steps) or path.startswith(("/", "\\")) or path[1:2] == ":":
        raise Invalid({"path": "leads_elsewhere"})
    if len(steps) > DEEPEST:
        raise Invalid({"path": "too_deep_folders"}, max=DEEPEST)
    return [clean_name(step) for step in steps]


def numbered(name: str, taken: Iterable[str]) -> str:
    """The name, or one with a number where it is taken: ``plan.txt``, ``plan (2).txt``."""
    known = {other.casefold() for other in taken}
    found, number = name, 1
    stem, ending = PurePosixPath(name).stem, PurePosixPath(name).suffix
    while found.casefold() in known:
        number += 1
        found = f"{stem} ({number}){ending}"
    return found


def like(title: str, uploaded: str) -> str:
    """The name of a file whose new version was uploaded under another: it ends as that one does."""
    old, new = PurePosixPath(title), PurePosixPath(uploaded)
    if old.suffix.casefold() == new.suffix.casefold():
        return title
    return clean_name(f"{old.stem or title}{new.suffix}")
