"""Shortcodes of Hugo (``{{< name … >}}``, ``{{% name … %}}``) and Zola (``{{ name(…) }}``, ``{% name(…) %}``).

The few that every site has become Markdown; of others the content stays and a note names them.
"""

import re
from collections.abc import Callable

from collab.imports import embeds
from collab.imports.filters import arguments

_HUGO = re.compile(
    r"\{\{(?P<kind>[<%])\s*(?P<slash>/?)\s*(?P<name>[\w-]+)(?P<rest>.*?)/?\s*[>%]\}\}", re.DOTALL
)
_HUGO_TEXT = re.compile(r"\{\{([<%])/\*(.*?)\*/([>%])\}\}", re.DOTALL)
_ZOLA = re.compile(
    r"\{\{\s*(?P<name>[a-z_]\w*)\((?P<rest>[^{}]*)\)\s*\}\}|\{%\s*(?P<block>[a-z_]\w*)\((?P<given>[^{}]*)\)\s*%\}"
)
_ZOLA_END = re.compile(r"\{%\s*end\s*%\}")
_ZOLA_TEXT = re.compile(r"(\{[{%])/\*(.*?)\*/([}%]\})", re.DOTALL)
_MORE = re.compile(r"(?m)^[ \t]*<!--\s*more\s*-->[ \t]*\n?")
_QUOTED = frozenset(
    {"alert", "notice", "note", "tip", "warning", "info", "quote", "callout", "admonition", "hint"}
)


def render(text: str, notes: list[str]) -> str:
    """The text with its shortcodes as Markdown; a note for each that nobody knows."""
    text = _MORE.sub("", text)
    if "{{" not in text and "{%" not in text:
        return text
    text = _hugo(text, notes)
    text = _zola(text, notes)
    text = _HUGO_TEXT.sub(r"{{\1\2\3}}", text)
    return _ZOLA_TEXT.sub(r"\1\2\3", text)


def _hugo(text: str, notes: list[str]) -> str:
    out: list[str] = []
    opened: list[tuple[str, int, str]] = []
    at = 0
    for token in _HUGO.finditer(text):
        out.append(text[at : token.start()])
        at = token.end()
        name = token["name"]
        if token["slash"]:
            if any(each[0] == name for each in opened):
                while opened and (top := opened.pop())[0] != name:
                    pass
                inner = "".join(out[top[1] :])
                out[top[1] :] = [_block(name, top[2], inner)]
            continue
        closing = re.compile(r"\{\{[<%]\s*/\s*" + re.escape(name) + r"\s*[>%]\}\}").search(text, at)
        if closing and name not in ("figure", "ref", "relref", "youtube", "vimeo"):
            opened.append((name, len(out), token["rest"]))
            if name not in _QUOTED | {"highlight", "details"}:
                notes.append(f"shortcode {name} left out, its content kept")
        else:
            out.append(_inline(name, token["rest"], notes))
    return "".join([*out, text[at:]])


def _zola(text: str, notes: list[str]) -> str:
    def replace(token: re.Match[str]) -> str:
        if token["name"]:
            return _inline(token["name"], token["rest"], notes)
        if token["block"] not in _QUOTED:
            notes.append(f"shortcode {token['block']} left out, its content kept")
        return f"\ue006{token['block']}\ue007{token['given']}\ue008"

    text = _ZOLA_END.sub("\ue009", _ZOLA.sub(replace, text))
    innermost = re.compile("\ue006(\\w+)\ue007([^\ue008]*)\ue008([^\ue006\ue009]*)\ue009")
    while found := innermost.search(text):
        text = text[: found.start()] + _block(found[1], found[2], found[3]) + text[found.end() :]
    return re.sub("\ue006\\w+\ue007[^\ue008]*\ue008", "", text).replace("\ue009", "{% end %}")


def _block(name: str, rest: str, inner: str) -> str:
    given, named = arguments(rest)
    if name == "highlight":
        return f"\n```{given[0] if given else ''}\n{inner.strip(chr(10))}\n```\n"
    title = named.get("title") or named.get("author") or ""
    if name in _QUOTED:
        lines = [line.strip() for line in inner.strip().split("\n")]
        if title:
            lines = [*lines, "", f"— {title}"] if name == "quote" else [f"**{title}**", "", *lines]
        return "\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
    return f"\n\n**{title}**\n\n{inner}" if title else inner


def _inline(name: str, rest: str, notes: list[str]) -> str:
    given, named = arguments(rest)
    first = given[0] if given else named.get("id") or named.get("url") or ""
    if name in ("ref", "relref"):
        return first
    if name in ("figure", "image", "img", "resize_image"):
        source = named.get("src") or named.get("path") or first
        alt = named.get("alt") or named.get("caption") or named.get("title") or ""
        caption = named.get("caption", "")
        shown = f"![{embeds.escape_label(alt)}]({embeds.escape_address(source)})"
        return f"{shown}\n\n*{caption}*" if caption else shown
    known: Callable[[str, str], str] = embeds.named
    if address := known(name, first):
        return embeds.link(address, named.get("title", ""))
    notes.append(f"shortcode {name} left out")
    return ""
