"""Collab as ``collab run`` starts it, with a data folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext
from sqlalchemy import select

from collab.app import create_app, make_context
from collab.auth import sessions
from collab.auth.models import Account
from collab.auth.sessions import Browser, Proof
from collab.config import Settings
from collab.upgrade import upgrade
from tests.cast import World, hire

STARTS_WITHIN = 90.0


class House:
    """A running Collab: ``world`` writes into it through the services, browsers go to ``url``."""

    def __init__(self, url: str, world: World) -> None:
        self.url, self.world = url, world

    def cookie(self, email: str) -> str:
        """A session of the person with this address; a name of the cast will do."""
        account_id = self.account_id(email if "@" in email else f"{email}@example.com")
        with self.world.context.write.begin() as db:
            return sessions.start(db, account_id, Proof(["pwd"]), Browser(), days=7)[0]

    def sign_in(self, context: BrowserContext, who: str) -> None:
        """Whoever uses the browser window is that person now."""
        context.add_cookies([{"name": "collab", "value": self.cookie(who), "url": self.url}])

    def account_id(self, email: str) -> int:
        with self.world.context.read() as db:
            found = db.scalar(select(Account.id).where(Account.email_key == email))
        assert found is not None, email
        return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def prepare(folder: Path) -> World:
    """A world in ``folder`` with the cast in it; nothing serves it yet."""
    settings = Settings(data_dir=folder)
    context = make_context(settings)
    upgrade(context.write.kw["bind"])
    with context.write.begin() as db:
        hire(db)
    return World(create_app(context), context)


@contextmanager
def running(folder: Path, *arguments: str, **environment: str) -> Iterator[str]:
    """``collab run`` on ``folder`` until the block ends; answers its address."""
    port = _free_port()
    base = {name: value for name, value in os.environ.items() if not name.startswith("COLLAB_")}
    chosen = {"COLLAB_DATA_DIR": str(folder), "COLLAB_WORKERS": "1", "COLLAB_DEMO": "0", "PORT": str(port)}
    log = (folder / "log.txt").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "collab", *(arguments or ("run",))],
        env=base | chosen | environment,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(server, url, folder)
        yield url
        if server.poll() is not None:
            raise RuntimeError(f"Collab ended by itself:\n{_said(folder)}")
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
        log.close()


def _wait(server: subprocess.Popen[bytes], url: str, folder: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError(f"Collab did not start:\n{_said(folder)}")


def _said(folder: Path) -> str:
    return (folder / "log.txt").read_text(encoding="utf-8", errors="replace")
