"""What a guest reads whose time is over, once it is clear who they are: until when, why, and whom to ask.

Nobody else learns that there is or was such a guest: a wrong password is answered as always.
"""

from datetime import timedelta

from flask import g, make_response, render_template, request
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select
from werkzeug.wrappers import Response

from collab import clock
from collab.auth import sponsors
from collab.auth.models import Account
from collab.auth.services import usable
from collab.web import answers
from collab.web.answers import is_api, reference
from collab.web.request import SAFE, context, reading

CODE = "guest_access_ended"
#: How long the button on the page works.
LIFE = timedelta(hours=1)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(context().settings.key, salt="guest-access-ended")


def proof_of(account_id: int) -> str:
    """What the page's button says: this browser has just proved to be the guest."""
    return str(_signer().dumps([account_id, int(clock.now().timestamp())]))


def proved(proof: str) -> int | None:
    """Whose page the button was on; None for anything else, and for a page of an hour ago."""
    try:
        account_id, since = _signer().loads(proof)
    except BadData:
        return None
    return int(account_id) if clock.now().timestamp() - since < LIFE.total_seconds() else None


def page(account_id: int, *, asked: bool = False) -> str:
    """The page for a guest who has proved to be this account."""
    db = reading()
    account = db.get_one(Account, account_id)
    sponsor = sponsors.of(db, account_id)
    still = select(Account.id).where(Account.id == (sponsor.id if sponsor else 0), usable(clock.now()))
    contact = sponsor.name if sponsor and db.scalar(still) else ""
    return render_template(
        "auth/ended.html",
        nav="login",
        here="/login",
        ends_at=account.ends_at,
        why=_why(account, contact),
        contact=contact,
        asked=asked,
        proof="" if asked else proof_of(account_id),
        **reference(CODE),
    )


def _why(account: Account, contact: str) -> str:
    """Why it ended, in a sentence; empty where the date says it all."""
    sentences = {
        "sponsor": _("%(name)s ended it.", name=contact) if contact else _("Your contact ended it."),
        "admin": _("An administrator ended it."),
        "firm": _("The access of everybody from your firm was ended."),
        "sponsor_left": _("Your contact has left the company, and nobody has taken over since."),
        "left": _("You ended it yourself."),
    }
    return str(sentences.get(account.end_reason, ""))


def for_cookie() -> Response | None:
    """In the place of a bare sign-in page: the cookie of a guest whose end came while a page was open."""
    ended: int | None = g.get("ended_guest")
    asks = request.method in SAFE and not is_api() and not request.headers.get("HX-Request")
    if ended is None or not asks:
        return None
    return make_response(page(ended), 403)


answers.WHY_NOT.append(for_cookie)
