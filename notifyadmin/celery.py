"""The Celery application. Tasks carry ids to look at, never the work itself: the truth is in the database."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notifyadmin.settings")
TRANSPORT_ALIASES["filesystem"] = "notifyadmin.filebroker:Transport"

app = Celery("notifyadmin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
