"""A preview as its page shows it: which way, with what, and in which words if there is nothing to see."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from collab.files import addresses
from collab.files.models import Attachment, AttachmentPreview
from collab.files.present import size_text
from collab.files.preview import kinds
from collab.storage import Storage

#: Rows and columns of a table that are shown.
ROWS, COLUMNS = 500, 40
_DELIMITERS = ",;\t|"
#: The state of a file that browsers show by themselves.
SHOWN = "shown"


@dataclass(frozen=True)
class Preview:
    """``kind`` is one of picture, sound, film, pages, table, html, text; empty if there is only ``sentence``."""

    kind: str = ""
    sentence: str = ""
    waits: bool = False
    whole: bool = True
    sizes: Sequence[Sequence[int]] = ()
    text: str = ""
    html: Markup = Markup()
    table: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Look:
    """A file and its preview, with the addresses of its bytes, of a smaller picture, and of the preview."""

    file: Attachment
    url: str
    small_url: str
    here: str
    preview: Preview


def sentence(state: str) -> str:
    """Why there is no preview; empty where there is one."""
    sentences: dict[str, str] = {
        kinds.WAITING: _("The preview is being made. It will be here in a moment."),
        kinds.ENCRYPTED: _("It needs a password, so it can only be opened after downloading it."),
        kinds.BROKEN: _("It is damaged or in an unknown form, so there is no preview."),
        kinds.UNSAFE: _("It is built in a way that can harm programs, so no program opens it here."),
        kinds.EMPTY: _("There is nothing in it that could be shown."),
        kinds.TOO_LARGE: _("It is too large for a preview."),
        kinds.TOO_SLOW: _("It takes too long to make a preview of it."),
        kinds.UNSUPPORTED: _("Files of this type have no preview."),
        kinds.NO_PDF_PROGRAM: _("This server has no program that shows PDF files."),
        kinds.NO_OFFICE_PROGRAM: _("This server has no program that shows office files."),
    }
    return sentences.get(state, "")


def _why(file: Attachment, state: str) -> str:
    """``sentence``, and what helps with this very file."""
    last = kinds.ending(file.name)
    if state == kinds.UNSUPPORTED and kinds.by_name(file.name):
        return str(_("It is called %(ending)s, but is no such file, so there is no preview.", ending=last))
    if state == kinds.UNSUPPORTED and 1 < len(last) < 8:
        name = last[1:].upper()
        return str(
            _("%(name)s files have no preview. Download it to open it in a program of yours.", name=name)
        )
    if state == kinds.BROKEN and _way(file) == kinds.WORDS:
        return str(_("Its letters are written in a way that is not known here, so they cannot be shown."))
    return sentence(state)


def _way(file: Attachment) -> str:
    return kinds.way(file.media_type, file.name, picture=file.is_picture)


def state(file: Attachment, row: AttachmentPreview | None) -> str:
    """For programs: "shown", "pages" or "text" if there is something to see, "waiting", or why there is nothing."""
    if _way(file) in kinds.AT_ONCE:
        return SHOWN
    return (row.state if row else kinds.UNSUPPORTED) or "waiting"


def preview(db: Session, storage: Storage, file: Attachment) -> Preview:
    """What there is to see of a file that the viewer has."""
    if _way(file) in kinds.AT_ONCE:
        return Preview(_way(file))
    row = db.get(AttachmentPreview, file.id)
    if row is None:
        return Preview(sentence=_why(file, kinds.UNSUPPORTED))
    if row.state == kinds.PAGES:
        return Preview("pages", whole=row.whole, sizes=row.sizes)
    words = _part(storage, file, "text") if row.state == kinds.TEXT else None
    if words is not None:
        return _written(storage, file, words, whole=row.whole)
    # What was made is gone, as after a restored backup: the worker makes it again.
    waits = row.state in (kinds.WAITING, *kinds.THERE)
    return Preview(sentence=_why(file, kinds.WAITING if waits else row.state), waits=waits)


def look(db: Session, storage: Storage, entry_public_id: str, file: Attachment) -> Look:
    """``preview`` for ``{% include "files/_look.html" %}``; one statement."""
    return Look(
        file,
        addresses.address(entry_public_id, file),
        addresses.address(entry_public_id, file, "page"),
        addresses.preview(entry_public_id, file),
        preview(db, storage, file),
    )


def _part(storage: Storage, file: Attachment, name: str) -> str | None:
    path = storage.path(file.sha256, name)
    return path.read_text("utf-8") if path.is_file() else None


def _written(storage: Storage, file: Attachment, words: str, *, whole: bool) -> Preview:
    last = kinds.ending(file.name)
    if _way(file) == kinds.ARCHIVE:
        return Preview(
            "table", whole=whole, table=[(_("Name"), _("Size")), *map(_member, words.splitlines())]
        )
    html = _part(storage, file, "html") if last in kinds.MARKDOWN else None
    if html is not None:
        return Preview("html", whole=whole, html=Markup(html))  # noqa: S704 - collab.text has sanitised it
    rows = table(words) if last in kinds.TABLES else []
    if rows:
        return Preview("table", whole=whole and len(rows) <= ROWS, table=rows[:ROWS])
    return Preview("text", whole=whole, text=words)


def _member(line: str) -> tuple[str, str]:
    size, _tab, path = line.partition("\t")
    return path, size_text(int(size)) if size else ""


def table(words: str) -> list[list[str]]:
    """The rows of a table in a text (RFC 4180, with what else stands between values); one more than ROWS at most."""
    signs = Counter(sign for sign in words.split("\n", 1)[0] if sign in _DELIMITERS)
    if not signs:
        return []
    found: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(words, newline=""), delimiter=signs.most_common(1)[0][0]):
            found.append(row[:COLUMNS])
            if len(found) > ROWS:
                break
    except csv.Error:  # it is no table then
        return []
    return found
