"""Events, as the rest of the house knows them."""

from flask_babel import lazy_gettext as _l

from collab.calendar import alone, reminding, services
from collab.calendar.models import CalendarEvent
from collab.workspaces.kinds import Alone, Kind

KIND = Kind(
    model=CalendarEvent,
    one=_l("Event"),
    many=_l("Calendar"),
    icon="calendar",
    about=_l("Meetings, dates and milestones, also in your own calendar program."),
    words=("event", "termin", "events", "termine", "calendar", "kalender"),
    views=(
        "collab.calendar.edit_views",
        "collab.calendar.event_views",
        "collab.calendar.feed_views",
        "collab.calendar.import_views",
        "collab.calendar.views",
        "collab.calendar.api",
    ),
    section="calendar",
    listeners=(reminding.LISTENER,),
    make=services.make,
    edit=services.edit,
    happened={
        "published": _l("%(who)s planned “%(title)s”"),
        "answered": "",
        "invited": "",
        "reminded": "",
        "settled": _l("%(who)s says that %(title)s is reached."),
        "unsettled": "",
    },
    every_minute=reminding.remind,
    alone=Alone("calendar/_alone.html", alone.facts),
)
