"""Bring a tree into Collab: read, write what is not here yet, report on each document."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import clock, text
from collab.activity.outbox import Context
from collab.auth.models import Account
from collab.errors import CollabError
from collab.imports.blogs import read_posts
from collab.imports.ledger import name_of, title_of
from collab.imports.pagewriter import PageWriter
from collab.imports.postwriter import PostWriter
from collab.imports.report import Report
from collab.imports.trees import Tree
from collab.imports.wikis import read_pages
from collab.workspaces.models import Membership, Workspace


class CannotImport(CollabError):
    """The text says why."""


@dataclass(frozen=True)
class Result:
    """What an import did, and the file that names it all."""

    report: Report
    file: Path


Progress = Callable[[int], Callable[[int], None]]
"""Told how much there is to do, answers with what is told how much more is done."""


def _silent(_total: int) -> Callable[[int], None]:
    return lambda _done: None


def import_posts(context: Context, folder: Path, name: str = "", progress: Progress = _silent) -> Result:
    """Bring the posts of a blog into the company blog.

    ``name`` tells this tree from others, see ``ledger.name_of``. Doing it twice brings nothing
    twice. Raises NotATree and CannotImport; a document that fails is in the report.
    """
    posts = read_posts(folder)
    if not len(posts):
        raise CannotImport(f"No posts in {folder}: no file that could be one has a date.")
    report = Report(problems=posts.problems)
    writer = PostWriter(context, posts, name or name_of(posts.tree), report)
    writer.write(progress(len(posts)))
    return _finish(context, posts.tree, report, "posts")


def import_pages(
    context: Context, folder: Path, workspace: str, name: str = "", progress: Progress = _silent
) -> Result:
    """Bring the pages of a wiki into a workspace, which is made if there is none of this slug.

    Otherwise as ``import_posts``.
    """
    pages = read_pages(folder)
    if not len(pages):
        raise CannotImport(f"No pages in {folder}.")
    report = Report(problems=pages.problems)
    with context.write.begin() as db:
        place = _workspace(db, workspace, pages.tree, report)
    writer = PageWriter(context, pages, place, name or name_of(pages.tree), report)
    writer.write(progress(len(pages.found) + len(pages.redirects)))
    return _finish(context, pages.tree, report, "pages")


def _workspace(db: Session, slug: str, tree: Tree, report: Report) -> Workspace:
    """The workspace of a slug; a new one is open, and its owner the administrator who was there first."""
    found = db.scalar(select(Workspace).where(Workspace.slug == slug))
    if found is not None:
        return found
    if text.slugify(slug, "") != slug:
        raise CannotImport(f"{slug} cannot be a workspace's address: small letters, digits and hyphens only.")
    title = title_of(tree) if tree.config.get("title") else slug.replace("-", " ").capitalize()
    made = Workspace(slug=slug, name=title, visibility="open", created_at=clock.now())
    db.add(made)
    db.flush()
    admins = select(Account.id).where(Account.is_admin, Account.status == "active").order_by(Account.id)
    owner = db.scalar(admins.limit(1))
    if owner is not None:
        db.add(Membership(workspace_id=made.id, account_id=owner, role="owner", created_at=clock.now()))
    report.note("", [f"there was no workspace {slug}: an open one is made"])
    return made


def _finish(context: Context, tree: Tree, report: Report, what: str) -> Result:
    moment = clock.now()
    place = re.sub(r"[^\w.-]+", "-", tree.root.name) or what
    file = context.data_dir / "imports" / f"{moment:%Y%m%d-%H%M%S}-{what}-{place}.txt"
    report.write(file, f"Import of {what} from {tree.root}, {moment:%Y-%m-%d %H:%M} UTC")
    return Result(report, file)
