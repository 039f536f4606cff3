"""What people search for, and what they do not find, without persons: for administrators.

A search leaves one line in a file, which the worker takes within a minute: the day, the words, whether
anything was found, and a mark by which the same words of the same person are counted once a day. The
mark is a keyed digest; the worker keeps it in memory until the day is over and writes it nowhere. The
database knows words and numbers. Requests do not wait for it, and none fails because of it.
"""

import hashlib
import hmac
import json
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from collab import clock
from collab.activity.outbox import Context
from collab.admin.queries import may_manage
from collab.config import Settings
from collab.db import inserting
from collab.search.models import AskedWords
from collab.viewer import Viewer

#: For so many days numbers are kept; so often something was asked before anybody sees it.
KEPT, SHOWN_FROM = 90, 3
LONGEST, SHORTEST = 80, 2
#: While no worker takes it, the file grows no further than this.
LARGEST = 1 << 20
_WORD = re.compile(r"\w+(?:[-./&+]\w+)*")
#: Telephone numbers, numbers of accounts and people; not ``DIN 18017-3``.
_NUMBER = re.compile(r"\d(?:[\s()/.+-]*\d){6,}")
_Line = tuple[date, str, bool, str]


def _spool(data_dir: Path) -> Path:
    return data_dir / "asked-words"


def normal(words: str) -> str:
    """The words as they are counted; nothing of what could be an address or somebody's number."""
    if "@" in words or "://" in words or _NUMBER.search(words):
        return ""
    said = " ".join(_WORD.findall(unicodedata.normalize("NFKC", words).lower()))[:LONGEST].strip()
    return said if len(said) >= SHORTEST else ""


def note(settings: Settings, viewer: Viewer, words: str, *, in_vain: bool) -> None:
    """Somebody has searched. Nothing is noted of who only looks as somebody else."""
    said = normal(words)
    if not said or viewer.looker is not None:
        return
    day = _today().isoformat()
    mark = hmac.new(settings.key.encode(), f"asked {day} {viewer.me} {said}".encode(), hashlib.sha256)
    line = json.dumps([day, said, in_vain, mark.hexdigest()[:24]]) + "\n"
    try:
        file = os.open(_spool(settings.data_dir), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            if os.fstat(file).st_size < LARGEST:
                os.write(file, line.encode())
        finally:
            os.close(file)
    except OSError:  # a full disk, say: searching goes on
        return


@dataclass
class Taking:
    """What the worker remembers for a day: the marks that it has counted."""

    marks: dict[date, set[str]] = field(default_factory=dict)

    def take(self, context: Context) -> int:
        """Count what is in the file, and forget the file; answers for how many words."""
        spool = _spool(context.data_dir)
        taken = spool.with_suffix(".taken")
        if not taken.exists():
            try:
                spool.rename(taken)
            except FileNotFoundError:
                return 0
        counts: dict[tuple[date, str], list[int]] = {}
        for day, said, in_vain, mark in _lines(taken):
            if self._first(day, mark):
                numbers = counts.setdefault((day, said), [0, 0])
                numbers[0] += 1
                numbers[1] += in_vain
        if counts:
            with context.write.begin() as db:
                for (day, said), (asked, vain) in sorted(counts.items()):
                    _count(db, day, said, asked, vain)
        taken.unlink()
        return len(counts)

    def _first(self, day: date, mark: str) -> bool:
        yesterday = _today() - timedelta(days=1)
        self.marks = {known: marks for known, marks in self.marks.items() if known >= yesterday}
        marks = self.marks.setdefault(day, set())
        if mark in marks:
            return False
        marks.add(mark)
        return True


def _lines(path: Path) -> Iterator[_Line]:
    """What can be read; a line that was cut short is passed over."""
    for line in path.read_text("utf-8", errors="replace").splitlines():
        try:
            day, said, in_vain, mark = json.loads(line)
            yield date.fromisoformat(day), str(said)[:LONGEST], bool(in_vain), str(mark)
        except (ValueError, TypeError):
            continue


def _count(db: Session, day: date, said: str, asked: int, vain: int) -> None:
    first = inserting(db, AskedWords).values(day=day, words=said, asked=asked, in_vain=vain)
    more = {AskedWords.asked: AskedWords.asked + asked, AskedWords.in_vain: AskedWords.in_vain + vain}
    db.execute(first.on_conflict_do_update(index_elements=[AskedWords.day, AskedWords.words], set_=more))


def forget_old(db: Session) -> None:
    """After ``KEPT`` days nothing is left. Called by the worker."""
    db.execute(delete(AskedWords).where(AskedWords.day <= _today() - timedelta(days=KEPT)))


def _today() -> date:
    return clock.now().astimezone(UTC).date()


@dataclass(frozen=True)
class Asked:
    """Words, how often they were asked for, and how often nothing was found."""

    words: str
    asked: int
    in_vain: int


def report(
    db: Session, viewer: Viewer, *, days: int, only_vain: bool, words: str = "", most: int = 100
) -> Sequence[Asked]:
    """What was asked in the last days, for administrators; what too few asked stays unsaid."""
    asked, vain = func.sum(AskedWords.asked), func.sum(AskedWords.in_vain)
    query: Any = (
        select(AskedWords.words, asked.label("asked"), vain.label("in_vain"))
        .where(may_manage(viewer), AskedWords.day > _today() - timedelta(days=days))
        .group_by(AskedWords.words)
        .having(asked >= SHOWN_FROM)
        .order_by((vain if only_vain else asked).desc(), AskedWords.words)
        .limit(most)
    )
    if only_vain:
        query = query.having(vain > 0)
    for word in words.split()[:8]:
        query = query.where(AskedWords.words.contains(word.lower(), autoescape=True))
    return [Asked(row.words, int(row.asked), int(row.in_vain)) for row in db.execute(query)]
