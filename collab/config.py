"""Every setting of Collab: its name, type, default and one sentence about it.

A setting is read from the environment (``COLLAB_DATA_DIR``) or from the TOML file that
``COLLAB_CONFIG`` names (``data_dir``); the environment wins. ``docs/reference/settings.md``
is made from this file.
"""

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from collab.errors import CollabError


class SettingError(CollabError):
    """A setting cannot be used; the text says which one and what would do."""


def _setting(doc: str, default: Any = MISSING) -> Any:
    return (
        field(metadata={"doc": doc}) if default is MISSING else field(default=default, metadata={"doc": doc})
    )


@dataclass(frozen=True)
class Settings:
    """All settings of one process. Durations are in the unit that the name says."""

    data_dir: Path = _setting("Folder for the database, files, search index and mails.", Path("var"))
    database_url: str = _setting(
        "SQLAlchemy address of the database; SQLite in the data folder if empty.", ""
    )
    secret_key: str = _setting("Signs cookies and addresses; made and kept in the data folder if empty.", "")
    base_url: str = _setting("Address under which people reach Collab; http://HOST:PORT if empty.", "")
    host: str = _setting("Address on which the web server listens (also plain HOST).", "127.0.0.1")
    port: int = _setting("Port on which the web server listens (also plain PORT).", 8000)
    workers: int = _setting("Number of web processes.", 2)
    proxies: int = _setting("Number of reverse proxies in front whose X-Forwarded headers are believed.", 0)
    site_name: str = _setting("Name of the platform, shown in the header.", "Collab")
    mail_url: str = _setting("smtp://user:password@host:port; mails go to the data folder if empty.", "")
    mail_from: str = _setting("Sender of mails.", "Collab <collab@localhost>")
    demo: bool = _setting("Fill an empty database with a small demo company on `collab run`.", True)
    default_locale: str = _setting(
        "Language for people whose browser asks for neither German nor English.", "en"
    )
    default_timezone: str = _setting("Time zone for people who have not chosen one.", "Europe/Berlin")
    upload_limit_mb: int = _setting("Largest file that may be uploaded, in megabytes.", 100)
    session_idle_hours: int = _setting("Hours without a request after which an employee is signed out.", 24)
    guest_session_idle_hours: int = _setting("Hours without a request after which a guest is signed out.", 8)
    session_days: int = _setting("Days after which everybody has to sign in again.", 7)
    metrics_token: str = _setting("Bearer token for /metrics; loopback only if empty.", "")
    debug_statements: bool = _setting(
        "Answer with the header X-Collab-Statements (SQL statements used).", False
    )

    @property
    def url(self) -> str:
        """The base address without a slash at its end."""
        host = self.host if self.host not in ("0.0.0.0", "::") else "127.0.0.1"  # noqa: S104 - compared, not bound
        return (self.base_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def secure(self) -> bool:
        """Do people reach Collab by https?"""
        return self.url.startswith("https://")

    @property
    def trusted_hosts(self) -> list[str]:
        """Host names that a request may name (DNS rebinding, poisoned links)."""
        named = urlsplit(self.url).hostname or "localhost"
        return [named] if self.base_url else [named, "localhost", "127.0.0.1", "[::1]"]

    @property
    def database(self) -> str:
        """The database's address, ready for SQLAlchemy."""
        url = self.database_url or f"sqlite:///{self.data_dir.resolve() / 'collab.db'}"
        for prefix in ("postgresql://", "postgres://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url

    @property
    def key(self) -> str:
        """The secret key; made once and kept in the data folder unless set."""
        if self.secret_key:
            return self.secret_key
        kept = self.data_dir / "secret_key"
        if not kept.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            fresh = kept.with_suffix(f".{os.getpid()}")
            fresh.touch(mode=0o600)
            fresh.write_text(secrets.token_urlsafe(48))
            try:
                os.link(fresh, kept)  # the first of several processes wins
            except FileExistsError:
                pass
            finally:
                fresh.unlink()
        return kept.read_text().strip()


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read all settings. Raises SettingError, naming the setting, for what cannot be used."""
    environ = os.environ if environ is None else environ
    values = _from_file(environ.get("COLLAB_CONFIG", ""))
    for plain in ("HOST", "PORT"):
        if environ.get(plain):
            values[plain.lower()] = environ[plain]
    known = {setting.name: setting for setting in fields(Settings)}
    for name in known:
        variable = f"COLLAB_{name.upper()}"
        if environ.get(variable):
            values[name] = environ[variable]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise SettingError(f"Unknown setting {', '.join(unknown)} in {environ.get('COLLAB_CONFIG')}.")
    return Settings(**{name: _typed(name, known[name].type, value) for name, value in values.items()})


def _from_file(path: str) -> dict[str, Any]:
    if not path:
        return {}
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingError(f"COLLAB_CONFIG: {path} cannot be read: {error}") from error


def _typed(name: str, wanted: Any, value: Any) -> Any:
    try:
        if wanted is bool:
            return value if isinstance(value, bool) else _flag(str(value))
        return wanted(value)
    except ValueError as error:
        raise SettingError(
            f"COLLAB_{name.upper()}: {value!r} is not usable ({wanted.__name__} wanted)."
        ) from error


def _flag(value: str) -> bool:
    if value.lower() in ("1", "true", "yes", "on"):
        return True
    if value.lower() in ("0", "false", "no", "off"):
        return False
    raise ValueError(value)
