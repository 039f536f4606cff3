"""The question of a search's address, written one way only."""

from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from collab.errors import Invalid
from collab.search.forms import Asked
from collab.web import forms

#: Where one is in the answer is no part of the question.
PAGING = frozenset({"offset", "limit", "cursor"})
LONGEST = 1000


def asked(query: str) -> Asked:
    """What the query string of an address asks. Raises Invalid for what no search asks."""
    if len(query) > LONGEST:
        raise Invalid({"query": "too_long"}, max=LONGEST)
    given = MultiDict(parse_qsl(query.lstrip("?")))
    kept = MultiDict((name, value) for name, value in given.items(multi=True) if name not in PAGING)
    return forms.check(Asked, forms.page_values(Asked, kept))


def written(wanted: Asked) -> str:
    """The same question always as the same text; empty if nothing is asked."""
    values = wanted.model_dump(mode="json", exclude_defaults=True, exclude=set(PAGING))
    return urlencode([(name, values[name]) for name in sorted(values) if values[name]], doseq=True)


def kept(query: str) -> Asked:
    """What a query string asks that was written once; of a form that is no longer known, its words."""
    try:
        return asked(query)
    except Invalid:
        return Asked(q=dict(parse_qsl(query)).get("q", ""))


def path(query: str) -> str:
    """The search page with that question."""
    return f"/search?{query}"


def feed(query: str) -> str:
    """The feed of that question."""
    return f"/search/feed.atom?{query}"


def name(wanted: Asked) -> str:
    """What a search may be called that was given no name."""
    return " · ".join(str(value) for value in (wanted.q, *_others(wanted)) if value)[:80]


def _others(wanted: Asked) -> list[object]:
    values = wanted.model_dump(mode="json", exclude_defaults=True, exclude={*PAGING, "q", "sort"})
    return [values[name] for name in sorted(values)]
