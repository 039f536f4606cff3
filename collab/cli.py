"""The ``collab`` command."""

import click

from collab.app import make_context
from collab.config import SettingError, load
from collab.schema import upgrade


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="collab")
def main() -> None:
    """Collab: one frontend and one login for a company, its suppliers and its customers."""


@main.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the form that this version needs."""
    try:
        context = make_context(load())
    except SettingError as error:
        raise click.ClickException(str(error)) from error
    upgrade(context.write.kw["bind"])
    click.echo("The database is up to date.")
