"""What a new page can begin with: a few for everybody, and pages of the workspace that are marked as templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select
from sqlalchemy.orm import Session

from collab import activity
from collab.pages.models import Page
from collab.viewer import Viewer
from collab.workspaces import access
from collab.workspaces.asking import ask, parameter
from collab.workspaces.models import Workspace

#: No more own ones are offered, the first by title.
MOST = 30


@dataclass(frozen=True)
class Template:
    """What a page begins with; nothing without a key."""

    key: str = ""
    title: str = ""
    body: str = ""


#: Key -> name, words. In the language of who writes.
BUILT_IN: Mapping[str, tuple[Any, Any]] = {
    "meeting": (
        _l("Meeting notes"),
        _l(
            "**When and where:** \n\n**Present:** \n\n## What we talked about\n\n- \n\n"
            "## What we decided\n\n- \n\n"
            "## Who does what by when\n\n| Who | What | By when |\n|---|---|---|\n|  |  |  |\n"
        ),
    ),
    "decision": (
        _l("Decision"),
        _l(
            "**State:** proposed / decided / replaced\n\n**Decided by, on:** \n\n## What it is about\n\n\n\n"
            "## What we looked at\n\n"
            "1. \n2. \n\n## What we decided, and why\n\n\n\n## What follows\n\n- \n"
        ),
    ),
    "how-to": (
        _l("How-to"),
        _l(
            "**For whom:** \n\n**How long it takes:** \n\n## What you need\n\n- \n\n"
            "## Step by step\n\n1. \n2. \n3. \n\n"
            "## If something goes wrong\n\n- \n\n## Whom to ask\n\n"
        ),
    ),
    "handover": (
        _l("Handover"),
        _l(
            "**From, to:** \n\n**On:** \n\n## What it is\n\n\n\n## Where things stand\n\n- \n\n"
            "## What is open\n\n- [ ] \n\n"
            "## Dates\n\n- \n\n## People\n\n- \n\n## Where to find what\n\n- \n"
        ),
    ),
}


def offered(db: Session, viewer: Viewer, workspace: Workspace) -> Sequence[Template]:
    """Titles and keys, the workspace's own first."""
    rows = ask(db, viewer, _own, place=workspace.id)
    own = [Template(row.public_id, row.title) for row in rows]
    return [*own, *(Template(key, str(title)) for key, (title, _body) in BUILT_IN.items())]


def _own(viewer: Viewer) -> Select[Any]:
    query = access.select_entries(viewer, Page, Page.public_id, Page.title)
    here = (Page.place_id == parameter("place"), Page.is_template, Page.published_at <= access.NOW)
    return query.where(*here).order_by(Page.title, Page.id).limit(MOST)


def words(db: Session, viewer: Viewer, workspace: Workspace, key: str) -> Template:
    """The template with its words; an empty one for a key that is none, or hidden."""
    if key in BUILT_IN:
        _title, body = BUILT_IN[key]
        return Template(key, "", str(body))
    if not key:
        return Template()
    query = access.select_entries(viewer, Page, Page.public_id, Page.title, Page.body)
    row = db.execute(
        query.where(Page.place_id == workspace.id, Page.is_template, Page.public_id == key)
    ).first()
    return Template(row.public_id, row.title, row.body) if row else Template()


def mark(db: Session, viewer: Viewer, page: Page, *, is_template: bool) -> None:
    """Offer the page to begin new ones with, or no longer. Twice changes nothing."""
    access.require(db, viewer, "edit", page)
    if page.is_template != is_template:
        page.is_template = is_template
        what = "page.made_template" if is_template else "page.template_ended"
        activity.record(db, what, viewer, workspace_id=page.workspace_id, entry_id=page.id)
