"""Registering tools. Acts of administrators; the command line acts as the system."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from sqlalchemy import update
from sqlalchemy.orm import Session

from collab import activity, clock, text
from collab.auth.issuer import ending
from collab.auth.issuer.addresses import usable
from collab.auth.issuer.models import OAuthClient, OAuthClientSession
from collab.auth.services import digest
from collab.errors import Invalid
from collab.viewer import Viewer


@dataclass(frozen=True)
class Facts:
    """All that an administrator says about a tool; the addresses are valid ones (``addresses``)."""

    name: str
    redirect_uris: Sequence[str]
    home_url: str = ""
    post_logout_redirect_uris: Sequence[str] = ()
    backchannel_logout_uri: str = ""
    trusted: bool = False
    allows_guests: bool = False


def facts(client: OAuthClient) -> Facts:
    """What is said about a tool now."""
    return Facts(**{item.name: getattr(client, item.name) for item in fields(Facts)})


def checked(facts: Facts) -> Facts:
    """The facts with a clean name. Raises Invalid for what cannot be registered."""
    name = text.clean_line(facts.name)[:120]
    given = {
        "redirect_uris": facts.redirect_uris,
        "post_logout_redirect_uris": facts.post_logout_redirect_uris,
        "backchannel_logout_uri": [facts.backchannel_logout_uri] if facts.backchannel_logout_uri else [],
        "home_url": [facts.home_url] if facts.home_url else [],
    }
    errors = {field: "not_an_address" for field, uris in given.items() if not all(map(usable, uris))}
    if not facts.redirect_uris:
        errors["redirect_uris"] = "required"
    if not name:
        errors["name"] = "required"
    if errors:
        raise Invalid(errors)
    return replace(facts, name=name)


def create(db: Session, viewer: Viewer, facts: Facts, *, public: bool = False) -> tuple[OAuthClient, str]:
    """A new tool and its secret, which is not to be seen again; none for a public one."""
    # Letters and digits only: how other characters travel in HTTP Basic differs from tool to tool.
    secret = "" if public else secrets.token_hex(32)
    client = OAuthClient(
        client_id=secrets.token_hex(12),
        secret_hash=digest(secret) if secret else "",
        created_at=clock.now(),
        disabled_at=None,
    )
    _apply(client, facts)
    db.add(client)
    db.flush()
    activity.record(db, "tool.created", viewer, name=client.name)
    return client, secret


def change(db: Session, viewer: Viewer, client: OAuthClient, facts: Facts) -> None:
    """Say anew what the tool is and may."""
    _apply(client, facts)
    activity.record(db, "tool.changed", viewer, name=client.name)


def _apply(client: OAuthClient, facts: Facts) -> None:
    client.name, client.home_url = facts.name, facts.home_url
    client.redirect_uris = list(facts.redirect_uris)
    client.post_logout_redirect_uris = list(facts.post_logout_redirect_uris)
    client.backchannel_logout_uri = facts.backchannel_logout_uri
    client.trusted, client.allows_guests = facts.trusted, facts.allows_guests


def new_secret(db: Session, viewer: Viewer, client: OAuthClient) -> str:
    """Another secret; the old one no longer works. What people signed in to goes on."""
    secret = secrets.token_hex(32)
    client.secret_hash = digest(secret)
    activity.record(db, "tool.secret_changed", viewer, name=client.name)
    return secret


def disable(db: Session, viewer: Viewer, client: OAuthClient) -> None:
    """Nobody signs in to the tool any more; what it holds ends, and it is told."""
    if client.disabled_at is not None:
        return
    client.disabled_at = clock.now()
    ending.end_tool(db, client.id)
    db.execute(
        update(OAuthClientSession)
        .where(OAuthClientSession.client_id == client.id, OAuthClientSession.told_at.is_(None))
        .values(due_at=clock.now())
    )
    activity.record(db, "tool.disabled", viewer, name=client.name)


def enable(db: Session, viewer: Viewer, client: OAuthClient) -> None:
    """People may sign in to the tool again."""
    if client.disabled_at is not None:
        client.disabled_at = None
        activity.record(db, "tool.enabled", viewer, name=client.name)
