"""What a workspace can begin with: templates that Collab knows, and those that owners offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, literal, select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth.models import Account
from collab.errors import NotFound
from collab.viewer import Viewer
from collab.workspaces import access, kinds, services
from collab.workspaces.models import JOINING, Entry, Workspace, WorkspaceTemplate
from collab.workspaces.queries import Rows

#: What of a workspace's settings a template says.
SAID = ("visibility", "joining", "joins_as", "sections", "clean_room")
PAGE = "page"
OFFERED, OFFERED_STARTERS = 60, 200


@dataclass(frozen=True)
class Starter:
    """A text to begin with; translated when it is made, into the language of who makes the workspace."""

    title: Any
    body: Any
    kind: str = PAGE


@dataclass(frozen=True)
class Template:
    """What is chosen already, and the texts that are there from the beginning."""

    key: str
    name: Any
    about: Any
    icon: str = "folder-kanban"
    settings: Mapping[str, Any] = field(default_factory=dict)
    starters: Sequence[Starter] = ()
    purpose: Any = ""
    offered_by: str = ""


KNOWN: Sequence[Template] = (
    Template(
        "project",
        _l("Project"),
        _l("Something that begins, has a goal, and ends. Everybody can follow it, its members do it."),
        "folder-kanban",
        {
            "visibility": "open",
            "joining": "ask",
            "sections": ["pages", "files", "tasks", "calendar", "topics"],
        },
        (
            Starter(
                _l("What this project is about"),
                _l(
                    "## What we want to reach\n\n*One paragraph. What will be better, and for whom?*\n\n"
                    "## It is done when\n\n- *a sentence that can be checked*\n\n"
                    "## Who does what\n\n- *name: part*\n\n"
                    "## What is not part of it\n\n- *what others might expect from us*"
                ),
            ),
            Starter(
                _l("Decisions"),
                _l(
                    "*The newest first. What was decided, when, by whom, and why: so that nobody has to ask twice.*"
                ),
            ),
        ),
        _l("What do we want to reach, and by when?"),
    ),
    Template(
        "team",
        _l("Team"),
        _l("The people who work together every day. What is in here stays among them."),
        "users",
        {
            "visibility": "closed",
            "joining": "ask",
            "sections": ["pages", "files", "tasks", "calendar", "topics"],
        },
        (
            Starter(
                _l("How we work"),
                _l(
                    "## What we are there for\n\n*Two sentences for those who do not know us.*\n\n"
                    "## When and how to reach us\n\n- *name: what for, and how*\n\n"
                    "## What we agreed on\n\n- *a rule that everybody here knows*\n\n"
                    "## For those who are new\n\n- *what to read, whom to meet, what to set up*"
                ),
            ),
        ),
        _l("Who are we, and what do others come to us for?"),
    ),
    Template(
        "supplier",
        _l("Suppliers"),
        _l("Work with firms that supply you. A clean room: competing firms do not notice each other."),
        "building-2",
        {
            "visibility": "closed",
            "joining": "invited",
            "clean_room": True,
            "sections": ["pages", "files", "tasks", "topics", "ideas"],
        },
        (
            Starter(
                _l("Whom to ask here"),
                _l(
                    "*Share this page with your guests when it is ready.*\n\n"
                    "## Your contacts\n\n- *name: what for*\n\n"
                    "## What we expect of each other\n\n- *who answers whom, and how soon*\n\n"
                    "## Where things are\n\n- *drawings, orders, test reports*"
                ),
            ),
        ),
        _l("What do we buy, and from whom?"),
    ),
    Template(
        "customer",
        _l("Customer"),
        _l("Everything about one customer in one place. Guests read what you share with them."),
        "hand-heart",
        {
            "visibility": "closed",
            "joining": "invited",
            "sections": ["pages", "files", "tasks", "calendar", "topics"],
        },
        (
            Starter(
                _l("What we promised"),
                _l(
                    "## What the customer needs\n\n*In the customer's own words.*\n\n"
                    "## What we deliver, and when\n\n- *what, by which day*\n\n"
                    "## Who talks to whom\n\n- *our contact: theirs*\n\n"
                    "## Still open\n\n- *questions, with who answers them*"
                ),
            ),
        ),
        _l("What do we do for this customer?"),
    ),
    Template(
        "community",
        _l("Community of practice"),
        _l("Everybody who cares for a subject, across teams and sites. Open to all employees."),
        "sparkles",
        {
            "visibility": "open",
            "joining": "free",
            "sections": ["pages", "topics", "ideas", "polls", "calendar"],
        },
        (
            Starter(
                _l("Welcome"),
                _l(
                    "## What we talk about here\n\n*And what not.*\n\n"
                    "## How to take part\n\nJoin, say hello, and ask. No question is too small.\n\n"
                    "## The best that we have written\n\n- *links to pages and topics*"
                ),
            ),
        ),
        _l("What do we want to learn from each other?"),
    ),
    Template(
        "blank",
        _l("Something else"),
        _l("Nothing is chosen for you, and nothing is in it yet."),
        "square-pen",
        {"visibility": "open", "joining": "free", "sections": ["pages"]},
    ),
)
_BLANK = KNOWN[-1]


def chosen(db: Session, viewer: Viewer, key: str) -> Template:
    """The template with this key, or one that an owner offers with this id; "" is none. Raises NotFound."""
    if not key:
        return _BLANK
    for template in KNOWN:
        if template.key == key:
            return template
    row = db.execute(_offered(viewer).where(WorkspaceTemplate.public_id == key)).one_or_none()
    if row is None:
        raise NotFound
    return _template(row)


def offered(db: Session, viewer: Viewer) -> Sequence[Template]:
    """What owners offer to everybody employed, by name."""
    rows = db.execute(_offered(viewer).order_by(WorkspaceTemplate.name).limit(OFFERED))
    return [_template(row) for row in rows]


def _offered(viewer: Viewer) -> Rows:
    return (
        select(WorkspaceTemplate, Account.name.label("offered_by"))
        .join(Account, Account.id == WorkspaceTemplate.offered_by_id)
        .where(literal(viewer.is_employee))
    )


def _template(row: Any) -> Template:
    kept: WorkspaceTemplate = row.WorkspaceTemplate
    starters = [Starter(one["title"], one["body"], one["kind"]) for one in kept.starters]
    return Template(
        kept.public_id, kept.name, kept.about, "copy", kept.settings, starters, offered_by=row.offered_by
    )


def begin(db: Session, viewer: Viewer, key: str, said: Mapping[str, Any]) -> Workspace:
    """A new workspace of the viewer's: ``said`` first, then what the template with ``key`` says.

    Where ``said`` lets other people see it than the template does, and leaves the way in as it is, that
    becomes the easiest that fits. Its texts are made in sections that are switched on.
    """
    template = chosen(db, viewer, key)
    there = {kind.section for kind in kinds.every() if kind.section}
    settings = {**template.settings, **said}
    settings["sections"] = [name for name in settings.get("sections", ["pages"]) if name in there]
    visibility, joining = settings.get("visibility", "open"), settings.get("joining")
    if joining == template.settings.get("joining") and joining not in JOINING[visibility]:
        settings["joining"] = None
    workspace = services.create(db, viewer, **settings)
    for starter in template.starters:
        kind = kinds.named(starter.kind)
        if kind is not None and kind.make is not None and kind.section in workspace.sections:
            kind.make(db, viewer, workspace, str(starter.title), str(starter.body))
    return workspace


# Offering ------------------------------------------------------------------------------------


def offer(
    db: Session, viewer: Viewer, workspace: Workspace, name: str, about: str, starters: Sequence[str]
) -> WorkspaceTemplate:
    """Offer the workspace, as it is set up now, to everybody employed; again replaces what was offered.

    ``starters`` are public ids of entries: their titles and words as they are now become readable for
    every employee. What the viewer may not read, or cannot be copied, stays out.
    """
    access.require(db, viewer, "manage", workspace)
    wanted = copyable(viewer, workspace, Entry.body).where(Entry.public_id.in_(starters))
    rows = db.execute(wanted).all()
    kept = of(db, viewer, workspace)
    if kept is None:
        kept = WorkspaceTemplate(workspace_id=workspace.id)
        db.add(kept)
    kept.name, kept.about = name, about
    kept.settings = {key: getattr(workspace, key) for key in SAID}
    kept.starters = [{"kind": row.kind, "title": row.title, "body": row.body} for row in rows]
    kept.offered_by_id, kept.offered_at = viewer.me, clock.now()
    services.record(db, viewer, workspace, "workspace.template_offered", texts=len(kept.starters))
    return kept


def of(db: Session, viewer: Viewer, workspace: Workspace) -> WorkspaceTemplate | None:
    """What the workspace is offered as; for its owners."""
    access.require(db, viewer, "manage", workspace)
    return db.scalar(select(WorkspaceTemplate).where(WorkspaceTemplate.workspace_id == workspace.id))


def copyable(viewer: Viewer, workspace: Workspace, *more: Any) -> Rows:
    """Rows of what can come along with a template: published, and of a kind that is made of words."""
    made = [kind.name for kind in kinds.every() if kind.make is not None and kind.section]
    return (
        access.select_entries(viewer, Entry, Entry.public_id, Entry.kind, Entry.title, Entry.lang, *more)
        .where(Entry.workspace_id == workspace.id, Entry.kind.in_(made), Entry.published_at <= access.NOW)
        .order_by(Entry.published_at, Entry.id)
        .limit(OFFERED_STARTERS)
    )


def withdraw(db: Session, viewer: Viewer, workspace: Workspace) -> None:
    """Offer the workspace no longer. What was made from it stays."""
    if of(db, viewer, workspace) is not None:
        db.execute(delete(WorkspaceTemplate).where(WorkspaceTemplate.workspace_id == workspace.id))
        services.record(db, viewer, workspace, "workspace.template_withdrawn")
