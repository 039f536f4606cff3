"""A Collab as it is at one moment, to begin from there again and again."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests.databases import Kept

#: What the policy, and the tests of it, tell apart by numbers.
COUNTED = ("account", "firm", "workspace", "membership", "entry", "comment", "entry_grant", "share_link")


class Beginning:
    """What is in the database, and in a folder, now. On PostgreSQL kept under ``name``."""

    def __init__(self, engine: Engine, folder: Path, name: str) -> None:
        self._engine, self._folder, self._copies = engine, folder, 0
        self._file = sqlite3.connect(":memory:", check_same_thread=False)
        self._tables: Kept | None = None
        if engine.dialect.name == "sqlite":
            with closing(sqlite3.connect(str(engine.url.database))) as present:
                present.backup(self._file)
        else:
            self._tables = Kept(engine, name)

    def again(self) -> Path:
        """Let the database hold that, and nothing else; answers a new folder that holds it, too."""
        self._copies += 1
        folder = self._folder.with_name(f"{self._folder.name}-{self._copies}")
        shutil.copytree(self._folder, folder)
        if self._tables is not None:
            self._tables.anew()
        else:
            with closing(sqlite3.connect(str(self._engine.url.database))) as present:
                self._file.backup(present)
        return folder


def start_numbers(db: Session, first: int) -> None:
    """What is made from here on has numbers from ``first`` on."""
    for name in COUNTED:
        values = {"name": name, "last": first - 1}
        if db.get_bind().dialect.name == "sqlite":
            db.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
            db.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), values)
        else:
            db.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"), values)
