"""Says how good the order of answers is, on collections of which the right answers are known.

    python -m bench.ranking DIR…

Each DIR holds docs.jsonl (id, title, text, lang), queries.jsonl (id, text) and qrels.tsv (query,
document, gain). Prints nDCG at 10 (Järvelin, Kekäläinen: Cumulated gain-based evaluation of IR
techniques, 2002), how many questions found nothing, and the CPU time of a question, without pages.
"""

import argparse
import json
import math
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from collab.search import whoosh_index
from collab.search.question import plain
from collab.search.weights import Document
from collab.search.whoosh_reader import Reader

FIRST = 10


def main() -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.ranking", description=__doc__.partition("\n")[0])
    parser.add_argument("collections", type=Path, nargs="+", metavar="DIR")
    options = parser.parse_args()
    print(f"{'collection':20} documents  questions  nDCG@{FIRST}  no answer  CPU ms")
    for collection in options.collections:
        with tempfile.TemporaryDirectory() as folder:
            print(_line(collection, Path(folder)), flush=True)
    return 0


def _line(collection: Path, folder: Path) -> str:
    ids = [row["id"] for row in _rows(collection / "docs.jsonl")]
    whoosh_index.rebuild(
        folder, (_document(n, row) for n, row in enumerate(_rows(collection / "docs.jsonl")))
    )
    gains = _gains(collection / "qrels.tsv")
    reader = Reader(folder)
    scores, empty, begun = [], 0, time.process_time()
    for row in _rows(collection / "queries.jsonl"):
        if row["id"] in gains:
            asked = plain(row["text"])
            keys = reader.find(asked, FIRST) or reader.find(replace(asked, wide=True), FIRST)
            found = [ids[int(key[1:])] for key in keys]
            scores.append(ndcg(found, gains[row["id"]]))
            empty += not found
    taken = (time.process_time() - begun) / len(scores) * 1000
    mean = sum(scores) / len(scores)
    return f"{collection.name:20} {len(ids):9} {len(scores):10} {mean:8.3f} {empty:10} {taken:7.2f}"


def ndcg(found: Sequence[str], gains: Mapping[str, float]) -> float:
    """What the first answers gain, of what the best order would; 1 is best."""
    best = sorted(gains.values(), reverse=True)
    return _gained(gains.get(one, 0.0) for one in found[:FIRST]) / _gained(iter(best[:FIRST]))


def _gained(gains: Iterator[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open() as lines:
        yield from map(json.loads, lines)


def _document(number: int, row: Mapping[str, str]) -> Document:
    return Document(f"e{number}", "post", 1, row.get("title", ""), row["text"], lang=row.get("lang", ""))


def _gains(path: Path) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for line in path.read_text().splitlines():
        query, document, gain = line.split("\t")
        found.setdefault(query, {})[document] = float(gain)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
