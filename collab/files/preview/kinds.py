"""How each file is shown, by its type and, where that leaves it open, its ending. Pure."""

from pathlib import PurePath

from collab.files.reading import kinds as reading

#: What may be known of a preview: it waits to be made, it is there, or why it will not be.
WAITING, PAGES, TEXT = "", "pages", "text"
ENCRYPTED, BROKEN, EMPTY = reading.ENCRYPTED, reading.BROKEN, reading.EMPTY
UNSAFE = reading.UNSAFE
TOO_LARGE, TOO_SLOW, UNSUPPORTED = reading.TOO_LARGE, reading.TOO_SLOW, reading.UNSUPPORTED
#: The program that it takes is not on the server: for PDF and all that becomes one, or LibreOffice.
NO_PDF_PROGRAM, NO_OFFICE_PROGRAM = "no_pdf_program", "no_office_program"
THERE = (PAGES, TEXT)

#: The ways to show a file. The first three take the file itself; for the others something is made.
PICTURE, SOUND, FILM = "picture", "sound", "film"
PDF, OFFICE, SCAN, WORDS, ARCHIVE = "pdf", "office", "scan", "words", "archive"
NOTHING = ""
AT_ONCE = (PICTURE, SOUND, FILM)

_OOXML = "application/vnd.openxmlformats-officedocument."
_OASIS = "application/vnd.oasis.opendocument."
#: Type -> the ending, and LibreOffice's name of the form. It is told the form, so that no file is taken for
#: what nobody said it was.
FORMS = {
    f"{_OOXML}wordprocessingml.document": (".docx", "MS Word 2007 XML"),
    f"{_OOXML}spreadsheetml.sheet": (".xlsx", "Calc MS Excel 2007 XML"),
    f"{_OOXML}presentationml.presentation": (".pptx", "Impress MS PowerPoint 2007 XML"),
    f"{_OASIS}text": (".odt", "writer8"),
    f"{_OASIS}spreadsheet": (".ods", "calc8"),
    f"{_OASIS}presentation": (".odp", "impress8"),
    "application/msword": (".doc", "MS Word 97"),
    "application/vnd.ms-excel": (".xls", "MS Excel 97"),
    "application/vnd.ms-powerpoint": (".ppt", "MS PowerPoint 97"),
    "application/rtf": (".rtf", "Rich Text Format"),
    "text/rtf": (".rtf", "Rich Text Format"),
}
#: The same with macros, or as templates: they are packages of the same form. Macros are never run.
_ALIKE = {
    **dict.fromkeys((".docm", ".dotx", ".dotm"), ".docx"),
    **dict.fromkeys((".xlsm", ".xltx", ".xltm"), ".xlsx"),
    **dict.fromkeys((".pptm", ".potx", ".potm", ".ppsx", ".ppsm"), ".pptx"),
    ".ott": ".odt",
    ".ots": ".ods",
    ".otp": ".odp",
}
_FORM_OF = {form[0]: form for form in FORMS.values()}
#: Forms that are packages of XML, which can be looked through first.
PACKAGES = frozenset({".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp"})
_CONTAINERS = frozenset({"application/zip", "application/x-ole-storage", "application/octet-stream"})
_SCANS = {"image/tiff": "TIFF", "image/bmp": "BMP", "image/x-ms-bmp": "BMP"}
_BY_TYPE = {"application/pdf": PDF, "application/zip": ARCHIVE} | dict.fromkeys(_SCANS, SCAN)
_SOUNDS = frozenset({"audio/mpeg", "audio/ogg", "audio/wav", "audio/flac", "audio/mp4"})
_FILMS = frozenset({"video/mp4", "video/webm", "video/ogg", "video/quicktime"})
_SOURCE = frozenset(
    {
        *(
            ".py",
            ".js",
            ".mjs",
            ".ts",
            ".jsx",
            ".tsx",
            ".css",
            ".scss",
            ".c",
            ".h",
            ".cpp",
            ".hpp",
            ".cs",
            ".go",
        ),
        *(
            ".rs",
            ".java",
            ".kt",
            ".swift",
            ".rb",
            ".php",
            ".pl",
            ".sh",
            ".bat",
            ".ps1",
            ".lua",
            ".r",
            ".diff",
        ),
        *(".patch", ".svg", ".xml", ".xsd", ".xsl", ".conf", ".cfg", ".env", ".properties", ".eml", ".vtt"),
    }
)
MARKDOWN, TABLES = frozenset({".md", ".markdown"}), frozenset({".csv", ".tsv"})


def ending(name: str) -> str:
    return PurePath(name).suffix.lower()


def form(media_type: str, name: str) -> tuple[str, str] | None:
    """The ending and LibreOffice's name of the form of an office document; None for anything else."""
    if media_type in FORMS:
        return FORMS[media_type]
    alike = _ALIKE.get(ending(name), ending(name))
    return _FORM_OF.get(alike) if media_type in _CONTAINERS else None


def scan(media_type: str) -> str:
    """The decoder of pictures that browsers do not show."""
    return _SCANS[media_type]


def way(media_type: str, name: str, *, picture: bool = False) -> str:
    """How a file is shown; ``picture``: it was decoded when it came."""
    if picture:
        return PICTURE
    if media_type in _SOUNDS | _FILMS:
        return FILM if media_type in _FILMS else SOUND
    if form(media_type, name):
        return OFFICE
    if media_type in _BY_TYPE:
        return _BY_TYPE[media_type]
    plain = media_type == "application/octet-stream" and ending(name) in _SOURCE
    said = reading.reader(media_type, name) in (reading.PLAIN, reading.WEB_PAGE)
    coded = media_type.endswith(("+xml", "/xml", "javascript")) or media_type == "message/rfc822"
    return WORDS if plain or said or coded or media_type.startswith("text/") else NOTHING


def by_name(name: str) -> bool:
    """Would somebody who reads only the name expect to see it?"""
    last = ending(name)
    known = {".pdf", ".tif", ".tiff", ".bmp", ".mp3", ".ogg", ".oga", ".wav", ".flac", ".m4a"}
    known |= {".mp4", ".webm", ".ogv", ".mov", ".html", ".htm", ".zip"}
    return (
        last in known | _FORM_OF.keys() | _ALIKE.keys() | _SOURCE
        or way("application/octet-stream", name) == WORDS
    )
