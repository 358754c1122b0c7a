"""The one door for pushes, as Django's view and as a plain WSGI application before it.

A burst of receipts must not pay for sessions, languages and forms, so the web server asks :class:`Door` first; the view
is the same door where there is only Django, and what ``reverse`` finds.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from .receiving import Answer, Push, answer, journal

PREFIX = "/push/"
HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Content-Security-Policy", "default-src 'none'"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]


@csrf_exempt
def push(request: HttpRequest, token: str, door: str) -> HttpResponse:
    """Store the push durably, then answer exactly what the provider takes as received."""
    content_type = request.headers.get("Content-Type", "")
    said = answer(Push(request.method or "", token, door, content_type, request.read, _length(request.META)))
    response = HttpResponse(said.body, status=said.status, content_type=said.content_type)
    for name, value in (*HEADERS, *said.headers):
        response[name] = value
    return response


class Door:
    """Answers pushes itself and leaves everything else to *application*."""

    def __init__(self, application: Application) -> None:
        self._application = application
        # Also when nothing is pushed: what an earlier process left behind is stored.
        journal()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        found = _push(environ)
        if found is None:
            return self._application(environ, start_response)
        said = answer(found)
        start_response(_status(said), _headers(said))
        return [said.body]


def _push(environ: Environ) -> Push | None:
    """The push in a request; None for other addresses, and for those that Django sends to https first."""
    path: str = environ["PATH_INFO"]
    if not path.startswith(PREFIX) or (settings.SECURE_SSL_REDIRECT and not _is_secure(environ)):
        return None
    token, slash, door = path[len(PREFIX) :].partition("/")
    if not slash or not token or not door or "/" in door:
        return None
    content_type = environ.get("CONTENT_TYPE") or ""
    return Push(environ["REQUEST_METHOD"], token, door, content_type, _reader(environ), _length(environ))


def _is_secure(environ: Environ) -> bool:
    if settings.SECURE_PROXY_SSL_HEADER:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        return bool(environ.get(name, "").split(",")[0].strip() == value)
    return bool(environ.get("wsgi.url_scheme") == "https")


def _reader(environ: Environ) -> Callable[[int], bytes]:
    """Reads no further than the length that was told; a body in chunks has none and ends by itself."""
    body, length = environ["wsgi.input"], _length(environ)
    if length is None:
        return lambda most: bytes(body.read(most))
    return lambda most: bytes(body.read(min(length, most)))


def _length(environ: Environ) -> int | None:
    told = environ.get("CONTENT_LENGTH") or ""
    if not told and "HTTP_TRANSFER_ENCODING" in environ:
        return None
    return int(told) if told.isdecimal() else 0


def _status(said: Answer) -> str:
    return f"{said.status} {HTTPStatus(said.status).phrase}"


def _headers(said: Answer) -> list[tuple[str, str]]:
    own = (("Content-Type", said.content_type), ("Content-Length", str(len(said.body))))
    return [*own, *HEADERS, *said.headers]
