"""Why somebody is not let in by a provider: a code for people, the failed check for the log."""

from collab.errors import CollabError

#: code -> status of the answer. The codes are stable; tests and administrators go by them.
STATUS = {
    "sign_in_not_started_here": 400,
    "wrong_issuer": 400,
    "cancelled": 200,
    "provider_refused": 502,
    "provider_unavailable": 502,
    "provider_misconfigured": 502,
    "sign_in_not_valid": 400,
    "account_exists": 409,
    "not_invited": 403,
    "not_entitled": 403,
    "account_inactive": 403,
    "guest_access_ended": 403,
    "identity_in_use": 409,
    "other_identity": 403,
    "last_sign_in_method": 409,
}


class Refused(CollabError):
    """Nobody comes in. ``code`` is one of ``STATUS`` and decides what the person reads.

    ``check`` names what failed and ``detail`` holds the provider's own words: both are for the
    audit log and never shown to whoever tried. ``about`` is the account concerned, if it is known.
    """

    def __init__(
        self, code: str, check: str = "", detail: str = "", *, about: int | None = None, **shown: str
    ) -> None:
        super().__init__(f"{code}: {check}" if check else code)
        self.code, self.check, self.detail, self.about = code, check, detail[:300], about
        #: What the page may say besides: the end of a guest's time.
        self.shown = shown

    @property
    def status(self) -> int:
        return STATUS[self.code]


def invalid(check: str, detail: str = "") -> Refused:
    """What the provider sent does not prove anything; ``check`` says why not."""
    return Refused("sign_in_not_valid", check, detail)
