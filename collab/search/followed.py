"""Telling people once a day what is new among the answers to the searches that they follow. Run by the worker.

What is told is noted in the transaction that decides to tell it, together with the event from which
the mail is made: killed in between, nothing is told twice and nothing is forgotten. The mail is written
when it leaves, for the viewer that its reader is at that moment.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.activity import Event
from collab.activity.outbox import Context, Listener
from collab.auth import sending
from collab.auth.letters import voice
from collab.auth.models import Account
from collab.auth.sending import Mail, as_written, reader_of
from collab.auth.services import usable, viewer_of
from collab.config import Settings
from collab.search import followed_letters as letters
from collab.search import hits, news, stopping
from collab.search.engine import Engine
from collab.search.models import SavedSearch
from collab.search.passing import Unusable
from collab.viewer import ANONYMOUS, Viewer

#: From this hour of the reader's day on.
MORNING = 6
#: At most so many answers are told of one search; of those, so many by name.
MOST, NAMED = 200, 8
EVENT = "search.answered"


def tell(context: Context, engine: Engine, most: int = 20) -> int:
    """Look for what is new for some of those whose day has begun; answers for how many that could be done."""
    return sum(_look(context, engine, account_id) for account_id in _due(context)[:most])


def _due(context: Context) -> list[int]:
    """Those who follow something, and for whom nobody has looked since their morning; the longest first."""
    now, house = clock.now(), context.settings.default_timezone
    last = func.min(SavedSearch.looked_at)
    following = (
        select(Account.id, Account.timezone, last.label("last"))
        .join(SavedSearch, SavedSearch.account_id == Account.id)
        .where(
            SavedSearch.followed, SavedSearch.deleted_at.is_(None), Account.email.is_not(None), usable(now)
        )
        .group_by(Account.id, Account.timezone)
        .order_by(last)
    )
    with context.read() as db:
        rows = db.execute(following).all()
    return [row.id for row in rows if _morning(now, row.last, ZoneInfo(row.timezone or house))]


def _morning(now: datetime, last: datetime | None, zone: ZoneInfo) -> bool:
    here = now.astimezone(zone)
    return here.hour >= MORNING and (last is None or last.astimezone(zone).date() < here.date())


def _look(context: Context, engine: Engine, account_id: int) -> bool:
    """Note what is new for one person, and that it will be told. False: the index cannot be asked now."""
    found: dict[int, tuple[bytes | None, set[str], set[str]]] = {}
    with context.read() as db:
        viewer = viewer_of(db, account_id)
        if not viewer.signed_in:
            return False
        db.info["viewer"] = viewer
        try:
            for search in db.scalars(_followed(account_id)):
                found[search.id] = (search.told, *_new(db, viewer, engine, search))
        except Unusable:
            return False  # the search is catching up: the next time
    with context.write.begin() as db:
        to_tell = []
        for search in db.scalars(_followed(account_id).with_for_update()):
            before, known, new = found.get(search.id, (None, set(), set()))
            if search.id not in found or search.told != before:
                continue
            search.looked_at, search.told = clock.now(), news.pack(known)
            if new:
                to_tell.append([search.id, sorted(new, key=lambda key: -int(key[1:]))[:MOST]])
        if to_tell:
            activity.record(db, EVENT, ANONYMOUS, subject_id=account_id, searches=to_tell)
    return True


def _followed(account_id: int) -> Select[SavedSearch]:
    mine = SavedSearch.account_id == account_id
    query = select(SavedSearch).where(mine, SavedSearch.followed, SavedSearch.deleted_at.is_(None))
    return query.order_by(SavedSearch.id)


def _new(db: Session, viewer: Viewer, engine: Engine, search: SavedSearch) -> tuple[set[str], set[str]]:
    """What is known after today, and what of it was not before."""
    there, told = news.answers(db, viewer, engine, search.query), news.unpack(search.told)
    new = there - told - news.unpack(search.seen)
    return there | told, new - news.own(db, viewer, new)


# The mail ------------------------------------------------------------------------------------


def handle(context: Context, events: Sequence[Event]) -> None:
    """Send what the events call for, of what their reader may see now."""
    sending.send_all(context, events, _mails)


def _mails(db: Session, settings: Settings, event: Event) -> Iterator[Mail]:
    viewer = viewer_of(db, event.subject_id or 0)
    account = db.get(Account, viewer.me)
    if account is None or not account.email:
        return
    db.info["viewer"] = viewer
    told = [one for number, keys in event.data["searches"] if (one := _told(db, viewer, number, keys))]
    if told:
        reader = reader_of(settings, account)
        stop = stopping.path(settings.key, account.public_id)
        yield reader, partial(as_written, letters.news(voice(reader), settings.url, told, stop))


def _told(db: Session, viewer: Viewer, number: int, keys: Sequence[str]) -> letters.Told | None:
    """What the mail tells of one search; nothing if it is no longer followed or its reader lost sight of it all."""
    search = db.get(SavedSearch, number)
    if (
        search is None
        or search.account_id != viewer.me
        or not search.followed
        or search.deleted_at is not None
    ):
        return None
    seen = news.still(db, viewer, search.query, keys)
    shown = hits.shown(db, viewer, seen[:NAMED], "", excerpts=False)
    titles = [(hit.title, hit.url) for hit in shown]
    return letters.Told(search.name, search.public_id, len(seen), titles) if titles else None


LISTENER = Listener("followed_searches", (EVENT,), handle)
