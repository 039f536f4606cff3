"""Which addresses of a tool may be registered. They are compared as exact strings afterwards."""

import ipaddress
import re
from urllib.parse import urlsplit

_PRINTABLE = re.compile(r"[!-~]{1,2000}")


def is_loopback(host: str) -> bool:
    """Does the name mean this machine, without asking anybody?"""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def usable(uri: str) -> bool:
    """https, or http on this very machine; no fragment, no wildcard, no password (RFC 9700, 2.1)."""
    if not _PRINTABLE.fullmatch(uri) or "#" in uri or "*" in uri or "\\" in uri:
        return False
    try:
        parts = urlsplit(uri)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
