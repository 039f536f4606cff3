"""What is said about the company's own words."""

from typing import Annotated

from pydantic import StringConstraints

from collab.web.forms import Form, Line


class Synonyms(Form):
    """Words between commas."""

    words: Annotated[str, StringConstraints(max_length=1200)]


class Wanted(Form):
    """Which groups; ``words`` stand in the form for a new one."""

    q: Line = ""
    words: Line = ""
