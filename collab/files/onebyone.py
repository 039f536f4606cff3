"""Looking at strangers' files, one after the other, beside what else a process does."""

import logging
import time
from typing import Generic, Protocol, TypeVar

from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger(__name__)

#: Seconds between two looks at a running program, when somebody waits for it.
LOOK = 0.01


class Named(Protocol):
    """A file that waits, by the attachment it is."""

    @property
    def attachment_id(self) -> int: ...


File = TypeVar("File", bound=Named)
Found = TypeVar("Found")
Found_co = TypeVar("Found_co", covariant=True)


class Looking(Protocol[Found_co]):
    """A file being looked at by a program of its own."""

    def outcome(self) -> Found_co | None: ...

    def give_up(self) -> None: ...


class Known(Generic[Found]):
    """What needs no looking."""

    def __init__(self, found: Found) -> None:
        self._found = found

    def outcome(self) -> Found | None:
        return self._found

    def give_up(self) -> None: ...


class OneByOne(Generic[File, Found]):
    """Finds a file that waits, has a program look at it, and keeps what it found out, never waiting for it."""

    def __init__(self) -> None:
        self._file: File | None = None
        self._looking: Looking[Found] | None = None
        #: Files for which keeping failed: they wait for the next start, and hold up no other.
        self.passed_over: set[int] = set()

    def find(self) -> File | None:
        """A file that waits, and is not passed over."""
        raise NotImplementedError

    def begin(self, file: File) -> Looking[Found]:
        """Start to look at it. Raises OSError if no program is to be had: it waits again."""
        raise NotImplementedError

    def keep(self, file: File, found: Found) -> None:
        """Store what was found out."""
        raise NotImplementedError

    def step(self) -> bool:
        """Do what can be done now, which takes no time; answer whether a step was made."""
        if self._file is None or self._looking is None:
            file = self.find()
            if file is not None:
                self._looking = self.begin(file)
            self._file = file
            return file is not None
        found = self._looking.outcome()
        if found is None:
            return False
        file, self._file, self._looking = self._file, None, None
        try:
            self.keep(file, found)
        except SQLAlchemyError:
            self.passed_over.add(file.attachment_id)
            raise
        return True

    @property
    def busy(self) -> bool:
        """Is a file being looked at?"""
        return self._file is not None

    def do_all(self) -> int:
        """Look until nothing waits any more; answer how many steps that took."""
        steps = 0
        while (moved := self.step()) or self.busy:
            steps += moved
            if not moved:
                time.sleep(LOOK)
        return steps

    def stop(self) -> None:
        """End what runs. The file waits again."""
        if self._looking is not None:
            self._looking.give_up()
        self._file = self._looking = None
