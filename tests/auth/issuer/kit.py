"""The relying party that somebody else has written, from ../shared/kit/rp, ready to run."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parents[3]
KIT = next(
    (folder / "shared/kit/rp" for folder in (HERE.parent, Path("/work")) if (folder / "shared").is_dir()),
    None,
)


def installed() -> Path:
    """A copy with what it needs, made once for each checkout; a skip where it cannot be made."""
    if KIT is None or not KIT.is_dir():
        pytest.skip("the identity kit is not beside this checkout")
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("no Node here: apt-get install nodejs npm")
    home = HERE / "build" / "kits" / "rp"
    home.parent.mkdir(parents=True, exist_ok=True)
    with home.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = (KIT / "package-lock.json").read_bytes()
        stamp = home / "installed"
        if not stamp.exists() or stamp.read_bytes() != wanted:
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(KIT, home, ignore=shutil.ignore_patterns("node_modules"))
            done = subprocess.run(
                [npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
                cwd=home,
                check=False,
                capture_output=True,
                text=True,
                timeout=180,
            )
            if done.returncode:
                pytest.skip(f"the identity kit could not be installed: {done.stderr.strip()[-300:]}")
            stamp.write_bytes(wanted)
    return home
