"""A company's identity provider: a certified one, started for the tests, used as people use it."""

import fcntl
import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

ROOT = Path(__file__).parents[2]
SOURCE = ROOT.parent / "shared" / "kit" / "idp"
BUILT = ROOT / "build" / "kits" / "idp"
CLIENT_ID, SECRET = "collab", "collab-secret-for-tests-0001"
STARTS_WITHIN = 60.0


def installed() -> Path:
    """The folder in which the provider can be started; made once per checkout."""
    if not SOURCE.is_dir():
        pytest.skip("the kits are not beside this checkout")
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("the kit's provider needs Node")
    BUILT.mkdir(parents=True, exist_ok=True)
    with (BUILT / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done, wanted = BUILT / ".installed", (SOURCE / "package-lock.json").read_text()
        if not done.exists() or done.read_text() != wanted:
            for file in SOURCE.iterdir():
                (BUILT / file.name).write_bytes(file.read_bytes())
            made = subprocess.run(
                ["npm", "ci", "--silent", "--no-audit"], cwd=BUILT, capture_output=True, check=False
            )
            if made.returncode:
                pytest.skip(f"npm could not install the kit's provider: {made.stderr[-300:]!r}")
            done.write_text(wanted)
        (BUILT / "idp.mjs").write_bytes((SOURCE / "idp.mjs").read_bytes())
    return BUILT


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Company:
    """The provider at ``url``. Every call of ``browser()`` is another person's computer."""

    def __init__(self, url: str) -> None:
        self.url = url

    def browser(self) -> requests.Session:
        return requests.Session()

    def sign_in(
        self, browser: requests.Session, address: str, username: str, password: str | None = None
    ) -> requests.Response:
        """Go where Collab sends, fill in the form; the answer that leads back (or stays, with an error)."""
        page = self.follow(browser, address)
        form = re.search(r'action="(/interaction/[^"]+/login)"', page.text)
        if form is None:
            return page
        told = {"username": username, "password": password or f"{username}-password"}
        return self.follow(browser, self.url + form[1], told)

    def cancel(self, browser: requests.Session, address: str) -> requests.Response:
        page = self.follow(browser, address)
        form = re.search(r'action="(/interaction/[^"]+/abort)"', page.text)
        assert form is not None, page.text
        return self.follow(browser, self.url + form[1], {})

    def follow(
        self, browser: requests.Session, address: str, form: dict[str, str] | None = None
    ) -> requests.Response:
        """Go from page to page as long as they are the provider's own."""
        send = browser.get if form is None else browser.post
        answer = send(address, allow_redirects=False, timeout=20, **({} if form is None else {"data": form}))
        while answer.is_redirect:
            onward = urllib.parse.urljoin(address, answer.headers["Location"])
            if not onward.startswith(self.url):
                break
            answer = browser.get(onward, allow_redirects=False, timeout=20)
        return answer

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = requests.request(method, f"{self.url}/_control/{path}", json=body, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def hire(self, username: str, **claims: Any) -> None:
        """Somebody new, with a password as the kit's own people have."""
        told = {"username": username, "password": f"{username}-password", "name": username.title(), **claims}
        self.control("PUT", f"users/{username}", told)


@contextmanager
def running(collab: str, *, port: int = 0, name: str = "company", **environment: str) -> Iterator[Company]:
    """The provider, knowing the Collab at ``collab`` under the provider name ``name``."""
    folder, port = installed(), port or free_port()
    callback = f"{collab}/login/oidc/{name}"
    chosen = {
        "IDP_PORT": str(port),
        "IDP_CLIENT_ID": CLIENT_ID,
        "IDP_CLIENT_SECRET": SECRET,
        "IDP_REDIRECT_URIS": f"{callback}/callback",
        "IDP_POST_LOGOUT_REDIRECT_URIS": f"{collab}/login",
        "IDP_BACKCHANNEL_LOGOUT_URI": f"{callback}/backchannel-logout",
    }
    process = subprocess.Popen(
        ["node", "idp.mjs"],
        cwd=folder,
        env=os.environ | chosen | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        company = Company(f"http://127.0.0.1:{port}")
        _wait(company, process)
        yield company
    finally:
        process.terminate()
        process.wait(10)


def _wait(company: Company, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            json.loads(requests.get(f"{company.url}/_control/events", timeout=5).text)
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the kit's provider does not start")
