"""The command line: help everywhere; what fails says why in one line and ends with a status."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, text

from collab.activity import Event, outbox
from collab.app import create_app, make_context
from collab.auth.models import Account
from collab.auth.services import by_token, check_password
from collab.cli import main
from collab.config import Settings
from tests.cast import Client
from tests.house.reference import walk

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def upgraded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as ``collab db upgrade`` leaves it: that takes longer than most commands."""
    folder = tmp_path_factory.mktemp("upgraded")
    answer = CliRunner().invoke(
        main, ["db", "upgrade"], env={"COLLAB_DATA_DIR": str(folder), "COLLAB_DEMO": "0"}
    )
    assert answer.exit_code == 0
    return folder


@pytest.fixture
def run(tmp_path: Path, upgraded_once: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run ``collab …`` on a fresh, empty database."""
    for name in list(os.environ):
        if name.startswith("COLLAB_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLLAB_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COLLAB_DEMO", "0")
    runner = CliRunner()

    def invoke(*arguments: str, given: str = "", upgraded: bool = True) -> Result:
        if upgraded and not (tmp_path / "collab.db").exists():
            shutil.copytree(upgraded_once, tmp_path, dirs_exist_ok=True)
        return runner.invoke(main, arguments, input=given)

    yield invoke


def _create(
    run: Run, email: str = "anna@example.com", *more: str, password: str = "correct horse battery"
) -> Result:
    arguments = ["account", "create", "--email", email, "--name", "Anna", "--password-stdin", *more]
    return run(*arguments, given=f"{password}\n")


@pytest.mark.parametrize("path", [path for path, _ in walk(main, "collab")])
def test_every_command_explains_itself(path: str) -> None:
    for flag in ("--help",):
        answer = CliRunner().invoke(main, [*path.split()[1:], flag])
        assert answer.exit_code == 0
        assert answer.output.startswith("Usage: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["account", "suspend", "--email", "nobody@example.com"],
        ["account", "activate", "--email", "nobody@example.com"],
        ["token", "create", "--email", "nobody@example.com", "--name", "t"],
        ["account", "create", "--email", "no address", "--name", "A", "--password-stdin"],
        ["account", "create", "--email", "a@example.com", "--name", " ", "--password-stdin"],
        [
            "account",
            "create",
            "--email",
            "a@example.com",
            "--name",
            "A",
            "--role",
            "guest",
            "--admin",
            "--password-stdin",
        ],
        ["client", "disable", "unknown"],
        ["client", "new-secret", "unknown"],
        ["client", "create", "--name", "T", "--redirect-uri", "http://tool.example/cb"],
        ["client", "create", "--name", " ", "--redirect-uri", "https://tool.example/cb"],
        ["backup", "/nowhere/at/all.tgz"],
        ["restore", __file__],
        ["import", "pages", "/nowhere", "--workspace", "none"],
        ["import", "posts", "/nowhere"],
    ],
    ids=lambda arguments: " ".join(arguments[:4]),
)
def test_what_cannot_be_done_is_said_in_one_line(run: Run, arguments: list[str]) -> None:
    answer = run(*arguments, given="correct horse battery\n")

    assert answer.exit_code not in (0, None)
    assert isinstance(answer.exception, SystemExit), answer.exception
    said = [line for line in answer.stderr.splitlines() if not line.startswith(("Usage:", "Try ")) and line]
    assert len(said) == 1, answer.stderr
    assert said[0].startswith("Error: ")
    assert "Traceback" not in answer.output


def test_a_second_server_does_not_share_the_port_with_the_first(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0), reuse_port=True) as first:
        port = first.getsockname()[1]
        monkeypatch.setenv("COLLAB_PORT", str(port))

        answer = run("run")

    assert answer.exit_code == 1
    assert answer.stderr == f"Error: Something else listens on 127.0.0.1:{port}. Set PORT to another port.\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COLLAB_PORT", "many"),
        ("COLLAB_CONFIG", "/nowhere.toml"),
        ("COLLAB_DATABASE_URL", "nonsense"),
        ("COLLAB_DEMO", "perhaps"),
    ],
)
def test_a_setting_that_cannot_be_is_named_in_one_line(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    answer = run("account", "list", upgraded=False)

    assert answer.exit_code != 0
    assert isinstance(answer.exception, SystemExit), answer.exception
    assert len(answer.stderr.strip().splitlines()) == 1, answer.stderr


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_an_old_database_is_not_served(run: Run, command: str) -> None:
    answer = run(command, upgraded=False)
    assert answer.exit_code == 1
    assert "collab db upgrade" in answer.stderr


def test_accounts_are_made_listed_suspended_and_activated(run: Run, tmp_path: Path) -> None:
    assert _create(run).exit_code == 0
    assert _create(run, "boss@example.com", "--admin").exit_code == 0
    assert _create(run, "kim@example.net", "--role", "guest").exit_code == 0
    assert _create(run).exit_code == 1, "the address is taken"

    def listed() -> list[list[str]]:
        return [line.split("\t") for line in run("account", "list").output.splitlines()]

    assert [[row[0], *row[2:]] for row in listed()] == [
        ["anna@example.com", "employee", "active"],
        ["boss@example.com", "admin", "active"],
        ["kim@example.net", "guest", "active"],
    ]
    with make_context(Settings(data_dir=tmp_path)).read() as db:
        assert check_password(db, "ANNA@example.com ", "correct horse battery") is not None

    assert run("account", "suspend", "--email", "Anna@Example.com", "--reason", "lost phone").exit_code == 0
    assert listed()[0][3] == "suspended"
    assert run("account", "suspend", "--email", "boss@example.com").exit_code == 1, "the last administrator"
    assert run("account", "activate", "--email", "anna@example.com").exit_code == 0
    assert listed()[0][3] == "active"


def test_a_link_lets_somebody_in_who_is_locked_out(run: Run, tmp_path: Path) -> None:
    _create(run, "boss@example.com", "--admin")
    link = run("account", "reset-link", "--email", "Boss@Example.com").output
    found = re.fullmatch(r"http://127\.0\.0\.1:8000(/login/reset/[\w-]{43})\n", link)
    assert found, link
    context = make_context(Settings(data_dir=tmp_path, secret_key="tests"))
    app = create_app(context)
    app.test_client_class = Client
    client = app.test_client()
    assert isinstance(client, Client)
    assert client.send(found[1], {"password": "another good sentence"}).status_code == 303
    with context.read() as db:
        assert check_password(db, "boss@example.com", "another good sentence") is not None

    run(
        "account",
        "create",
        "--email",
        "b@example.com",
        "--name",
        "B",
        "--password-stdin",
        given="good old days 9\n",
    )
    run("account", "suspend", "--email", "b@example.com")
    assert run("account", "reset-link", "--email", "b@example.com").exit_code == 1
    assert run("account", "reset-link", "--email", "nobody@example.com").exit_code == 1


def test_a_weak_password_makes_no_account(run: Run) -> None:
    for password in ("short", "aaaaaaaaaaaa", "password123", ""):
        answer = _create(run, password=password)
        assert answer.exit_code == 1
        assert len(answer.stderr.strip().splitlines()) == 1
    assert run("account", "list").output == ""


def test_a_token_stands_alone_on_standard_output(run: Run, tmp_path: Path) -> None:
    _create(run)
    answer = run(
        "token",
        "create",
        "--email",
        "anna@example.com",
        "--name",
        "ci",
        "--scope",
        "read",
        "--scope",
        "write",
    )

    assert answer.stderr == ""
    token = answer.stdout.rstrip("\n")
    assert token.startswith("collab_") and "\n" not in token
    with make_context(Settings(data_dir=tmp_path)).read() as db:
        row = by_token(db, token)
        assert row is not None and row.scopes == ["read", "write"]
        kinds = db.scalars(select(Event.kind)).all()
    assert kinds == ["account.created", "token.created"]
    assert (
        run("token", "create", "--email", "anna@example.com", "--name", "x", "--scope", "admin").exit_code
        == 1
    )


def test_check_tells_what_is_not_in_order(run: Run) -> None:
    answer = run("check")
    assert answer.exit_code == 1
    assert "BAD  worker" in answer.output and "ok   database" in answer.output


def test_backup_and_restore_by_command(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _create(run)
    file = tmp_path / "backup.tgz"
    assert run("backup", str(file)).exit_code == 0
    assert run("restore", str(file)).exit_code == 1, "there are accounts already"

    monkeypatch.setenv("COLLAB_DATA_DIR", str(tmp_path / "new"))
    answer = run("restore", str(file), upgraded=False)
    assert answer.exit_code == 0, answer.output
    with make_context(Settings(data_dir=tmp_path / "new")).read() as db:
        assert db.scalars(select(Account.email)).all() == ["anna@example.com"]


def test_the_command_itself_ends_with_a_status(tmp_path: Path) -> None:
    environment = {**os.environ, "COLLAB_DATA_DIR": str(tmp_path), "COLLAB_PORT": "none"}
    done = subprocess.run(
        [sys.executable, "-m", "collab", "check"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stdout == "" and len(done.stderr.strip().splitlines()) == 1


def test_a_tool_is_registered_looked_up_and_switched_off(run: Run) -> None:
    arguments = ["--name", "Wiki", "--redirect-uri", "https://tool.example/cb", "--trusted"]
    made = json.loads(run("client", "create", *arguments).output)
    assert made.keys() == {"client_id", "client_secret"}
    assert json.loads(run("client", "create", *arguments, "--public").output).keys() == {"client_id"}
    assert f"{made['client_id']}\tWiki\ttrusted\ton" in run("client", "list").output
    assert run("client", "new-secret", made["client_id"]).output.strip() != made["client_secret"]
    assert run("client", "disable", made["client_id"]).exit_code == 0
    assert f"{made['client_id']}\tWiki\ttrusted\toff" in run("client", "list").output
    assert run("client", "enable", made["client_id"]).exit_code == 0
    assert run("client", "rotate-keys", "--withdraw").exit_code == 0


def test_the_log_is_checked_and_its_end_kept(run: Run, tmp_path: Path) -> None:
    _create(run)
    outbox.drain(make_context(Settings(data_dir=tmp_path)), [])

    checked = run("audit", "verify")

    assert checked.exit_code == 0
    head = checked.output.strip().rpartition(" ")[2]
    assert re.fullmatch(r"[0-9]+:[0-9a-f]{64}", head)
    assert run("audit", "verify", "--head", head).exit_code == 0
    cut = run("audit", "verify", "--head", f"99{head}")
    assert (cut.exit_code, "cut off" in cut.output) == (1, True)


def test_a_changed_log_is_told_with_the_first_event_that_does_not_fit(run: Run, tmp_path: Path) -> None:
    _create(run)
    context = make_context(Settings(data_dir=tmp_path))
    outbox.drain(context, [])
    with context.write.begin() as db:
        db.execute(text("DROP TRIGGER event_unchanged"))
        db.execute(text("UPDATE event SET kind = 'account.changed' WHERE kind = 'account.created'"))

    found = run("audit", "verify")

    assert found.exit_code == 1
    assert re.match(r"Event \d+ was changed", found.output)
    assert "BAD  audit: Event" in run("check").output
