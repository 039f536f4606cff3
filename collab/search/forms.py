"""What may be asked."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from collab.search.periods import day_before
from collab.search.question import Order
from collab.search.syntax import parse
from collab.search.things import names
from collab.search.wanted import Wanted
from collab.text import clean_line
from collab.web.forms import Form, Line

SINCE = {"week": timedelta(days=7), "month": timedelta(days=31), "year": timedelta(days=366)}

#: As long as somebody likes: what is too long is cut and said to be.
Typed = Annotated[str, AfterValidator(clean_line)]


def _is_kind(name: str) -> str:
    if name and name not in names():
        raise PydanticCustomError("literal_error", "no kind", {"expected": ", ".join(names())})
    return name


#: What can be found, by its name; "" for everything.
KindName = Annotated[str, AfterValidator(_is_kind)]


class Asked(Form):
    """The address of a search: every state of the page can be shared.

    ``q`` says it all. ``kind``, ``workspace``, ``author`` and ``since`` are an older way to narrow it.
    """

    q: Typed = ""
    sort: Literal["", "relevance", "date"] = ""
    kind: KindName = ""
    workspace: Line = ""
    author: Line = ""
    since: Literal["", "week", "month", "year"] = ""
    offset: int = Field(default=0, ge=0, le=1000)
    limit: int = Field(default=20, ge=1, le=100)

    @property
    def order(self) -> Order:
        return self.sort or "relevance"

    def wanted(self, timezone: str) -> Wanted:
        """All of it in one: the older parameters as filters."""
        found = parse(self.q)
        for name in ("kind", "workspace", "author"):
            if value := getattr(self, name):
                found = found.setting(name, value)
        if self.since:
            found = found.setting("after", day_before(SINCE[self.since], timezone))
        return found
