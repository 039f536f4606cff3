"""Liquid as Jekyll and Eleventy sites write it, read without running it.

What a tree itself knows (front matter, configuration, people, its own pages and images) is
filled in. Tags that only lay out or loop over things outside the tree are left out with a
note. Inside code, what is not understood stays as it is: it is an example.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from collab.imports import embeds
from collab.imports.filters import FILTERS, address, arguments
from collab.imports.frontmatter import Data
from collab.imports.markup import code_spans
from collab.imports.tokens import Token, tokens

_NAME = re.compile(r"[\w-]+")
_PATH = re.compile(r"[\w-]+(?:\.[\w-]+|\[\d+\]|\[\"[^\"]*\"\]|\['[^']*'\])*\Z")
_STEP = re.compile(r"[\w-]+")
_PIPE = re.compile(r"\|(?=(?:[^\"']|\"[^\"]*\"|'[^']*')*\Z)")
_UNKNOWN = object()
_SILENT = (
    "uswds_icon",
    "usa-current",
    "usa",
    "toc",
    "seo",
    "feed_meta",
    "css",
    "js",
    "break",
    "continue",
    "cycle",
)
_IMAGES = {"image": 1, "img": 1, "figure": 1, "image_with_class": 2}  # arguments before the description


@dataclass
class Context:
    """What a document may ask of its tree. ``notes`` collects what was left out."""

    site: Data
    page: Data
    person: Callable[[str], str]  # Markdown for a person by id, empty if unknown
    photo: Callable[[str], str]  # Markdown for a person's picture, empty if there is none
    include: Callable[[str], str | None]  # the text of an included file
    post: Callable[[str], str]  # the address of a post by its file name
    notes: list[str]
    variables: Data = field(default_factory=dict)
    depth: int = 0


@dataclass(slots=True)
class _Frame:
    """A block tag that is open."""

    name: str
    rest: str = ""
    live: bool = True
    taken: bool = False
    out: list[str] = field(default_factory=list)


def render(text: str, context: Context) -> str:
    """The text with its Liquid filled in or left out."""
    return _Run(text, context).result if "{%" in text or "{{" in text else text


class _Run:
    """One pass over one text."""

    def __init__(self, text: str, context: Context) -> None:
        self.context = context
        self.notes = context.notes
        spans = code_spans(text)
        self._starts, self._ends = [start for start, _ in spans], [end for _, end in spans]
        self.frames = [_Frame("")]
        at = 0
        for token in tokens(text):
            if token.start < at:
                continue  # inside of what was skipped
            before = text[at : token.start]
            self._emit(before.rstrip() if token.written[2] == "-" else before)
            at = token.end
            if token.written[1] == "{":
                self._emit(self._output(token.inner, self._in_code(token.start), token.written))
            else:
                at = self._tag(token, text)
            if token.written[-3] == "-":
                at += len(text[at:]) - len(text[at:].lstrip())
        self._emit(text[at:])
        while len(self.frames) > 1:
            self._end(self.frames[-1].name)
        self.result = "".join(self.frames[0].out)

    def _in_code(self, at: int) -> bool:
        index = bisect_right(self._starts, at) - 1
        return index >= 0 and at < self._ends[index]

    def _emit(self, text: str) -> None:
        if all(frame.live for frame in self.frames):
            self.frames[-1].out.append(text)

    # tags

    def _tag(self, token: Token, text: str) -> int:
        """Carry out a tag; answers where to read on."""
        found = _NAME.match(token.inner)
        name = found[0] if found else ""
        rest = token.inner[len(name) :].strip()
        if name in ("raw", "comment", "verbatim"):
            return self._skip(name, token.end, text)
        if name.startswith("end") and any(frame.name == name[3:] for frame in self.frames[1:]):
            self._end(name[3:])
        elif name in ("if", "unless", "case", "for", "tablerow"):
            self._branch(name, rest)
        elif name in ("else", "elsif", "elseif", "when", "empty"):
            self._else(name, rest)
        elif name in ("capture", "alert", "highlight"):
            self.frames.append(_Frame(name, rest))
        elif name == "assign":
            self._assign(rest)
        else:
            known = self._inline(name, rest)
            if known is None and self._in_code(token.start):
                known = token.written
            elif known is None:
                self._note(f"tag {{% {name} %}} left out")
            self._emit(known or "")
        return token.end

    def _skip(self, name: str, at: int, text: str) -> int:
        end = re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}").search(text, at)
        if name != "comment":
            self._emit(text[at : end.start() if end else len(text)])
        return end.end() if end else len(text)

    def _branch(self, name: str, rest: str) -> None:
        live = self._holds(rest) if name in ("if", "unless") else False
        live = not live if name == "unless" else live
        if name in ("for", "tablerow"):
            self._note(f"loop {{% {name} {rest} %}} left out")
        self.frames.append(_Frame(name, rest, live, live))

    def _else(self, name: str, rest: str) -> None:
        frame = self.frames[-1]
        if frame.name not in ("if", "unless", "case", "for"):
            return
        live = not frame.taken and (name in ("else", "empty") or (name != "when" and self._holds(rest)))
        kept = frame.out
        self.frames[-1] = _Frame(frame.name, frame.rest, live, frame.taken or live, kept)

    def _end(self, name: str) -> None:
        while self.frames[-1].name != name:
            self._end(self.frames[-1].name)
        frame = self.frames.pop()
        inner = "".join(frame.out)
        if name == "capture":
            self.context.variables[frame.rest] = inner
        elif name == "alert":
            self._emit(_alert(inner, frame.rest))
        elif name == "highlight":
            self._emit(f"```{frame.rest.split(' ')[0]}\n{inner.strip(chr(10))}\n```")
        else:
            self._emit(inner)

    def _assign(self, rest: str) -> None:
        name, _, value = rest.partition("=")
        found = self._value(value.strip())
        self.context.variables[name.strip()] = None if found is _UNKNOWN else found

    def _inline(self, name: str, rest: str) -> str | None:
        """What a tag without an end stands for; None if nobody knows."""
        given, named = arguments(rest)
        first = given[0] if given else named.get("id") or named.get("url") or ""
        if name in ("page", "download", "link", "url"):
            return address(first)
        if name in _IMAGES:
            alt = given[-1] if len(given) > _IMAGES[name] else named.get("alt", "")
            return f"![{embeds.escape_label(alt)}]({address(first or named.get('src', ''))})"
        if name in ("include", "include_relative", "render"):
            return self._include(first)
        plain = {
            "slack_channel": f"{given[1]} (#{first})" if len(given) > 1 else f"#{first}",
            "oembed": f"<{first}>" if first.startswith("http") else first,
            "post_url": self.context.post(first) if name == "post_url" else "",
            **dict.fromkeys(_SILENT, ""),
        }
        found = embeds.named(name, first)
        return plain.get(name, embeds.link(found, named.get("title", "")) if found else None)

    def _include(self, name: str) -> str:
        found = self.context.include(name) if self.context.depth < 5 else None
        if found is None:
            self._note(f"included {name} is not text of this tree: left out")
            return ""
        self.context.depth += 1
        inner = render(found, self.context)
        self.context.depth -= 1
        return inner

    # values

    def _output(self, expression: str, in_code: bool, written: str) -> str:
        value = self._value(expression)
        if value is _UNKNOWN:
            if in_code or not all(frame.live for frame in self.frames):
                return written
            self._note(f"{{{{ {expression} }}}} has no value: left out")
            return ""
        return "" if value is None else str(value)

    def _value(self, expression: str) -> Any:
        head, *filters = [part.strip() for part in _PIPE.split(expression)]
        value = self._lookup(head)
        for written in filters:
            name, _, rest = written.partition(":")
            value = self._filter(name.strip(), value, arguments(rest)[0])
        return value

    def _lookup(self, path: str) -> Any:
        if len(path) > 1 and path[0] in "\"'“" and path[-1] in "\"'”":
            return path[1:-1]
        if re.fullmatch(r"-?\d+(?:\.\d+)?", path):
            return path
        if not _PATH.match(path):
            return _UNKNOWN
        root, *steps = _STEP.findall(path)
        value: Any = {"site": self.context.site, "page": self.context.page, **self.context.variables}.get(
            root, _UNKNOWN
        )
        if value is _UNKNOWN:
            return "" if steps[-1:] in (["baseurl"], ["base_url"]) else _UNKNOWN
        for step in steps:
            if isinstance(value, dict) and (step in value or step in ("baseurl", "base_url")):
                value = value.get(step, "")
            elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                return _UNKNOWN
        return value

    def _filter(self, name: str, value: Any, given: list[str]) -> Any:
        if value is _UNKNOWN:
            return given[0] if name == "default" and given else _UNKNOWN
        text = "" if value is None else str(value)
        if name == "team_link":
            return self.context.person(text) or text
        if name == "team_photo":
            return self.context.photo(text)
        if name == "embed":
            return embeds.link(text, given[0] if given else "")
        if name == "default":
            return value or (given[0] if given else "")
        return FILTERS[name](text, given) if name in FILTERS else value

    def _holds(self, condition: str) -> bool:
        for part in re.split(r"\s+or\s+", condition):
            if all(self._compare(each) for each in re.split(r"\s+and\s+", part)):
                return True
        return False

    def _compare(self, condition: str) -> bool:
        left, operator, right = (
            [*re.split(r"\s*(==|!=|contains|[<>]=?)\s*", condition, maxsplit=1), "", ""]
        )[:3]
        value = self._value(left.strip())
        if operator in ("==", "!="):
            return (value == self._value(right.strip())) == (operator == "==") and value is not _UNKNOWN
        if operator == "contains":
            return value is not _UNKNOWN and right.strip("\"' ") in (value or "")
        return not operator and value not in (_UNKNOWN, None, False, "false")

    def _note(self, text: str) -> None:
        if all(frame.live for frame in self.frames):
            self.notes.append(" ".join(text.split()))


def _alert(inner: str, rest: str) -> str:
    given, _ = arguments(rest)
    heading = given[0].strip() if given else ""
    lines = ([f"**{heading}**", ""] if heading else []) + [line.strip() for line in inner.strip().split("\n")]
    return "\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
