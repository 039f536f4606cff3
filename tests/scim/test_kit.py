"""The suite of scim2-tester, and the calls of Entra ID and Okta, against a running server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.server import prepare, running

KIT = Path(__file__).resolve().parents[3] / "shared" / "kit" / "scim" / "run.py"
LONGEST = 150.0


@pytest.mark.skipif(not KIT.is_file(), reason="the kit of outside programs is not beside this checkout")
def test_the_outside_suite_finds_no_fault(tmp_path: Path) -> None:
    token = prepare(tmp_path).token("admin", "scim")["Authorization"].removeprefix("Bearer ")
    with running(tmp_path) as url:
        done = subprocess.run(
            [sys.executable, str(KIT), f"{url}/scim/v2", "--min", "100"],
            env={**os.environ, "SCIM_TOKEN": token},
            capture_output=True, text=True, timeout=LONGEST, check=False,
        )  # fmt: skip
    last = done.stdout.strip().splitlines()[-1]
    assert done.returncode == 0, done.stdout + done.stderr
    assert ", 0 failed" in last
