"""Reading what waits to be read, one file after the other, and keeping what was found.

A file waits as long as its row says that other rules than today's read it, or none: so nothing is
lost by being killed, and a better reader reads everything again, new files first.
"""

import logging
import time
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from collab import activity, clock, language
from collab.activity.outbox import Context
from collab.files.models import Attachment, AttachmentText
from collab.files.reading import kinds
from collab.files.reading.process import Outcome, Running
from collab.viewer import ANONYMOUS
from collab.workspaces.net import as_system

log = logging.getLogger(__name__)

#: Raise it when files are read better than before: all are read again.
RULES = 1
#: Seconds between two looks at a running program, when somebody waits for it.
LOOK = 0.01


@dataclass(frozen=True)
class Waiting:
    """A file that waits to be read."""

    attachment_id: int
    sha256: str
    media_type: str
    name: str


class Reader:
    """Reads one file at a time, beside what else its process does."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._file: Waiting | None = None
        self._running: Running | None = None
        self._passed_over: set[int] = set()

    def step(self) -> bool:
        """Do what can be done now, which takes no time; answer whether a step was made."""
        if self._file is None:
            self._file = self._next()
            return self._file is not None and self._begin(self._file)
        outcome = self._running.outcome() if self._running else Outcome(kinds.BROKEN)
        if outcome is None:
            return False
        file, self._file, self._running = self._file, None, None
        self._keep(file, outcome)
        return True

    @property
    def busy(self) -> bool:
        """Is a file being read?"""
        return self._file is not None

    def read_all(self) -> int:
        """Read until nothing waits any more; answer how many steps that took."""
        steps = 0
        while (moved := self.step()) or self.busy:
            steps += moved
            if not moved:
                time.sleep(LOOK)
        return steps

    def stop(self) -> None:
        """End what runs. The file waits again."""
        if self._running is not None:
            self._running.give_up()
        self._file = self._running = None

    def _next(self) -> Waiting | None:
        with self.context.read() as db:
            found = (
                as_system(db, "reading files")
                .execute(
                    select(Attachment.id, Attachment.sha256, Attachment.media_type, Attachment.name)
                    .join(AttachmentText, AttachmentText.attachment_id == Attachment.id)
                    .where(AttachmentText.rules < RULES, Attachment.id.not_in(self._passed_over))
                    .order_by(AttachmentText.rules, AttachmentText.attachment_id.desc())
                    .limit(1)
                )
                .first()
            )
        return Waiting(*found) if found else None

    def _begin(self, file: Waiting) -> bool:
        reader = kinds.reader(file.media_type, file.name)
        if reader in kinds.STATES:
            self._file = None
            self._keep(file, Outcome(reader))
            return True
        settings = self.context.settings
        try:
            path, module = self.context.storage.path(file.sha256), f"{__package__}.{reader}"
            self._running = Running(
                path, module, seconds=settings.file_text_seconds, memory=settings.file_text_memory_mb
            )
        except FileNotFoundError:
            log.warning("file %s is not in the storage", file.sha256)
        except OSError:  # no memory or no process to be had: it waits again
            self._file = None
            raise
        return True

    def _keep(self, file: Waiting, outcome: Outcome) -> None:
        """Store it. A file for which that fails is passed over until the next start, and holds up no other."""
        try:
            with self.context.write.begin() as db:
                keep(as_system(db, "reading files"), file.attachment_id, outcome)
        except SQLAlchemyError:
            self._passed_over.add(file.attachment_id)
            raise
        if not outcome.text and outcome.state != kinds.NO_WORDS:
            log.info("the text of file %s: %s", file.attachment_id, outcome.state)


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
