"""In which order the tests run, and which of them one process runs together.

A process gets whole files, so that what a file sets up is set up once. Those that take longest begin:
at the end, when nothing is left for the other processes, only short ones are running.
"""

import os
from collections import Counter
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

ROOT = Path(__file__).parents[1]
BROWSER = "tests/browser"
#: Browsers that do not visit the house that the others share.
ELSEWHERE = {f"{BROWSER}/test_company.py", f"{BROWSER}/test_hostile_text.py"}
#: All that takes a quarter of a minute and more, the longest first.
FIRST = (
    BROWSER,
    "tests/house/test_surfaces.py",
    "tests/browser/test_hostile_text.py",
    "tests/test_kill.py",
    "tests/test_text_safety.py",
    "tests/workspaces/test_access_random.py",
    "tests/scim/test_kit.py",
    "tests/auth/issuer/test_kit.py",
    "tests/test_backup.py",
    "tests/test_text_corpus.py",
    "tests/auth/test_scanner.py",
    "tests/files/test_files.py",
    "tests/files/test_previewed.py",
    "tests/test_cli.py",
    "tests/auth/providers/liar/test_servers.py",
    "tests/scim/test_protocol.py",
    "tests/house/test_interference.py",
    "tests/house/test_package.py",
)


def together(file: str) -> str:
    """The name of those tests that the same process runs as those of ``file``, a path below the root."""
    shares = file.startswith(f"{BROWSER}/") and file not in ELSEWHERE
    return BROWSER if shares else file


def place(file: str) -> int:
    """Where the tests of the file stand among all; equal places keep their order."""
    name = together(file)
    return FIRST.index(name) if name in FIRST else len(FIRST)


class Scheduling(LoadFileScheduling):
    """Gives each process a file after the other, and to one of them what shares a house."""

    def __init__(self, config: pytest.Config, log: Producer) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False  # the order is that of ``begin_with_the_longest``

    def _split_scope(self, nodeid: str) -> str:
        return together(nodeid.split("::", 1)[0])


def begin_with_the_longest(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: place(item.path.relative_to(ROOT).as_posix()))


#: So many cases of a test run on PostgreSQL: further ones send the same statements with other values.
ON_POSTGRESQL = 1


def without_repetition(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what PostgreSQL would be asked again and again; ``DATABASES=all`` leaves nothing out."""
    if os.environ.get("DATABASES") == "all":
        return
    cases: Counter[str] = Counter()
    kept, left = [], []
    for item in items:
        given = getattr(getattr(item, "callspec", None), "params", {})
        if len(given) > 1 and given.get("database") == "postgresql":
            name = item.nodeid.partition("[")[0]
            cases[name] += 1
            if cases[name] > ON_POSTGRESQL:
                left.append(item)
                continue
        kept.append(item)
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = kept
