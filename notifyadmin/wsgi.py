"""The WSGI entry point for granian or any other WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notifyadmin.settings")
_pages = get_wsgi_application()

from providers.webhooks.door import Door  # noqa: E402 - it needs the applications, which Django has loaded by now

application = Door(_pages)
