"""Reading a body of the type multipart/form-data (RFC 7578), which PHP's curl makes of every array of fields.

Bounded: the caller bounds the body, this the number of parts and the length of their headers.
"""

import re

MAX_PARTS = 64
MAX_HEADER_BYTES = 2048

_NAMED = re.compile(r'boundary=(?:"([^"]{1,70})"|([^\s";,]{1,70}))', re.IGNORECASE)
_WRITTEN = re.compile(rb"--([!-~](?:[ -~]{0,68}[!-~])?)[ \t]*\r\n(?i:content-disposition|content-type):")
_DISPOSITION = re.compile(rb"^content-disposition:[ \t]*form-data[ \t]*;(.*)$", re.IGNORECASE | re.MULTILINE)
_NAME = re.compile(rb'(?:^|;)[ \t]*name=(?:"([^"]*)"|([^\s";]+))', re.IGNORECASE)
_FILE = re.compile(rb"(?:^|;)[ \t]*filename\*?=", re.IGNORECASE)


def multipart_fields(content_type: str, body: bytes) -> dict[str, bytes] | None:
    """The fields of *body* by name, the last one of a name; None if it is not a whole multipart body of fields.

    Files are passed over. The boundary may stand in *content_type* or, where that was lost, only in the body.
    """
    if b"\r\n" not in body:
        body = body.replace(b"\n", b"\r\n")
    boundary = _boundary(content_type, body)
    parts = _parts(body, boundary) if boundary else None
    if parts is None:
        return None
    fields: dict[str, bytes] = {}
    for part in parts:
        head, _, value = part.partition(b"\r\n\r\n")
        name = _field_name(head)
        if name is None:
            return None
        if name:
            fields[name] = value
    return fields


def _boundary(content_type: str, body: bytes) -> bytes:
    named = _NAMED.search(content_type) if "multipart/" in content_type.lower() else None
    if named:
        return (named[1] or named[2]).encode()
    written = _WRITTEN.match(body.lstrip(b"\r\n"))
    return written[1] if written else b""


def _parts(body: bytes, boundary: bytes) -> list[bytes] | None:
    """Header and value of each part, or None if the body does not begin and end as it must."""
    _, *pieces = (b"\r\n" + body).split(b"\r\n--" + boundary, MAX_PARTS + 2)
    if len(pieces) > MAX_PARTS + 1 or not pieces or not pieces[-1].startswith(b"--"):
        return None
    parts = [piece.lstrip(b" \t") for piece in pieces[:-1]]
    return [part[2:] for part in parts] if all(part.startswith(b"\r\n") for part in parts) else None


def _field_name(head: bytes) -> str | None:
    """The name of a field, "" for a file, None if this is neither."""
    disposition = _DISPOSITION.search(head.replace(b"\r\n", b"\n")) if len(head) <= MAX_HEADER_BYTES else None
    found = _NAME.search(disposition[1]) if disposition else None
    if disposition is None or found is None:
        return None
    quoted, bare = found.groups()
    return "" if _FILE.search(disposition[1]) else (quoted if quoted is not None else bare).decode("utf-8", "replace")
