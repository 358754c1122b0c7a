"""The parameters of a request as a PHP server has them, for the sandbox."""

from urllib.parse import parse_qsl

from providers.contract.multipart import multipart_fields
from providers.contract.rehearsal import SandboxRequest


def fields_of(request: SandboxRequest) -> dict[str, str]:
    """Parameters of the address and those of a form body, which count more; other bodies are not looked at.

    PHP reads both kinds of form alike, and takes no notice of blanks before a name.
    """
    fields = dict(request.query) | (_form(request) if request.method == "POST" else {})
    return {name.lstrip(): value for name, value in fields.items()}


def _form(request: SandboxRequest) -> dict[str, str]:
    content_type = request.headers.get("content-type", "")
    kind = content_type.split(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
    parts = multipart_fields(content_type, request.body) if kind == "multipart/form-data" else None
    return {name: value.decode("utf-8", "replace") for name, value in (parts or {}).items()}
