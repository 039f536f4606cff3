"""Files and folders of the demo company, made by code, so that nobody else's are needed."""

import io
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import clock
from collab.activity.outbox import Context
from collab.comments import services as comments
from collab.demo import pictures
from collab.files.services import Received, receive
from collab.shelf import locks, services
from collab.shelf.models import Document, Folder
from collab.storage import Storage
from collab.viewer import Viewer
from collab.workspaces.models import Workspace


def make(context: Context, people: Mapping[str, Viewer], plan: Any) -> None:
    """Put everything of the plan into its workspace, each at its time."""
    slug, folders = plan["workspace"], {}
    for row in plan["folders"]:
        with context.write.begin() as db, clock.shifted(-timedelta(days=row["days"])):
            viewer, place = _begin(db, people, slug, row)
            words = (row["title"], row["body"])
            made = services.make_folder(db, viewer, place, *words, guests=row.get("guests", False))
            db.flush()
            folders[row["key"]] = made.id
    for row in plan["files"]:
        with context.write.begin() as db, clock.shifted(-timedelta(days=row["days"])):
            viewer, place = _begin(db, people, slug, row)
            parent = db.get_one(Folder, folders[row["in"]]) if "in" in row else None
            received = _received(context.storage, row["title"], row)
            words = (row["title"], row.get("body", ""))
            more = {"note": row.get("note", ""), "guests": row.get("guests", False)}
            document = services.make_document(db, viewer, place, received, *words, parent=parent, **more)
            db.flush()
            number = document.id
        _hang_on(context, people, number, row)


def _begin(db: Session, people: Mapping[str, Viewer], slug: str, row: Any) -> tuple[Viewer, Workspace]:
    viewer = db.info["viewer"] = people[row["by"]]
    place = db.scalars(select(Workspace).where(Workspace.slug == slug)).one()
    if "files" not in place.sections:
        place.sections = [*place.sections, "files"]
    return viewer, place


def _hang_on(context: Context, people: Mapping[str, Viewer], number: int, row: Any) -> None:
    """What became of the file later: a further version, a comment, a lock (in days)."""
    for later in filter(None, (row.get("then"), row.get("comment"))):
        ago = timedelta(days=later.get("days", row["days"] - 1))
        with context.write.begin() as db, clock.shifted(-ago):
            viewer = db.info["viewer"] = people[later["by"]]
            document = db.get_one(Document, number)
            if later is row.get("then"):
                received = _received(context.storage, row["title"], later)
                services.add_version(db, viewer, document, received, later["note"])
            else:
                comments.add(db, viewer, document, later["text"])
    if "lock" in row:
        with context.write.begin() as db:
            viewer = db.info["viewer"] = people[row["by"]]
            until = clock.now() + timedelta(days=row["lock"])
            locks.lock(db, viewer, db.get_one(Document, number), until)


def _received(storage: Storage, title: str, row: Any) -> Received:
    if "picture" in row:
        content = pictures.draw(row["picture"])
    elif "pdf" in row:
        content = page(row["pdf"])
    else:
        content = row["text"].encode()
    return receive(storage, io.BytesIO(content), title)


def page(lines: Sequence[str]) -> bytes:
    """A PDF of one page with these lines, the first as a heading (PDF 1.7, ISO 32000-1, 7.5)."""
    drawn = ["BT /F1 18 Tf 56 780 Td 22 TL"]
    for number, line in enumerate(lines):
        said = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        drawn.append(f"({said}) Tj T*" + (" /F1 11 Tf" if number == 0 else ""))
    stream = "\n".join([*drawn, "ET"]).encode("cp1252")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%b\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    out, starts = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, 2)
    for number, content in enumerate(objects, 1):
        starts.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    table, start = b"".join(b"%010d 00000 n \n" % at for at in starts), out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(objects) + 1, table))
    out.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()
