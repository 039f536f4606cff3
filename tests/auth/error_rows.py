"""The rows of the error table about signing in: the status, the code, and how one gets there."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pyotp
from sqlalchemy import select
from werkzeug.test import TestResponse

from collab import clock
from collab.auth.methods.models import Totp
from collab.auth.models import Account
from collab.auth.passwords import set_password
from collab.auth.providers.models import Identity
from collab.auth.sealed import seal
from tests.auth.providers.liar.conftest import Visit, account
from tests.auth.providers.liar.lies import ABSENT, MARKUP, publishes, replies, returns, says
from tests.auth.providers.liar.provider import Lie, Reply
from tests.cast import PASSWORD

ADDRESS = "member@example.com"
SECRET = pyotp.random_base32()


@dataclass(frozen=True)
class Row:
    """How to get to a row of the table: ``act`` in a visit to a provider with ``settings``."""

    status: int
    code: str
    act: Callable[[Visit], TestResponse]
    known: str | None = "member"
    settings: dict[str, Any] = field(default_factory=dict)
    #: Who is signed in before.
    who: str = ""


def coming(lie: Lie) -> Callable[[Visit], TestResponse]:
    return lambda visit: visit.come_in(lie)


def being(**claims: Any) -> Callable[[Visit], TestResponse]:
    """Honestly signed in over there, as somebody with these claims."""

    def act(visit: Visit) -> TestResponse:
        visit.provider.person |= claims
        return visit.come_in()

    return act


def with_account(
    who: str, then: Callable[[Visit], TestResponse], **values: Any
) -> Callable[[Visit], TestResponse]:
    """The account of ``who`` has these values, then this is done."""

    def act(visit: Visit) -> TestResponse:
        account(visit.world, who, **values)
        return then(visit)

    return act


def says_error(error: str) -> Lie:
    return Lie(
        back=lambda query: {
            "error": error,
            "error_description": MARKUP,
            "state": query["state"],
            "iss": query["iss"],
        }
    )


def used_twice(visit: Visit) -> TestResponse:
    query = visit.leave()
    visit.back(query)
    visit.browser.delete_cookie("collab")
    return visit.back(query)


def too_late(visit: Visit) -> TestResponse:
    query = visit.leave()
    with clock.shifted(timedelta(minutes=11)):
        return visit.back(query)


def with_password(email: str = ADDRESS, password: str = "wrong") -> Callable[[Visit], TestResponse]:
    def act(visit: Visit) -> TestResponse:
        with visit.world.system() as db:
            set_password(db, db.get_one(Account, visit.world.account_id("member")), PASSWORD)
        return visit.browser.send("/login", {"email": email, "password": password})

    return act


def guessing(visit: Visit) -> TestResponse:
    for _ in range(10):
        with_password()(visit)
    return with_password(password=PASSWORD)(visit)


def with_code(code: Callable[[], str], times: int = 1) -> Callable[[Visit], TestResponse]:
    """The right password, then a code of an authenticator app; ``times``: how often in new browsers."""

    def act(visit: Visit) -> TestResponse:
        with visit.world.system() as db:
            key = seal(visit.world.context.settings.key, SECRET)
            member = visit.world.account_id("member")
            db.merge(Totp(account_id=member, secret=key, last_step=1, created_at=clock.now()))
        answer = None
        for _ in range(times):
            visit.browser.delete_cookie("collab")
            started = with_password(password=PASSWORD)(visit)
            assert started.status_code == 303, started.text
            answer = visit.browser.send(started.location, {"code": code()})
        assert answer is not None
        return answer

    return act


def linking(visit: Visit) -> TestResponse:
    return visit.back(visit.provider.authorize(visit.browser.send(f"/login/oidc/{visit.name}/link").location))


def unlinking(visit: Visit) -> TestResponse:
    with visit.world.system() as db:
        *others, only = db.scalars(select(Identity).order_by(Identity.id))
        for other in others:
            db.delete(other)
        name = only.public_id
    return visit.browser.send(f"/login/identities/{name}/unlink")


METADATA = ".well-known/openid-configuration"
ENDED = clock.now() - timedelta(days=2)

ROWS = {
    "no state": Row(400, "sign_in_not_started_here", coming(returns(state=ABSENT))),
    "unknown state, with an error": Row(
        400,
        "sign_in_not_started_here",
        lambda visit: visit.back({"state": "unknown", "error": "access_denied"}),
    ),
    "another browser's state": Row(
        400, "sign_in_not_started_here", lambda visit: visit.back(visit.elsewhere().leave())
    ),
    "used state": Row(400, "sign_in_not_started_here", used_twice),
    "old state": Row(400, "sign_in_not_started_here", too_late),
    "no issuer though announced": Row(400, "wrong_issuer", coming(returns(iss=ABSENT))),
    "another issuer": Row(400, "wrong_issuer", coming(returns(iss="https://evil.example"))),
    "cancelled": Row(200, "cancelled", coming(says_error("access_denied"))),
    "another error": Row(502, "provider_refused", coming(says_error("server_error"))),
    "token endpoint broken": Row(502, "provider_unavailable", coming(replies("token", Reply(MARKUP, 500)))),
    "token endpoint a page": Row(
        502, "provider_unavailable", coming(replies("token", Reply(MARKUP, media="text/html")))
    ),
    "discovery broken": Row(502, "provider_unavailable", coming(replies(METADATA, Reply(MARKUP, 503)))),
    "keys broken": Row(502, "provider_unavailable", coming(replies("keys", Reply(MARKUP, 500)))),
    "discovery of another issuer": Row(
        502, "provider_misconfigured", coming(publishes(issuer="https://evil.example"))
    ),
    "ID token for somebody else": Row(400, "sign_in_not_valid", coming(says(aud="another-tool"))),
    "userinfo of somebody else": Row(
        400, "sign_in_not_valid", coming(Lie(userinfo=lambda told: told | {"sub": "e-1002"}))
    ),
    "proven address of an account": Row(409, "account_exists", being(email=ADDRESS), None),
    "unproven address of an account": Row(
        403, "not_invited", being(email=ADDRESS, email_verified=False), None
    ),
    "somebody unknown": Row(403, "not_invited", being(), None),
    "not in the group": Row(
        403, "not_entitled", being(groups=[]), None, {"creates_accounts": True, "required_group": "staff"}
    ),
    "suspended": Row(403, "account_inactive", with_account("member", being(), status="suspended")),
    "guest's time over": Row(
        403, "guest_access_ended", with_account("guest", being(), ends_at=ENDED), "guest"
    ),
    "wrong password": Row(401, "sign_in_failed", with_password()),
    "unknown address": Row(401, "sign_in_failed", with_password("nobody@example.com")),
    "suspended, right password": Row(
        401, "sign_in_failed", with_account("member", with_password(password=PASSWORD), status="suspended")
    ),
    "wrong code": Row(401, "sign_in_failed", with_code(lambda: "000000x")),
    "code used before": Row(401, "sign_in_failed", with_code(lambda: pyotp.TOTP(SECRET).now(), times=2)),
    "too many tries": Row(429, "too_many_attempts", guessing),
    "identity of another account": Row(409, "identity_in_use", linking, "colleague", who="member"),
    "last way in": Row(409, "last_sign_in_method", unlinking, who="member"),
}
