"""Which invitations are still to be answered: conditions on ``Invitation``."""

from sqlalchemy import ColumnElement

from collab import clock
from collab.guests.models import Invitation


def is_open() -> ColumnElement[bool]:
    """Nobody has accepted, declined or withdrawn it."""
    return (
        Invitation.accepted_at.is_(None)
        & Invitation.declined_at.is_(None)
        & Invitation.withdrawn_at.is_(None)
    )


def is_waiting() -> ColumnElement[bool]:
    """... and it has not run out: it can still be accepted, or is yet to be decided or sent."""
    return is_open() & (Invitation.expires_at > clock.now())
