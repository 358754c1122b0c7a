"""The three headers that prove who is asking."""

import hashlib
from collections.abc import Callable

Clock = Callable[[], float]
"""Unix time in seconds."""

CONTENT_TYPE = "application/json;charset=UTF-8"


def sign(api_key: str, api_secret: str, timestamp: str) -> str:
    """MD5 in lower-case hex over key, secret and timestamp joined without separator (all send pages, headers)."""
    return hashlib.md5(f"{api_key}{api_secret}{timestamp}".encode()).hexdigest()


def signed_headers(api_key: str, api_secret: str, clock: Clock) -> dict[str, str]:
    """Headers of one request. The provider tolerates half an hour between its clock and ours (specification of 2023).

    The body is not covered by the signature, so each request gets its own timestamp.
    """
    timestamp = str(int(clock()))
    return {
        "Content-Type": CONTENT_TYPE,
        "Sign": sign(api_key, api_secret, timestamp),
        "Timestamp": timestamp,
        "Api-Key": api_key,
    }
