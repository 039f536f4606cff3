"""The lies, as tables: a name, what is said otherwise."""

import gzip
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from enum import Enum
from functools import cache, partial
from typing import Any

from joserfc.jwk import ECKey, RSAKey

from collab import clock
from tests.auth.providers.liar.provider import CLIENT, SECRET, Claims, Lie, Provider, Reply, segment


class Absent(Enum):
    """A value that is left out. Named, so that every process that runs tests calls them the same."""

    ABSENT = "absent"

    def __repr__(self) -> str:
        return self.value

    __str__ = __repr__


#: Words of the provider's own; no page of ours may show them.
WORDS = "liar-says-so"
MARKUP = f"<b>{WORDS}</b><script>alert(1)</script>"
EVIL = "https://evil.example"
DEEP = b'{"a":' * 20_000
ABSENT = Absent.ABSENT


@cache
def stranger() -> RSAKey:
    """A key that no provider ever published."""
    return RSAKey.generate_key(2048, parameters={"kid": "stranger"})


@cache
def curve() -> ECKey:
    return ECKey.generate_key("P-256", parameters={"kid": "curve"})


# Makers of lies -------------------------------------------------------------------------------


def says(**changed: Any) -> Lie:
    """An ID token, rightly signed, with other claims."""
    return Lie(claims=lambda claims: _changed(claims, changed))


def at(**seconds: int) -> Lie:
    """An ID token with times that lie so many seconds from now."""
    return Lie(claims=lambda claims: claims | {name: in_seconds(off) for name, off in seconds.items()})


def signs(sign: Callable[[Provider, Claims], str], **more: Any) -> Lie:
    """The right claims, signed otherwise."""
    return Lie(sign=sign, **more)


def gives(**changed: Any) -> Lie:
    """Another answer of the token endpoint."""
    return Lie(tokens=lambda told: _changed(told, changed))


def publishes(**changed: Any) -> Lie:
    """Other metadata."""
    return Lie(metadata=lambda told: _changed(told, changed))


def knows(**changed: Any) -> Lie:
    """Another profile at the userinfo endpoint."""
    return Lie(userinfo=lambda told: _changed(told, changed))


def returns(**changed: Any) -> Lie:
    """Another query on the way back."""
    return Lie(back=lambda query: _changed(query, changed))


def replies(endpoint: str, reply: Reply) -> Lie:
    """One endpoint answers something else altogether."""
    return Lie(replies={endpoint: reply})


def _changed(told: dict[str, Any], changed: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in (told | changed).items() if value is not ABSENT}


def in_seconds(seconds: int) -> int:
    """A moment from now, as tokens tell times (RFC 7519, section 2)."""
    return int(clock.now().timestamp()) + seconds


# Ways to sign that nobody may believe ---------------------------------------------------------


def unsigned(_provider: Provider | None, claims: Claims, alg: str = "none") -> str:
    return f"{segment({'alg': alg, 'typ': 'JWT'})}.{segment(claims)}."


def by_secret(secret: Callable[[Provider], bytes], provider: Provider, claims: Claims) -> str:
    """HS256, with something for a secret that others know too."""
    head = f"{segment({'alg': 'HS256', 'typ': 'JWT', 'kid': provider.key.kid})}.{segment(claims)}"
    return f"{head}.{segment(hmac.digest(secret(provider), head.encode(), hashlib.sha256))}"


def by_stranger(provider: Provider, claims: Claims, **header: Any) -> str:
    """Signed with a key of somebody else's, with whatever header makes it look right."""
    return provider.signed(claims, stranger(), "RS256", **({"kid": provider.key.kid} | header))


def _elsewhere(provider: Provider, claims: Claims, header: str) -> str:
    """Says where the stranger's key is to be fetched. Nobody may ever ask there."""
    return by_stranger(provider, claims, **{header: f"{provider.town}/elsewhere/keys"})


def _public(key: RSAKey) -> dict[str, Any]:
    return dict(key.as_dict(private=False))


def _broken(provider: Provider, claims: Claims) -> str:
    head, payload, signature = provider.signed(claims).split(".")
    return f"{head}.{payload}.{('B' if signature[0] != 'B' else 'C') + signature[1:]}"


def _exchanged(provider: Provider, claims: Claims) -> str:
    """A signature of these claims under other claims."""
    head, _, signature = provider.signed(claims | {"sub": "somebody"}).split(".")
    return f"{head}.{segment(claims)}.{signature}"


def _nothing_signed(provider: Provider, claims: Claims) -> str:
    """ECDSA with r = s = 0, which careless libraries take for right (CVE-2022-21449)."""
    header = {"alg": "ES256", "typ": "JWT", "kid": curve().kid}
    return f"{segment(header)}.{segment(claims)}.{segment(bytes(64))}"


def _with_keys(lie: Lie, *keys: RSAKey | ECKey, **more: Any) -> Lie:
    return replace(lie, keys=lambda told: told + [_public(key) | more for key in keys])  # type: ignore[arg-type]


def _hs256_offered(told: dict[str, Any]) -> dict[str, Any]:
    return told | {"id_token_signing_alg_values_supported": ["RS256", "HS256", "none"]}


def public_key(provider: Provider) -> bytes:
    return provider.key.as_pem(private=False)


def client_secret(_provider: Provider) -> bytes:
    return SECRET.encode()


# ID tokens: each is refused with 400 sign_in_not_valid ---------------------------------------

AUDIENCE = {
    "another client": says(aud="another-tool"),
    "another client, asked for by us": says(aud="another-tool", azp=CLIENT),
    "several others": says(aud=["another-tool", "third-tool"]),
    "several others, asked for by us": says(aud=["another-tool", "third-tool"], azp=CLIENT),
    "us and another, asked for by another": says(aud=[CLIENT, "another-tool"], azp="another-tool"),
    "us and another, asked for by nobody": says(aud=[CLIENT, "another-tool"]),
    "us, asked for by another": says(azp="another-tool"),
    "us in capitals": says(aud=CLIENT.upper()),
    "a name that contains ours": says(aud=f"{CLIENT}-test"),
    "a number": says(aud=5),
    "an object with our name": says(aud={CLIENT: True}),
    "a list of lists": says(aud=[[CLIENT]]),
    "nobody": says(aud=[]),
    "null": says(aud=None),
    "no audience": says(aud=ABSENT),
}

ISSUER = {
    "another": says(iss=EVIL),
    "with a slash": Lie(claims=lambda claims: claims | {"iss": claims["iss"] + "/"}),
    "in capitals": Lie(claims=lambda claims: claims | {"iss": claims["iss"].upper()}),
    "a list with the right one": Lie(claims=lambda claims: claims | {"iss": [claims["iss"]]}),
    "empty": says(iss=""),
    "no issuer": says(iss=ABSENT),
}

SUBJECT = {
    "empty": says(sub=""),
    "256 characters": says(sub="s" * 256),
    "5,000 characters": says(sub="s" * 5000),
    "a line break": says(sub="e-1001\n"),
    "a null byte": says(sub="e-1001\x00"),
    "a tab": says(sub="e-\t1001"),
    "letters beyond ASCII": says(sub="é-1001"),
    "a number": says(sub=1001),
    "true": says(sub=True),
    "a list": says(sub=["e-1001"]),
    "null": says(sub=None),
    "no subject": says(sub=ABSENT),
}

TIMES = {
    "expired": at(iat=-900, exp=-600),
    "expired just now": at(exp=-130),
    "no end": says(exp=ABSENT),
    "an end in words": says(exp="tomorrow"),
    "an end that is true": says(exp=True),
    "an end that is null": says(exp=None),
    "an end beyond all numbers": says(exp=float("inf")),
    "an end that is no number": says(exp=float("nan")),
    "issued tomorrow": at(iat=86400, exp=90000),
    "issued in ten minutes": at(iat=600, exp=900),
    "issued yesterday": at(iat=-86400),
    "not issued": says(iat=ABSENT),
    "issued in words": says(iat="today"),
    "not valid before tomorrow": at(nbf=86400, exp=90000),
}

NONCE = {
    "another": says(nonce="another-nonce-0123456789"),
    "empty": says(nonce=""),
    "null": says(nonce=None),
    "in capitals": Lie(claims=lambda claims: claims | {"nonce": claims["nonce"].swapcase()}),
    "a list with the right one": Lie(claims=lambda claims: claims | {"nonce": [claims["nonce"]]}),
    "no nonce": says(nonce=ABSENT),
}

SIGNATURE = {
    "unsigned": signs(unsigned),
    "unsigned, and none is announced": signs(unsigned, metadata=_hs256_offered),
    "unsigned, None": signs(partial(unsigned, alg="None")),
    "unsigned, nOnE": signs(partial(unsigned, alg="nOnE")),
    "HS256 with the client's secret": signs(partial(by_secret, client_secret)),
    "HS256 with the client's secret, announced": signs(
        partial(by_secret, client_secret), metadata=_hs256_offered
    ),
    "HS256 with the public key": signs(partial(by_secret, public_key)),
    "HS256 with the public key, announced": signs(partial(by_secret, public_key), metadata=_hs256_offered),
    "HS256 with nothing": signs(partial(by_secret, lambda _provider: b"")),
    "a stranger's key under our kid": signs(by_stranger),
    "a stranger's key under a kid that nobody knows": signs(partial(by_stranger, kid="stranger")),
    "a stranger's key without a kid": signs(partial(by_stranger, kid=None)),
    "the key is brought along (jwk)": signs(
        lambda provider, claims: by_stranger(provider, claims, jwk=_public(stranger()))
    ),
    "the key lies elsewhere (jku)": signs(partial(_elsewhere, header="jku")),
    "a certificate lies elsewhere (x5u)": signs(partial(_elsewhere, header="x5u")),
    "a header that has to be understood": signs(
        lambda provider, claims: provider.signed(claims, crit=["may_pass"], may_pass=True)
    ),
    "a broken signature": signs(_broken),
    "an empty signature": signs(lambda provider, claims: provider.signed(claims).rpartition(".")[0] + "."),
    "the signature of something else": signs(_exchanged),
    "an elliptic signature of zeros": _with_keys(signs(_nothing_signed), curve()),
    "a key for encryption": _with_keys(
        signs(lambda provider, claims: provider.signed(claims, stranger(), "RS256")), stranger(), use="enc"
    ),
    "another hash of the access token": says(at_hash="c29tZXRoaW5nIGVsc2U"),
    "a hash that is no text": says(at_hash=5),
}

FORM = {
    "none at all": gives(id_token=ABSENT),
    "null": gives(id_token=None),
    "empty": gives(id_token=""),
    "a number": gives(id_token=5),
    "an object": gives(id_token={"sub": "e-1001"}),
    "a word": gives(id_token="token"),
    "three words": gives(id_token="one.two.three"),
    "five parts": gives(id_token="a.b.c.d.e"),
    "beyond ASCII": gives(id_token="é.é.é"),
    "claims that are a list": signs(lambda provider, claims: provider.signed([claims])),
    "claims that are no JSON": signs(lambda provider, _claims: provider.signed(WORDS.encode())),
    "claims that are no text": signs(lambda provider, _claims: provider.signed(b"\xff\xfe{}")),
    "claims nested without end": signs(lambda provider, _claims: provider.signed(DEEP)),
    "a header that is a list": signs(
        lambda provider, claims: f"{segment(['RS256'])}.{provider.signed(claims).partition('.')[2]}"
    ),
    "a header nested without end": signs(
        lambda provider, claims: segment(DEEP) + "." + provider.signed(claims).partition(".")[2]
    ),
    "a logout token": signs(lambda provider, _claims: provider.logout_token()),
}

ID_TOKENS = {
    f"{what}: {name}": lie
    for what, lies in {
        "audience": AUDIENCE,
        "issuer": ISSUER,
        "subject": SUBJECT,
        "times": TIMES,
        "nonce": NONCE,
        "signature": SIGNATURE,
        "form": FORM,
    }.items()
    for name, lie in lies.items()
}


@cache
def gzipped(raw: bytes, blanks: int) -> bytes:
    """``raw`` with so many blanks behind it, packed."""
    return gzip.compress(raw + b" " * blanks, 6)
