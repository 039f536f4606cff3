"""Who listens to what. The only file that knows."""

import fcntl
import logging
import signal
import time
from collections.abc import Sequence
from types import FrameType
from typing import IO

from collab import clock
from collab.activity import checks, outbox
from collab.activity.outbox import Context, Listener
from collab.auth import listeners as letters
from collab.auth import once, sending, sponsors, throttle
from collab.auth.issuer import listeners as tools
from collab.auth.providers import attempts, logout
from collab.comments import attached
from collab.comments import services as comments
from collab.files import erasing
from collab.files.preview.services import Previewer
from collab.files.reading.services import Reader
from collab.guests import invitation_listeners as invitations
from collab.guests import leaving, reminders
from collab.guests import sponsor_listeners as sponsor_mail
from collab.kinds import KINDS
from collab.search import asked_words, followed, saved
from collab.search import listeners as search
from collab.search.engines import engine_for
from collab.shelf import parts
from collab.web import idempotency
from collab.workspaces import listeners as workspaces
from collab.workspaces.net import as_system

log = logging.getLogger(__name__)

LISTENERS: Sequence[Listener] = (
    followed.LISTENER,
    letters.LISTENER,
    invitations.LISTENER,
    search.LISTENER,
    sponsor_mail.LISTENER,
    tools.LISTENER,
    workspaces.LISTENER,
    *(listener for kind in KINDS for listener in kind.listeners),
)

#: Each makes some stored HTML anew that older rules made, and answers how much.
RENDER_AGAIN = (comments.render_again, *(kind.make_html_again for kind in KINDS))

PAUSE = 0.25
HOUSEKEEPING = 3600.0
#: An index that cannot be made is tried again after so many seconds, then after twice as many, up to this.
SOON, LATEST = 1.0, 300.0
#: So long nobody looks for what was searched for, and for what followed searches have new.
MINUTE = 60.0


class Worker:
    """Runs deliveries until it is told to stop, and may be killed at any moment.

    One works for a data folder; others that are started stand by and take over when it ends.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.running = True
        self.reader, self.previewer = Reader(context), Previewer(context)
        self.next_housekeeping = 0.0
        self.next_search, self.search_waits = 0.0, SOON
        self.next_minute = self.next_kinds = 0.0
        self.asked = asked_words.Taking()
        self.engine = engine_for(context)

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.running = False

    def run(self) -> None:
        """Work until SIGTERM or SIGINT."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        with (self.context.data_dir / "worker.lock").open("w") as lock:
            if self._take(lock):
                try:
                    self._work()
                finally:
                    self.reader.stop()
                    self.previewer.stop()

    def _take(self, lock: IO[str]) -> bool:
        """Wait until no other worker holds the lock; the kernel lets go of it when one is killed."""
        while self.running:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(PAUSE)
            else:
                return True
        return False

    def _work(self) -> None:
        sealed = False
        while self.running:
            try:
                if not sealed:
                    checks.catch_up(self.context)
                    sealed = True
                done = self.look_around()
            except Exception:  # the database may be away for a while
                log.exception("the worker could not work; trying again")
                time.sleep(2)
                continue
            self.beat()
            if not done:
                time.sleep(PAUSE / 5 if self.reader.busy or self.previewer.busy else PAUSE)

    def look_around(self) -> int:
        """Do what is to do now, a little of everything; answers how much that was."""
        self.look_after_search()
        done = outbox.drain(self.context, LISTENERS) + tools.tell(self.context)
        done += self.reader.step() + self.previewer.step()
        done += self._look_after_searches() + self._look_after_what_is_due()
        self._housekeeping()
        return done

    def look_after_search(self) -> None:
        """See to it that there is an index, looking closely each time that the house is kept.

        A disk that is full keeps nobody from getting letters.
        """
        if time.monotonic() < self.next_search:
            return
        try:
            search.ensure(self.context, closely=time.monotonic() >= self.next_housekeeping)
            self.search_waits = SOON
        except OSError as error:
            log.warning("the search index cannot be made now: %s", error)
            self.next_search = time.monotonic() + self.search_waits
            self.search_waits = min(LATEST, self.search_waits * 2)

    def _render_again(self) -> None:
        """After an upgrade with other rules for HTML, make the stored HTML by them, a few at a time."""
        for render_again in RENDER_AGAIN:
            while self.running:
                with self.context.write.begin() as db:
                    if not render_again(as_system(db, "rules for HTML have changed")):
                        break

    def beat(self) -> None:
        (self.context.data_dir / "worker.beat").touch()

    def _look_after_searches(self) -> int:
        """Tell a few of those who follow a search, so that nothing else waits long; count what was asked."""
        if time.monotonic() < self.next_minute:
            return 0
        told = followed.tell(self.context, self.engine)
        if not told:
            self.next_minute = time.monotonic() + MINUTE
            self.asked.take(self.context)
        return told

    def _look_after_what_is_due(self) -> int:
        """Once a minute, let the kinds of entries see to what has come due."""
        if time.monotonic() < self.next_kinds:
            return 0
        self.next_kinds = time.monotonic() + MINUTE
        return sum(kind.every_minute(self.context) for kind in KINDS if kind.every_minute is not None)

    def _housekeeping(self) -> None:
        if time.monotonic() < self.next_housekeeping:
            return
        self.next_housekeeping = time.monotonic() + HOUSEKEEPING
        self.keep_house()

    def _look_after_guests(self) -> None:
        """Nobody stays without a contact or an end, and who ends soon is told."""
        with self.context.write.begin() as db:
            sponsors.keep(db, self.context.settings.guest_days)
            reminders.remind(db)
            leaving.forget(db, self.context.settings)
            saved.forget(db)

    def _look_after_kinds(self) -> None:
        """What each kind of entries does by itself, in a transaction of its own."""
        for kind in KINDS:
            if kind.keep_house is not None:
                with self.context.write.begin() as db:
                    kind.keep_house(as_system(db, f"housekeeping of the kind {kind.name}"))

    def keep_house(self) -> None:
        """Forget what has had its time, and make anew what older rules made."""
        self._render_again()
        with self.context.write.begin() as db:
            idempotency.forget_old(db)
            throttle.forget_old(db)
            attached.forget_unsent(db)
            attempts.forget_old(db)
            logout.forget_old(db)
            once.forget_old(db)
            sending.forget_old(db)
            asked_words.forget_old(db)
            parts.forget_old(db, self.context.data_dir)
            erasing.let_go(db, self.context.storage)
        self._look_after_kinds()
        self._look_after_guests()
        tools.housekeep(self.context)
        checked = checks.look_if_due(self.context)
        if checked is not None:
            log.log(logging.INFO if checked.well else logging.ERROR, "events and their seals: %s", checked)
        log.debug("housekeeping done at %s", clock.now())
