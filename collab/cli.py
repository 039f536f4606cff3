"""The ``collab`` command."""

import sys
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from collab import backup as backups
from collab import clock, doctor, watch
from collab.activity.outbox import Context
from collab.audit_cli import audit
from collab.auth import services as accounts
from collab.auth.methods import mailed
from collab.auth.models import Account
from collab.auth.passwords import set_password
from collab.auth.providers import configured
from collab.client_cli import client
from collab.command import command
from collab.demo import make as company
from collab.imports.cli import imports
from collab.schema import is_current
from collab.search.listeners import reindex as rebuild_index
from collab.server import check_port
from collab.server import serve as serve_requests
from collab.upgrade import upgrade
from collab.viewer import ANONYMOUS
from collab.worker import Worker
from collab.workspaces import terms


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="collab")
def main() -> None:
    """Collab: one frontend and one login for a company, its suppliers and its customers."""


def _ready(context: Context) -> None:
    if not is_current(context.read.kw["bind"]):
        raise click.ClickException("The database is not up to date: collab db upgrade")
    configured.sync(context.settings, context.write)


@main.command()
@command
def serve(context: Context) -> None:
    """Answer requests."""
    _ready(context)
    serve_requests(context.settings)


@main.command()
@command
def worker(context: Context) -> None:
    """Do the work that follows from what happens: search, notifications, housekeeping."""
    _ready(context)
    Worker(context).run()


@main.command()
@command
def run(context: Context) -> None:
    """Bring the database up to date, then run web server and worker together."""
    check_port(context.settings)
    upgrade(context.write.kw["bind"])
    configured.sync(context.settings, context.write)
    with context.read() as db:
        empty = db.scalar(select(Account.id).limit(1)) is None
    if empty and context.settings.demo:
        click.echo("Collab makes a small demo company …")
        company.make(context)
    click.echo(f"Collab is at {context.settings.url}/ (Ctrl+C ends it)")
    click.echo(company.note(context), nl=False)
    watch.take_over()


main.add_command(audit)
main.add_command(imports)
main.add_command(client)


@main.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
@command
def db_upgrade(context: Context) -> None:
    """Bring the database to the form that this version needs."""
    upgrade(context.write.kw["bind"])
    click.echo("The database is up to date.")


@main.command()
@command
def demo(context: Context) -> None:
    """Fill an empty database with a small demo company."""
    upgrade(context.write.kw["bind"])
    click.echo(company.make(context), nl=False)


@main.command()
@command
def reindex(context: Context) -> None:
    """Make the search index again from the database, while Collab runs."""
    click.echo(f"{rebuild_index(context)} documents indexed.")


@main.command()
@command
def check(context: Context) -> None:
    """Look whether everything is in order; exits with 1 if something is not."""
    well = True
    for finding in doctor.thorough(context):
        well = well and finding.well
        click.echo(f"{'ok  ' if finding.well else 'BAD '} {finding.name}: {finding.text}")
    if not well:
        sys.exit(1)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@command
def backup(context: Context, file: Path) -> None:
    """Write everything into FILE while people go on working."""
    rows, files = backups.backup(context, file)
    click.echo(f"{rows} rows and {files} files in {file}.")


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@command
def restore(context: Context, file: Path) -> None:
    """Bring FILE, a backup, into an empty Collab."""
    rows, files = backups.restore(context, file)
    click.echo(f"{rows} rows and {files} files restored; {rebuild_index(context)} documents indexed.")


@main.group()
def account() -> None:
    """The people."""


@account.command("create")
@click.option("--email", required=True, help="Address to sign in with.")
@click.option("--name", required=True, help="Name as others read it.")
@click.option("--role", type=click.Choice(["employee", "guest"]), default="employee", show_default=True)
@click.option("--admin", is_flag=True, help="May manage accounts and settings.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@command
def account_create(
    context: Context, email: str, name: str, role: str, admin: bool, password_stdin: bool
) -> None:
    """Make an account. Without --password-stdin the password is asked for."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with context.write.begin() as db:
        settings = context.settings
        end = terms.usual_end(settings, settings.default_timezone) if role == "guest" else None
        made = accounts.create_account(
            db,
            ANONYMOUS,
            name=name,
            email=email,
            kind="guest" if role == "guest" else "employee",
            is_admin=admin,
            ends_at=end,
            sponsor_id=_first_admin(db, role),
        )
        set_password(db, made, password)
    click.echo(f"{name} <{email}> can sign in.")


def _first_admin(db: Session, role: str) -> int | None:
    """Who answers for a guest that is made on the server: the administrator who has been there longest."""
    if role != "guest":
        return None
    admins = select(Account.id).where(Account.is_admin, accounts.usable(clock.now())).order_by(Account.id)
    return db.scalar(admins.limit(1))


@account.command("list")
@command
def account_list(context: Context) -> None:
    """All people: address, name, kind, state."""
    with context.read() as db:
        rows = db.execute(
            select(Account.email, Account.name, Account.kind, Account.is_admin, Account.status).order_by(
                Account.id
            )
        )
        for row in rows:
            kind = "admin" if row.is_admin else row.kind
            click.echo(f"{row.email or '-'}\t{row.name}\t{kind}\t{row.status}")


@account.command("suspend")
@click.option("--email", required=True)
@click.option("--reason", default="", help="Kept in the audit trail.")
@command
def account_suspend(context: Context, email: str, reason: str) -> None:
    """Take all access away at once."""
    with context.write.begin() as db:
        accounts.suspend(db, ANONYMOUS, _account(db, email), reason)
    click.echo(f"{email} is suspended.")


@account.command("activate")
@click.option("--email", required=True)
@command
def account_activate(context: Context, email: str) -> None:
    """Give access back."""
    with context.write.begin() as db:
        accounts.activate(db, ANONYMOUS, _account(db, email))
    click.echo(f"{email} is active.")


@account.command("reset-link")
@click.option("--email", required=True)
@click.option("--without-code", is_flag=True, help="Setting the password removes the authenticator app, too.")
@command
def account_reset_link(context: Context, email: str, without_code: bool) -> None:
    """Print a link that sets a new password, once, within 30 minutes: for who is locked out."""
    with context.write.begin() as db:
        made = mailed.reset_link(db, _account(db, email), without_code=without_code)
    click.echo(f"{context.settings.url}/login/reset/{made}")


def _account(db: Session, email: str) -> Account:
    found = db.scalar(select(Account).where(Account.email_key == accounts.email_key(email)))
    if found is None:
        raise click.ClickException(f"There is no account with the address {email}.")
    return found


@main.group()
def token() -> None:
    """Tokens for programs."""


@token.command("create")
@click.option("--email", required=True, help="For whom the program acts.")
@click.option("--name", required=True, help="What the token is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(accounts.SCOPES),
    default=("read",),
    show_default=True,
)
@command
def token_create(context: Context, email: str, name: str, scopes: tuple[str, ...]) -> None:
    """Make a token and print it, this once, alone on standard output."""
    with context.write.begin() as db:
        click.echo(accounts.create_token(db, ANONYMOUS, _account(db, email), name, scopes))
