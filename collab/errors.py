"""What can go wrong because of what somebody asked. The web layer turns each into an answer."""

from collections.abc import Mapping


class CollabError(Exception):
    """The root of all errors that are an answer and not a fault of ours."""


class NotFound(CollabError):
    """There is no such thing, or it is not for this viewer to know that there is."""


class Forbidden(CollabError):
    """The viewer sees the thing, but may not do this to it."""


class Unauthorized(CollabError):
    """Nobody is signed in, and somebody has to be."""


class ReauthenticationRequired(CollabError):
    """The viewer is signed in, but has to show again who they are before doing this."""


class Invalid(CollabError):
    """The input was understood and is not acceptable.

    ``errors`` maps a field's name to a code; ``web.messages`` has a sentence for each code, in
    which ``params`` are filled in. The key ``""`` is for what concerns no single field.
    """

    def __init__(self, errors: Mapping[str, str], **params: str | int) -> None:
        super().__init__("; ".join(f"{field}: {code}" for field, code in errors.items()))
        self.errors = dict(errors)
        self.params = params


class Conflict(CollabError):
    """The thing has changed since the viewer read it."""


class Refused(CollabError):
    """What was asked is not done, for a reason that has a name of its own.

    ``code`` is stable, and ``web.messages`` has its sentence; ``status`` is the answer's.
    """

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class TooMany(CollabError):
    """Too many tries; ``retry_after`` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after
