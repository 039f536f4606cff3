"""What a tool asks for at the authorization endpoint (RFC 6749, 4.1.1; OpenID Connect Core, 3.1.2.1).

Two ways to say no. ``Unanswerable``: there is no address that the answer could safely go to, so the
person reads it here. ``Refused``: the tool is told, at an address that is registered for it.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from collab import clock
from collab.auth.issuer.claims import SCOPES
from collab.auth.issuer.models import OAuthClient

PROMPTS = ("none", "login", "consent", "select_account")
LONGEST = 8000
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_CLIENT_ID = re.compile(r"[\x21-\x7e]{1,200}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Unanswerable(Exception):
    """Nobody can be answered: unknown tool, or an address that is not the tool's."""


@dataclass(frozen=True)
class Wish:
    """A request that can be answered."""

    params: dict[str, str]
    client: OAuthClient
    redirect_uri: str
    state: str
    scopes: tuple[str, ...] = ()
    prompts: frozenset[str] = frozenset()
    max_age: int | None = None
    #: A proof from before this second is too old; we ask for it ourselves, after ``prompt=login``.
    proved_since: int = 0

    @property
    def home(self) -> str:
        """The origin that the person is led back to."""
        parts = urlsplit(self.redirect_uri)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def silent(self) -> bool:
        """Must nobody be shown a page?"""
        return "none" in self.prompts

    def later(self, *answered: str) -> dict[str, str]:
        """The same request for after the person has shown who they are, and so answered these prompts."""
        left = [name for name in PROMPTS if name in self.prompts - {"login", *answered}]
        kept = {name: value for name, value in self.params.items() if name not in ("prompt", "max_age")}
        asked = {"prompt": " ".join(left)} if left else {}
        return kept | asked | {"proved_since": str(int(clock.now().timestamp()))}


class Refused(Exception):
    """The tool is told ``error`` (RFC 6749, 4.1.2.1)."""

    def __init__(self, wish: Wish, error: str, description: str = "") -> None:
        super().__init__(error)
        self.wish, self.error, self.description = wish, error, description


def find_client(db: Session, client_id: str | None) -> OAuthClient | None:
    """The tool with this identifier, unless it is switched off."""
    if not client_id or not _CLIENT_ID.fullmatch(client_id):
        return None
    return db.scalar(
        select(OAuthClient).where(OAuthClient.client_id == client_id, OAuthClient.disabled_at.is_(None))
    )


def read(db: Session, given: MultiDict[str, str]) -> Wish:
    """The request as a wish. Raises Unanswerable or Refused."""
    addressed = all(len(given.getlist(name)) == 1 for name in ("client_id", "redirect_uri"))
    if not addressed or sum(len(name) + len(value) for name, value in given.items(multi=True)) > LONGEST:
        raise Unanswerable
    client = find_client(db, given["client_id"])
    if client is None or given["redirect_uri"] not in client.redirect_uris:
        raise Unanswerable
    states = given.getlist("state")
    wish = Wish(given.to_dict(), client, given["redirect_uri"], states[0] if len(states) == 1 else "")
    _check(wish, given)
    params = wish.params
    return Wish(
        params,
        client,
        wish.redirect_uri,
        wish.state,
        tuple(name for name in SCOPES if name in params.get("scope", "").split()),
        _prompts(wish),
        _max_age(wish),
        _number(params.get("proved_since")),
    )


def _check(wish: Wish, given: MultiDict[str, str]) -> None:
    for name in ("request", "request_uri", "registration"):
        if name in given:
            raise Refused(wish, f"{name}_not_supported")
    if given.get("response_type", "code") != "code":
        raise Refused(wish, "unsupported_response_type", "Only response_type=code is supported.")
    if "openid" not in given.get("scope", "").split():
        raise Refused(wish, "invalid_scope", "The scope openid is missing.")
    if problem := _problem(given):
        raise Refused(wish, "invalid_request", problem)


def _problem(given: MultiDict[str, str]) -> str:
    problems = {
        "A parameter comes twice.": any(len(given.getlist(name)) > 1 for name in given),
        "A parameter holds control characters.": any(map(_CONTROL.search, given.values())),
        "response_type is missing.": "response_type" not in given,
        "Only response_mode=query is supported.": given.get("response_mode", "query") != "query",
        "PKCE with code_challenge_method=S256 is required.": given.get("code_challenge_method") != "S256",
        "code_challenge is not a SHA-256 in base64url.": not _CHALLENGE.fullmatch(
            given.get("code_challenge", "")
        ),
    }
    return next((text for text, is_so in problems.items() if is_so), "")


def _prompts(wish: Wish) -> frozenset[str]:
    asked = wish.params.get("prompt", "").split()
    if "none" in asked and len(asked) > 1:
        raise Refused(wish, "invalid_request", "prompt=none stands alone.")
    also = ["login"] if wish.params.get("max_age") == "0" else []
    return frozenset(name for name in [*asked, *also] if name in PROMPTS)


def _max_age(wish: Wish) -> int | None:
    asked = wish.params.get("max_age")
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10):
        raise Refused(wish, "invalid_request", "max_age is not a number of seconds.")
    return int(asked)


def _number(text: str | None) -> int:
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else 0
    return number if number <= clock.now().timestamp() else 0
