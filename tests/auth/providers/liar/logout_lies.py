"""Logout tokens that lie, and honest ones, as tables: a name, and how the provider makes the token."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.auth.providers.liar.lies import (
    DEEP,
    EVIL,
    by_secret,
    by_stranger,
    client_secret,
    in_seconds,
    public_key,
    unsigned,
)
from tests.auth.providers.liar.provider import LOGGED_OUT, Provider, segment

Token = Callable[[Provider], str]


def told(**changed: Any) -> Token:
    """A logout token, rightly signed, with other claims; None leaves one out."""
    return lambda provider: provider.logout_token(**changed)


def at(**seconds: int) -> Token:
    """A logout token whose times lie so many seconds from now."""
    return lambda provider: provider.logout_token(**{name: in_seconds(off) for name, off in seconds.items()})


def signed(sign: Callable[..., str], **header: Any) -> Token:
    """The right claims, signed otherwise."""
    return lambda provider: sign(provider, provider.logout_claims(), **header)


def odd_header(provider: Provider, **header: str) -> str:
    """A token with a header of which a part is odd; what is wrong with it stands in the log."""
    head = segment({"alg": "RS256", "kid": provider.key.kid} | header)
    return f"{head}.{provider.logout_token().partition('.')[2]}"


def _id_token(provider: Provider) -> str:
    return provider.signed(provider.claims("nonce-0123456789-0123456789"))


def _id_token_that_would_be_one(provider: Provider) -> str:
    return provider.signed(provider.claims("nonce-0123456789-0123456789") | provider.logout_claims())


def _broken(provider: Provider) -> str:
    token = provider.logout_token()
    return token[:-8] + ("AAAAAAAA" if token[-8:] != "AAAAAAAA" else "BBBBBBBB")


def _issuer(change: Callable[[str], str]) -> Token:
    return lambda provider: provider.logout_token(iss=change(provider.issuer))


LIES: dict[str, Token] = {
    "a nonce": told(nonce="nonce-0123456789-0123456789"),
    "an empty nonce": told(nonce=""),
    "an ID token": _id_token,
    "an ID token with everything of a logout token": _id_token_that_would_be_one,
    "no events": told(events=None),
    "no event": told(events={}),
    "another event": told(events={"http://schemas.openid.net/event/other": {}}),
    "events that are a list": told(events=[LOGGED_OUT]),
    "events that are a word": told(events=LOGGED_OUT),
    "an event that is no object": told(events={LOGGED_OUT: True}),
    "no jti": told(jti=None),
    "an empty jti": told(jti=""),
    "a jti that is a number": told(jti=5),
    "a jti that is a list": told(jti=["a"]),
    "a jti without end": told(jti="j" * 10_000),
    "issued yesterday": at(iat=-86400),
    "issued tomorrow": at(iat=86400, exp=86500),
    "not issued": told(iat=None),
    "issued in words": told(iat="now"),
    "expired": at(iat=-900, exp=-600),
    "no end": told(exp=None),
    "an end in words": told(exp="tomorrow"),
    "an end beyond the calendar": told(exp=10**15),
    "for another client": told(aud="another-tool"),
    "for another client, asked for by us": told(aud="another-tool", azp="collab"),
    "for nobody": told(aud=None),
    "of another issuer": told(iss=EVIL),
    "of no issuer": told(iss=None),
    "of the issuer with a slash": _issuer(lambda issuer: issuer + "/"),
    "of the issuer in capitals": _issuer(str.upper),
    "about nobody": told(sub=None, sid=None),
    "an empty sub alone": told(sub="", sid=None),
    "a sub that is a number": told(sub=5, sid=None),
    "a sub that is a list": told(sub=["e-1001"], sid=None),
    "a sid that is a number": told(sid=5),
    "a sid that is a list": told(sid=["session-1"]),
    "an empty sid": told(sid="", sub=None),
    "unsigned": signed(unsigned),
    "unsigned, nOnE": signed(partial(unsigned, alg="nOnE")),
    "HS256 with the client's secret": signed(partial(by_secret, client_secret)),
    "HS256 with the public key": signed(partial(by_secret, public_key)),
    "a stranger's key under our kid": signed(by_stranger),
    "a stranger's key under its own kid": signed(by_stranger, kid="stranger"),
    "a broken signature": _broken,
    "claims that are a list": lambda provider: provider.signed([provider.logout_claims()]),
    "claims nested without end": lambda provider: provider.signed(DEEP),
    "a word": lambda _provider: "word",
    "three words": lambda _provider: "one.two.three",
    "beyond ASCII": lambda _provider: "é.é.é",
    "empty": lambda _provider: "",
    "a token without end": lambda provider: provider.logout_token(note="n" * 300_000),
}

HONEST: dict[str, Token] = {
    "by the session's name": told(sub=None),
    "by the person": told(sid=None),
    "by both": told(),
    "for a list of us alone": told(aud=["collab"]),
    "of the plain kind": lambda provider: provider.signed(provider.logout_claims()),
    "with an end at the end of the calendar": told(exp=253402300799),
    "with a clock that is a little fast": at(iat=20, exp=140),
}
