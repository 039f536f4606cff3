"""Which files have a text that can be read, by their type and, where that leaves it open, their ending."""

from pathlib import PurePath

#: What may be found out about a file. Its text is there, whole or up to where something ended the reading.
TEXT, BEGINNING = "text", "beginning"
EMPTY, ENCRYPTED, BROKEN = "empty", "encrypted", "broken"
TOO_LARGE, TOO_SLOW, UNSUPPORTED = "too_large", "too_slow", "unsupported"
#: It declares what no honest document needs, by which programs read other files or fill their memory.
UNSAFE = "unsafe"
#: Pictures, sounds, archives: nobody expects words in them.
NO_WORDS = "no_words"
STATES = (TEXT, BEGINNING, EMPTY, ENCRYPTED, BROKEN, UNSAFE, TOO_LARGE, TOO_SLOW, UNSUPPORTED, NO_WORDS)

#: The readers, by the names of their modules.
PDF, OFFICE, WEB_PAGE, PLAIN = "pdf", "office", "webpage", "plain"

_ENDINGS = {
    PDF: (".pdf",),
    OFFICE: (
        *(".docx", ".docm", ".dotx", ".dotm", ".xlsx", ".xlsm", ".xltx", ".xltm"),
        *(".pptx", ".pptm", ".potx", ".potm", ".ppsx", ".ppsm"),
        *(".odt", ".ott", ".ods", ".ots", ".odp", ".otp", ".odg"),
    ),
    WEB_PAGE: (".html", ".htm", ".xhtml"),
    PLAIN: (
        *(".txt", ".text", ".md", ".markdown", ".rst", ".adoc", ".csv", ".tsv", ".log", ".ini", ".toml"),
        *(".yaml", ".yml", ".json", ".ics", ".vcf", ".srt", ".tex", ".bib", ".sql"),
    ),
}
_BY_ENDING = {ending: reader for reader, endings in _ENDINGS.items() for ending in endings}
_OFFICE_TYPES = ("application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.")
#: Types that say what lies around the words, or nothing; the ending says the rest.
_OPEN = frozenset({"application/octet-stream", "application/zip", "application/x-ole-storage"})
_PLAIN_TYPES = frozenset({"application/json", "application/yaml", "application/x-yaml", "application/toml"})
_READERS = {"application/pdf": PDF, "text/html": WEB_PAGE, "application/xhtml+xml": WEB_PAGE}
#: Documents full of words, in forms that we do not read.
_FOREIGN = frozenset(
    {
        "application/msword",
        "application/vnd.ms-excel",
        "application/vnd.ms-powerpoint",
        "application/rtf",
        "text/rtf",
        "application/epub+zip",
        "application/x-ole-storage",
    }
)


def reader(media_type: str, name: str) -> str:
    """Who reads such a file: a reader's name, or UNSUPPORTED or NO_WORDS."""
    by_ending = _BY_ENDING.get(PurePath(name).suffix.lower(), "")
    if media_type.startswith(_OFFICE_TYPES):
        return OFFICE
    if media_type in _READERS:
        return _READERS[media_type]
    if by_ending and media_type in _OPEN:
        return by_ending
    if media_type in _FOREIGN:
        return UNSUPPORTED
    if media_type.startswith("text/") or media_type in _PLAIN_TYPES:
        return by_ending or PLAIN
    return NO_WORDS
