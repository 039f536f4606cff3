"""Collections of which the right answers are known, and the measure of an order of answers.

A collection is a folder with ``docs.jsonl`` (id, title, text, lang), ``queries.jsonl`` (id, text) and
``qrels.tsv`` (query, document, gain). A file REFERENCE.md beside the folders may say in a line that
begins with "Reference" what others reach ("cranfield 0.535, …").
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.search.texts import Text

FIRST = 10
FILES = ("docs.jsonl", "queries.jsonl", "qrels.tsv")
#: What others reach where no file says it.
REFERENCES = {"cranfield": 0.535, "xquad-mixed": 0.940}
_REFERENCE = re.compile(r"([\w-]+) (0\.\d+)")


@dataclass(frozen=True)
class Collection:
    """A folder, the ids of its documents in their order, and what each question is known to find."""

    folder: Path
    ids: Sequence[str]
    questions: Sequence[tuple[str, Mapping[str, float]]]

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder.name

    @property
    def reference(self) -> float | None:
        """The nDCG that others reach on it, if that is known."""
        beside = self.folder.parent / "REFERENCE.md"
        said = beside.read_text(errors="replace").splitlines() if beside.is_file() else []
        lines = [line for line in said if line.startswith("Reference")]
        known = {name: float(value) for line in lines for name, value in _REFERENCE.findall(line)}
        return {**REFERENCES, **known}.get(self.name)

    def texts(self) -> Iterator[Text]:
        """Its documents, in the order of ``ids``."""
        for row in _rows(self.folder / FILES[0]):
            yield Text(row.get("title") or "", row.get("text") or "", row.get("lang") or "")


def found_in(folders: Iterable[Path]) -> list[Collection]:
    """The collections among folders and the folders right below them; each once, by name."""
    here = {path for folder in folders for path in (folder, *sorted(folder.glob("*/"))) if _is_one(path)}
    return [read(path) for path in sorted(here, key=lambda path: path.name)]


def read(folder: Path) -> Collection:
    """The collection in a folder. Questions of which nothing is known to answer them are left out."""
    gains: dict[str, dict[str, float]] = {}
    for line in (folder / FILES[2]).read_text().splitlines():
        query, document, gain = line.split("\t")
        if float(gain) > 0:
            gains.setdefault(query, {})[document] = float(gain)
    questions = [(row["text"], gains[row["id"]]) for row in _rows(folder / FILES[1]) if row["id"] in gains]
    return Collection(folder, [row["id"] for row in _rows(folder / FILES[0])], questions)


def ndcg(found: Sequence[str], gains: Mapping[str, float]) -> float:
    """What the first ten answers gain, of what the best order would; 1 is best.

    Järvelin, Kekäläinen: Cumulated gain-based evaluation of IR techniques, 2002.
    """
    best = sorted(gains.values(), reverse=True)
    return _gained(gains.get(one, 0.0) for one in found[:FIRST]) / _gained(best[:FIRST])


def _gained(gains: Iterable[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def _is_one(folder: Path) -> bool:
    return all((folder / name).is_file() for name in FILES)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open() as lines:
        yield from (json.loads(line) for line in lines if line.strip())
