"""Tasks, as the rest of the house knows them."""

from flask_babel import lazy_gettext as _l

from collab.tasks import listeners, present, queries, services, stale
from collab.tasks.models import Task
from collab.workspaces.kinds import Alone, Kind

KIND = Kind(
    model=Task,
    one=_l("Task"),
    many=_l("Tasks"),
    icon="list-checks",
    about=_l("What has to be done: who does it, until when, and how far it is."),
    words=("task", "aufgabe", "tasks", "aufgaben"),
    views=(
        "collab.tasks.board_views",
        "collab.tasks.column_views",
        "collab.tasks.detail_views",
        "collab.tasks.list_views",
        "collab.tasks.mine_views",
        "collab.tasks.people_views",
        "collab.tasks.views",
        "collab.tasks.api",
    ),
    section="tasks",
    listeners=listeners.LISTENERS,
    make=services.make,
    edit=services.edit,
    happened={
        "published": _l("%(who)s made the task “%(title)s”"),
        "edited": _l("%(who)s changed the task “%(title)s”"),
        "done": _l("%(who)s finished “%(title)s”"),
        "reopened": _l("%(who)s opened the task “%(title)s” again"),
        "approved": _l("%(who)s approved “%(title)s”"),
        "refused": _l("%(who)s did not approve “%(title)s”"),
    },
    mine=queries.is_mine,
    keep_house=stale.look_after,
    alone=Alone("tasks/_alone.html", present.alone),
)
