"""Secrets that must be read again, kept in the database so that a copy of it alone shows none."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def _box(key: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"collab: sealed columns").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def seal(key: str, secret: str) -> str:
    """``secret`` under the installation's secret ``key`` (``Settings.key``); nothing stays nothing."""
    return _box(key).encrypt(secret.encode()).decode() if secret else ""


def unseal(key: str, sealed: str) -> str:
    """What was sealed; nothing if it was sealed under another key, so that it has to be given anew."""
    try:
        return _box(key).decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        return ""
