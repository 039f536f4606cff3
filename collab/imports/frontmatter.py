"""The block of data above a document: YAML between ``---``, TOML between ``+++``.

The strict parser is asked first. What it refuses is read again, one key at a time, so that
one slip (a tab, a colon too many, HTML that runs on) costs one value and not the document:

1. a line ``key:`` at the margin begins a value, every other line belongs to the value above;
2. each value alone goes to the strict parser, its tabs replaced by blanks;
3. a value that is refused still is a list if its lines begin with ``-``, else one text.

Values are texts, lists, mappings, booleans or None: numbers and dates stay as written
(``1.10`` is no number here, ``2017-09-31`` no date), see ``dates``.
"""

import re
import tomllib
from datetime import date, datetime, time
from typing import Any

import yaml

Data = dict[str, Any]

_BLOCK = re.compile(
    r"\A\s*(?P<fence>---|\+\+\+)[ \t]*\n(?P<data>.*?)(?:^|\n)(?P<end>---|\+\+\+|\.\.\.)[ \t]*-*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)
_EMPTY = re.compile(r"\A\s*(?:---[ \t]*\n---|\+\+\+[ \t]*\n\+\+\+)[ \t]*(?:\n|\Z)")
_KEY = re.compile(r"([A-Za-z_][\w.-]*)[ \t]*:(?:[ \t]+(.*)|)$")
_TOML_KEY = re.compile(r"\s*([A-Za-z_][\w-]*)\s*=\s*(.*)$")
_ITEM = re.compile(r"\s*-\s+(.*)$")
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """YAML in which nothing but null is more than text."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML reads it from the class
        letter: [rule for rule in rules if rule[0] in ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")]
        for letter, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def split(text: str) -> tuple[Data, str, list[str]]:
    """The data above a document, the document below, and notes on what had to be mended."""
    if empty := _EMPTY.match(text):
        return {}, text[empty.end() :], []
    block = _BLOCK.match(text)
    if not block or (block["fence"] == "+++") != (block["end"] == "+++"):
        return {}, text, []
    notes: list[str] = []
    read = _toml if block["fence"] == "+++" else _yaml
    data = read(block["data"], notes)
    if not data and block["data"].strip():
        return {}, text, []  # a rule above a text, not data
    return data, text[block.end() :], notes


def load_yaml(text: str) -> Any:
    """A YAML file by the same rules as front matter; None where the parser refuses it."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ValueError):
        return None


def load_toml(text: str) -> Data:
    """A TOML file; empty where the parser refuses it."""
    try:
        return dict(_as_texts(tomllib.loads(text)))
    except tomllib.TOMLDecodeError:
        return {}


def truth(value: Any, *, default: bool) -> bool:
    """What YAML 1.1 and TOML mean by a boolean."""
    if isinstance(value, bool):
        return value
    return _BOOLEANS.get(str(value).strip().lower(), default) if value is not None else default


def words(value: Any) -> list[str]:
    """The texts in a value that may be one text, a list of them, or nothing."""
    if value is None or isinstance(value, (bool, dict)):
        return []
    if isinstance(value, list):
        return [found for item in value for found in words(item)]
    return [str(value).strip()] if str(value).strip() else []


def _yaml(data: str, notes: list[str]) -> Data:
    found = load_yaml(data)
    if isinstance(found, dict) and all(isinstance(key, str) and _KEY.match(key + ":") for key in found):
        return found
    if found is None and not data.strip():
        return {}
    notes.append("front matter is not valid YAML: read key by key")
    result: Data = {}
    key = ""
    lines: list[str] = []
    for line in data.replace("\t", " ").split("\n"):
        if match := _KEY.match(line):
            if key:
                result[key] = _value(key, lines)
            key, lines = match[1], [line]
        elif key:
            lines.append(line)
    if key:
        result[key] = _value(key, lines)
    return result


def _value(key: str, lines: list[str]) -> Any:
    while lines and not lines[-1].strip():
        lines.pop()
    parsed = load_yaml("\n".join(lines))
    if isinstance(parsed, dict) and list(parsed) == [key]:
        return parsed[key]
    rest = [lines[0].partition(":")[2].strip(), *lines[1:]]
    rest = [line for line in rest if line.strip()] if not rest[0] else rest
    items = [_ITEM.match(line) for line in rest]
    if items and all(items):
        return [_unquote(item[1]) for item in items if item]
    return _unquote("\n".join(line.strip() for line in rest)) or None


def _unquote(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return text


def _toml(data: str, notes: list[str]) -> Data:
    try:
        return dict(_as_texts(tomllib.loads(data)))
    except tomllib.TOMLDecodeError:
        notes.append("front matter is not valid TOML: read key by key")
    result: Data = {}
    for line in data.split("\n"):
        if line.startswith("["):
            break
        match = _TOML_KEY.match(line)
        if not match:
            continue
        try:
            result |= _as_texts(tomllib.loads(line))
        except tomllib.TOMLDecodeError:
            result[match[1]] = _unquote(match[2])
    return result


def _as_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_texts(item) for item in value]
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return value if isinstance(value, bool) else str(value)
