"""Imported pages as pages of a workspace, with what they said before."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity, clock
from collab.activity.outbox import Context
from collab.imports import ledger as ledgers
from collab.imports import writing
from collab.imports.documents import Attached, ImportedPage, Problem
from collab.imports.ledger import Accounts, Ledger
from collab.imports.placing import Anchors, Placing
from collab.imports.report import Report
from collab.imports.wikis import Pages
from collab.pages import services as pages_services
from collab.pages.links import address
from collab.pages.models import Page
from collab.pages.paths import DEEPEST, RESERVED
from collab.viewer import ANONYMOUS
from collab.workspaces import entries
from collab.workspaces.models import EntryAuthor, Revision, Workspace
from collab.workspaces.net import as_system

WHY = "import of pages"


class TooDeep(ValueError):
    """More steps in an address than pages may have."""


class PageWriter:
    """Writes the pages of one tree that are not here yet, parents first."""

    def __init__(
        self, context: Context, pages: Pages, workspace: Workspace, name: str, report: Report
    ) -> None:
        self.context, self.pages, self.workspace, self.report = context, pages, workspace, report
        self.files = writing.Files(context.storage, pages.tree)
        with context.read() as db:
            as_system(db, WHY)
            self.ledger = Ledger(db, f"{workspace.slug}:{name}")
            self.accounts = Accounts(db, name, pages.people)
            self.paths, self.first_position = self._paths(db)
        targets = {source: address(workspace.slug, path) for source, path in self.paths.items()}
        for source, (target, _) in pages.redirects.items():
            if target in targets:
                targets[source] = targets[target]
        self.placing = Placing(
            targets=targets,
            anchors=Anchors(lambda source: pages.read(source).body),
            handle=lambda key: found.handle if (found := self.accounts.find(key)) else "",
            wiki=address(workspace.slug, ""),
        )

    def _paths(self, db: Session) -> tuple[dict[str, str], int]:
        """The path of each page, and the position for the first of those at the top."""
        rows = db.execute(
            select(Page.id, Page.path, Page.parent_id, Page.position).where(
                Page.place_id == self.workspace.id
            )
        ).all()
        present = {row.id: row.path for row in rows}
        taken = set(present.values())
        paths: dict[str, str] = {}
        for source, place in self.pages.found.items():
            kept = present.get(self.ledger.entries.get(source, 0))
            above = f"{paths[place.parent]}/" if place.parent else ""
            slug, number = place.slug, 1
            path = kept or above + slug
            while kept is None and (path in taken or slug in RESERVED):
                number += 1
                slug = f"{place.slug}-{number}"
                path = above + slug
            taken.add(path)
            paths[source] = path
        top = [row.position for row in rows if row.parent_id is None]
        return paths, max(top, default=-1) + 1

    def write(self, step: Callable[[int], None]) -> None:
        """Write them all, in transactions of a few; ``step`` is told how many more are done."""
        sources = [*self.pages.found, *self.pages.redirects]
        new = [source for source in sources if source not in self.ledger.entries]
        self._skip([source for source in sources if source in self.ledger.entries])
        step(len(sources) - len(new))
        for batch in writing.batches(new):
            pages = list(filter(None, map(self._read, batch)))
            self.files.fetch(file for page in pages for file in _wanted(page))
            with self.context.write.begin() as db:
                as_system(db, WHY)
                for page in pages:
                    self._one(db, page)
            step(len(batch))
        self._link(new)
        self.report.people = self.accounts.made

    def _skip(self, sources: Sequence[str]) -> None:
        with self.context.read() as db:
            for source in sources:
                if source in self.pages.found and self.pages.found[source].made:
                    continue
                same = self.ledger.brought(db, source) == ledgers.digest(self.pages.tree.root / source)
                reason = "imported before" if same else "imported before, and changed in the tree since"
                self.report.problems.append(Problem(source, reason))

    def _read(self, source: str) -> ImportedPage | None:
        try:
            return self.pages.read(source)
        except Exception as error:  # one bad document must not end the import
            self._fail(source, error)
        return None

    def _fail(self, source: str, error: Exception) -> None:
        self.report.problems.append(Problem(source, f"cannot be imported: {error!r}", "failed"))

    def _one(self, db: Session, page: ImportedPage) -> None:
        """Write one page; a failure leaves nothing of it."""
        try:
            keys = [*page.authors, *(revision.author for revision in page.revisions)]
            people = {key: self.accounts.of(db, key).id for key in keys}
            author = (
                next(iter(people.values()), 0)
                or self.accounts.of_tree(db, ledgers.title_of(self.pages.tree)).id
            )
            notes: list[str] = []
            with db.begin_nested():
                write = self._redirect if page.redirect_to else self._write
                made = write(db, page, author, people, notes)
                self._remember(db, page, made)
        except Exception as error:
            self._fail(page.source, error)
            return
        self.ledger.entries[page.source] = made
        self.report.note(page.source, [*page.notes, *notes])
        self.report.made += page.made
        self.report.imported += not page.made

    def _write(
        self, db: Session, page: ImportedPage, author: int, people: dict[str, int], notes: list[str]
    ) -> int:
        """Answers with the page's id. ``people``: accounts of those who wrote former states."""
        path = self.paths[page.source]
        if path.count("/") >= DEEPEST:
            raise TooDeep(path)
        written = page.date or clock.now()
        entry = Page(
            workspace_id=self.workspace.id,
            place_id=self.workspace.id,
            parent_id=self.ledger.entries[page.parent] if page.parent else None,
            slug=path.rpartition("/")[2],
            path=path,
            address=address(self.workspace.slug, path),
            position=page.position + (0 if page.parent else self.first_position),
            title=page.title,
            author_id=author,
            created_at=written,
            updated_at=page.revisions[-1].date if page.revisions else written,
            published_at=written,
            due_on=page.valid_until,
        )
        db.add(entry)
        db.flush()
        db.add(EntryAuthor(entry_id=entry.id, account_id=author, position=0))
        self._say(db, entry, page, people, notes)
        writing.tag(db, entry, page.tags, notes.append)
        writing.keep_aliases(db, entry, (each for each in page.aliases if each != path))
        activity.record(db, "page.imported", ANONYMOUS, workspace_id=self.workspace.id, entry_id=entry.id)
        return entry.id

    def _say(
        self, db: Session, entry: Page, page: ImportedPage, people: dict[str, int], notes: list[str]
    ) -> None:
        """Fill in the words, the files they show, and what was said before."""
        files = self.files.attach(db, entry, _wanted(page), notes.append)
        self.report.files += len(files)

        def placed(body: str) -> str:
            return self.placing.place(page.source, body, entry.public_id, files)

        entries.fill(entry, page.title, placed(page.body.text))
        entry.lang = page.lang
        for number, each in enumerate(page.revisions, 1):
            said = placed(each.body.text)
            self._keep(db, entry, number, each.title, said, people[each.author], each.message, each.date)
        last = page.revisions[-1] if page.revisions else None
        entry.version = max(1, len(page.revisions))
        if last is None or (last.title, last.body.text) != (page.title, page.body.text):
            entry.version = len(page.revisions) + 1
            at = clock.now() if last else entry.created_at
            self._keep(db, entry, entry.version, page.title, entry.body, entry.author_id, "", at)
        notes += dict.fromkeys(self.placing.lost)
        self.placing.lost.clear()

    def _keep(
        self,
        db: Session,
        entry: Page,
        number: int,
        title: str,
        body: str,
        author: int,
        note: str,
        at: datetime,
    ) -> None:
        db.add(
            Revision(
                workspace_id=entry.workspace_id,
                entry_id=entry.id,
                number=number,
                title=title,
                body=body,
                author_id=author,
                note=note,
                created_at=at,
            )
        )

    def _redirect(
        self, db: Session, page: ImportedPage, _author: int, _people: dict[str, int], _notes: list[str]
    ) -> int:
        """A page that only led elsewhere: its addresses lead there. Answers with that page's id."""
        target = db.get_one(Page, self.ledger.entries[page.redirect_to])
        writing.keep_aliases(db, target, page.aliases)
        return target.id

    def _remember(self, db: Session, page: ImportedPage, entry_id: int) -> None:
        file_digest = "" if page.made else ledgers.digest(self.pages.tree.root / page.source)
        self.ledger.add(db, page.source, entry_id, file_digest)
        db.flush()

    def _link(self, sources: Sequence[str]) -> None:
        """Now that all pages are there: let ``[[links]]`` find them."""
        ids = [self.ledger.entries[source] for source in sources if source in self.ledger.entries]
        for batch in writing.batches(dict.fromkeys(ids)):
            with self.context.write.begin() as db:
                as_system(db, WHY)
                for page in db.scalars(select(Page).where(Page.id.in_(batch), Page.body.contains("[["))):
                    lang = page.lang
                    pages_services.render(db, page)
                    page.lang = lang


def _wanted(page: ImportedPage) -> list[Attached]:
    """The files that a page shows or showed."""
    bodies = [page.body, *(revision.body for revision in page.revisions)]
    return [file for body in bodies for file in (*body.images, *body.files)]
