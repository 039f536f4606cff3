"""Making one preview: which programs look at a file, one after the other, and what they answer.

Every program is a child with little time, memory and room. Our own ones read the file from their
standard input and can open nothing else; those of others are between ``walls``.
"""

import json
import shutil
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collab import text
from collab.files.preview import kinds, office, packages
from collab.files.preview.tools import Tools
from collab.files.reading import kinds as reading
from collab.files.reading.process import Child, Ended, Outcome, python, understood

#: Larger files are shown to nobody: reading them takes longer than anybody waits.
LARGEST = 64 << 20
#: Letters of Markdown that are set; more stand there as they are.
LONGEST = 60_000
PACKAGE = "collab.files.preview"
_LOCKED = "incorrect password"


@dataclass(frozen=True)
class Job:
    """A file, how it is to be shown, and within which limits."""

    path: Path
    media_type: str
    name: str
    way: str
    folder: Path
    tools: Tools
    seconds: int
    memory: int
    pages: int

    @property
    def limits(self) -> tuple[int, int]:
        return self.seconds, self.memory


@dataclass(frozen=True)
class Made:
    """What came of it: a state of ``kinds``; sizes of pages in pixels; and parts to keep, by their names.

    ``whole``: nothing more stands in the file than is shown.
    """

    state: str
    sizes: tuple[tuple[int, int], ...] = ()
    whole: bool = True
    parts: tuple[tuple[str, bytes], ...] = ()


Steps = Generator[Child, Ended, Made]


class Making:
    """One preview being made, without ever waiting for it."""

    def __init__(self, job: Job) -> None:
        """Begin. Raises OSError if the file or a program is not to be had."""
        self.job = job
        self._child: Child | None = None
        self._made: Made | None = None
        self._steps = _steps(job)
        shutil.rmtree(job.folder, ignore_errors=True)
        job.folder.mkdir(parents=True)
        self._go_on(lambda: next(self._steps))

    def _go_on(self, step: Callable[[], Child]) -> None:
        try:
            self._child = step()
        except StopIteration as end:
            self._made = end.value
        except OSError:
            self.give_up()
            raise

    def outcome(self) -> Made | None:
        """What came of it; None as long as it is being made. Ask again until it is there."""
        if self._made is None and self._child is not None:
            ended = self._child.ended()
            if ended is None:
                return None
            self._child = None
            self._go_on(lambda: self._steps.send(ended))
        if self._made is not None:
            shutil.rmtree(self.job.folder, ignore_errors=True)
        return self._made

    def give_up(self) -> None:
        """End what runs. Nothing is known then."""
        if self._child is not None:
            self._child.give_up()
        shutil.rmtree(self.job.folder, ignore_errors=True)


def _steps(job: Job) -> Steps:
    if job.way == kinds.NOTHING:
        return Made(kinds.UNSUPPORTED)
    if missing := job.tools.missing(job.way):
        return Made(missing)
    if job.path.stat().st_size > LARGEST:
        return Made(kinds.TOO_LARGE)
    made = yield from {kinds.PDF: _pdf, kinds.OFFICE: _office, kinds.SCAN: _scan, kinds.ARCHIVE: _listed}.get(
        job.way, _words
    )(job)
    return made


def _told(job: Job, program: str) -> Generator[Child, Ended, Outcome]:
    command = python(f"{PACKAGE}.{program}", *job.limits)
    return understood((yield Child(command, seconds=job.seconds, source=job.path)))


def _listed(job: Job) -> Steps:
    """The names of what is in an archive."""
    outcome = yield from _told(job, "listing")
    if outcome.state not in (reading.TEXT, reading.BEGINNING):
        return Made(outcome.state)
    return Made(kinds.TEXT, (), outcome.state == reading.TEXT, (("text", outcome.text.encode()),))


def _words(job: Job) -> Steps:
    outcome = yield from _told(job, "texts")
    if outcome.state not in (reading.TEXT, reading.BEGINNING):
        return Made(outcome.state)
    parts = [("text", outcome.text.encode())]
    if kinds.ending(job.name) in kinds.MARKDOWN and len(outcome.text) <= LONGEST:
        parts.append(("html", text.render(outcome.text).html.encode()))
    return Made(kinds.TEXT, (), outcome.state == reading.TEXT, tuple(parts))


def _rasters(job: Job, form: str) -> list[str]:
    return python(f"{PACKAGE}.rasters", *job.limits, job.pages, form)


def _scan(job: Job) -> Steps:
    form = kinds.scan(job.media_type)
    return _pages((yield Child(_rasters(job, form), seconds=job.seconds, source=job.path)))


def _pdf(job: Job) -> Steps:
    return (yield from _drawn(job, job.path))


def _drawn(job: Job, path: Path) -> Steps:
    """The first pages of a PDF, as pdftoppm draws them."""
    draw = [job.tools.pdftoppm, "-l", str(job.pages + 1), "-scale-to", "1600", str(path)]
    ended = yield Child(_walled(job, [str(path)], draw), _rasters(job, "PPM"), seconds=job.seconds)
    made = _pages(ended)
    if made.state in kinds.THERE:
        return made
    if _LOCKED in ended.complaint.lower():
        return Made(kinds.ENCRYPTED)
    return Made(ended.state if ended.state in (kinds.TOO_SLOW, kinds.TOO_LARGE) else made.state)


def _walled(job: Job, read: list[str], command: list[str]) -> list[str]:
    return python(f"{PACKAGE}.walls", *job.limits, job.folder, *read, "--", *command)


def _office(job: Job) -> Steps:
    """An office document: looked through, turned into a PDF by LibreOffice, and that one drawn."""
    ending, filter_name = kinds.form(job.media_type, job.name) or ("", "")
    if ending in kinds.PACKAGES:
        look = python(f"{PACKAGE}.packages", *job.limits)
        looked = understood((yield Child(look, seconds=job.seconds, source=job.path)))
        if looked != Outcome(reading.TEXT, packages.HONEST):
            return Made(looked.state)
    office.furnish(job.folder)
    source = job.folder / f"file{ending}"
    shutil.copyfile(job.path, source)
    command = office.command(job.tools.soffice, job.folder, source, filter_name, job.pages + 1)
    home = str(Path(job.tools.soffice).parents[1])
    for _again in range(2):
        convert = Child(_walled(job, [home], command), seconds=job.seconds, folder=job.folder)
        ended = yield convert
        if ended.code != office.AGAIN:
            break
    pdf = office.made(job.folder, source)
    if not pdf.is_file():
        return Made(ended.state or kinds.BROKEN)
    return (yield from _drawn(job, pdf))


def _pages(ended: Ended) -> Made:
    """The answer of ``rasters``, of which nothing is believed that was not asked for."""
    line, _, rest = ended.answer.partition(b"\n")
    try:
        said: Any = json.loads(line)
        pages, more = [tuple(map(int, page)) for page in said["pages"]], bool(said["more"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return Made(_why(line) or ended.state or kinds.BROKEN)
    parts, start = [], 0
    for number, (_width, _height, size) in enumerate(pages, 1):
        parts.append((f"page{number}", rest[start : start + size]))
        start += size
    if not pages or any(part[:4] + part[8:12] != b"RIFFWEBP" for _name, part in parts):
        return Made(kinds.BROKEN)
    return Made(kinds.PAGES, tuple((page[0], page[1]) for page in pages), not more, tuple(parts))


def _why(line: bytes) -> str:
    try:
        said = json.loads(line)["error"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    return said if said in (kinds.BROKEN, kinds.TOO_LARGE, kinds.TOO_SLOW) else ""
