"""What the worker does for tools: tell them of ends, change keys, forget what has run out."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from collab import clock
from collab.activity import Event
from collab.activity.outbox import Context, Listener
from collab.auth.issuer import keys, logout
from collab.auth.issuer.models import OAuthCode, OAuthToken

tell = logout.tell

#: Codes and tokens that ran out stay this long, so that a theft that shows later is seen.
KEPT = timedelta(days=30)


def _ended(context: Context, events: Sequence[Event]) -> None:
    """Something happened around these people's sessions: see which of them have ended."""
    people = {number for event in events for number in (event.subject_id, event.actor_id) if number}
    logout.mark(context, people)
    tell(context)


LISTENER = Listener("tools", ("session.*", "account.*", "tool.*"), _ended)


def housekeep(context: Context) -> None:
    """Once an hour: sessions that ran out unnoticed, keys, rows that are of no use any more."""
    logout.mark(context)
    keys.published(context)
    now = clock.now()
    with context.write.begin() as db:
        keys.tend(db, context.settings.key, timedelta(days=context.settings.session_days + 1))
        db.execute(delete(OAuthToken).where(OAuthToken.expires_at < now - KEPT))
        living = select(OAuthToken.family)
        db.execute(
            delete(OAuthCode).where(OAuthCode.expires_at < now - KEPT, OAuthCode.family.not_in(living))
        )
