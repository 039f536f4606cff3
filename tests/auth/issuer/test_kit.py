"""A certified relying party that somebody else has written signs in, refreshes, and hears of the end."""

import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

from collab.auth.issuer import clients
from collab.auth.models import Account
from collab.auth.passwords import set_password
from collab.viewer import ANONYMOUS
from tests.auth.issuer.kit import installed
from tests.browser.server import prepare, running
from tests.cast import PASSWORD


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("trusted", [False, True])
def test_every_step_of_the_kit_passes(tmp_path: Path, trusted: bool) -> None:
    kit, told = installed(), _free_port()
    world = prepare(tmp_path)
    facts = clients.Facts(
        "Kit",
        ["http://127.0.0.1:9410/callback"],
        post_logout_redirect_uris=["http://127.0.0.1:9410/signed-out"],
        backchannel_logout_uri=f"http://127.0.0.1:{told}/backchannel-logout",
        trusted=trusted,
    )
    with world.system() as db:
        set_password(db, db.get_one(Account, world.account_id("author")), PASSWORD)
        made, secret = clients.create(db, ANONYMOUS, facts)
    with running(tmp_path) as url:
        said = subprocess.run(
            ["node", "rp.mjs"],
            cwd=kit,
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
            env=os.environ
            | {
                "RP_ISSUER": url,
                "RP_CLIENT_ID": made.client_id,
                "RP_CLIENT_SECRET": secret,
                "RP_USERNAME": "author@example.com",
                "RP_PASSWORD": PASSWORD,
                "RP_BACKCHANNEL_PORT": str(told),
            },
        )
    assert re.findall("^(?:FAIL|SKIP).*", said.stdout, re.M) == []
    assert re.search(r"^23 passed, 0 failed, 0 skipped$", said.stdout, re.M), said.stdout + said.stderr
