"""Stored HTML for somebody who reads this text alone, and nothing else of the house."""

import re
from functools import partial

_ATTRIBUTES = r'((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*'
_LINK = re.compile(rf"<a{_ATTRIBUTES}>(.*?)</a>", re.DOTALL)
_IMAGE = re.compile(rf"<img{_ATTRIBUTES}/?>")
_HREF = re.compile(r'\shref="([^"]*)"')
_SRC = re.compile(r'\ssrc="([^"]*)"')
_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_OUTSIDE = re.compile(r"https?://|mailto:|tel:|#", re.IGNORECASE)


def unlinked(html: str, own: str, site: str) -> str:
    """HTML that ``for_page`` made, without ways to other places of this house.

    ``own`` is the beginning of paths that may stay, ``site`` the address of the house. Such links
    become the words that stand in them, such pictures go: their addresses say what is where.
    """
    pictures = _IMAGE.sub(partial(_picture, own), html)
    return _LINK.sub(partial(_link, own, site), pictures)


def _picture(own: str, found: re.Match[str]) -> str:
    src = _SRC.search(found[1])
    return found[0] if src is not None and src[1].startswith(own) else ""


def _link(own: str, site: str, found: re.Match[str]) -> str:
    href = _HREF.search(found[1])
    if href is None:
        return found[0]
    address = _path(site, href[1])
    outside = _OUTSIDE.match(address) is not None
    return found[0] if outside or address.startswith(own) else found[2]


def _path(site: str, address: str) -> str:
    """The path of an address of the house, with whatever scheme; other addresses as they are."""
    host, given = _SCHEME.sub("", site).lower(), _SCHEME.sub("", address)
    rest = given[len(host) :]
    here = given != address and given.lower().startswith(host) and (not rest or rest[0] in "/?#")
    return rest or "/" if here else address
