"""``/api/v1/me``."""

from collab.account import services
from collab.account.forms import Profile
from collab.auth.models import Account
from collab.web.api import Api, Out
from collab.web.request import db, viewer
from collab.web.urls import whole

blueprint = Api("account")


class MeOut(Out):
    """The person that a token or session stands for."""

    id: str
    handle: str
    name: str
    email: str | None
    kind: str
    is_admin: bool
    title: str
    location: str
    bio: str
    timezone: str
    locale: str
    url: str
    photo_url: str | None


def _out(account: Account) -> MeOut:
    names = ("handle", "name", "email", "kind", "is_admin", "title", "location", "bio", "timezone", "locale")
    url = whole(f"/people/{account.handle}")
    photo = f"{url}/photo" if account.photo else None
    return MeOut(
        id=account.public_id, url=url, photo_url=photo, **{name: getattr(account, name) for name in names}
    )


@blueprint.operation("GET", "/me", answer=MeOut)
def me() -> MeOut:
    """Who am I?"""
    return _out(services.own(db(), viewer()))


@blueprint.operation("PUT", "/me", body=Profile, answer=MeOut)
def change_me(body: Profile) -> MeOut:
    """Change one's own profile."""
    services.change_profile(db(), viewer(), body)
    return _out(services.own(db(), viewer()))
