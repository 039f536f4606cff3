"""Measures search at 10,000 documents against an empty Flask page, in the same run.

    python -m bench.search --texts DIR [--data FOLDER]

Fills a data folder (kept and used again with --data) with the Markdown files below DIR: whole files and
their sections as posts, paragraphs as comments, until there are so many. Asks then for two words that
are neither rare nor everywhere, for the most frequent ones, for one narrowed question and for the quick
search; every question many times, as bench.http does, which prints the table.
"""

import argparse
import itertools
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bench.server import ROOT
from collab import clock, language
from collab.activity.outbox import Context
from collab.app import make_context
from collab.auth import services as accounts
from collab.auth.passwords import set_password
from collab.blog.models import Post
from collab.comments.models import Comment
from collab.config import Settings
from collab.search.listeners import reindex
from collab.search.words import words
from collab.upgrade import upgrade
from collab.viewer import ANONYMOUS
from collab.workspaces.models import BLOG, Workspace
from collab.workspaces.net import as_system

EMAIL, PASSWORD, HANDLE = "bench@example.org", "measured in one run", "bench"
#: Letters that a text has at least and at most.
SHORT, LONG = 200, 30_000


def main() -> int:
    """Run the command line; return the exit code of the measuring."""
    options = _options()
    with tempfile.TemporaryDirectory() as unkept:
        folder = (options.data or Path(unkept)).resolve()
        questions = folder / "questions.txt"
        context = make_context(Settings(data_dir=folder))
        upgrade(context.write.kw["bind"])
        if not questions.exists():
            fill(context, _texts(options.texts), options.documents)
            questions.write_text("\n".join(_questions(_texts(options.texts))))
        paths = itertools.chain.from_iterable(("--path", path) for path in questions.read_text().split("\n"))
        measure = [sys.executable, "-m", "bench.http", "--data", str(folder), *options.rest]
        return subprocess.run(
            [*measure, "--email", EMAIL, "--password", PASSWORD, "--path", "/search", *paths],
            cwd=ROOT,
            check=False,
        ).returncode


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.search",
        description=__doc__.partition("\n")[0],
        epilog="Everything else is for bench.http.",
    )
    parser.add_argument("--texts", type=Path, required=True, help="folder with Markdown files, at any depth")
    parser.add_argument("--data", type=Path, help="data folder to fill, or filled before; else a passing one")
    parser.add_argument("--documents", type=int, default=10_000)
    options, rest = parser.parse_known_args()
    options.rest = rest
    if not options.texts.is_dir():
        parser.error(f"{options.texts} is no folder")
    return options


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Titles and texts: first every file, then what stands below headings of its own."""
    files = sorted(path for path in folder.rglob("*.md") if path.is_file())
    for path in files:
        text = path.read_text(errors="replace")
        if len(text) > SHORT:
            yield path.stem.replace("-", " "), text
    for path in files:
        for section in re.split(r"^#+ ", path.read_text(errors="replace"), flags=re.M)[1:]:
            title, _, text = section.partition("\n")
            if title.strip() and len(text) > SHORT:
                yield title.strip()[:150], text


def fill(context: Context, texts: Iterator[tuple[str, str]], documents: int) -> None:
    """Make a Collab of so many documents: six posts for every four comments."""
    with context.write.begin() as db:
        made = accounts.create_account(db, ANONYMOUS, name=HANDLE.title(), email=EMAIL)
        set_password(db, made, PASSWORD)
        author = made.id
        blog = db.scalars(select(Workspace.id).where(Workspace.slug == BLOG)).one()
    numbers = itertools.count(1)
    posts = [
        _post(next(numbers), blog, author, *text) for text in itertools.islice(texts, documents * 6 // 10)
    ]
    with context.write.begin() as db:
        as_system(db, "bench")
        db.add_all(posts)
        db.flush()
        db.add_all(itertools.islice(_comments(posts), documents - len(posts)))
    print(f"{reindex(context)} documents", file=sys.stderr)


def _post(number: int, blog: int, author: int, title: str, text: str) -> Post:
    """A post as the rows of one look. Its HTML is none that is shown: only its size matters here."""
    now = clock.now() - timedelta(hours=number)
    return Post(
        slug=f"post-{number}",
        address=f"/blog/post-{number}",
        workspace_id=blog,
        title=title,
        body=text[:LONG],
        html=text[:LONG],
        text=text[:LONG],
        lang=language.guess(text[:LONG]),
        author_id=author,
        created_at=now,
        updated_at=now,
        published_at=now,
    )


def _comments(posts: Sequence[Post]) -> Iterator[Comment]:
    """The posts' own paragraphs, said below them again."""
    for post in posts:
        paragraphs = [part for part in post.body.split("\n\n") if SHORT // 2 < len(part) < 2000]
        for paragraph in paragraphs[:3]:
            yield Comment(
                workspace_id=post.workspace_id,
                entry_id=post.id,
                author_id=post.author_id,
                body=paragraph,
                html=paragraph,
                text=paragraph,
                created_at=post.created_at,
            )


def _questions(texts: Iterator[tuple[str, str]]) -> Iterator[str]:
    """Addresses that ask for words of these texts: usual, frequent, narrowed, and while being typed."""
    sample = [set(words(text)) for _, text in itertools.islice(texts, 2000)]
    held = Counter(word for said in sample for word in said if len(word) > 4 and word.isalpha())
    order = [word for word, _ in held.most_common()]
    usual = [word for word in order if held[word] < len(sample) / 20][:40]
    pairs = itertools.combinations(usual, 2)
    two = max(pairs, key=lambda pair: sum(pair[0] in said and pair[1] in said for said in sample))
    yield f"/search?q={two[0]}+{two[1]}"
    yield f"/search?q={order[0]}+{order[1]}"
    yield f"/search?q={order[0]}+{two[0]}&kind=post&since=year&author={HANDLE}"
    yield f"/search/quick?q={two[0][:4]}"


if __name__ == "__main__":
    raise SystemExit(main())
