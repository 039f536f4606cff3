"""Measures pages of Collab against an empty Flask page, in the same run, under the same server.

    python -m bench.http --data var --email ada@example.org --password … --path / --path /blog/

Both servers run side by side; each round asks first for the empty page and then for every path, so
that whatever slows the machine down slows all of them. A round ends after --requests or --seconds.
CPU is that of all the server's processes. The data folder is used as it is: pages that note a visit
note ours. SQL statements and sizes come from a second server with COLLAB_DEBUG_STATEMENTS=1, so that
counting costs nothing here.
"""

import argparse
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.client import Browser, load
from bench.server import Server, serve

WARM_UP = 20


@dataclass
class Page:
    """One line of the table: where to ask, and what every round found."""

    name: str
    server: Server
    request: bytes
    statements: str = ""
    size: int = 0
    latencies: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    rate: list[float] = field(default_factory=list)

    def measure(self, requests: int, seconds: float, connections: int) -> None:
        """Ask for one round and keep what it took."""
        before = self.server.cpu()
        round_ = load(self.server.port, self.request, requests, seconds, connections)
        used = self.server.cpu() - before
        count = len(round_.latencies)
        self.latencies += round_.latencies
        self.cpu.append(used / count * 1000)
        self.rate.append(count / round_.elapsed)

    def percentile(self, share: float) -> float:
        """Return the milliseconds within which ``share`` of all answers came."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def main() -> int:
    """Run the command line; return its exit code."""
    options = _options()
    settings = {"COLLAB_DATA_DIR": str(options.data.resolve()), "COLLAB_DEMO": "0"}
    try:
        counted = _count(options, settings)
        with (
            serve("bench.empty:create_app", {}) as empty,
            serve("collab.server:application", settings) as collab,
        ):
            browser = _browser(collab, options)
            pages = [Page("empty page", empty, Browser(empty.port).request("/"), "0", 20)]
            pages += [Page(path, collab, browser.request(path), *counted[path]) for path in options.path]
            _measure(pages, options)
            memory = collab.memory()
    except (RuntimeError, OSError) as problem:
        print(f"bench.http: {problem}", file=sys.stderr)
        return 1
    _report(pages, memory, options)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.http", description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("var"), help="data folder (default: var)")
    parser.add_argument("--email", default="", help="who signs in; nobody if empty")
    parser.add_argument("--password", default="")
    parser.add_argument("--path", action="append", required=True, help="page to measure; may be repeated")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=2000, help="at most so many per page and round")
    parser.add_argument("--seconds", type=float, default=2.0, help="at most so long per page and round")
    parser.add_argument("--connections", type=int, default=2, help="open at the same time")
    options = parser.parse_args()
    if not options.data.is_dir():
        parser.error(f"{options.data} is no folder: `make run` makes and fills one")
    return options


def _browser(server: Server, options: argparse.Namespace) -> Browser:
    browser = Browser(server.port)
    if options.email:
        browser.sign_in(options.email, options.password)
    return browser


def _count(options: argparse.Namespace, settings: dict[str, str]) -> dict[str, tuple[str, int]]:
    """Return for each path its SQL statements and its bytes before compression."""
    found = {}
    with serve("collab.server:application", {**settings, "COLLAB_DEBUG_STATEMENTS": "1"}) as server:
        browser = _browser(server, options)
        for path in options.path:
            browser.open(path).close()  # the first visit may note itself
            with browser.open(path) as answer:
                found[path] = (answer.headers.get("X-Collab-Statements", "?"), len(answer.read()))
    return found


def _measure(pages: list[Page], options: argparse.Namespace) -> None:
    for page in pages:
        load(page.server.port, page.request, WARM_UP, options.seconds, 1)
    for number in range(options.rounds):
        for page in pages:
            page.measure(options.requests, options.seconds, options.connections)
        if sys.stderr.isatty():
            print(f"round {number + 1} of {options.rounds}", end="\r", file=sys.stderr)


def _report(pages: list[Page], memory: int, options: argparse.Namespace) -> None:
    empty = pages[0]
    width = max(len(page.name) for page in pages)
    print(
        f"{time.strftime('%Y-%m-%d %H:%M')}  1 worker, 1 blocking thread, {options.connections} connections"
    )
    print(f"{'page':{width}}    bytes  SQL  answers    req/s  CPU ms  x empty  p50 ms  p99 ms  x empty")
    for page in pages:
        cpu, p99 = statistics.median(page.cpu), page.percentile(0.99)
        print(
            f"{page.name:{width}} {page.size:8} {page.statements:>4} {len(page.latencies):8}"
            f" {statistics.median(page.rate):8.0f} {cpu:7.2f} {cpu / statistics.median(empty.cpu):8.1f}"
            f" {page.percentile(0.5):7.2f} {p99:7.2f} {p99 / empty.percentile(0.99):8.1f}"
        )
    print(f"memory of the web process: {memory / 2**20:.0f} MB")


if __name__ == "__main__":
    raise SystemExit(main())
