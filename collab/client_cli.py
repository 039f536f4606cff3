"""``collab client``: the tools that sign people in through Collab."""

import json
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from collab.activity.outbox import Context
from collab.auth.issuer import clients, keys
from collab.auth.issuer.models import OAuthClient
from collab.command import command
from collab.viewer import ANONYMOUS


@click.group()
def client() -> None:
    """The tools that sign people in through Collab."""


@client.command("create")
@click.option("--name", required=True, help="Name as people read it.")
@click.option(
    "--redirect-uri", "redirect_uris", multiple=True, required=True, help="Where codes may go; exact."
)
@click.option(
    "--post-logout-redirect-uri",
    "post_logout_redirect_uris",
    multiple=True,
    help="Where a sign-out may end; exact.",
)
@click.option(
    "--backchannel-logout-uri", "backchannel_logout_uri", default="", help="Is told of ends of sign-ins."
)
@click.option("--home", "home_url", default="", help="The tool's own start page.")
@click.option("--trusted", is_flag=True, help="The company's own: nobody is asked for consent.")
@click.option("--guests", "allows_guests", is_flag=True, help="Guests may sign in too.")
@click.option("--public", is_flag=True, help="Cannot keep a secret: runs in the browser or on a device.")
@command
def client_create(context: Context, public: bool, **given: Any) -> None:
    """Register a tool; prints its identifier and, this once, its secret as JSON."""
    facts = clients.checked(clients.Facts(**given))
    with context.write.begin() as db:
        made, secret = clients.create(db, ANONYMOUS, facts, public=public)
        told = {"client_id": made.client_id} | ({"client_secret": secret} if secret else {})
    click.echo(json.dumps(told))


@client.command("list")
@command
def client_list(context: Context) -> None:
    """All tools: identifier, name, whether they are the company's own, state."""
    with context.read() as db:
        for row in db.scalars(select(OAuthClient).order_by(OAuthClient.id)):
            kind = "trusted" if row.trusted else "asks"
            click.echo(f"{row.client_id}\t{row.name}\t{kind}\t{'off' if row.disabled_at else 'on'}")


@client.command("disable")
@click.argument("client_id")
@command
def client_disable(context: Context, client_id: str) -> None:
    """Let nobody sign in to the tool any more; what it holds ends at once."""
    with context.write.begin() as db:
        clients.disable(db, ANONYMOUS, _client(db, client_id))
    click.echo(f"{client_id} is off.")


@client.command("enable")
@click.argument("client_id")
@command
def client_enable(context: Context, client_id: str) -> None:
    """Let people sign in to the tool again."""
    with context.write.begin() as db:
        clients.enable(db, ANONYMOUS, _client(db, client_id))
    click.echo(f"{client_id} is on.")


@client.command("new-secret")
@click.argument("client_id")
@command
def client_new_secret(context: Context, client_id: str) -> None:
    """Give the tool another secret and print it, this once; the old one stops working."""
    with context.write.begin() as db:
        click.echo(clients.new_secret(db, ANONYMOUS, _client(db, client_id)))


@client.command("rotate-keys")
@click.option("--withdraw", is_flag=True, help="Somebody else knows the old key: publish it no longer.")
@command
def client_rotate_keys(context: Context, withdraw: bool) -> None:
    """Sign with the next key from now on, before its time."""
    with context.write.begin() as db:
        keys.rotate(db, ANONYMOUS, context.settings.key, withdraw=withdraw)
    click.echo("The next key signs now.")


def _client(db: Session, client_id: str) -> OAuthClient:
    found = db.scalar(select(OAuthClient).where(OAuthClient.client_id == client_id))
    if found is None:
        raise click.ClickException(f"There is no tool with the identifier {client_id}.")
    return found
