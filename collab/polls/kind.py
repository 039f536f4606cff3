"""Polls, as the rest of the house knows them."""

from flask_babel import lazy_gettext as _l

from collab.polls import present, services
from collab.polls.models import Poll
from collab.workspaces.kinds import Alone, Kind

KIND = Kind(
    model=Poll,
    one=_l("Poll"),
    many=_l("Polls"),
    icon="circle-check",
    about=_l("Questions with answers to choose from, open or secret."),
    words=("poll", "umfrage", "polls", "umfragen", "abstimmung"),
    views=("collab.polls.api", "collab.polls.edit_views", "collab.polls.views"),
    section="polls",
    edit=services.edit,
    keep_house=services.keep_house,
    alone=Alone("polls/_own.html", present.own),
    happened={
        "published": _l("%(who)s asks “%(title)s”"),
        "edited": "",
        "closed": _l("%(who)s closed the poll “%(title)s”"),
        "reopened": _l("%(who)s opened the poll “%(title)s” again"),
    },
)
