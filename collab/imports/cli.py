"""``collab import``: bring posts and pages from elsewhere."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from collab.activity.outbox import Context
from collab.app import make_context
from collab.command import plain_failures
from collab.config import load
from collab.imports import run
from collab.imports.run import Progress, Result
from collab.upgrade import upgrade

_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)
_NAME = click.option(
    "--name", default="", help="Tells this folder from another one of the same name or site."
)


@click.group("import")
def imports() -> None:
    """Bring posts and pages from elsewhere. A second time brings what is new."""


@imports.command("posts")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@_NAME
def posts(folder: Path, name: str) -> None:
    """Bring the posts of a blog (Jekyll, Hugo, Zola, or plain Markdown) into the company blog."""
    _run(lambda context, progress: run.import_posts(context, folder, name, progress))


@imports.command("pages")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--workspace", required=True, metavar="SLUG", help="Where to; made, open, if there is none.")
@_NAME
def pages(folder: Path, workspace: str, name: str) -> None:
    """Bring a handbook, book or wiki into the pages of a workspace."""
    _run(lambda context, progress: run.import_pages(context, folder, workspace, name, progress))


def _run(work: Callable[[Context, Progress], Result]) -> None:
    with plain_failures():
        context = make_context(load())
        upgrade(context.write.kw["bind"])
        result = _with_bar(context, work)
    for line in result.report.summary():
        click.echo(line)
    click.echo(f"Report: {result.file}")
    click.echo(result.report.last_line)
    if result.report.of("failed"):
        sys.exit(1)


def _with_bar(context: Context, work: Callable[[Context, Progress], Result]) -> Result:
    """Do the work under a progress bar, which only a terminal shows."""
    with click.progressbar(
        length=1, label="Importing", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:

        def begin(total: int) -> Callable[[int], None]:
            bar.length = total
            return bar.update

        return work(context, begin)
