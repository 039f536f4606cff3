"""One POST to an address that an administrator registered, and to nowhere else.

A tool's address is the only thing here that makes Collab call others. Private networks are
allowed: a company's tools live there, and an administrator has named this very address. Never
allowed are the addresses where clouds and networks keep secrets for whoever asks from inside, and
this machine itself unless Collab is tried out here. The name is looked up once and the connection
goes to the address that was checked; redirects are not followed.
"""

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import urlencode, urlsplit

from collab.auth.issuer.addresses import usable

TIMEOUT = 5.0
#: Metadata services outside of the link-local networks (AWS, Oracle, Alibaba).
_METADATA = frozenset(
    ipaddress.ip_address(text) for text in ("fd00:ec2::254", "192.0.0.192", "100.100.100.200")
)


class NotSent(Exception):
    """The other side did not get it, or did not say that it did."""


def post(uri: str, fields: dict[str, str], *, loopback: bool) -> None:
    """POST the fields as a form; NotSent unless the answer is a 2xx."""
    if not usable(uri):
        raise NotSent("address")
    parts = urlsplit(uri)
    host, secure = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    try:
        status = _send(host, port, secure, _target(host, port, loopback), parts.path, parts.query, fields)
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        raise NotSent(type(error).__name__) from error
    if not 200 <= status < 300:
        raise NotSent(f"status {status}")


def _send(
    host: str, port: int, secure: bool, target: str, path: str, query: str, fields: dict[str, str]
) -> int:
    with socket.create_connection((target, port), TIMEOUT) as plain:
        wrapped = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
        with wrapped:
            connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
            connection.sock = wrapped
            named = f"[{host}]" if ":" in host else host
            headers = {
                "Host": named if port == (443 if secure else 80) else f"{named}:{port}",
                "Content-Type": "application/x-www-form-urlencoded",
                "Connection": "close",
            }
            connection.request(
                "POST", (path or "/") + (f"?{query}" if query else ""), urlencode(fields), headers
            )
            return connection.getresponse().status


def _target(host: str, port: int, loopback: bool) -> str:
    """The address to connect to. All that the name stands for must be allowed."""
    found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    if not found or not all(allowed(address, loopback=loopback) for address in found):
        raise NotSent("forbidden address")
    return sorted(found, key=lambda address: (":" in address, address))[0]


def allowed(address: str, *, loopback: bool) -> bool:
    """May Collab connect there?"""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is not None:
            return allowed(str(inner), loopback=loopback)
    if ip.is_loopback:
        return loopback
    if ip in _METADATA or ip.is_link_local or ip.is_multicast or ip.is_unspecified:
        return False
    return not ip.is_reserved
