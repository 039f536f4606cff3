"""Tables as in GFM 4.10: the row of dashes and the cells of a row."""

import re

_DASHES = re.compile(r"\|?[ \t]*+:?-++:?[ \t]*+(?:\|[ \t]*+:?-++:?[ \t]*+)*+\|?[ \t]*+\Z")
_BARS = re.compile(r"((?:[^\\|]|\\.|\\\Z)*+)(?:\||\Z)", re.DOTALL)
MAX_COLUMNS = 100


def cells(row: str) -> list[str]:
    """The cells of a row, in Markdown; ``\\|`` is a bar inside one, also in code."""
    row = row.strip(" \t")
    row = row.removeprefix("|")
    found = []
    at = 0
    while at < len(row):
        match = _BARS.match(row, at)
        if match is None:
            break
        found.append(match[1].strip(" \t").replace("\\|", "|"))
        at = match.end()
    return found


def alignments(row: str) -> list[str]:
    """For each column of the row of dashes left, right, center or nothing; empty if it is no such row."""
    if "-" not in row or not ("|" in row or ":" in row) or not _DASHES.match(row):
        return []
    found = []
    for cell in cells(row):
        left, right = cell.startswith(":"), cell.endswith(":")
        found.append("center" if left and right else "left" if left else "right" if right else "")
    return found if len(found) <= MAX_COLUMNS else []
