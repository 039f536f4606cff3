"""Asking a provider's server, within bounds: where it may be, for how long, and how much it may say."""

import io
import ipaddress
import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, select_proxy
from urllib3.exceptions import HTTPError

from collab.auth.providers.refusals import Refused
from collab.web.urls import is_loopback

CONNECT, TOTAL = 5.0, 10.0
#: Bytes of one answer; the largest honest one is a key set of some ten kilobytes.
LIMIT = 1 << 20
T = TypeVar("T")


@dataclass(frozen=True)
class Peer:
    """A provider as it is spoken to. ``plain_http``: Collab itself is reached without encryption."""

    name: str
    issuer: str
    client_id: str
    client_secret: str
    scopes: str
    plain_http: bool


def unavailable(check: str, detail: str = "") -> Refused:
    return Refused("provider_unavailable", check, detail)


def usable(peer: Peer, address: object) -> bool:
    """May Collab talk to, or send a browser to, this address of the provider?

    https; http only on this very machine, or where Collab itself has nothing better.
    """
    if not isinstance(address, str) or len(address) > 2000 or not address.isascii():
        return False
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment or not address.isprintable():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and (peer.plain_http or is_loopback(host)))


def _check_place(peer: Peer, address: str) -> None:
    """A provider outside must not point Collab at a server inside (server-side request forgery).

    Its own host is what an administrator named. Others that it names have to be public, unless it
    is inside itself. Where a proxy of the company makes the connection, the proxy decides.
    """
    host, own = urlsplit(address).hostname or "", urlsplit(peer.issuer).hostname or ""
    if host == own or select_proxy(address, get_environ_proxies(address)):
        return
    if not _is_public(host) and _is_public(own):
        raise Refused("provider_misconfigured", "address_inside", host)


def _is_public(host: str) -> bool:
    try:
        found = {str(info[4][0]) for info in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise unavailable("name_unknown", host) from error
    return all(ipaddress.ip_address(ip.partition("%")[0]).is_global for ip in found)


class Bounded(HTTPAdapter):
    """Reads an answer up to a limit and follows nothing; encodings are not asked for."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        request.headers["Accept-Encoding"] = "identity"
        kwargs |= {"stream": True, "timeout": (CONNECT, CONNECT)}
        response = super().send(request, *args, **kwargs)
        try:
            body: bytes = response.raw.read(LIMIT + 1, decode_content=True)
        except HTTPError as error:
            raise requests.exceptions.ConnectionError(error) from error
        finally:
            response.close()
        if len(body) > LIMIT:
            raise requests.exceptions.ContentDecodingError("the answer is too long")
        response.raw = io.BytesIO(body)
        return response


def bound(session: requests.Session) -> None:
    """Keep the session's requests within the limits."""
    for scheme in ("http://", "https://"):
        session.mount(scheme, Bounded())
    session.max_redirects = 0
    session.headers["User-Agent"] = "Collab"


def within(work: Callable[[], T], seconds: float = TOTAL) -> T:
    """What ``work`` answers, if it does so in time: a server that sends one byte a second does not."""
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not done:
        raise unavailable("timeout")
    return done[0]


def asking(peer: Peer, address: str, work: Callable[[], T]) -> T:
    """Run ``work``, which asks ``address``; whatever keeps it from answering is ``Refused``."""
    if not usable(peer, address):
        raise Refused("provider_misconfigured", "address", str(address))
    _check_place(peer, address)
    try:
        return within(work)
    except requests.RequestException as error:
        raise unavailable(type(error).__name__, str(error)) from error


def get(peer: Peer, address: str, token: str = "") -> dict[str, Any]:
    """The JSON object at ``address``."""
    found = get_any(peer, address, token)
    if not isinstance(found, dict):
        raise unavailable("not_an_object", address)
    return found


def get_any(peer: Peer, address: str, token: str = "") -> Any:
    """The JSON at ``address``; with ``token`` as its bearer (RFC 6750, 2.1)."""
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})

    def ask() -> requests.Response:
        with requests.Session() as session:
            bound(session)
            return session.get(address, headers=headers, allow_redirects=False)

    response = asking(peer, address, ask)
    if response.status_code != 200:
        raise unavailable(f"status_{response.status_code}", address)
    return decoded(response.content, address)


def decoded(body: bytes, address: str) -> Any:
    """JSON without what JSON does not have (NaN, and nesting without end)."""
    try:
        return json.loads(body, parse_constant=lambda name: (_ for _ in ()).throw(ValueError(name)))
    except (ValueError, RecursionError) as error:
        raise unavailable("not_json", address) from error
