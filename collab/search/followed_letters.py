"""The mail about what is new among the answers to followed searches: what it says, in either language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from collab.auth.letters import Letter, Say


@dataclass(frozen=True)
class Told:
    """A saved search: how many answers are new, and the titles and addresses of the first."""

    name: str
    public_id: str
    number: int
    titles: Sequence[tuple[str, str]]


def news(_: Say, url: str, searches: Sequence[Told], stop: str) -> Letter:
    """All searches with something new, in one mail."""
    one = len(searches) == 1
    subject = (
        _("New for your search “%(name)s”") % {"name": searches[0].name}
        if one
        else _("New for %(number)s of your searches") % {"number": len(searches)}
    )
    return Letter(
        subject,
        _("There is something new among the answers to what you follow."),
        _(
            "You get one such mail a day at most. Behind this link, one click ends them all, without signing in:"
        ),
        stop,
        tuple(line for told in searches for line in _lines(_, url, told)),
        stop=stop,
    )


def _lines(_: Say, url: str, told: Told) -> Iterator[str]:
    yield f"{told.name} ({told.number})"
    for title, path in told.titles:
        yield f"- {title}"
        yield f"  {url}{path}"
    rest = told.number - len(told.titles)
    if rest > 0:
        yield _("… and %(number)s more") % {"number": rest}
    yield _("All of them: %(address)s") % {"address": f"{url}/search/saved/{told.public_id}"}
    yield ""
