"""What a provider's groups give: the way in, the kind of account, the right of administrator."""

from sqlalchemy.orm import Session

from collab import activity
from collab.auth import groups, services
from collab.auth.models import Account
from collab.auth.providers.models import Identity, SignInProvider
from collab.auth.providers.refusals import Refused
from collab.auth.providers.who import Who
from collab.errors import Invalid
from collab.viewer import Viewer


def keeper(provider: SignInProvider) -> str:
    """Who keeps the groups that come from this provider (``Group.managed_by``)."""
    return f"provider:{provider.name}"


def kind_for_new(provider: SignInProvider, person: Who) -> str:
    """``employee`` or ``guest`` for somebody unknown. Raises Refused for who is in no group that it takes.

    A provider that does not tell the groups has shown no entitlement.
    """
    _require_group(provider, person, known=False)
    if provider.audience == "guests":
        return "guest"
    if person.among(provider.employee_groups):
        return "employee"
    if person.among(provider.guest_groups):
        return "guest"
    if provider.employee_groups or (provider.guest_groups and person.groups is None):
        raise Refused("not_entitled", "employee_groups")
    return "employee"


def check_known(provider: SignInProvider, person: Who, account: Account) -> None:
    """Raise Refused if the provider says that a person known here has lost what lets them in.

    Not to tell is not to say so. A person who is only a guest over there is no employee here; the
    kind of an account is changed by administrators, never by a claim.
    """
    _require_group(provider, person, known=True)
    if person.groups is None or provider.audience == "guests":
        return
    guest = person.among(provider.guest_groups)
    if account.kind == "employee":
        refused = (provider.employee_groups or guest) and not person.among(provider.employee_groups)
    else:
        let_in = [*provider.guest_groups, *provider.employee_groups]
        refused = bool(let_in) and not person.among(let_in)
    if refused:
        raise Refused("not_entitled", "groups", about=account.id)


def _require_group(provider: SignInProvider, person: Who, *, known: bool) -> None:
    if not provider.required_group or (known and person.groups is None):
        return
    if not person.among([provider.required_group]):
        raise Refused("not_entitled", "required_group")


def follow_groups(
    db: Session, viewer: Viewer, provider: SignInProvider, identity: Identity, account: Account, person: Who
) -> None:
    """Bring the account's groups and right of administrator to what the provider says now."""
    if person.groups is None:
        return
    groups.set_groups_of(db, viewer, account, sorted(person.groups), keeper(provider))
    if provider.admin_groups:
        _follow_admin(db, viewer, identity, account, wanted=person.among(provider.admin_groups))


def _follow_admin(db: Session, viewer: Viewer, identity: Identity, account: Account, *, wanted: bool) -> None:
    """Give the right, or take back what this gave. What was given by hand stays; so does the last one."""
    if wanted:
        if not account.is_admin and account.kind == "employee" and account.ends_at is None:
            services.set_admin(db, viewer, account, True)
            identity.gave_admin = True
        return
    if not identity.gave_admin:
        return
    try:
        services.set_admin(db, viewer, account, False)
    except Invalid:
        activity.record(db, "account.admin_kept", viewer, subject_id=account.id)
        return
    identity.gave_admin = False
