"""Which addresses an account may point to.

An address field is a door inwards: whoever edits an account could otherwise make this server talk to machines that
only it can reach, and show what they answered.
"""

import ipaddress
import re
import socket
from urllib.parse import urlsplit

from providers.contract.fields import Field
from providers.contract.words import Words, gettext_noop

INWARD_SUFFIXES = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


def problem(url: str, declared: Field, *, allow_private: bool) -> Words | None:
    """Why *url* may not be the address of a provider, or None. With *allow_private* (rehearsal) anything may be."""
    if allow_private:
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return Words(gettext_noop("This is not an address. It should look like https://host/path."))
    if parts.username or parts.password:
        return Words(gettext_noop("Leave user name and password out of the address; they would end up in logs."))
    if is_inward(host):
        return Words(
            gettext_noop("“%(host)s” is on this machine or in a private network. Enter the provider's public address."),
            {"host": host},
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and permits_plain_http(declared)):
        return Words(gettext_noop("Only https:// is allowed here: the request carries the credentials of the account."))
    return None


def permits_plain_http(declared: Field) -> bool:
    """Whether the gateway's own words about its address speak of plain http."""
    return bool(re.search(r"\bhttp\b", declared.help))


def is_inward(host: str) -> bool:
    """Whether *host* names this machine or a private network, in any spelling of an IP address."""
    address = _literal(host)
    if address is not None:
        return not address.is_global
    return not host or "." not in host or host.lower().endswith(INWARD_SUFFIXES)


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return _unusual_literal(host)
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _unusual_literal(host: str) -> ipaddress.IPv4Address | None:
    # The resolver takes 127.1, 0x7f000001 and 2130706433 for addresses as well.
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None
