"""Title and reason of each refusal, for people. ``name`` is what the provider is called."""

from typing import Any

from flask_babel import lazy_gettext as _l

REASONS: dict[str, tuple[Any, Any]] = {
    "sign_in_not_started_here": (
        _l("Please start again"),
        _l("This sign-in was not started in this browser, took too long, or was used already."),
    ),
    "wrong_issuer": (
        _l("This did not come from where you were"),
        _l("The answer does not come from %(name)s, so nobody was signed in."),
    ),
    "cancelled": (_l("Cancelled"), _l("You cancelled at %(name)s.")),
    "provider_refused": (
        _l("%(name)s did not let you in"),
        _l("%(name)s refused the sign-in. If that happens again, tell an administrator."),
    ),
    "provider_unavailable": (
        _l("%(name)s does not answer"),
        _l("The sign-in of %(name)s does not answer. Try again in a moment."),
    ),
    "provider_misconfigured": (
        _l("%(name)s is not set up properly"),
        _l("The sign-in of %(name)s is not set up properly. The administrators have been told."),
    ),
    "sign_in_not_valid": (
        _l("That did not work"),
        _l("What %(name)s sent does not prove who you are, so nobody was signed in."),
    ),
    "account_exists": (
        _l("You have an account already"),
        _l("Sign in as you did before. Then you can add %(name)s in your account, under Sign-in methods."),
    ),
    "not_invited": (
        _l("There is no account for you here"),
        _l(
            "You are signed in at %(name)s, but nobody has invited you here. Ask an administrator "
            "of your company, or the person who told you about this place."
        ),
    ),
    "not_entitled": (
        _l("You are not entitled to come in"),
        _l(
            "You are signed in at %(name)s, but not in a group that may come in here. "
            "Ask those who run it in your company."
        ),
    ),
    "account_inactive": (
        _l("Your account is switched off"),
        _l("Nothing of yours is lost. Ask an administrator why, and to switch it on again."),
    ),
    "guest_access_ended": (
        _l("Your time as a guest is over"),
        _l("It ended on %(day)s. Ask the person who invited you to renew it."),
    ),
    "identity_in_use": (
        _l("This belongs to another account"),
        _l("Somebody else signs in here with this account of %(name)s. It cannot be added to yours."),
    ),
    "other_identity": (
        _l("This is somebody else"),
        _l("At %(name)s you are signed in as somebody else than here."),
    ),
    "last_sign_in_method": (
        _l("This is your only way in"),
        _l(
            "Without it you could not sign in any more. Add another way first: a password, "
            "a passkey, or another company's sign-in."
        ),
    ),
}
