"""How good, how fast and how soon search is, beside other engines on the same texts in the same run.

    make bench-search
    python -m bench.search --only relevance --collections DIR…
    python -m bench.search --only speed --sizes 1000,10000 [--texts DIR] [--json FILE]

All times but one are CPU time of everything that works for an answer. SQLite's FTS5 (unicode61, bm25)
and Tantivy (pip install tantivy) are asked the same questions about the same texts; they know no rights.
"""

import argparse
import dataclasses
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from bench import pairs
from bench.search import homes, judged, relevance, speed, tables, writing
from bench.search.questions import questions
from bench.search.rivals import rivals
from bench.search.texts import texts

RIVALS = ("FTS5", "Tantivy")
#: Questions are made from so many of the texts.
SAMPLE = 2000


def main() -> int:
    """Run the command line; return its exit code."""
    options = _options()
    found: dict[str, Any] = {}
    if "relevance" in options.only:
        found["relevance"] = _relevance(options)
    if "speed" in options.only:
        found["speed"] = [
            _speed(size, engine, options) for size in options.sizes for engine in homes.engines_for(size)
        ]
    if options.json:
        options.json.write_text(json.dumps(found, indent=2))
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.search", description=__doc__.partition("\n")[0])
    parser.add_argument("--only", choices=("relevance", "speed"), action="append")
    parser.add_argument(
        "--collections",
        type=Path,
        nargs="*",
        default=[Path("../shared/corpus/ir")],
        help="folders with docs.jsonl, queries.jsonl, qrels.tsv, or folders of such folders",
    )
    parser.add_argument("--sizes", type=_sizes, default=[1000, 10_000], help="how many documents: 1000,10000")
    parser.add_argument("--questions", type=int, default=150, help="how many of each kind are measured")
    parser.add_argument("--texts", type=Path, help="folder with Markdown files to take texts from first")
    parser.add_argument("--json", type=Path, help="file to write all figures to")
    options = parser.parse_args()
    options.only = options.only or ["relevance", "speed"]
    return options


def _sizes(said: str) -> list[int]:
    return [int(one) for one in said.split(",") if one]


def _relevance(options: argparse.Namespace) -> dict[str, Any]:
    every = judged.found_in(options.collections)
    if not every:
        print(f"no collection in {', '.join(map(str, options.collections))}: COLLECTIONS=…", file=sys.stderr)
    rows: list[tuple[judged.Collection, dict[str, relevance.Relevance]]] = []
    for one in every:
        rows.append((one, {}))
        for engine in homes.engines():
            with homes.home(engine, workspaces=1) as world:
                rows[-1][1][engine] = relevance.reached(one, world)
    some = list(pairs.pairs())
    _print(tables.relevance(rows, (homes.WHOOSH, homes.POSTGRESQL)))
    _print(
        [
            f"German words: {pairs.share(some):.1%} of {len(some)} pairs as they should be (python -m bench.pairs)"
        ]
    )
    return {
        "collections": {
            one.name: {
                "reference": one.reference,
                **{name: dataclasses.asdict(each) for name, each in of_engine.items()},
            }
            for one, of_engine in rows
        },
        "german_pairs": {"pairs": len(some), "right": pairs.share(some)},
    }


def _speed(size: int, engine: str, options: argparse.Namespace) -> dict[str, Any]:
    every = list(texts(size, options.texts))
    with homes.home(engine) as world, tempfile.TemporaryDirectory() as place:
        others = rivals(Path(place))
        world.fill(every)
        speeds = writing.indexing(world, others, every)
        asked = questions(every[:SAMPLE], options.questions + speed.WARM_UP)
        measured = speed.measure(world, others, asked)
        _print(tables.speed(measured, size, engine, [one.name for one in others]))
        memory = writing.memory(world, asked[0].two.replace(" ", "+"))
        seen = writing.visible(world)
    _print(tables.writing(speeds, seen, memory, RIVALS))
    return {
        "documents": size,
        "engine": engine,
        "answers": {
            who: {what: {"p50": one.p50, "p99": one.p99} for what, one in times.items()}
            for who, times in measured.items()
        },
        "indexing": {name: dataclasses.asdict(one) for name, one in speeds.items()},
        "visible_ms": {"p50": seen.passed.p50, "p99": seen.passed.p99, "cpu": seen.cpu},
        "memory": {"before": memory[0], "after": memory[1]},
    }


def _print(lines: Iterable[str]) -> None:
    print(*lines, "", sep="\n", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
