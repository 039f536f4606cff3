"""What became of each document: counted for the last line, named with its reason in a file."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from collab.imports.documents import Problem

_MANY = 10  # files with one reason are counted on the terminal, and named in the file


@dataclass
class Report:
    """Grows while an import runs. ``made``: pages for folders, which no file describes."""

    imported: int = 0
    made: int = 0
    people: int = 0
    files: int = 0
    problems: list[Problem] = field(default_factory=list)

    def of(self, kind: str) -> list[Problem]:
        """The problems of a kind, in the order of their files."""
        found = [problem for problem in self.problems if problem.kind == kind]
        return sorted(found, key=lambda problem: problem.source)

    def note(self, source: str, notes: Iterable[str]) -> None:
        """Something about a document that arrived."""
        self.problems += [Problem(source, note, "note") for note in notes]

    @property
    def last_line(self) -> str:
        """``N imported, N skipped, N failed``."""
        return f"{self.imported} imported, {len(self.of('skipped'))} skipped, {len(self.of('failed'))} failed"

    def write(self, path: Path, title: str) -> None:
        """Keep all of it in a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [title, "", self.last_line]
        lines += [f"{self.people} accounts, {self.files} files and {self.made} section pages were made."]
        for kind, heading in (("failed", "Failed"), ("skipped", "Skipped"), ("note", "Notes")):
            found = self.of(kind)
            if found:
                lines += ["", f"{heading} ({len(found)})", "-" * 40]
                lines += [f"{problem.source or '(all)'}: {problem.reason}" for problem in found]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def summary(self) -> Iterator[str]:
        """What a terminal shows before the last line: failures and skips by name unless they are many."""
        for kind in ("failed", "skipped"):
            found = self.of(kind)
            often = {reason for reason, times in Counter(p.reason for p in found).items() if times > _MANY}
            for problem in found:
                if problem.reason not in often:
                    yield f"{kind}: {problem.source}: {problem.reason}"
            for reason in sorted(often):
                yield f"{kind}: {sum(p.reason == reason for p in found)} files: {reason}"
        notes = self.of("note")
        if notes:
            yield f"{len(notes)} notes on what arrived otherwise than it stood."
