"""``collab audit``: is the log of what happened still as it was written?"""

import sys

import click

from collab.activity import checks
from collab.activity.outbox import Context
from collab.command import command


@click.group("audit")
def audit() -> None:
    """The log of what happened."""


@audit.command("verify")
@click.option("--head", default="", help="An end that was kept from an earlier check or export.")
@command
def verify(context: Context, head: str) -> None:
    """Look at every event and its seal; exits with 1 at the first that does not fit."""
    checked = checks.look(context, head)
    click.echo(checks.sentence(checked))
    if not checked.well:
        sys.exit(1)
    click.echo(f"Keep this elsewhere; it proves later that nothing was cut off: {checked.head or '-'}")
