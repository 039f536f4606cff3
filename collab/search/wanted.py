"""What somebody typed, taken apart and put together again. Knows the names of filters, no rows and no terms.

The language is the same in English and German: every filter has a name in both, and each is understood
by everybody, so that an address can be passed on. ``written`` says it in one of them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from collab.search.question import Phrase, Word
from collab.search.things import words

#: What somebody can type.
Item = Word | Phrase
Group = tuple[Item, ...]

#: Filter -> its names, the English one and the German one that are written first.
FIELDS: Mapping[str, tuple[str, ...]] = {
    "kind": ("kind", "art", "type"),
    "workspace": ("workspace", "projekt", "bereich", "in"),
    "author": ("author", "von", "by", "from", "autor", "autorin"),
    "tag": ("tag", "schlagwort"),
    "after": ("after", "ab", "nach", "since", "seit"),
    "before": ("before", "vor", "bis", "until"),
    "has": ("has", "mit"),
    "language": ("language", "sprache", "lang"),
}
#: Values that are words: filter -> value -> its names, in the same order. Those of "kind" stand in ``things``.
VALUES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "has": {"file": ("file", "datei", "files", "dateien", "attachment", "anhang", "anhänge")},
    "language": {
        "de": ("de", "de", "german", "deutsch"),
        "en": ("en", "en", "english", "englisch"),
    },
}
OR, AND = ("OR", "ODER"), ("AND", "UND")
_FIELD_OF = {name: known for known, names in FIELDS.items() for name in names}


@dataclass(frozen=True)
class Filter:
    """``kind:page``, or with ``away`` ``-kind:page``. ``field`` and values that are words are the English ones."""

    field: str
    value: str
    away: bool = False


@dataclass(frozen=True)
class Wanted:
    """Words and filters. ``strict``: an operator was used, so all groups are meant; ``cut``: there was more."""

    groups: tuple[Group, ...] = ()
    without: tuple[Item, ...] = ()
    filters: tuple[Filter, ...] = ()
    strict: bool = False
    cut: bool = field(default=False, compare=False)

    @property
    def said(self) -> str:
        """The words that passages are looked for with."""
        return " ".join(_text(item) for group in self.groups for item in group)

    def values(self, name: str) -> tuple[str, ...]:
        """What the filter is set to."""
        return tuple(one.value for one in self.filters if one.field == name and not one.away)

    def adding(self, name: str, value: str) -> "Wanted":
        """Narrowed by this too; several values of a filter widen it."""
        return self._with((*self.filters, Filter(name, value)))

    def setting(self, name: str, value: str) -> "Wanted":
        """With this as the filter's only value."""
        return self.leaving(name).adding(name, value)

    def leaving(self, name: str, value: str | None = None, *, away: bool = False) -> "Wanted":
        """Without the filter, or only without that value of it."""
        gone = Filter(name, value or "", away)
        return self._with(
            one for one in self.filters if (one.field != name if value is None else one != gone)
        )

    def only_words(self) -> "Wanted":
        """Without any filter."""
        return self._with(())

    def _with(self, filters: Iterable[Filter]) -> "Wanted":
        return replace(self, filters=tuple(dict.fromkeys(filters)))


def field_of(name: str) -> str:
    """The filter that is called so; the empty text for none."""
    return _FIELD_OF.get(name.lower(), "")


def value_of(name: str, value: str) -> str:
    """The value of the filter that is called so: as it stands, where values are no words."""
    said = value.lower()
    return next((known for known, names in _values(name).items() if said in names), value)


def is_value(name: str, value: str) -> bool:
    """May the filter have this value? Of names of people, places and tags the rows decide."""
    known = _values(name)
    return not known or value in known


def _values(name: str) -> Mapping[str, tuple[str, ...]]:
    return words() if name == "kind" else VALUES.get(name, {})


def written(wanted: Wanted, lang: str = "en") -> str:
    """A text that says the same: what is typed back is understood as ``wanted`` again."""
    german = lang == "de"
    either, both = f" {OR[german]} ", f" {AND[german]} "
    groups = [either.join(map(_item, group)) for group in wanted.groups]
    words = (both if wanted.strict and not implied(wanted) else " ").join(groups)
    others = [f"-{_item(item)}" for item in wanted.without]
    return " ".join(filter(None, (words, *others, *(written_filter(one, lang) for one in wanted.filters))))


def implied(wanted: Wanted) -> bool:
    """Is it strict without a word that says so?"""
    return bool(wanted.without) or any(
        len(group) > 1 or any(isinstance(item, Phrase) for item in group) for group in wanted.groups
    )


def _item(item: Item) -> str:
    return f'"{_text(item)}"' if isinstance(item, Phrase) else item.text + "*" * item.prefix


def _text(item: Item) -> str:
    return " ".join(item.words) if isinstance(item, Phrase) else item.text


def written_filter(one: Filter, lang: str = "en") -> str:
    """The filter as it is typed."""
    german = lang == "de"
    names = _values(one.field).get(one.value)
    value = names[german] if names else one.value
    quoted = f'"{value}"' if " " in value else value
    return f"{'-' * one.away}{FIELDS[one.field][german]}:{quoted}"
