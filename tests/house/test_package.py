"""The wheel is complete: built from a copy, installed elsewhere, it serves a stylesheet."""

import configparser
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHIPPED = {"collab": "collab", "static": "collab/static"}
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".*", "*.egg-info")
SERVE = """
import pathlib, re
import collab
from collab.app import create_app

assert pathlib.Path(collab.__file__).is_relative_to({home!r}), collab.__file__
client = create_app().test_client()
page = client.get("/login")
assert page.status_code == 200, page.status
address = re.search(r'href="(/static/[^"]*css/app[^"]*[.]css)"', page.text)
assert address, page.text
stylesheet = client.get(address[1])
assert stylesheet.status_code == 200, stylesheet.status
assert stylesheet.mimetype == "text/css"
assert len(stylesheet.data) == {size}
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    source = tmp_path_factory.mktemp("source") / "collab"
    source.mkdir()
    for name in SHIPPED:
        shutil.copytree(ROOT / name, source / name, ignore=LEFT_OUT)
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    built = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", built, source, cwd=built)
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has the wheel, and of this environment the dependencies but not Collab itself."""
    home = tmp_path_factory.mktemp("elsewhere")
    venv.create(home, with_pip=False, symlinks=True)
    python = home / "bin" / "python"
    _run(sys.executable, "-m", "pip", f"--python={python}", "install", "--no-deps", "--no-index", "-q", wheel)
    # A path file adds the folder only: the editable Collab in it needs its own path file to be read.
    packages = next((home / "lib").glob("python*/site-packages"))
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def test_the_wheel_holds_everything_below_the_shipped_folders(wheel: Path) -> None:
    paths = {
        f"{inside}/{path.relative_to(ROOT / folder)}"
        for folder, inside in SHIPPED.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file()
    }
    expected = {path for path in paths if "/." not in path and "/__pycache__/" not in path}

    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    assert names == expected
    for kind in (
        "templates/layout.html",
        "migrations/env.py",
        "/LC_MESSAGES/messages.mo",
        "static/css/app.css",
    ):
        assert any(name.endswith(kind) for name in names), kind


def test_the_wheel_names_its_licence_and_its_command(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        notes = {Path(name).name: name for name in archive.namelist() if ".dist-info/" in name}
        metadata = archive.read(notes["METADATA"]).decode()

        assert "License-Expression: AGPL-3.0-or-later" in metadata
        assert archive.read(notes["LICENSE"]) == (ROOT / "LICENSE").read_bytes()
        assert b"collab = collab.__main__:main" in archive.read(notes["entry_points.txt"])


def test_the_installed_wheel_serves_its_stylesheet(installed: Path, tmp_path: Path) -> None:
    size = (ROOT / "static/css/app.css").stat().st_size
    script = SERVE.format(home=str(installed.parents[1]), size=size)

    _run(installed.with_name("collab"), "db", "upgrade", cwd=tmp_path, data=tmp_path / "var")
    _run(installed, "-c", script, cwd=tmp_path, data=tmp_path / "var")


def test_each_dependency_has_its_reason() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg")
    extras = setup["options.extras_require"]
    wanted = [setup["options"]["install_requires"], *(extras[name] for name in extras)]
    reasons = (ROOT / "docs/decisions/0002-dependencies.md").read_text()

    missing = {
        name
        for lines in wanted
        for name in re.findall(r"^[\w-]+", lines, re.M)
        if f"| {name} |" not in reasons
    }

    assert not missing


def _run(*command: object, cwd: Path | None = None, data: Path | None = None) -> str:
    """Run a command far from this checkout and its settings; its whole output is the failure's text."""
    keep = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("COLLAB_", "PYTHON", "HOST", "PORT"))
    }
    environment = keep | ({"COLLAB_DATA_DIR": str(data), "COLLAB_DEMO": "0"} if data else {})
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
