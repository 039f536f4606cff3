"""Topics, as the rest of the house knows them."""

from flask_babel import lazy_gettext as _l

from collab.desk import writing
from collab.topics import services
from collab.topics.models import Topic
from collab.workspaces.kinds import Kind

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
)
