"""A calendar file in pieces (RFC 5545, 3.4): events and time zones, each as text, and on which line it begins.

So one broken piece harms no other, whatever is in it, and everybody can be told where it stands.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

#: What may stand in one line and in one piece, in letters and in lines.
LONGEST_LINE, LONGEST = 200_000, 6000
NOT_EVENTS = frozenset({"VTODO", "VJOURNAL", "VFREEBUSY"})


@dataclass(frozen=True)
class Block:
    """An event or a zone as it stands in the file, without what is inside it (alarms). ``line`` counts from 1."""

    line: int
    text: str


@dataclass
class Blocks:
    """What a file holds. ``others`` counts the tasks, notes and times of being busy."""

    events: list[Block] = field(default_factory=list)
    zones: dict[str, Block] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)
    zone: str = ""


def decoded(content: bytes) -> str:
    """The letters of the file; older programs write those of Windows."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def split(words: str) -> Blocks:
    """The pieces of a calendar file. Anything is taken for one; what is none has no pieces."""
    found = Blocks()
    stack: list[str] = []
    kept: list[str] = []
    begins = 0
    for number, line in _unfolded(words):
        name, value = (word.strip().upper() for word in line.partition(":")[::2])
        before, stack = stack, _nested(stack, name, value)
        if not before and stack:
            kept, begins = [], number
        elif before and not stack:
            _keep(
                found,
                before[0],
                Block(begins, "\r\n".join([f"BEGIN:{before[0]}", *kept, f"END:{before[0]}"])),
            )
        elif not stack and name == "X-WR-TIMEZONE":
            found.zone = line.partition(":")[2].strip()
        elif stack and len(kept) < LONGEST and (stack[0] == "VTIMEZONE" or len(before) == len(stack) == 1):
            kept.append(line)  # of an event its own lines, of a zone those of its parts, too
    return found


def _nested(stack: list[str], name: str, value: str) -> list[str]:
    """In what one is after this line, from the outside; a calendar is the outside."""
    if name == "BEGIN":
        return [] if value == "VCALENDAR" else [*stack, value]
    if name == "END" and value in stack:
        return stack[: stack.index(value)]
    return stack


def _keep(found: Blocks, kind: str, block: Block) -> None:
    if kind == "VEVENT":
        found.events.append(block)
    elif kind == "VTIMEZONE":
        name = next(
            (line.partition(":")[2] for line in block.text.split("\r\n") if line.upper().startswith("TZID")),
            "",
        )
        found.zones.setdefault(name.strip(), block)
    elif kind in NOT_EVENTS:
        found.others[kind] += 1


def _unfolded(words: str) -> Iterator[tuple[int, str]]:
    """(number of the line on which it begins, the line), without those that are empty."""
    begins, parts, length = 0, [""], 0
    for number, line in enumerate(words.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if line[:1] in (" ", "\t"):
            if length < LONGEST_LINE:
                parts.append(line[1:])
                length += len(line)
            continue
        if whole := "".join(parts).strip("\x00"):
            yield begins, whole
        begins, parts, length = number, [line[:LONGEST_LINE]], len(line)
    if whole := "".join(parts).strip("\x00"):
        yield begins, whole
