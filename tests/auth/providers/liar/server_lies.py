"""What a provider's servers can answer, as tables: a name, the lie, and the code that stands for it.

A code implies its status: what the browser or the token says is the caller's (400), what servers say is
the provider's (502).
"""

from typing import Any

from tests.auth.providers.liar.lies import (
    ABSENT,
    EVIL,
    MARKUP,
    WORDS,
    gives,
    gzipped,
    knows,
    publishes,
    replies,
    unsigned,
)
from tests.auth.providers.liar.provider import Lie, Provider, Reply

NOT_VALID = "sign_in_not_valid"
UNAVAILABLE = "provider_unavailable"
MISCONFIGURED = "provider_misconfigured"
REFUSED = "provider_refused"

STATUS = {NOT_VALID: 400, "wrong_issuer": 400, UNAVAILABLE: 502, MISCONFIGURED: 502, REFUSED: 502}

#: What no endpoint may answer.
NONSENSE = {
    "500": Reply({"error": "server_error", "error_description": MARKUP}, 500),
    "503 as a page": Reply(f"<h1>{MARKUP}</h1>", 503, "text/html"),
    "404": Reply({"error": WORDS}, 404),
    "a page": Reply(f"<h1>{MARKUP}</h1>", media="text/html"),
    "nothing": Reply(b""),
    "half of it": Reply(f'{{"{WORDS}'),
    "a list": Reply([WORDS]),
    "a word": Reply(f'"{WORDS}"'),
    "null": Reply(None),
    "no text": Reply(b"\xff\xfe\x00" + WORDS.encode()),
    "nested without end": Reply(b'{"a":' * 100_000),
    "a number without end": Reply(b'{"expires_in": ' + b"9" * 10_000 + b"}"),
}


def huge(told: Any) -> Reply:
    """What would be right, were it not for five megabytes around it."""
    return Reply(Reply(told).raw + b" " * 5_000_000)


def packed(told: Any) -> Reply:
    """Small on the wire, fifty megabytes when unpacked."""
    return Reply(gzipped(Reply(told).raw, 50_000_000), headers={"Content-Encoding": "gzip"})


def dripping(told: Any) -> Reply:
    """What would be right, were it not a byte each twentieth of a second."""
    return Reply(Reply(told).raw + b" " * 10_000, drip=0.05)


def unpackable(_told: Any) -> Reply:
    """Says that it is packed, and is not."""
    return Reply(WORDS, headers={"Content-Encoding": "gzip"})


def _elsewhere(provider: Provider, status: int) -> Reply:
    return Reply(status=status, headers={"Location": f"{provider.town}/elsewhere/{WORDS}"})


def redirecting(endpoint: str, provider: Provider, status: int = 307) -> Lie:
    """The endpoint sends us to somebody else's server."""
    return replies(endpoint, _elsewhere(provider, status))


TOKEN = {
    **{name: (replies("token", reply), UNAVAILABLE) for name, reply in NONSENSE.items()},
    "404": (replies("token", NONSENSE["404"]), REFUSED),
    "400": (replies("token", Reply({"error": WORDS, "error_description": MARKUP}, 400)), REFUSED),
    "401": (replies("token", Reply({"error": "invalid_client", "error_description": MARKUP}, 401)), REFUSED),
    "400 and words that are none": (
        replies("token", Reply({"error": ["\ud800"], "error_description": {WORDS: "\x00"}}, 400)),
        REFUSED,
    ),
    "200 and an error": (gives(error=WORDS, error_description=MARKUP), REFUSED),
    "huge": (Lie(tokens=huge), UNAVAILABLE),
    "packed": (Lie(tokens=packed), UNAVAILABLE),
    "unpackable": (Lie(tokens=unpackable), UNAVAILABLE),
    "no access token": (gives(access_token=ABSENT), NOT_VALID),
    "an access token that is a number": (gives(access_token=5), NOT_VALID),
    "an access token with a header in it": (gives(access_token=f"a\r\nX-Told: {WORDS}"), NOT_VALID),
    "an access token beyond ASCII": (gives(access_token="töken"), NOT_VALID),
    "no kind of token": (gives(token_type=ABSENT), NOT_VALID),
    "another kind of token": (gives(token_type="mac"), NOT_VALID),
    "a kind that is a number": (gives(token_type=5), NOT_VALID),
}

USERINFO = {
    **{name: (replies("userinfo", reply), UNAVAILABLE) for name, reply in NONSENSE.items()},
    "huge": (Lie(userinfo=huge), UNAVAILABLE),
    "packed": (Lie(userinfo=packed), UNAVAILABLE),
    "unpackable": (Lie(userinfo=unpackable), UNAVAILABLE),
    "numbers that JSON does not have": (knows(height=float("nan")), UNAVAILABLE),
    "another person": (knows(sub="e-1002"), NOT_VALID),
    "the person in capitals": (knows(sub="E-1001"), NOT_VALID),
    "nobody": (knows(sub=ABSENT), NOT_VALID),
    "an empty name": (knows(sub=""), NOT_VALID),
    "a list with the right one": (knows(sub=["e-1001"]), NOT_VALID),
    "a token signed by nobody": (
        Lie(userinfo=lambda told: Reply(unsigned(None, told), media="application/jwt")),
        UNAVAILABLE,
    ),
}

METADATA = {
    **{
        name: (replies(".well-known/openid-configuration", reply), UNAVAILABLE)
        for name, reply in NONSENSE.items()
    },
    "huge": (Lie(metadata=huge), UNAVAILABLE),
    "packed": (Lie(metadata=packed), UNAVAILABLE),
    "unpackable": (Lie(metadata=unpackable), UNAVAILABLE),
    "another issuer": (publishes(issuer=EVIL), MISCONFIGURED),
    "the issuer with a slash": (
        Lie(metadata=lambda told: told | {"issuer": told["issuer"] + "/"}),
        MISCONFIGURED,
    ),
    "the issuer in capitals": (
        Lie(metadata=lambda told: told | {"issuer": told["issuer"].upper()}),
        MISCONFIGURED,
    ),
    "no issuer": (publishes(issuer=ABSENT), MISCONFIGURED),
    "an issuer that is a list": (
        Lie(metadata=lambda told: told | {"issuer": [told["issuer"]]}),
        MISCONFIGURED,
    ),
}
for _field in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
    METADATA["userinfo_endpoint: a file"] = (publishes(userinfo_endpoint="file:///etc/passwd"), MISCONFIGURED)
METADATA["end_session_endpoint: a script"] = (
    publishes(end_session_endpoint="javascript:alert(1)"),
    MISCONFIGURED,
)
#: Addresses that may not be spoken to in clear text.
ADDRESSES = (
    "authorization_endpoint",
    "token_endpoint",
    "jwks_uri",
    "userinfo_endpoint",
    "end_session_endpoint",
)

KEYS = {
    **{name: (replies("keys", reply), UNAVAILABLE) for name, reply in NONSENSE.items()},
    "huge": (Lie(keys=lambda keys: [*keys, {"kty": "RSA", "x": "y" * 5_000_000}]), UNAVAILABLE),
    "none": (Lie(keys=lambda _keys: []), NOT_VALID),
    "an object": (Lie(keys=lambda keys: {"0": keys[0]}), UNAVAILABLE),
    "words": (Lie(keys=lambda _keys: [WORDS]), NOT_VALID),
    "half a key": (Lie(keys=lambda keys: [{"kty": "RSA", "kid": keys[0]["kid"]}]), NOT_VALID),
    "a key that is no numbers": (Lie(keys=lambda keys: [keys[0] | {"n": "%%%", "e": 5}]), NOT_VALID),
    "a kid that is a list": (Lie(keys=lambda keys: [keys[0] | {"kid": ["first"]}]), NOT_VALID),
    "a key that is for encryption": (Lie(keys=lambda keys: [keys[0] | {"use": "enc"}]), NOT_VALID),
    "a key of a kind that nobody knows": (Lie(keys=lambda keys: [keys[0] | {"kty": "liar"}]), NOT_VALID),
}

#: Profiles that are odd, but no lie about who it is: they let in, or refuse, and never break.
ODD_PROFILES: dict[str, dict[str, Any]] = {
    "nothing but the subject": dict.fromkeys(("name", "email", "email_verified"), ABSENT),
    "name: a number": {"name": 5},
    "name: an object": {"name": {"first": "Erika"}},
    "name: empty": {"name": ""},
    "name: long": {"name": "E" * 20_000},
    "name: a null byte": {"name": "Erika\x00Employee"},
    "name: half a letter": {"name": "Erika\ud800"},
    "name: markup": {"name": MARKUP},
    "email: a number": {"email": 5},
    "email: a list": {"email": ["erika@corp.example"]},
    "email: no address": {"email": WORDS},
    "email: long": {"email": "e" * 20_000 + "@corp.example"},
    "email: a null byte": {"email": "erika\x00@corp.example"},
    "email: half a letter": {"email": "erika\ud800@corp.example"},
    "locale: a number": {"locale": 5},
    "locale: unknown": {"locale": "tlh-Piqd"},
    "groups: a word": {"groups": "staff"},
    "groups: an object": {"groups": {"staff": True}},
    "groups: numbers": {"groups": [1, None, ["staff"]]},
    "groups: half a letter": {"groups": ["\ud800"]},
    "groups: a null byte": {"groups": ["a\x00b"]},
    "picture: a file": {"picture": "file:///etc/passwd"},
    "claims beyond number": {f"claim-{number}": number for number in range(500)},
    "sid: a null byte": {"sid": "session\x00"},
    "sid: half a letter": {"sid": "session\ud800"},
    "sid: an object": {"sid": {"a": 1}},
    "amr: a word": {"amr": "pwd"},
    "amr: half a letter": {"amr": ["\ud800", "\x00", 5, None]},
    "subject of the directory: a list": {"oid": ["a"]},
}
