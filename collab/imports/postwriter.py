"""Imported posts as entries of the company blog."""

from collections.abc import Callable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import activity
from collab.activity.outbox import Context
from collab.blog.models import Post
from collab.blog.services import DRAFT, RESERVED
from collab.imports import ledger as ledgers
from collab.imports import writing
from collab.imports.blogs import Posts
from collab.imports.documents import Attached, ImportedPost, Problem
from collab.imports.ledger import Accounts, Ledger
from collab.imports.permalinks import name_of
from collab.imports.placing import Anchors, Placing
from collab.imports.report import Report
from collab.viewer import ANONYMOUS
from collab.workspaces import entries
from collab.workspaces.models import BLOG, EntryAuthor, Workspace
from collab.workspaces.net import as_system

WHY = "import of posts"


class PostWriter:
    """Writes the posts of one tree that are not here yet."""

    def __init__(self, context: Context, posts: Posts, name: str, report: Report) -> None:
        self.context, self.posts, self.report = context, posts, report
        self.files = writing.Files(context.storage, posts.tree)
        with context.read() as db:
            as_system(db, WHY)
            self.blog = db.scalars(select(Workspace).where(Workspace.slug == BLOG)).one()
            self.ledger = Ledger(db, f"{BLOG}:{name}")
            self.accounts = Accounts(db, name, posts.people)
            self.slugs = self._slugs(db)
        self.placing = Placing(
            targets={source: f"/blog/{slug}" for source, slug in self.slugs.items()},
            anchors=Anchors(lambda source: posts.read(source).body),
            handle=self._handle,
        )

    def _slugs(self, db: Session) -> dict[str, str]:
        """The slug of each post: that of the post that is here, else one that nobody has."""
        rows = db.execute(select(Post.id, Post.slug)).all()
        present = {row.id: row.slug for row in rows}
        taken = set(present.values()) | RESERVED
        slugs = {}
        for found in self.posts.found:
            kept = present.get(self.ledger.entries.get(found.source, 0))
            slug, number = kept or found.slug, 1
            while kept is None and (slug in taken or slug.startswith(DRAFT)):
                number += 1
                slug = f"{found.slug}-{number}" if not slug.startswith(DRAFT) else f"post-{found.slug}"
            if slug not in (kept, found.slug):
                self.report.note(found.source, [f"another post is called {found.slug}: named {slug}"])
            taken.add(slug)
            slugs[found.source] = slug
        return slugs

    def _handle(self, key: str) -> str:
        known = self.accounts.find(key)
        return known.handle if known else ""

    def write(self, step: Callable[[int], None]) -> None:
        """Write them all, in transactions of a few; ``step`` is told how many more are done."""
        new = [found.source for found in self.posts.found if found.source not in self.ledger.entries]
        self._skip([found.source for found in self.posts.found if found.source in self.ledger.entries])
        step(len(self.posts) - len(new))
        for batch in writing.batches(new):
            posts = list(filter(None, map(self._read, batch)))
            self.files.fetch(file for post in posts for file in _wanted(post))
            with self.context.write.begin() as db:
                as_system(db, WHY)
                for post in posts:
                    self._one(db, post)
            step(len(batch))
        self.report.people = self.accounts.made

    def _skip(self, sources: Sequence[str]) -> None:
        with self.context.read() as db:
            for source in sources:
                same = self.ledger.brought(db, source) == ledgers.digest(self.posts.tree.root / source)
                reason = "imported before" if same else "imported before, and changed in the tree since"
                self.report.problems.append(Problem(source, reason))

    def _read(self, source: str) -> ImportedPost | None:
        try:
            return self.posts.read(source)
        except Exception as error:  # one bad document must not end the import
            self._fail(source, error)
        return None

    def _fail(self, source: str, error: Exception) -> None:
        self.report.problems.append(Problem(source, f"cannot be imported: {error!r}", "failed"))

    def _one(self, db: Session, post: ImportedPost) -> None:
        """Write one post; a failure leaves nothing of it."""
        try:
            authors = [self.accounts.of(db, key).id for key in post.authors]
            authors = authors or [self.accounts.of_tree(db, ledgers.title_of(self.posts.tree)).id]
            with db.begin_nested():
                notes = self._write(db, post, list(dict.fromkeys(authors)))
        except Exception as error:
            self._fail(post.source, error)
            return
        self.report.imported += 1
        self.report.note(post.source, [*post.notes, *notes])

    def _write(self, db: Session, post: ImportedPost, authors: list[int]) -> list[str]:
        """Answers with notes on what did not go in as it was."""
        slug = self.slugs[post.source]
        entry = Post(workspace_id=self.blog.id, slug=slug, address=f"/blog/{slug}", title=post.title)
        entry.author_id, entry.created_at, entry.updated_at = authors[0], post.date, post.date
        db.add(entry)
        db.flush()
        db.add_all(
            EntryAuthor(entry_id=entry.id, account_id=account, position=n)
            for n, account in enumerate(authors)
        )
        notes: list[str] = []
        self._say(db, entry, post, notes)
        writing.tag(db, entry, post.tags, notes.append)
        writing.keep_aliases(db, entry, _former(post, slug))
        if post.published:
            entry.published_at = post.date
            entries.keep_revision(db, entry, authors[0], at=post.date)
        activity.record(db, "post.imported", ANONYMOUS, workspace_id=self.blog.id, entry_id=entry.id)
        self.ledger.add(db, post.source, entry.id, ledgers.digest(self.posts.tree.root / post.source))
        db.flush()
        return notes

    def _say(self, db: Session, entry: Post, post: ImportedPost, notes: list[str]) -> None:
        """Fill in the words and the files they show."""
        files = self.files.attach(db, entry, _wanted(post), notes.append)
        self.report.files += len(files)
        body = self.placing.place(post.source, post.body.text, entry.public_id, files)
        rendered = entries.fill(entry, post.title, body)
        entry.lang, entry.summary = post.lang, post.summary or rendered.summary
        pictures = [file for file in files.values() if file.is_picture]
        entry.image_id = pictures[0].id if pictures else None
        notes += self.placing.lost
        self.placing.lost.clear()


def _wanted(post: ImportedPost) -> list[Attached]:
    """The files that a post needs, its own picture first."""
    return [*([post.image] if post.image else []), *post.body.images, *post.body.files]


def _former(post: ImportedPost, slug: str) -> list[str]:
    """The addresses of the old site as paths below ``/blog/``, and the old name alone."""
    paths = [address.removeprefix("blog/") for address in post.aliases]
    return [address for address in [*paths, name_of(post.source)] if address != slug]
