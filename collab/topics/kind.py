"""Topics, as the rest of the house knows them."""

from flask_babel import lazy_gettext as _l

from collab.desk import writing
from collab.topics import present, services
from collab.topics.models import Topic
from collab.workspaces.kinds import Alone, Kind

KIND = Kind(
    model=Topic,
    one=_l("Topic"),
    many=_l("Topics"),
    icon="message-circle",
    about=_l("Something to talk about, until it is decided."),
    words=("topic", "thema", "topics", "themen"),
    views=("collab.topics.api", "collab.topics.edit_views", "collab.topics.views"),
    section="topics",
    make=services.create,
    edit=writing.edit,
    happened={
        "published": _l("%(who)s began the topic “%(title)s”"),
        "edited": "",
        "decided": _l("%(who)s noted what was decided in “%(title)s”"),
        "decision_taken_back": _l("%(who)s took the decision in “%(title)s” back"),
        "closed": _l("%(who)s closed the topic “%(title)s”"),
        "reopened": _l("%(who)s opened the topic “%(title)s” again"),
    },
    alone=Alone("topics/_own.html", present.own),
)
