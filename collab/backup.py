"""A backup is one tar file: every table as JSON lines, every file that a row names.

It is taken from one snapshot of the database while people go on writing, and restores into an
empty Collab, on the same kind of database or on the other one.
"""

import gzip
import io
import json
import logging
import tarfile
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, Table, func, insert, select, text, update

from collab.activity import seals
from collab.activity.models import Event, EventSeal
from collab.activity.outbox import Context
from collab.auth.models import Account
from collab.errors import CollabError
from collab.files.models import Attachment
from collab.schema import METADATA
from collab.storage import Storage
from collab.upgrade import upgrade
from collab.workspaces.models import Workspace

log = logging.getLogger(__name__)

BATCH = 500
#: Not worth keeping, dangerous to bring back, or made again from the rest.
LEFT_OUT = frozenset(
    {"throttle", "idempotency", "search_document", "search_state", "search_waiting", "search_word"}
)
_SEALS: Any = EventSeal.__table__


class CannotRestore(CollabError):
    """The place is not empty, or the file is no backup of ours."""


def backup(context: Context, target: Path) -> tuple[int, int]:
    """Write a backup to ``target``; answers the numbers of rows and files. Never leaves half a file."""
    partial = target.with_name(target.name + ".partial")
    with (
        context.read.kw["bind"].connect() as connection,
        tarfile.open(partial, "w:gz", compresslevel=3) as tar,
    ):
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        revision = MigrationContext.configure(connection).get_current_revision()
        _add(
            tar,
            "meta.json",
            [json.dumps({"format": 1, "revision": revision, "at": datetime.now(UTC).isoformat()})],
        )
        rows = sum(_dump(connection, tar, table) for table in _tables())
        hashes = _named_files(connection)
        missing = [sha256 for sha256 in sorted(hashes) if not _add_file(tar, context.storage, sha256)]
    if missing:
        partial.unlink()
        raise CollabError(
            f"{len(missing)} files that the database names are missing, the first is {missing[0]}."
        )
    partial.replace(target)
    return rows, len(hashes)


def _tables() -> Iterator[Table]:
    return (table for table in METADATA.sorted_tables if table.name not in LEFT_OUT)


def _named_files(connection: Connection) -> set[str]:
    attached = connection.scalars(select(Attachment.__table__.c.sha256).distinct())
    photos = connection.scalars(select(Account.photo).where(Account.photo.is_not(None)))
    pictures = connection.scalars(select(Workspace.picture).where(Workspace.picture.is_not(None)))
    return {str(sha256) for sha256 in [*attached, *photos, *pictures]}


def _add(tar: tarfile.TarFile, name: str, lines: Iterable[str]) -> int:
    count = 0
    with tempfile.TemporaryFile() as spool:
        for line in lines:
            spool.write(line.encode() + b"\n")
            count += 1
        info = tarfile.TarInfo(name)
        info.size = spool.tell()
        spool.seek(0)
        tar.addfile(info, spool)
    return count


def _dump(connection: Connection, tar: tarfile.TarFile, table: Table) -> int:
    rows = connection.execution_options(yield_per=BATCH).execute(
        select(table).order_by(*table.primary_key.columns)
    )
    return _add(
        tar, f"tables/{table.name}.jsonl", (json.dumps(row._asdict(), default=_plain) for row in rows)
    )


def _plain(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value))


def _add_file(tar: tarfile.TarFile, storage: Storage, sha256: str) -> bool:
    path = storage.path(sha256)
    if not path.exists():
        return False
    tar.add(path, f"files/{sha256}", recursive=False)
    return True


def restore(context: Context, source: Path) -> tuple[int, int]:
    """Bring a backup into an empty Collab; answers the numbers of rows and files.

    The database is filled in one transaction: it holds all of the backup or nothing.
    """
    engine: Engine = context.write.kw["bind"]
    try:
        _check_whole(source)
        with tarfile.open(source, "r:gz") as tar:
            meta = json.loads(_read(tar, "meta.json"))
            if meta.get("format") != 1:
                raise CannotRestore(f"{source} is no backup that this version understands.")
            files = sum(
                _bring_file(tar, member, context.storage)
                for member in tar
                if member.name.startswith("files/")
            )
            upgrade(engine, meta["revision"])
            with engine.begin() as connection:
                _check_empty(connection)
                rows = sum(_fill(connection, tar, table) for table in _tables() if table is not _SEALS)
                if _seals_fit(connection, tar, context.settings.key):
                    rows += _fill(connection, tar, _SEALS)
    except (tarfile.TarError, zlib.error, EOFError, KeyError, OSError, ValueError) as error:
        raise CannotRestore(f"{source} cannot be restored: {error}") from error
    upgrade(engine)
    return rows, files


def _check_whole(source: Path) -> None:
    """Read all of it before anything is believed: its last bytes prove the ones before."""
    with gzip.open(source) as stream:
        while stream.read(1 << 20):
            pass


def _read(tar: tarfile.TarFile, name: str) -> bytes:
    member = tar.extractfile(name)
    if member is None:
        raise KeyError(name)
    return member.read()


def _check_empty(connection: Connection) -> None:
    if connection.scalar(select(func.count()).select_from(Account)):
        raise CannotRestore("There are accounts in this database. Restore into an empty one.")
    for table in reversed(list(_tables())):
        connection.execute(table.delete())  # what migrations put there


def _bring_file(tar: tarfile.TarFile, member: tarfile.TarInfo, storage: Storage) -> int:
    content = tar.extractfile(member)
    if content is None:
        return 0
    blob = storage.put(content, limit=1 << 40)  # type: ignore[arg-type] # a readable stream of bytes
    if member.name != f"files/{blob.sha256}":
        raise CannotRestore(f"{member.name} is damaged.")
    return 1


def _fill(connection: Connection, tar: tarfile.TarFile, table: Table) -> int:
    """Insert a table's rows; references inside the table are set when all its rows are there."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table and key.parent.nullable]
    lines = io.TextIOWrapper(io.BytesIO(_read(tar, f"tables/{table.name}.jsonl")), encoding="utf-8")
    rows = [_typed(table, json.loads(line)) for line in lines]
    for start in range(0, len(rows), BATCH):
        part = rows[start : start + BATCH]
        connection.execute(insert(table), [{**row, **dict.fromkeys(own)} for row in part])
    keys = list(table.primary_key.columns)
    for row in rows if own else ():
        if any(row[name] is not None for name in own):
            here = [key == row[key.name] for key in keys]
            connection.execute(update(table).where(*here).values({name: row[name] for name in own}))
    _count_on(connection, table)
    return len(rows)


def _typed(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    for column in table.columns:
        value = row.get(column.name)
        if isinstance(value, str) and column.type.python_type is datetime:
            row[column.name] = datetime.fromisoformat(value)
    return row


def _seals_fit(connection: Connection, tar: tarfile.TarFile, secret: str) -> bool:
    """Can the seals be checked here? Under another secret key they cannot: the worker seals all anew."""
    first = _read(tar, f"tables/{_SEALS.name}.jsonl").partition(b"\n")[0]
    if not first:
        return False
    seal = json.loads(first)
    event = connection.execute(select(Event.__table__).where(Event.id == seal["event_id"])).first()
    if event is not None and seals.fits(secret, event, seal["seal"]):
        return True
    log.warning("The seals of the audit log were made with another secret key; the worker makes new ones.")
    return False


def _count_on(connection: Connection, table: Table) -> None:
    """Let PostgreSQL's counter go on behind the restored ids."""
    key = table.autoincrement_column
    if connection.dialect.name != "postgresql" or key is None:
        return
    sequence = connection.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', key.name)))
    if sequence:
        connection.execute(
            select(
                func.setval(sequence, select(func.coalesce(func.max(key), 0) + 1).scalar_subquery(), False)
            )
        )
