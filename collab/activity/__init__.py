"""What happened: one Event per act, written in the act's own transaction.

An event is the stream, the audit trail and the outbox in one. ``record`` is the only way to
add one; ``outbox`` hands each to its listeners.
"""

from collab.activity.models import Delivery, Event
from collab.activity.services import record

__all__ = ["Delivery", "Event", "record"]
