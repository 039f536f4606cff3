"""File names as people send them, made fit to keep, to show and to save under."""

import re
import unicodedata

from collab import text

LONGEST = 200
_SEPARATORS = re.compile(r"[/\\]")
# Not allowed in names on Windows; harmless elsewhere, but a downloaded file shall keep its name.
_UNUSABLE = re.compile(r'[<>:"|?*]')
_ENDING = re.compile(r"\.[^. ]{1,15}\Z")
# Joiners that some scripts and emoji need; all other invisible format characters go.
_JOINERS = "\u200c\u200d"


def clean_name(given: str, media_type: str = "") -> str:
    """The last part of a path, one line, no invisible or reordering characters, 200 at most.

    Umlauts and all other letters stay. A picture's name ends as its content says. Never empty,
    never begins with a dot.
    """
    shown = "".join(c for c in text.clean_line(given) if unicodedata.category(c) != "Cf" or c in _JOINERS)
    name = _UNUSABLE.sub("_", _SEPARATORS.split(shown)[-1]).strip(" .").lstrip(_JOINERS)
    name = _shorten(name.strip(" .") or "file")
    endings = ENDINGS.get(media_type, ())
    if endings and not name.lower().endswith(endings):
        name = _shorten(name + endings[0])
    return name


def _shorten(name: str) -> str:
    if len(name) <= LONGEST:
        return name
    found = _ENDING.search(name)
    ending = found[0] if found else ""
    return name[: LONGEST - len(ending)].rstrip(" .") + ending


#: What the name of a file of this type may end with, the usual one first. Only for what is shown in pages.
ENDINGS: dict[str, tuple[str, ...]] = {
    "image/png": (".png", ".apng"),
    "image/jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/avif": (".avif",),
}
