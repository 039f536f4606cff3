"""What is said about saved searches."""

from typing import Annotated

from pydantic import StringConstraints

from collab.web.forms import Form, Line

Query = Annotated[str, StringConstraints(max_length=1000)]


class Saving(Form):
    """``query`` is the question of a search's address; without a name it is called by what it asks."""

    query: Query
    name: Line = ""


class Naming(Form):
    """Another name."""

    name: Line
