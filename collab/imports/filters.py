"""The small parts of Liquid: arguments of tags, addresses, and the filters that change text alone."""

import html
import re
from collections.abc import Callable
from urllib.parse import quote

_ARGUMENT = re.compile(r"([\w-]+)\s*(?:=|:(?!//))\s*|\"([^\"]*)\"|'([^']*)'|“([^”]*)”|([^\s,\"']+)")


def arguments(text: str) -> tuple[list[str], dict[str, str]]:
    """Positional and named arguments of a tag."""
    positional: list[str] = []
    named: dict[str, str] = {}
    name = ""
    for key, *values in _ARGUMENT.findall(text):
        if key:
            name = key
            continue
        value = next((each for each in values if each), "")
        if name:
            named[name], name = value, ""
        else:
            positional.append(value)
    return positional, named


def address(written: str) -> str:
    """An address of the site as a link can hold it; one with a scheme stays."""
    if re.match(r"[a-z][a-z0-9+.-]*:", written, re.IGNORECASE):
        return written
    return "/" + quote(written.lstrip("/"), safe="/#?=&%:@!$'*+,;~.-")


FILTERS: dict[str, Callable[[str, list[str]], str]] = {
    "escape": lambda text, _: html.escape(text),
    "escape_once": lambda text, _: html.escape(html.unescape(text)),
    "upcase": lambda text, _: text.upper(),
    "downcase": lambda text, _: text.lower(),
    "capitalize": lambda text, _: text[:1].upper() + text[1:],
    "strip": lambda text, _: text.strip(),
    "strip_html": lambda text, _: re.sub(r"<[^>]*>", "", text),
    "append": lambda text, given: text + (given[0] if given else ""),
    "prepend": lambda text, given: (given[0] if given else "") + text,
    "remove": lambda text, given: text.replace(given[0], "") if given else text,
    "replace": lambda text, given: text.replace(given[0], given[1]) if len(given) > 1 else text,
    "url_encode": lambda text, _: quote(text),
    "cgi_escape": lambda text, _: quote(text),
    "uri_escape": lambda text, _: quote(text, safe="/:?#&=%"),
}
