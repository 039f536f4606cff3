"""What time it is. Everything asks here, so that a test can say."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_offset = timedelta(0)


def now() -> datetime:
    """The present moment as an aware UTC time, to the microsecond."""
    return datetime.now(UTC) + _offset


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Let ``by`` more time have passed inside the block (this process only)."""
    global _offset  # noqa: PLW0603 - the one clock of the process
    before = _offset
    _offset = before + by
    try:
        yield
    finally:
        _offset = before
