"""Former states of pages: ``index.jsonl`` names page, file, date, author and message of each."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from collab.imports import dates
from collab.imports.documents import Problem
from collab.imports.trees import Tree


@dataclass(frozen=True, slots=True)
class State:
    """A file with what a page said from a time on."""

    file: str
    date: datetime
    author: str
    message: str


def read(tree: Tree, problems: list[Problem]) -> tuple[str, dict[str, list[State]]]:
    """The folder of the history (empty if there is none) and the states of each page, oldest first."""
    for path in tree.paths:
        if PurePosixPath(path).name == "index.jsonl":
            states = _states(tree, path, problems)
            if states:
                return f"{path.rpartition('/')[0]}/", states
    return "", {}


def _states(tree: Tree, path: str, problems: list[Problem]) -> dict[str, list[State]]:
    found: defaultdict[str, list[State]] = defaultdict(list)
    for number, line in enumerate(tree.read(path)[0].split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            page, file, at = (
                tree.find(row["page"]),
                tree.find(row["file"]),
                dates.parse(row["date"], tree.zone),
            )
        except (ValueError, KeyError, TypeError):
            problems.append(Problem(path, f"line {number} is no revision", "note"))
            continue
        if page and file and at:
            author, message = str(row.get("author") or ""), " ".join(str(row.get("message") or "").split())
            found[page].append(State(file, at.at, author, message))
        else:
            problems.append(Problem(path, f"line {number}: its page, file or date is missing", "note"))
    return {
        page: sorted(states, key=lambda state: (state.date, state.file)) for page, states in found.items()
    }
