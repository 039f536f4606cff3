"""Other engines on the same texts: SQLite's FTS5, and Tantivy where it is installed. They know no rights."""

import contextlib
import importlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Protocol

from bench.search.questions import Asked
from bench.search.texts import Text
from bench.search.world import author_of

PAGE, QUICK = 20, 7
#: What is asked, by the names that the table has for it.
TWO, PAGES, TYPING, FACETS, PHRASE, FILTER = (
    "two words, excerpts",
    "… the whole page",
    "while typing",
    "facets",
    "phrase",
    "one author",
)


class Rival(Protocol):
    """An engine that Collab is compared with."""

    name: str
    #: What does each of the things that are asked, for one question; answers how much it found.
    asks: Mapping[str, Callable[[Asked], int]]

    def fill(self, texts: Iterable[Text]) -> None:
        """Index all texts, and keep them."""


class Fts5:
    """SQLite's own, ranked by bm25(), tokenised by unicode61: nothing is stemmed."""

    name = "FTS5"

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "fts5.db")
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA cache_size=-16000")
        self._db.execute(
            "CREATE VIRTUAL TABLE docs USING fts5(title, text, author UNINDEXED, lang UNINDEXED)"
        )
        self.asks: Mapping[str, Callable[[Asked], int]] = {
            TWO: lambda asked: self._find(_all_of(asked.two)),
            TYPING: lambda asked: self._titles(f'title: "{asked.typed}"*'),
            FACETS: lambda asked: self._facets(_all_of(asked.two)),
            PHRASE: lambda asked: self._find(f'"{asked.phrase}"'),
            FILTER: lambda asked: self._find(_all_of(asked.two), author_of(asked.number)),
        }

    def fill(self, texts: Iterable[Text]) -> None:
        """See ``Rival``."""
        rows = ((text.title, text.text, author_of(number), text.lang) for number, text in enumerate(texts))
        with self._db:
            self._db.executemany("INSERT INTO docs VALUES (?, ?, ?, ?)", rows)

    def _find(self, match: str, author: int | None = None) -> int:
        narrowed, values = (
            ("", (match, PAGE)) if author is None else ("AND author = ?", (match, author, PAGE))
        )
        asked = (
            "SELECT rowid, title, snippet(docs, 1, '<mark>', '</mark>', '…', 32) FROM docs"
            f" WHERE docs MATCH ? {narrowed} ORDER BY bm25(docs, 4.0, 1.0) LIMIT ?"
        )
        return len(self._db.execute(asked, values).fetchall())

    def _titles(self, match: str) -> int:
        asked = "SELECT rowid, title FROM docs WHERE docs MATCH ? ORDER BY bm25(docs) LIMIT ?"
        return len(self._db.execute(asked, (match, QUICK)).fetchall())

    def _facets(self, match: str) -> int:
        return sum(
            len(
                self._db.execute(
                    f"SELECT {name}, count(*) FROM docs WHERE docs MATCH ? GROUP BY 1", (match,)
                ).fetchall()
            )
            for name in ("author", "lang")
        )


class Tantivy:
    """What a search engine in Rust does on the same texts: the practical limit."""

    name = "Tantivy"

    def __init__(self, folder: Path, module: Any) -> None:
        self._tantivy = module
        schema = module.SchemaBuilder()
        for name in ("title", "text"):
            schema.add_text_field(name, stored=True)
        for name in ("author", "lang"):
            schema.add_text_field(name, tokenizer_name="raw", fast=True)
        self._schema = schema.build()
        place = folder / "tantivy"
        place.mkdir()
        self._index = module.Index(self._schema, path=str(place))
        self._searcher: Any = None
        self.asks: Mapping[str, Callable[[Asked], int]] = {
            TWO: lambda asked: self._find(_all_of(asked.two)),
            PHRASE: lambda asked: self._find(f'"{asked.phrase}"'),
            FILTER: lambda asked: self._find(f"{_all_of(asked.two)} AND author:{author_of(asked.number)}"),
        }

    def fill(self, texts: Iterable[Text]) -> None:
        """See ``Rival``."""
        writer = self._index.writer(64_000_000, 1)
        for number, text in enumerate(texts):
            author = str(author_of(number))
            writer.add_document(
                self._tantivy.Document(title=text.title, text=text.text, author=author, lang=text.lang)
            )
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def _find(self, match: str) -> int:
        query = self._index.parse_query(match, ["title", "text"], field_boosts={"title": 4.0})
        found = self._searcher.search(query, PAGE)
        passages = self._tantivy.SnippetGenerator.create(self._searcher, query, self._schema, "text")
        for _, address in found.hits:
            passages.snippet_from_doc(self._searcher.doc(address)).to_html()
        return len(found.hits)


def rivals(folder: Path) -> list[Rival]:
    """Those that are here."""
    found: list[Rival] = [Fts5(folder)]
    with contextlib.suppress(ImportError):
        found.append(Tantivy(folder, importlib.import_module("tantivy")))
    return found


def _all_of(words: str) -> str:
    return " AND ".join(f'"{word}"' for word in words.split())
