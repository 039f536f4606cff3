"""Asking something new, and changing what was asked."""

from typing import Any

from collab.desk import views
from collab.polls import forms, queries, services
from collab.polls.models import Poll
from collab.web.request import db, viewer
from collab.workspaces.entry_forms import for_input


def _fields(poll: Poll) -> dict[str, Any]:
    options = queries.options(db(), viewer(), poll)
    return {
        "options": "\n".join(row.text for row in options),
        "closes_at": for_input(poll.closes_at, viewer().timezone),
    }


def _more(poll: Poll) -> dict[str, Any]:
    return {"has_votes": services.has_votes(db(), poll)}


blueprint = views.forms(
    views.Desk(
        Poll,
        "polls",
        services.create,
        services.edit,
        new=forms.New,
        change=forms.Change,
        fields=_fields,
        more=_more,
    )
)
