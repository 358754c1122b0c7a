"""The keys of an installation without an administrator: made once, kept in ``var/local.env``."""

import secrets
from pathlib import Path

from cryptography.fernet import Fernet
from django.conf import settings


def ensure_keys() -> bool:
    """Make the missing keys, write them beside the data, and use them from now on. True when any was made."""
    made: dict[str, str] = {}
    if settings.SECRET_KEY.startswith("not-secret"):
        made["SECRET_KEY"] = secrets.token_urlsafe(50)
        settings.SECRET_KEY = made["SECRET_KEY"]
    if not settings.CREDENTIAL_KEYS:
        made["CREDENTIAL_KEYS"] = Fernet.generate_key().decode()
        settings.CREDENTIAL_KEYS = [made["CREDENTIAL_KEYS"]]
    if made:
        _append(settings.LOCAL_ENV, made)
    return bool(made)


def _append(path: Path, values: dict[str, str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{name}={value}\n" for name, value in values.items())
