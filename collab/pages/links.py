"""Where ``[[names]]`` in pages lead: by path, by title, by a former path or title."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import Row, delete, exists, select
from sqlalchemy.orm import Session

from collab import clock, text
from collab.auth.models import Account
from collab.pages.models import Page, PageLink
from collab.workspaces import access
from collab.workspaces.models import EntryAlias, Workspace

LONGEST_TARGET = 500
#: What may be the name in a ``[[name#section|words]]``.
NAME = re.compile(r"\[\[([^\[\]|#\n]+)")

Known = Row[int, str, str, datetime | None, datetime | None]  # id, path, title, guests_from, public_from


def address(workspace_slug: str, path: str) -> str:
    """The path of a page's address."""
    return f"/w/{workspace_slug}/pages/{path}"


def name_key(name: str) -> str:
    """What is equal for names that people take for the same: ``Getting Started``, ``getting-started``."""
    return text.slugify(name, "") or " ".join(name.casefold().split())


def path_of(name: str) -> str:
    """A name as a path: each of its steps as an address has it. May be empty."""
    steps = (text.slugify(step, "") for step in name.split("/"))
    return "/".join(step for step in steps if step)


@dataclass(frozen=True)
class Audience:
    """Who reads what a name stands in: whether guests, whether everybody, from when."""

    guests_from: datetime | None = None
    public_from: datetime | None = None

    def includes_readers_of(self, page: Known) -> bool:
        """May all who read here also know of ``page``? Clean rooms ask further."""
        now = clock.now()

        def covered(here: datetime | None, there: datetime | None) -> bool:
            return here is None or (there is not None and there <= max(here, now))

        return covered(self.guests_from, page.guests_from) and covered(self.public_from, page.public_from)


class Resolver:
    """For ``text.render``: leads a name to a page of the workspace, or to where it would be.

    The answer is stored in HTML that everybody gets who reads ``page``. So it knows only what all
    of them may know, whoever writes: a guest cannot try out names to learn of internal pages.
    ``targets`` are the paths asked for so far. ``page`` is None for a page not yet written.
    """

    def __init__(self, db: Session, workspace: Workspace, page: Page | None, audience: Audience) -> None:
        self.targets: dict[str, None] = {}
        self._db, self._workspace, self._page, self._audience = db, workspace, page, audience
        self._rows: dict[int, Known] | None = None
        self._by_path: dict[str, int] = {}
        self._by_name: dict[str, list[int]] = {}
        self._former: dict[str, int] | None = None
        self._known: dict[int, bool] = {}

    def __call__(self, name: str) -> tuple[str, bool]:
        """(address, whether a page is there)."""
        rows = self._load()
        found = self._find(name)
        path = rows[found].path if found is not None else self._missing(name)
        if path:
            self.targets[path[:LONGEST_TARGET]] = None
        if found is not None:
            return address(self._workspace.slug, path), True
        return f"{address(self._workspace.slug, path or 'new')}?title={quote(name[:300])}", False

    def _load(self) -> dict[int, Known]:
        """All pages that are out. A system's question: what may be said is asked in ``_may_know``."""
        if self._rows is None:
            rows = self._db.execute(
                select(Page.id, Page.path, Page.title, Page.guests_from, Page.public_from)
                .where(
                    Page.place_id == self._workspace.id,
                    Page.deleted_at.is_(None),
                    Page.published_at <= clock.now(),
                )
                .execution_options(policy=True)
            )
            self._rows = {row.id: row for row in rows}
            for row in self._rows.values():
                self._by_path[row.path] = row.id
                self._by_name.setdefault(name_key(row.title), []).append(row.id)
        return self._rows

    def _find(self, name: str) -> int | None:
        path = path_of(name)
        at_path = self._by_path.get(path)
        if at_path is not None and self._may_know(at_path):
            return at_path
        for found in sorted(self._by_name.get(name_key(name), []), key=self._distance):
            if self._may_know(found):
                return found
        former = self._formerly().get(path)
        return former if former is not None and self._may_know(former) else None

    def _distance(self, page_id: int) -> tuple[int, int, str]:
        """Of several pages with one title, the nearest: below here, beside here, near the top."""
        path = self._load()[page_id].path
        here = self._page.path if self._page is not None else ""
        beside = here.rpartition("/")[0]
        rank = 0 if path.startswith(f"{here}/") else 1 if path.rpartition("/")[0] == beside else 2
        return rank, path.count("/"), path

    def _missing(self, name: str) -> str:
        above, _, last = path_of(name).rpartition("/")
        return f"{above}/{last}" if above in self._by_path else name_key(name) if path_of(name) else ""

    def _formerly(self) -> dict[str, int]:
        """Former paths and names, the latest wins. A system's question like ``_load``."""
        if self._former is None:
            rows = self._db.execute(
                select(EntryAlias.address, EntryAlias.entry_id)
                .where(EntryAlias.workspace_id == self._workspace.id, EntryAlias.kind == "page")
                .order_by(EntryAlias.id)
                .execution_options(policy=True)
            )
            self._former = {row.address: row.entry_id for row in rows if row.entry_id in self._load()}
        return self._former

    def _may_know(self, page_id: int) -> bool:
        if page_id not in self._known:
            row = self._load()[page_id]
            self._known[page_id] = self._audience.includes_readers_of(row) and self._same_readers(page_id)
        return self._known[page_id]

    def _same_readers(self, page_id: int) -> bool:
        """In a clean room, what guests read names only what each of them reads."""
        if not self._workspace.clean_room or self._audience.guests_from is None or self._page is None:
            return True
        here, there = access.readers(self._page.id), access.readers(page_id)
        apart = exists().where(Account.id.in_(here), Account.id.not_in(there))
        return not self._db.scalar(select(apart).execution_options(policy=True))


def audience_of(page: Page) -> Audience:
    return Audience(page.guests_from, page.public_from)


def keep_links(db: Session, page: Page, targets: Iterable[str]) -> None:
    """Note down where the page's links lead now."""
    db.execute(delete(PageLink).where(PageLink.entry_id == page.id).execution_options(policy=True))
    db.add_all(
        PageLink(entry_id=page.id, workspace_id=page.workspace_id, target=target)
        for target in dict.fromkeys(targets)
    )


def linking(db: Session, page_ids: Iterable[int]) -> set[int]:
    """The pages that link to one of these, or will once it has the name they use.

    For jobs: counts deleted pages too, whose links have to turn into ``missing`` ones.
    """
    pages = db.execute(
        select(Page.place_id, Page.id, Page.path, Page.title)
        .where(Page.id.in_(list(page_ids)))
        .execution_options(policy=True)
    ).all()
    former = db.execute(
        select(EntryAlias.workspace_id, EntryAlias.address)
        .where(EntryAlias.entry_id.in_([page.id for page in pages]), EntryAlias.kind == "page")
        .execution_options(policy=True)
    ).all()
    names: dict[int, set[str]] = {}
    for place, _id, path, title in pages:
        names.setdefault(place, set()).update((path, name_key(title), path.rpartition("/")[2]))
    for place, old in former:
        names.setdefault(place, set()).update((old, old.rpartition("/")[2]))
    found: set[int] = set()
    for place, targets in names.items():
        query = select(PageLink.entry_id).where(
            PageLink.workspace_id == place, PageLink.target.in_(list(targets))
        )
        found.update(db.scalars(query.execution_options(policy=True)))
    return found
