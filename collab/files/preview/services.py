"""Making previews of what waits for one, one file after the other, and keeping them beside the file.

As with the texts of files, a row says that it waits, so being killed loses nothing; a file of which no
preview could be made is never tried again by the same rules. What was made belongs to one attachment,
also where another has the same bytes: how soon it is there would tell that somebody else has it.
"""

import logging
import shutil
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from collab import clock
from collab.activity.outbox import Context
from collab.files.models import Attachment, AttachmentPreview
from collab.files.onebyone import Known, Looking, OneByOne
from collab.files.preview import kinds, tools
from collab.files.preview.making import Job, Made, Making
from collab.workspaces.net import as_system

log = logging.getLogger(__name__)

#: Raise it when previews are made better than before: all are made again.
RULES = 1
WHY = "making previews"
#: The part that is there if a preview is.
FIRST = {kinds.PAGES: "page1", kinds.TEXT: "text"}


@dataclass(frozen=True)
class Waiting:
    """A file that waits for its preview."""

    attachment_id: int
    sha256: str
    media_type: str
    name: str


class Previewer(OneByOne[Waiting, Made]):
    """Makes one preview at a time."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context, self.tools = context, tools.find()
        self.folder = context.data_dir / "previewing"
        self._ready = False

    def find(self) -> Waiting | None:
        if not self._ready:
            shutil.rmtree(self.folder, ignore_errors=True)  # what a killed worker left
            self._ready = self.take_up()
        with self.context.read() as db:
            found = (
                as_system(db, WHY)
                .execute(
                    select(Attachment.id, Attachment.sha256, Attachment.media_type, Attachment.name)
                    .join(AttachmentPreview, AttachmentPreview.attachment_id == Attachment.id)
                    .where(AttachmentPreview.rules < RULES, Attachment.id.not_in(self.passed_over))
                    .order_by(AttachmentPreview.rules, AttachmentPreview.attachment_id.desc())
                    .limit(1)
                )
                .first()
            )
        return Waiting(*found) if found and self.context.storage.has_room() else None

    def take_up(self) -> bool:
        """Let those wait again for which a program has come, and those that are gone, as after a restored backup."""
        storage, preview = self.context.storage, AttachmentPreview
        with self.context.read() as db:
            query = select(preview.attachment_id, preview.state, Attachment.sha256).join(
                Attachment, Attachment.id == preview.attachment_id
            )
            states = [*self.tools.come(), *FIRST]
            rows = (
                as_system(db, WHY)
                .execute(query.where(preview.state.in_(states), preview.rules == RULES))
                .all()
            )
        again = [
            row.attachment_id
            for row in rows
            if row.state not in FIRST or not storage.path(row.sha256, FIRST[row.state]).is_file()
        ]
        if again:
            with self.context.write.begin() as db:
                rules = update(preview).where(preview.attachment_id.in_(again)).values(rules=0)
                as_system(db, WHY).execute(rules)
        return True

    def begin(self, file: Waiting) -> Looking[Made]:
        settings = self.context.settings
        way = kinds.way(file.media_type, file.name)
        if way in kinds.AT_ONCE:  # nothing is to be made
            return Known(Made(kinds.UNSUPPORTED))
        job = Job(
            path=self.context.storage.path(file.sha256).resolve(),
            media_type=file.media_type,
            name=file.name,
            way=way,
            folder=self.folder.resolve() / "file",
            tools=self.tools,
            seconds=settings.file_preview_seconds,
            memory=settings.file_preview_memory_mb,
            pages=settings.file_preview_pages,
        )
        try:
            return Making(job)
        except FileNotFoundError:
            log.warning("file %s is not in the storage", file.sha256)
            return Known(Made(kinds.BROKEN))

    def keep(self, file: Waiting, found: Made) -> None:
        for name, content in found.parts:
            self.context.storage.keep_variant(file.sha256, name, content)
        with self.context.write.begin() as db:
            keep(as_system(db, WHY), file.attachment_id, found)
        if found.state not in (*kinds.THERE, kinds.UNSUPPORTED):
            log.info("the preview of file %s: %s", file.attachment_id, found.state)


def keep(db: Session, attachment_id: int, made: Made) -> None:
    """Keep what was made of a file, or why there is nothing."""
    row = db.get(AttachmentPreview, attachment_id)
    if row is None:  # the file was taken away meanwhile
        return
    row.state, row.rules, row.made_at = made.state, RULES, clock.now()
    row.sizes, row.whole = [list(size) for size in made.sizes], made.whole
