"""Reading what waits to be read, one file after the other, and keeping what was found.

A file waits as long as its row says that other rules than today's read it, or none: so nothing is
lost by being killed, and a better reader reads everything again, new files first.
"""

import logging
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity, clock, language
from collab.activity.outbox import Context
from collab.files.models import Attachment, AttachmentText
from collab.files.onebyone import Known, Looking, OneByOne
from collab.files.reading import kinds
from collab.files.reading.process import Outcome, Running
from collab.viewer import ANONYMOUS
from collab.workspaces.net import as_system

log = logging.getLogger(__name__)

#: Raise it when files are read better than before: all are read again.
RULES = 1


@dataclass(frozen=True)
class Waiting:
    """A file that waits to be read."""

    attachment_id: int
    sha256: str
    media_type: str
    name: str


class Reader(OneByOne[Waiting, Outcome]):
    """Reads one file at a time."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context

    def find(self) -> Waiting | None:
        with self.context.read() as db:
            found = (
                as_system(db, "reading files")
                .execute(
                    select(Attachment.id, Attachment.sha256, Attachment.media_type, Attachment.name)
                    .join(AttachmentText, AttachmentText.attachment_id == Attachment.id)
                    .where(AttachmentText.rules < RULES, Attachment.id.not_in(self.passed_over))
                    .order_by(AttachmentText.rules, AttachmentText.attachment_id.desc())
                    .limit(1)
                )
                .first()
            )
        return Waiting(*found) if found else None

    def begin(self, file: Waiting) -> Looking[Outcome]:
        reader = kinds.reader(file.media_type, file.name)
        if reader in kinds.STATES:
            return Known(Outcome(reader))
        settings = self.context.settings
        path, module = self.context.storage.path(file.sha256), f"{__package__}.{reader}"
        try:
            return Running(
                path, module, seconds=settings.file_text_seconds, memory=settings.file_text_memory_mb
            )
        except FileNotFoundError:
            log.warning("file %s is not in the storage", file.sha256)
            return Known(Outcome(kinds.BROKEN))

    def keep(self, file: Waiting, found: Outcome) -> None:
        with self.context.write.begin() as db:
            keep(as_system(db, "reading files"), file.attachment_id, found)
        if not found.text and found.state != kinds.NO_WORDS:
            log.info("the text of file %s: %s", file.attachment_id, found.state)


def keep(db: Session, attachment_id: int, outcome: Outcome) -> None:
    """Keep what was found in a file; those who follow it are told if that changes what can be searched."""
    file = db.get(Attachment, attachment_id)
    row = db.get(AttachmentText, attachment_id)
    if file is None or row is None:  # it was taken away meanwhile
        return
    changed = row.text != outcome.text
    row.state, row.text = outcome.state, outcome.text
    row.lang, row.rules, row.read_at = language.guess(outcome.text), RULES, clock.now()
    if changed:
        activity.record(
            db,
            "file.read",
            ANONYMOUS,
            workspace_id=file.workspace_id,
            entry_id=file.entry_id,
            subject_id=file.id,
        )
