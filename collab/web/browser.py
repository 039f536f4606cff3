"""Pages that are for people in a browser, never for programs."""

from flask import g

from collab.errors import Forbidden


def only_in_a_browser() -> None:
    """Refuse tokens, which have the API. For a blueprint's ``before_request``.

    Behind such pages one makes tokens and sets passwords: a token that may write must not be
    able to make itself one that may do more, or that never ends.
    """
    if g.get("token_scopes") is not None:
        raise Forbidden
