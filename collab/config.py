"""Every setting of Collab: its name, type, default and one sentence about it.

A setting is read from the environment (``COLLAB_DATA_DIR``) or from the TOML file that
``COLLAB_CONFIG`` names (``data_dir``); the environment wins. ``docs/reference/settings.md``
is made from this file.
"""

import os
import re
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


#: A provider's short name: it stands in addresses.
PROVIDER_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")


@dataclass(frozen=True)
class OidcSetting:
    """One ``[[oidc]]`` of the settings file: a company whose sign-in Collab believes."""

    name: str = _setting("Short name in addresses: small letters, digits, hyphens. Needed.")
    issuer: str = _setting("The provider's issuer, letter by letter as it calls itself. Needed.")
    client_id: str = _setting("What the provider calls this Collab. Needed.")
    client_secret: str = _setting("The secret that goes with it; empty for a public client.", "")
    label: str = _setting("What people read on the sign-in page; the name if empty.", "")
    scopes: str = _setting("Scopes to ask for.", "openid profile email")
    groups_claim: str = _setting("Claim that holds the groups; dots lead into objects.", "groups")
    admin_groups: tuple[str, ...] = _setting("Groups whose people administer Collab.", ())
    employee_groups: tuple[str, ...] = _setting("Groups whose people are employees; all if empty.", ())
    guest_groups: tuple[str, ...] = _setting("Groups whose people are guests.", ())
    trust_email: str | tuple[str, ...] = _setting(
        "Which addresses count as proven: `none`, `claim` (where `email_verified` is true), or a list of domains.",
        "none",
    )
    creates_accounts: bool = _setting("Do people who are entitled get an account when they first come?", True)
    subject_claim: str = _setting("Claim that equals the directory's SCIM `externalId`.", "sub")
    session_hours: int | None = _setting("Hours after which its people sign in again.", None)

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains for whose addresses the provider speaks."""
        return () if isinstance(self.trust_email, str) else self.trust_email


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
    large_upload_limit_mb: int = _setting(
        "Largest file that may come in parts into the files of a workspace, in megabytes; at most 2047.", 2000
    )
    file_text_seconds: int = _setting("Most seconds for reading the text of an attached file.", 20)
    file_text_memory_mb: int = _setting(
        "Most memory for reading the text of an attached file, in megabytes.", 512
    )
    file_preview_seconds: int = _setting("Most seconds for each step of making the preview of a file.", 60)
    file_preview_memory_mb: int = _setting(
        "Most memory for making the preview of a file, in megabytes.", 1024
    )
    file_preview_pages: int = _setting("Number of pages of a file that its preview shows.", 20)
    session_idle_hours: int = _setting("Hours without a request after which an employee is signed out.", 24)
    guest_session_idle_hours: int = _setting("Hours without a request after which a guest is signed out.", 8)
    guest_days: int = _setting("Days that a guest's access lasts if nobody says otherwise.", 90)
    guest_max_days: int = _setting(
        "Most days that a guest's access, or a link for outsiders, may last from the day it is given.", 365
    )
    guest_domains: str = _setting(
        "Domains of addresses that may be invited as guests, with commas between; all if empty.", ""
    )
    guest_anonymise_days: int = _setting(
        "Days after a guest's end after which name and address are taken away; 0 for never.", 365
    )
    invitation_days: int = _setting("Days in which an invitation can be accepted.", 14)
    invitation_delay: int = _setting(
        "Seconds before the mail of an invitation leaves, in which it can be undone.", 60
    )
    session_days: int = _setting("Days after which everybody has to sign in again.", 7)
    oidc: tuple[OidcSetting, ...] = _setting("Companies through which people sign in; see below.", ())
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
    for name in known.keys() - {"oidc"}:  # a table, which no variable can hold
        variable = f"COLLAB_{name.upper()}"
        if environ.get(variable):
            values[name] = environ[variable]
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise SettingError(f"Unknown setting {', '.join(unknown)} in {environ.get('COLLAB_CONFIG')}.")
    oidc = _oidc(values.pop("oidc", []))
    typed = {name: _typed(name, known[name].type, value) for name, value in values.items()}
    return Settings(**typed, oidc=oidc)


def _oidc(tables: Any) -> tuple[OidcSetting, ...]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise SettingError("oidc: write [[oidc]], with two brackets, before each provider.")
    found = tuple(_provider(number, table) for number, table in enumerate(tables, 1))
    for what in ("name", "issuer"):
        values = [getattr(each, what) for each in found]
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise SettingError(f"[[oidc]]: the {what} {twice[0]!r} is there twice.")
    return found


def _provider(number: int, table: dict[str, Any]) -> OidcSetting:
    where = f"[[oidc]] number {number} ({table.get('name', 'without a name')})"
    known = {setting.name: setting for setting in fields(OidcSetting)}
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise SettingError(f"{where}: unknown setting {unknown[0]}; there are {', '.join(known)}.")
    values = {name: _of_provider(where, known[name], value) for name, value in table.items()}
    for name in ("name", "issuer", "client_id"):
        if not values.get(name):
            raise SettingError(f"{where}: {name} is missing.")
    if not PROVIDER_NAME.fullmatch(values["name"]):
        raise SettingError(f"{where}: name may have small letters, digits and hyphens, 40 at most.")
    if not values["issuer"].startswith(("https://", "http://")):
        raise SettingError(f"{where}: issuer has to be an address such as https://login.example.com.")
    if "openid" not in values.get("scopes", "openid").split():
        raise SettingError(f"{where}: scopes has to have openid among them.")
    return OidcSetting(**values)


def _of_provider(where: str, setting: Any, value: Any) -> Any:
    """``value`` as the setting wants it; lists may be given as one text with commas."""
    name, wanted = setting.name, str(setting.type)
    if name == "trust_email" and value in ("none", "claim"):
        return value
    if "tuple" in wanted:
        if isinstance(value, str) and name != "trust_email":
            value = [part.strip() for part in value.split(",") if part.strip()]
        if not isinstance(value, list) or not all(isinstance(each, str) and each.strip() for each in value):
            what = 'none, claim or a list of domains such as ["example.com"]'
            raise SettingError(
                f"{where}: {name} has to be {what if name == 'trust_email' else 'a list of texts'}."
            )
        cleaned = (each.strip() for each in value)
        return (
            tuple(each.lower().removeprefix("@") for each in cleaned)
            if name == "trust_email"
            else tuple(cleaned)
        )
    if name == "scopes" and isinstance(value, list):
        value = " ".join(map(str, value))
    kind: type = bool if "bool" in wanted else int if "int" in wanted else str
    positive = not isinstance(value, int) or isinstance(value, bool) or value > 0
    if not positive or type(value) is not kind:
        raise SettingError(f"{where}: {name} has to be {_KINDS[kind]}.")
    return value.strip() if isinstance(value, str) else value


_KINDS: dict[type, str] = {bool: "true or false", int: "a whole number above 0", str: "a text"}


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
