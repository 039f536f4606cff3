"""Attack strings that others collected, from ``../shared/corpus/xss``."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

_BLOCK = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)


def read(folder: Path) -> list[str]:
    """All of them, each once, in the order of the files."""
    found: list[str] = [case["payload"] for case in json.loads(_text(folder / "dompurify-expect.json"))]
    found += [_text(case).split("\n--\n")[0] for case in sorted((folder / "bleach").glob("*.test"))]
    found += json.loads(_text(folder / "blns.json"))
    found += _BLOCK.findall(_text(folder / "owasp-XSS_Filter_Evasion_Cheat_Sheet.md"))
    return [payload for payload in dict.fromkeys(found) if payload.strip()]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def batches(payloads: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(payloads), size):
        yield payloads[start : start + size]
