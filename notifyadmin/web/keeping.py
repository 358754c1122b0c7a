"""What was typed is kept by the browser until it hears that the server took it: see static/notifyadmin/keep.js."""

from typing import TypeVar
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "taken"
SECONDS = 60
"""Long enough to reach the next page."""

Response = TypeVar("Response", bound=HttpResponse)


def taken(request: HttpRequest, response: Response) -> Response:
    """*response*, telling the browser that what was posted to this address is stored."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(COOKIE, quote(request.path, safe=""), max_age=SECONDS, samesite="Lax", secure=secure)
    return response
