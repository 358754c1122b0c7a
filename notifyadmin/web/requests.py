"""The request of a page behind the login, as the checker sees it."""

from django.contrib.auth.models import User
from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails


class StaffRequest(HttpRequest):
    """What the middleware made of a request of somebody who came in. An annotation: no object is of this class."""

    user: User
    htmx: HtmxDetails
