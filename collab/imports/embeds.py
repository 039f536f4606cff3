"""Videos, players and other pages shown inside a page become a link: no page asks foreign hosts."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

_WATCH = (
    (
        re.compile(r"(?:www\.)?youtube(?:-nocookie)?\.com/(?:embed|v)/([\w-]{6,})"),
        "https://www.youtube.com/watch?v={}",
    ),
    (re.compile(r"youtu\.be/([\w-]{6,})"), "https://www.youtube.com/watch?v={}"),
    (re.compile(r"player\.vimeo\.com/video/(\d+)"), "https://vimeo.com/{}"),
    (re.compile(r"(media\.ccc\.de/v/[\w.-]+?)(?:/oembed)?/?$"), "https://{}"),
    (re.compile(r"((?:www\.)?slideshare\.net/slideshow/embed_code/\S+)"), "https://{}"),
)
_VIDEO = re.compile(r"youtube|youtu\.be|vimeo|media\.ccc\.de|\.(?:mp4|webm|ogv|mov)$", re.IGNORECASE)


def watch_address(address: str) -> str:
    """Where a person looks at what a page embeds; empty unless that is http(s)."""
    address = address.strip()
    if address.startswith("//"):
        address = "https:" + address
    parts = urlsplit(address) if "//" in address else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    if "soundcloud.com" in parts.netloc and (track := parse_qs(parts.query).get("url")):
        return unquote(track[0])
    place = parts.netloc + parts.path
    begin = next((value for key in ("t", "start") for value in parse_qs(parts.query).get(key, [])), "")
    for pattern, target in _WATCH:
        if found := pattern.match(place):
            at = f"&t={begin}" if begin and "youtube" in target else ""
            return target.format(found[1]) + at
    return address


def link(address: str, title: str = "") -> str:
    """A Markdown link to what was embedded; empty where there is nothing to link to."""
    target = watch_address(address)
    if not target:
        return ""
    label = title.strip() or ("Video: " if _VIDEO.search(target) else "") + _short(target)
    return f"[{escape_label(label)}]({escape_address(target)})"


def named(service: str, name: str) -> str:
    """The address of something by its name at a service (``youtube``, ``vimeo``, …); empty if unknown."""
    patterns = {
        "youtube": "https://www.youtube.com/embed/{}",
        "vimeo": "https://vimeo.com/{}",
        "soundcloud": "https://api.soundcloud.com/tracks/{}",
        "gist": "https://gist.github.com/{}",
        "tweet": "https://twitter.com/i/status/{}",
        "twitter": "https://twitter.com/i/status/{}",
        "instagram": "https://www.instagram.com/p/{}/",
    }
    if name.startswith(("http://", "https://", "//")):
        return name
    return watch_address(patterns[service].format(name)) if service in patterns and name else ""


def escape_label(text: str) -> str:
    """Plain words as the text of a link or the description of an image."""
    return " ".join(re.sub(r"([\[\]\\])", r"\\\1", text).split())


def escape_address(address: str) -> str:
    """An address as the target of a Markdown link: nothing in it ends the link."""
    address = re.sub(r"\s", "%20", address.strip())
    address = address.replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
    if address.count("(") != address.count(")") or ")(" in address:
        address = address.replace("(", "%28").replace(")", "%29")
    return address


def _short(address: str) -> str:
    parts = urlsplit(address)
    name = parts.netloc.removeprefix("www.") + unquote(parts.path).rstrip("/")
    return (name if len(name) <= 60 else name[:59] + "…").replace("youtube.com/watch", "YouTube")
