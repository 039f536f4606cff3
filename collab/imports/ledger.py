"""Who and what is here already: people met before, documents brought before."""

import hashlib
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import clock
from collab.auth import services as accounts
from collab.auth.models import Account
from collab.imports.documents import Person
from collab.imports.models import ImportedPerson, ImportedSource
from collab.imports.people import People, name_key
from collab.imports.trees import Tree
from collab.text import clean_line
from collab.viewer import ANONYMOUS


def name_of(tree: Tree) -> str:
    """What tells one tree from another, wherever it lies: its site's host, else its folder's name."""
    return urlsplit(tree.url).netloc.lower() or tree.root.name


def title_of(tree: Tree) -> str:
    """What people call a tree: its site's title, else its folder's name."""
    return clean_line(str(tree.config.get("title") or "")) or tree.root.name


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


class Ledger:
    """The documents of one tree in one workspace that are here."""

    def __init__(self, db: Session, tree: str) -> None:
        self.tree = tree
        rows = db.scalars(select(ImportedSource).where(ImportedSource.source_tree == tree))
        self.entries = {row.source_path: row.entry_id for row in rows}

    def brought(self, db: Session, source: str) -> str:
        """The digest with which a document came."""
        return db.get_one(ImportedSource, (self.tree, source)).digest

    def add(self, db: Session, source: str, entry_id: int, file_digest: str) -> None:
        """Note down that a document is here now."""
        db.add(
            ImportedSource(
                source_tree=self.tree,
                source_path=source,
                entry_id=entry_id,
                digest=file_digest,
                imported_at=clock.now(),
            )
        )


class Known(NamedTuple):
    """An account that stands for somebody."""

    id: int
    handle: str


class Accounts:
    """The accounts of the people of one tree. Who is new gets a locked one: no sign-in, no mail.

    Somebody whom another tree names in the same way, first and last name, is the same person.
    """

    def __init__(self, db: Session, tree: str, people: People) -> None:
        self.tree = tree
        self.people = people
        self.made = 0
        self._known: dict[str, Known] = {}
        self._elsewhere: defaultdict[str, set[Known]] = defaultdict(set)
        rows = db.execute(
            select(
                ImportedPerson.source_tree, ImportedPerson.key, Account.id, Account.handle, Account.name
            ).join(Account, Account.id == ImportedPerson.account_id)
        )
        for row in rows:
            known = Known(row.id, row.handle)
            if row.source_tree == tree:
                self._known[row.key] = known
            elif " " in row.name:
                self._elsewhere[name_key(row.name)].add(known)

    def find(self, key: str) -> Known | None:
        """The account of somebody, if there is one already."""
        return self._known.get(key)

    def of(self, db: Session, key: str) -> Known:
        """The account of somebody, made if need be. Not inside a savepoint: it is remembered."""
        return self._known.get(key) or self._of(db, self.people.person(key))

    def of_tree(self, db: Session, shown: str) -> Known:
        """The account that stands for the tree itself, whose documents name nobody."""
        key = f"tree:{self.tree}"
        return self._known.get(key) or self._of(db, Person(key, shown))

    def _of(self, db: Session, person: Person) -> Known:
        elsewhere = self._elsewhere.get(name_key(person.name), set())
        if len(elsewhere) == 1:
            known = next(iter(elsewhere))
        else:
            made = accounts.create_account(
                db, ANONYMOUS, name=person.name, email=None, status="locked", title=person.title
            )
            made.bio = person.bio
            known = Known(made.id, made.handle)
            self.made += 1
        db.add(ImportedPerson(source_tree=self.tree, key=person.key, account_id=known.id))
        self._known[person.key] = known
        return known
