"""What was measured, for people: lines of at most 100 letters."""

from collections.abc import Iterator, Mapping, Sequence

from bench.search.judged import FIRST, Collection
from bench.search.meter import ratio
from bench.search.relevance import Relevance
from bench.search.rivals import PAGES
from bench.search.speed import Measured
from bench.search.world import ALL, FEW
from bench.search.writing import Speed, Visible

ABSENT = "not here"
#: The median of a whole page is to stay below so many milliseconds of CPU: documents, engine -> goal.
GOALS = {(10_000, "Whoosh"): 100, (100_000, "PostgreSQL"): 50}


def number(value: float | None, digits: int = 1, absent: str = "-") -> str:
    """A number, or what stands where there is none."""
    return absent if value is None else f"{value:,.{digits}f}"


def relevance(
    rows: Sequence[tuple[Collection, Mapping[str, Relevance]]], engines: Sequence[str]
) -> Iterator[str]:
    """A line for each collection: nDCG of each engine beside the reference, questions without an answer, CPU."""
    heads = "".join(f"{name:>12}{'none':>7}{'CPU ms':>8}" for name in engines)
    yield f"{f'nDCG@{FIRST}':16}{'texts':>7}{'asked':>7}{'reference':>11}{heads}"
    for collection, reached in rows:
        line = f"{collection.name[:16]:16}{len(collection.ids):7}{len(collection.questions):7}"
        line += f"{number(collection.reference, 3):>11}"
        for name in engines:
            one = reached.get(name)
            if one:
                line += f"{one.ndcg:12.3f}{one.unanswered:7.1%}{one.cpu:8.2f}"
            else:
                line += f"{ABSENT:>12}{'-':>7}{'-':>8}"
        yield line


def speed(measured: Measured, documents: int, engine: str, rivals: Sequence[str]) -> Iterator[str]:
    """A line for each thing that is asked: CPU of both readers; of the rivals and how many times theirs."""
    readers = "".join(f"{name:>17}" for name in ("5 of 2,000", "all of them"))
    yield f"{f'{documents:,} documents, {engine}':26}{readers}" + "".join(f"{name:>16}" for name in rivals)
    yield f"{'CPU ms':26}" + f"{'p50':>9}{'p99':>8}" * 2 + f"{'p50':>8}{'ratio':>8}" * len(rivals)
    goal = GOALS.get((documents, engine))
    for what, of_all in measured[ALL].items():
        few = measured[FEW][what]
        line = f"{what:26}{few.p50:9.1f}{few.p99:8.1f}{of_all.p50:9.1f}{of_all.p99:8.1f}"
        for name in rivals:
            other = measured.get(name, {}).get(what)
            base = other.p50 if other else None
            line += f"{number(base, 2):>8}{number(ratio(of_all.p50, base)):>8}"
        yield line
    if goal:
        most = max(measured[who][PAGES].p50 for who in (FEW, ALL))
        yield f"goal: a whole page in less than {goal} ms: {'reached' if most < goal else 'MISSED'}"


def writing(
    speeds: Mapping[str, Speed], seen: Visible, memory: tuple[int, int], rivals: Sequence[str]
) -> Iterator[str]:
    """Indexing, time until visible, memory."""
    ours = speeds["collab"]
    line = f"indexed in a second of CPU: {ours.documents:,.0f} documents, {ours.megabytes:.2f} MB"
    for name in rivals:
        other = speeds.get(name)
        faster = ratio(other.documents, ours.documents) if other else None
        line += f"; {name} {number(faster, 0)} times as many" if other else f"; {name} {ABSENT}"
    yield line
    yield (
        f"published until found: {seen.passed.p50:.0f} ms p50, {seen.passed.p99:.0f} ms at most,"
        f" {seen.cpu:.0f} ms CPU of the worker for each"
    )
    before, after = (size / 2**20 for size in memory)
    yield f"memory of a web process: {before:.0f} MB, after the first search {after:.0f} MB"
