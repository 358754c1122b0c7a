"""Where a webhook may point to: like the address of a provider, it must not become a door inwards."""

import ipaddress
import socket
from urllib.parse import urlsplit

from django.conf import settings

from providers.accounts.addresses import is_inward
from providers.contract.words import Words, gettext_noop

NO_ADDRESS = Words(gettext_noop("This is not an address. It should look like https://host/path."))
USER_IN_IT = Words(gettext_noop("Leave user name and password out of the address; they would end up in logs."))
NOT_HTTPS = Words(gettext_noop("Only https:// is allowed here."))
INWARD = gettext_noop("“%(host)s” is on this machine or in a private network. Enter a public address.")


def problem(url: str) -> Words | None:
    """Why *url* may not be told anything, or None. Where private providers are allowed (rehearsal) any may be."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return NO_ADDRESS
    if not host or parts.scheme not in ("http", "https"):
        return NO_ADDRESS
    if parts.username or parts.password:
        return USER_IN_IT
    if settings.ALLOW_PRIVATE_PROVIDERS:
        return None
    if is_inward(host):
        return Words(INWARD, {"host": host})
    return None if parts.scheme == "https" else NOT_HTTPS


def problem_now(url: str) -> Words | None:
    """:func:`problem`, and also whether the name leads inwards at this moment. Asks the name service."""
    found = problem(url)
    if found or settings.ALLOW_PRIVATE_PROVIDERS:
        return found
    host = urlsplit(url).hostname or ""
    try:
        known = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        # Whoever cannot be found is not reached either; the request says so in better words.
        return None
    inward = any(not ipaddress.ip_address(str(entry[4][0]).partition("%")[0]).is_global for entry in known)
    return Words(INWARD, {"host": host}) if inward else None
