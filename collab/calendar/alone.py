"""An event by itself, for whom it alone is shared with: when and where it is, and which dates are to come."""

from typing import Any

from sqlalchemy.orm import Session

from collab import clock
from collab.calendar import present, queries, times
from collab.calendar.services import LONGEST
from collab.viewer import Viewer

SHOWN = 6


def facts(db: Session, viewer: Viewer, event: Any) -> dict[str, Any]:
    """What the event says besides its words; of a series, the next dates, and where it is over, the first."""
    zone, recurs = times.zone_of(viewer.timezone), bool(event.rrule or event.rdates)
    changes = queries.changes(db, viewer, event) if recurs else {}
    since = max(clock.now(), event.first_at)
    coming = list(times.between([event], {event.id: changes}, since, since + LONGEST * 5, zone))[:SHOWN]
    made = coming[0] if coming else times.one(event, changes, event.starts, zone)
    return {
        "when": present.span_text(made, zone) if made else present.format_day(event.starts),
        "zone": "" if event.all_day else present.zone_name(viewer.timezone),
        "there": present.there(made, zone) if made and not event.all_day else "",
        "repeats": present.rule_text(event.rrule, event.last_on) if event.rrule else "",
        "location": made.location if made else event.location,
        "coming": [present.span_text(one, zone) for one in coming[1:]] if recurs else [],
    }
