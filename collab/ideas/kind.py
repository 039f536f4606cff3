"""Ideas, as the rest of the house knows them."""

from flask_babel import lazy_gettext as _l

from collab.desk import writing
from collab.ideas import present, queries, services
from collab.ideas.models import Idea
from collab.workspaces.kinds import Alone, Kind

KIND = Kind(
    model=Idea,
    one=_l("Idea"),
    many=_l("Ideas"),
    icon="lightbulb",
    about=_l("Proposals of colleagues and guests; each gets an answer."),
    words=("idea", "idee", "ideas", "ideen"),
    views=(
        "collab.ideas.answer_views",
        "collab.ideas.api",
        "collab.ideas.edit_views",
        "collab.ideas.views",
    ),
    section="ideas",
    make=services.create,
    edit=writing.edit,
    happened={
        "published": _l("%(who)s proposed “%(title)s”"),
        "edited": _l("%(who)s changed the idea “%(title)s”"),
        "answered": _l("%(who)s answered the idea “%(title)s”"),
    },
    mine=queries.is_mine,
    render_again=services.render_again,
    alone=Alone("ideas/_own.html", present.own),
)
