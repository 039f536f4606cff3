"""What a page adds to sanitised HTML: ids, contents, links of ours, local images, and the plain text.

It works on the one form in which the sanitiser writes HTML; the sanitiser sees the result again.
"""

import html
import re
import zlib
from typing import NamedTuple
from urllib.parse import quote, unquote

from collab.text.clean import slugify
from collab.text.sanitise import HEADINGS, SCHEMES, WIKI_SCHEME, is_own_image
from collab.text.wiki import WikiLink

_TOKEN = re.compile(r'<(/?)([a-z0-9]+)((?: [a-z-]+="[^"]*")*)>|([^<]+|<)')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_VOID = frozenset({"br", "hr", "img", "wbr", "col"})
_LITERAL = frozenset({"a", "pre", "code", "kbd", "samp", "var"})
_NO_PROSE = HEADINGS | {"pre", "table", "section"}
BLOCKS = HEADINGS | frozenset(
    "p br hr div blockquote pre ul ol li dl dt dd table caption tr figure figcaption details summary"  # noqa: SIM905 (a list of words reads as such)
    " section".split()
)
_CELLS = frozenset({"td", "th"})
_ADDRESS = re.compile(
    r"(?<![\w@])(?:https?://|www\.)[^\s<>]+|(?<![\w@./:+-])@([a-z0-9][a-z0-9._-]{0,63}+)(?![\w@/])"
)
# Links that leave: they get no hold of our window, and search engines learn who wrote them.
FOREIGN = "noopener ugc"
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_FOOTNOTE = re.compile(r"fn(ref[0-9]{0,6})?:([0-9]{1,6})\Z")
_TASK = re.compile(r"\s*\[([ xX])\]\s")


class Heading(NamedTuple):
    """A line for the table of contents: 2 to 6, the id in the page, the words."""

    level: int
    id: str
    text: str


class Page:
    """One pass over sanitised HTML; the results are in its attributes."""

    def __init__(self, source: str, base: str, wiki: list[WikiLink]) -> None:
        self.wiki = wiki
        self.base = base.rstrip("/")
        self.key = f"{zlib.crc32(source.encode()):08x}"
        self.out: list[str] = []
        self.text: list[str] = []
        self.prose: list[str] = []
        self.headings: list[Heading] = []
        self.mentions: dict[str, None] = {}
        self._ids: set[str] = set()
        self._repeated: dict[str, int] = {}
        self._open: list[tuple[str, bool]] = []  # how each open element ends, and whether it is silent
        self._literal = self._preformatted = self._unprosaic = self._silent = 0
        self._shift = 0
        self._heading: tuple[int, list[str]] | None = None
        self._task = False

    def read(self, safe: str) -> None:
        """Take ``safe`` in; to be called once."""
        levels = [int(level) for level in re.findall(r"<h([1-6])>", safe)]
        self._shift = 2 - min(levels, default=2)
        for closing, tag, attributes, text in _TOKEN.findall(safe):
            if not tag:
                self._characters(text)
            elif closing:
                self._end(tag)
            else:
                found = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
                self._start(tag, found)

    # text

    def _say(self, words: str) -> None:
        if self._silent:
            return
        self.text.append(words)
        if not self._unprosaic:
            self.prose.append(words)
        if self._heading:
            self._heading[1].append(words)

    def _characters(self, escaped: str) -> None:
        if self._task and (box := _TASK.match(escaped)):
            done = box[1] != " "
            mark = f'<span class="{"task done" if done else "task"}">{"☑" if done else "☐"}</span> '
            self.out.append(mark)
            escaped = escaped[box.end() :]
        if escaped.strip():
            self._task = False
        text = html.unescape(escaped)
        self._say(text if self._preformatted else text.replace("\n", " "))
        if self._literal or not ("@" in text or "://" in text or "www." in text):
            self.out.append(_escape(text))
        else:
            self._linked(text)

    def _linked(self, text: str) -> None:
        end = 0
        for match in _ADDRESS.finditer(text):
            handle = match[1]
            if handle is None:
                shown = _address(match[0])
                url = shown if "://" in shown else f"http://{shown}"
                attributes = {"href": url, "rel": FOREIGN}
            else:
                handle = handle.rstrip(".-")
                shown = f"@{handle}"
                self.mentions[handle] = None
                attributes = {"class": "mention", "href": f"/people/{handle}"}
            self.out += [_escape(text[end : match.start()]), _tag("a", attributes), _escape(shown), "</a>"]
            end = match.start() + len(shown)
        self.out.append(_escape(text[end:]))

    # elements

    def _start(self, tag: str, found: dict[str, str]) -> None:
        self._say("\n" if tag in BLOCKS else "\t" if tag in _CELLS else "")
        if tag == "img":
            self._image(found)
            return
        shown, before, after = tag, "", ""
        if tag in HEADINGS:
            shown = f"h{min(6, int(tag[1]) + self._shift)}"
            self._heading = (len(self.out) + 1, [])
        elif tag == "a":
            found = self._link(found)
        elif "id" in found:
            found["id"] = self._note_id(found["id"])
        elif tag in _CELLS:
            side = found.pop("align", "")
            found |= {"class": f"align-{side}"} if side in ("right", "center") else {}
        elif tag == "table":
            before, after = '<div class="table-scroll" tabindex="0">', "</div>"
        elif tag == "pre":
            found["tabindex"] = "0"
        if found.get("id") == "":
            del found["id"]
        self.out += [before, _tag(shown, found)]
        self._literal += tag in _LITERAL
        self._preformatted += tag == "pre"
        self._unprosaic += tag in _NO_PROSE
        if tag not in _VOID:
            silent = found.get("class", "").startswith("footnote-")
            self._silent += silent
            self._open.append((f"</{shown}>{after}", silent))
        self._task = tag == "li" or (tag == "p" and self._task)

    def _end(self, tag: str) -> None:
        end, silent = self._open.pop()
        self._silent -= silent
        self.out.append(end)
        self._literal -= tag in _LITERAL
        self._preformatted -= tag == "pre"
        self._unprosaic -= tag in _NO_PROSE
        if tag in HEADINGS and self._heading:
            self._end_heading(int(tag[1]) + self._shift, *self._heading)
        if tag in BLOCKS:
            self._say("\n")

    def _end_heading(self, level: int, at: int, words: list[str]) -> None:
        self._heading = None
        text = " ".join("".join(words).split())
        name = self._unique("h-" + slugify(text, "section"))
        level = min(6, level)
        self.out[at] = _tag(f"h{level}", {"id": name})
        if text:
            self.headings.append(Heading(level, name, text))

    def _unique(self, name: str) -> str:
        found = name
        while found in self._ids:
            self._repeated[name] = self._repeated.get(name, 1) + 1
            found = f"{name}-{self._repeated[name]}"
        self._ids.add(found)
        return found

    def _note(self, name: str) -> str:
        match = _FOOTNOTE.match(name)
        if not match:
            return ""
        return f"fn{match[1] or ''}-{self.key}-{match[2]}"

    def _note_id(self, name: str) -> str:
        found = self._note(name)
        if found in self._ids:
            return ""
        self._ids.add(found)
        return found

    def _link(self, found: dict[str, str]) -> dict[str, str]:
        url = found.pop("href", "").strip()
        if not url:
            return {}
        if url.startswith(f"{WIKI_SCHEME}:"):
            return self._wiki_link(url.partition(":")[2])
        kept = {"title": found["title"]} if "title" in found else {}
        if url.startswith("#fn"):
            kind = "footnote-backref" if url.startswith("#fnref") else "footnote-ref"
            if note := self._note(url[1:]):
                return {"class": kind, "href": f"#{note}", **kept}
        if url.startswith("#"):
            name = unquote(url[1:])
            return {
                "href": "#" + (name if name.startswith("h-") else "h-" + slugify(name, "section")),
                **kept,
            }
        return {"href": url, **kept, **({"rel": FOREIGN} if is_foreign(url) else {})}

    def _wiki_link(self, number: str) -> dict[str, str]:
        if not number.isdecimal() or int(number) >= len(self.wiki):
            return {}
        link = self.wiki[int(number)]
        return {"class": "wikilink" if link.exists else "wikilink missing", "href": link.url}

    def _image(self, found: dict[str, str]) -> None:
        source, alt = found.pop("src", "").strip(), found.get("alt", "")
        self._unprosaic += 1  # found by search, but no sentence of a summary
        self._say(alt)
        self._unprosaic -= 1
        shown = self._joined(source)
        if is_own_image(shown):
            kept = {"src": shown, "alt": alt, **found, "loading": "lazy", "decoding": "async"}
            self.out.append(_tag("img", kept))
            return
        words = _escape(alt if alt.strip() else source)
        if self._literal or not source or not _may_link(source):
            self.out.append(words)
        else:
            rel = {"rel": FOREIGN} if is_foreign(source) else {}
            self.out += [_tag("a", {"class": "image", "href": source, **rel}), words, "</a>"]

    def _joined(self, source: str) -> str:
        """``source`` below the base, if it is the name of a file there."""
        if not self.base or not source or _SCHEME.match(source) or source[0] in "/\\#?":
            return source
        name = re.split("[?#]", source.removeprefix("./"), maxsplit=1)[0]
        return f"{self.base}/{quote(unquote(name))}"


def is_foreign(url: str) -> bool:
    """Whether a browser would leave this host for ``url`` (it reads ``\\`` as ``/``)."""
    return bool(_SCHEME.match(url)) or url.replace("\\", "/").startswith("//")


def _may_link(url: str) -> bool:
    scheme = _SCHEME.match(url)
    return scheme is None or scheme[0][:-1].lower() in SCHEMES


def _escape(text: str) -> str:
    return html.escape(text, quote=False)


def _tag(name: str, attributes: dict[str, str]) -> str:
    return "<" + name + "".join(f' {key}="{html.escape(value)}"' for key, value in attributes.items()) + ">"


def _address(found: str) -> str:
    """A bare address without the punctuation of the sentence around it (GFM 6.9)."""
    while found:
        last = found[-1]
        if last in "?!.,:*_~'\";”“’‘…" or (last == ")" and found.count(")") > found.count("(")):
            found = found[:-1]
        else:
            break
    return found
