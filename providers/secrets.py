"""Encryption at rest. The first key encrypts, every key decrypts, so that keys can be rotated."""

import hashlib
import json
import secrets
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def encrypt(values: dict[str, Any]) -> str:
    """Encrypt a flat mapping. Raises ImproperlyConfigured when no key is set."""
    return _box(tuple(settings.CREDENTIAL_KEYS)).encrypt(json.dumps(values).encode()).decode()


def decrypt(token: str) -> dict[str, Any]:
    """The mapping that :func:`encrypt` made. Raises ImproperlyConfigured when no configured key fits."""
    if not token:
        return {}
    try:
        values: dict[str, Any] = json.loads(_box(tuple(settings.CREDENTIAL_KEYS)).decrypt(token.encode()))
    except InvalidToken as error:
        raise ImproperlyConfigured(
            "Stored credentials cannot be decrypted: CREDENTIAL_KEYS lacks the key they were encrypted with."
        ) from error
    return values


def new_push_token() -> str:
    """256 random bits for the path of a push address."""
    return secrets.token_urlsafe(32)


def hash_push_token(token: str) -> str:
    """What is looked up. The token has full entropy, so a plain digest is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    if not keys:
        raise ImproperlyConfigured(
            "Set CREDENTIAL_KEYS, or run `manage.py prepare` once: secrets are stored encrypted."
        )
    return MultiFernet([Fernet(key) for key in keys])
