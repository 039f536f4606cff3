"""Passkeys (WebAuthn Level 3): a device keeps the key, asks for the finger, and tells us only that.

The only file that knows the library. A challenge is a one-time token: its bytes are what the device
signs, its hash is all that is kept, and it works in the browser that asked for it alone.
"""

import ipaddress
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from collab import activity, clock, text
from collab.auth import once
from collab.auth.methods import ways
from collab.auth.methods.models import Passkey
from collab.auth.models import Account
from collab.auth.services import may_prove, signs_in_here
from collab.auth.sessions import Browser
from collab.errors import Invalid, NotFound, Refused
from collab.viewer import Viewer

LIFE = timedelta(minutes=5)
MOST = 20
ADD, COME_IN, AGAIN = "passkey.add", "passkey.come_in", "passkey.again"


@dataclass(frozen=True)
class Site:
    """Whom a passkey is for: the origin of the pages, and the host name in it (the RP ID)."""

    origin: str
    name: str

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""

    @property
    def usable(self) -> bool:
        """Browsers make no passkeys for an IP address, and only ``localhost`` does without https."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return self.origin.startswith("https://") or self.host == "localhost"
        return False


# Challenges ----------------------------------------------------------------------------------


def _challenge(db: Session, purpose: str, browser: str) -> bytes:
    return base64url_to_bytes(once.issue(db, purpose, None, LIFE, {"browser": browser}))


def options_to_add(db: Session, viewer: Viewer, site: Site, browser: str) -> dict[str, Any]:
    """What the browser hands to ``navigator.credentials.create``; devices that have one refuse."""
    account = db.get_one(Account, viewer.me)
    return _as_json(
        generate_registration_options(
            rp_id=site.host,
            rp_name=site.name,
            user_id=account.public_id.encode(),
            user_name=account.email or account.handle,
            user_display_name=account.name,
            challenge=_challenge(db, ADD, browser),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                require_resident_key=True,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=_known(db, viewer.me),
        )
    )


def options_to_prove(
    db: Session, purpose: str, site: Site, browser: str, account_id: int | None = None
) -> dict[str, Any]:
    """What the browser hands to ``navigator.credentials.get``; without an account the device says who."""
    return _as_json(
        generate_authentication_options(
            rp_id=site.host,
            challenge=_challenge(db, purpose, browser),
            allow_credentials=_known(db, account_id) if account_id else [],
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def _as_json(options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(options_to_json(options))
    return found


def _known(db: Session, account_id: int) -> list[PublicKeyCredentialDescriptor]:
    keys = db.scalars(select(Passkey.credential_id).where(Passkey.account_id == account_id))
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(key)) for key in keys]


def take_challenge(db: Session, purpose: str, answer: str, browser: str) -> dict[str, Any] | None:
    """The device's answer, parsed, if its challenge was ours, for this browser, and not used before.

    Uses the challenge up, so the caller commits whatever comes next. The signature is yet to check.
    """
    try:
        credential = json.loads(answer)
        told = json.loads(base64url_to_bytes(credential["response"]["clientDataJSON"]))
        challenge = told["challenge"]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if not isinstance(challenge, str) or not isinstance(credential, dict):
        return None
    row = once.use(db, purpose, challenge[:100])
    if row is None or row.data.get("browser") != browser:
        return None
    return {**credential, "challenge": challenge}


# Keys ----------------------------------------------------------------------------------------


def add(db: Session, viewer: Viewer, site: Site, answer: dict[str, Any], name: str, here: Browser) -> Passkey:
    """Keep the public half of a key that a device of the person just made.

    Raises Refused for an answer that does not prove it, or a key that is known already.
    """
    if len(of(db, viewer)) >= MOST:
        raise Invalid({"name": "too_many_passkeys"}, max=MOST)
    try:
        made = verify_registration_response(
            credential=_bare(answer),
            expected_challenge=base64url_to_bytes(answer["challenge"]),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception as error:  # whatever hostile bytes make of the library is a refusal
        raise Refused(400, "passkey_not_valid") from error
    key = bytes_to_base64url(made.credential_id)
    if len(key) > 1400 or db.scalar(select(Passkey.id).where(Passkey.credential_id == key)):
        raise Refused(400, "passkey_not_valid")
    kept = Passkey(
        account_id=viewer.me,
        credential_id=key,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        transports=_transports(answer),
        name=text.clean_line(name)[:100],
        created_at=clock.now(),
    )
    db.add(kept)
    db.flush()
    activity.record(db, "passkey.added", viewer, subject_id=viewer.me, name=kept.name, **here.told)
    return kept


def _bare(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "challenge"}


def _transports(answer: dict[str, Any]) -> list[str]:
    told = answer["response"].get("transports")
    return [str(word)[:20] for word in told[:10]] if isinstance(told, list) else []


def prove(db: Session, site: Site, answer: dict[str, Any]) -> tuple[int, list[str]] | None:
    """Whose key answered, and how that counts (RFC 8176). None for anything that is not right.

    A counter that does not grow is a copied key (WebAuthn Level 3, 6.1.1), and refused.
    """
    found = db.execute(
        select(Passkey, Account.public_id)
        .join(Account, Account.id == Passkey.account_id)
        .where(Passkey.credential_id == str(answer.get("id"))[:1400], may_prove(clock.now()), signs_in_here())
        .with_for_update()
    ).first()
    if found is None:
        return None
    key, public_id = found
    try:
        handle = answer["response"].get("userHandle")
        proved = verify_authentication_response(
            credential=_bare(answer),
            expected_challenge=base64url_to_bytes(answer["challenge"]),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
        if handle and base64url_to_bytes(handle) != public_id.encode():
            return None
    except Exception:  # whatever hostile bytes make of the library is a refusal
        return None
    key.sign_count, key.used_at = proved.new_sign_count, clock.now()
    single = proved.credential_device_type == CredentialDeviceType.SINGLE_DEVICE
    return key.account_id, ["hwk" if single else "swk", "mfa", "user"]


def of(db: Session, viewer: Viewer) -> list[Passkey]:
    """The person's passkeys, the oldest first."""
    return list(db.scalars(select(Passkey).where(Passkey.account_id == viewer.me).order_by(Passkey.id)))


def own(db: Session, viewer: Viewer, public_id: str) -> Passkey:
    """One of the person's passkeys. Raises NotFound for what is not theirs."""
    found = db.scalar(select(Passkey).where(Passkey.account_id == viewer.me, Passkey.public_id == public_id))
    if found is None:
        raise NotFound
    return found


def rename(db: Session, viewer: Viewer, public_id: str, name: str) -> None:
    """Call a passkey what its owner recognises. Raises Invalid for no name."""
    kept, wanted = own(db, viewer, public_id), text.clean_line(name)[:100]
    if not wanted:
        raise Invalid({"name": "required"})
    kept.name = wanted


def remove(db: Session, viewer: Viewer, public_id: str, here: Browser) -> None:
    """The key opens nothing any more. Raises Refused for the last way in."""
    kept = own(db, viewer, public_id)
    ways.keep_one(db, viewer.me)
    db.delete(kept)
    activity.record(db, "passkey.removed", viewer, subject_id=viewer.me, name=kept.name, **here.told)
