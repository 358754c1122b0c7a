"""The Celery application. Tasks carry ids to look at, never the work itself: the truth is in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notifyadmin.settings")

app = Celery("notifyadmin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
