"""Steps that tests about invitations take again and again."""

import re
from datetime import timedelta

from sqlalchemy import select
from werkzeug.test import TestResponse

from collab import clock
from collab.guests.models import Invitation
from tests.cast import Client, World
from tests.mail import Mail, mails

NEW = "karl@kessler-guss.example"
#: Longer than an invitation waits for being taken back.
MOMENT = timedelta(minutes=2)


def browser(world: World) -> Client:
    """A window in which nobody is signed in."""
    client = world.app.test_client()
    assert isinstance(client, Client)
    return client


def invite(world: World, slug: str, emails: str = NEW, who: str = "author", **more: str) -> TestResponse:
    """``who`` fills in the form; the firm of unknown domains is called Kessler."""
    data = {"emails": emails, "firm": "Kessler Guss GmbH", **more}
    return world.as_(who).send(f"/w/{slug}/invite", data)


def letters(world: World, to: str = NEW, later: timedelta = MOMENT) -> list[Mail]:
    """The mails that have left for ``to`` when a moment has passed."""
    with clock.shifted(later):
        return mails(world, to)


def path(letter: Mail) -> str:
    """The link in an invitation."""
    [found] = re.findall(r"http://127\.0\.0\.1:8000(/invitation/[\w-]{43})\s", letter.text)
    return str(found)


def link(world: World, slug: str, emails: str = NEW, who: str = "author", **more: str) -> str:
    """Invite somebody; the address of the page that the mail leads to."""
    answer = invite(world, slug, emails, who, **more)
    assert answer.status_code == 303, answer.text
    return path(letters(world, emails)[-1])


def accept(world: World, where: str, name: str = "Karl Kessler", client: Client | None = None) -> Client:
    """Press the button of the invitation; the window in which the guest is then."""
    window = client or browser(world)
    answer = window.send(f"{where}/accept", {"name": name})
    assert answer.status_code == 303, answer.text
    assert answer.location == "/welcome"
    return window


def kept(world: World, email: str = NEW) -> list[Invitation]:
    """The invitations of the address, the oldest first."""
    with world.system() as db:
        found = db.scalars(
            select(Invitation).where(Invitation.email_key == email).order_by(Invitation.id)
        ).all()
        db.expunge_all()
        return list(found)
