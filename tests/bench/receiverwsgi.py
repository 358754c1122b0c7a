"""The installation's own WSGI application, with the views of the bench beside the others.

Before it stands what answers without Django at all: no server of this kind can be quicker.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings

from notifyadmin.wsgi import application as installed

settings.ROOT_URLCONF = "tests.bench.receiver"


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] != "/bench/bare":
        return installed(environ, start_response)
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "7")])
    return [b"success"]
