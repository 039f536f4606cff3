"""What may be asked."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from collab.web.forms import Form, Line

KINDS = ("post", "page", "comment", "file", "person", "workspace")
SINCE = {"week": timedelta(days=7), "month": timedelta(days=31), "year": timedelta(days=366)}


class Asked(Form):
    """The address of a search: every state of the page can be shared."""

    q: Line = ""
    kind: Literal["", "post", "page", "comment", "file", "person", "workspace"] = ""
    workspace: Line = ""
    author: Line = ""
    since: Literal["", "week", "month", "year"] = ""
    offset: int = Field(default=0, ge=0, le=1000)
    limit: int = Field(default=20, ge=1, le=100)
