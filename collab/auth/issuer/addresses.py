"""Which addresses of a tool may be registered. They are compared as exact strings afterwards."""

import re
from urllib.parse import urlsplit

from collab.web.urls import is_loopback

_PRINTABLE = re.compile(r"[!-~]{1,2000}")


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
