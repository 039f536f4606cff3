"""Find every link and image in Markdown and write it anew: inline, by reference, bare, in kept HTML."""

import re
from collections.abc import Callable

Resolve = Callable[[str, str | None], str | None]
"""(address, description of the image or None for a link) -> new address; None: only the words stay."""

_INLINE = re.compile(
    r"\(\s*(?:<(?P<angle>[^<>\n]*)>|(?P<bare>(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.|\([^\s()]*\))*\))*))"
    r"(?P<title>\s+(?:\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\)))?\s*\)"
)
_QUOTED_TITLE = re.compile(r"\(\s*(?P<bare>[^\s()]+)\s+\"(?P<title>[^\n()]*)\"\s*\)")
_BLANKS = re.compile(r"\((?P<bare>(?:mailto:|https?://|/)[^()<>\n\"]*|[^()<>\n\"]*\.\w{2,5})\s*\)")
_DEFINITION = re.compile(
    r"(?m)^(?P<before> {0,3}\[(?P<label>(?!\^)(?:[^\[\]\n\\]|\\.)+)\]:[ \t]*\n?[ \t]*)"
    r"(?:<(?P<angle>[^<>\n]*)>|(?P<bare>[^\s<]\S*))"
    r"(?P<rest>[ \t]*(?:\n[ \t]*)?(?:\"[^\"\n]*\"|'[^'\n]*'|\([^()\n]*\))?)[ \t]*$"
)
_REFERENCE_IMAGE = re.compile(r"!\[([^\[\]]*)\](?:\[([^\[\]]*)\])?(?!\()")
_AUTOLINK = re.compile(r"<(https?://[^\s<>]+)>")
_BARE = re.compile(r"(?<![\w/(\"'<\[=`])(https?://[^\s<>\"')\]]+[^\s<>\"')\].,;:!?])")
_ATTRIBUTE = re.compile(r"(<[a-z][^<>]*?)\s(href|src)=\"([^\"]*)\"")
_EMPTY = re.compile(r"(?<!!)\[\s*\]\([^()\s]*\)")


def rewrite(text: str, resolve: Resolve, own_hosts: frozenset[str]) -> str:
    """The text (its code hidden) with the addresses that ``resolve`` gives."""
    if own_hosts:
        text = _BARE.sub(lambda found: _angled(found, own_hosts), text)
    dropped: set[str] = set()
    pictures: dict[str, str] = {}
    shown = {_label(label or alt): alt for alt, label in _REFERENCE_IMAGE.findall(text)}
    text = _DEFINITION.sub(lambda found: _definition(found, resolve, dropped, shown, pictures), text)
    text = _REFERENCE_IMAGE.sub(lambda found: _picture(found, pictures), text)
    text = _apply(text, _edits(text, resolve, dropped))
    text = _AUTOLINK.sub(lambda found: _autolink(found, resolve), text)
    text = _ATTRIBUTE.sub(lambda found: _attribute(found, resolve), text)
    return _EMPTY.sub("", text)


def _angled(found: re.Match[str], own_hosts: frozenset[str]) -> str:
    host = found[1].split("/")[2].lower()
    return f"<{found[1]}>" if host in own_hosts else found[0]


def _autolink(found: re.Match[str], resolve: Resolve) -> str:
    target = resolve(found[1], None)
    return found[0] if target in (None, found[1]) else f"[{found[1]}]({target})"


def _attribute(found: re.Match[str], resolve: Resolve) -> str:
    alt = re.search(r'alt="([^"]*)"', found[1])
    target = resolve(found[3], (alt[1] if alt else "") if found[2] == "src" else None)
    return f'{found[1]} {found[2]}="{target}"' if target is not None else found[1]


def _definition(
    found: re.Match[str],
    resolve: Resolve,
    dropped: set[str],
    shown: dict[str, str],
    pictures: dict[str, str],
) -> str:
    """A definition with its new address; those of images go, because ``_picture`` writes them in place."""
    label = _label(found["label"])
    written = found["angle"] if found["angle"] is not None else found["bare"]
    target = resolve(written, shown.get(label))
    if target is None:
        dropped.add(label)
        return ""
    if label in shown:
        pictures[label] = f"{target}{found['rest'].replace(chr(10), ' ').rstrip()}"
        return ""
    return f"{found['before']}{target}{found['rest']}"


def _picture(found: re.Match[str], pictures: dict[str, str]) -> str:
    target = pictures.get(_label(found[2] or found[1]))
    return found[0] if target is None else f"![{found[1]}]({target})"


def _label(text: str) -> str:
    return " ".join(text.split()).casefold()


Edit = tuple[int, int, str]


def _edits(text: str, resolve: Resolve, dropped: set[str]) -> list[Edit]:
    """The changes to inline links and to references whose target is dropped."""
    edits: list[Edit] = []
    opened: list[int] = []
    for bracket in re.finditer(r"\\.|!?\[|\]", text):
        if bracket[0][0] == "\\":
            continue
        if bracket[0][-1] == "[":
            opened.append(bracket.start())
            continue
        if not opened:
            continue
        start, end = opened.pop(), bracket.start()
        after = text[end + 1 : end + 2]
        if after == "(":
            edits += _inline(text, start, end, resolve)
        elif dropped:
            edits += _reference(text, start, end, dropped)
    return edits


def _inline(text: str, start: int, end: int, resolve: Resolve) -> list[Edit]:
    found = _INLINE.match(text, end + 1) or _QUOTED_TITLE.match(text, end + 1) or _BLANKS.match(text, end + 1)
    if not found:
        return []
    parts = found.groupdict()
    address = parts.get("angle") if parts.get("angle") is not None else parts["bare"]
    opening = 2 if text[start] == "!" else 1
    words = text[start + opening : end]
    target = resolve(address or "", " ".join(words.split()) if opening == 2 else None)
    if target is None:
        return [(start, start + opening, ""), (end, found.end(), "")]
    title = parts.get("title") or ""
    if found.re is _QUOTED_TITLE:
        title = ' "' + title.replace('"', "'") + '"'
    return [(end + 1, found.end(), f"({target}{title})")]


def _reference(text: str, start: int, end: int, dropped: set[str]) -> list[Edit]:
    opening = 2 if text[start] == "!" else 1
    label, stop = text[start + opening : end], end + 1
    if (second := re.compile(r"\[([^\[\]]*)\]").match(text, end + 1)) is not None:
        label, stop = second[1] or label, second.end()
    if _label(label) not in dropped:
        return []
    return [(start, start + opening, ""), (end, stop, "")]


def _apply(text: str, edits: list[Edit]) -> str:
    out, at = [], 0
    for start, end, new in sorted(edits):
        if start < at:
            continue
        out += [text[at:start], new]
        at = end
    return "".join([*out, text[at:]])
