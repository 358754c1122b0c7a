"""What every outward request says about who asks and what can be read, whichever client carries it."""

from collections.abc import Mapping
from types import MappingProxyType

VERSION = "0.2.0"
"""The version of NotifyAdmin; a test holds that it is the project's."""

HEADERS: Mapping[str, str] = MappingProxyType(
    {"User-Agent": f"NotifyAdmin/{VERSION}", "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
)
"""Sent with each request, unless the request sets a header of the same name. Both clients read exactly the encodings
that are named here."""
