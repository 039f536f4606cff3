"""Counting tries to get in, at every form where one could guess: by account and by network."""

from flask import request
from sqlalchemy.orm import Session

from collab import activity
from collab.auth import services, throttle
from collab.auth.arrival import browser
from collab.web.answers import reference
from collab.web.request import context, reading, viewer

PER_ACCOUNT, PER_NETWORK = 10, 100
#: Mails that one address, and one network, may be sent in a quarter of an hour.
MAILS, MAILS_PER_NETWORK = 3, 30

#: Comments by one link, and by all from one network, in a quarter of an hour.
SAID, SAID_PER_NETWORK = 30, 20

Keys = dict[str, int]


def keys(email: str) -> Keys:
    """What a try to get in with this address is counted under; whether it is anybody's does not matter."""
    return {
        f"login:account:{services.digest(services.email_key(email))}": PER_ACCOUNT,
        **keys_of_nobody(),
    }


def keys_of(account_id: int, what: str) -> Keys:
    """What a try to prove oneself as this account is counted under."""
    return {f"{what}:{account_id}": PER_ACCOUNT, **keys_of_nobody()}


def keys_of_nobody() -> Keys:
    """What a try to get in is counted under that names no account."""
    return _network("login", PER_NETWORK)


def keys_of_link(public_id: str) -> Keys:
    """What a try to open a link with its password is counted under."""
    return {f"link:{public_id}": PER_ACCOUNT, **_network("link", PER_NETWORK)}


def keys_for_words(public_id: str) -> Keys:
    """What words are counted under that somebody leaves who came by this link."""
    return {f"said:{public_id}": SAID, **_network("said", SAID_PER_NETWORK)}


def keys_for_mail(email: str) -> Keys:
    return {
        f"mail:address:{services.digest(services.email_key(email))}": MAILS,
        **_network("mail", MAILS_PER_NETWORK),
    }


def _network(what: str, most: int) -> Keys:
    return {f"{what}:network:{browser().network}": most}


def check(counted: Keys) -> None:
    """Raise TooMany if it was too often under any of the keys."""
    for key, most in counted.items():
        throttle.check(reading(), key, most)


def count(counted: Keys) -> None:
    """One more: kept although the request is refused. Not while ``db()`` is writing."""
    with context().write.begin() as counting:
        _count(counting, counted)


def failed(counted: Keys) -> None:
    """One more that failed to get in: counted as by ``count``, and recorded."""
    with context().write.begin() as counting:
        _count(counting, counted)
        activity.record(
            counting,
            "session.refused",
            viewer(),
            ip=request.remote_addr,
            request=reference("sign_in_failed")["request_id"],
        )


def _count(db: Session, counted: Keys) -> None:
    for key in counted:
        throttle.count(db, key)
