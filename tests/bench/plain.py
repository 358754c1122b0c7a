"""The plain design to compare with: one Celery task per recipient, on the same broker and the same database.

The task loads the recipient, makes one request and saves the state by the ORM, as most systems of this kind do. It
writes no intent before and locks nothing, so it does less than is needed, which only helps it.
"""

import os
from pathlib import Path

from celery import Celery

from notifyadmin import celery as _celery
from notifyadmin.running.supervisor import Service

from .stacks import PYTHON

QUEUE = "plain"
assert _celery.app  # its module names the file-system broker

app = Celery("plain", set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_queues=None, task_routes={}, task_default_queue=QUEUE, task_create_missing_queues=True, beat_schedule={}
)


@app.task(name="plain.send")  # type: ignore[untyped-decorator]
def send(recipient_id: int, url: str) -> None:
    """One recipient: load, ask, save."""
    import requests
    from django.utils import timezone

    from campaigns.models import Recipient

    recipient = Recipient.objects.get(pk=recipient_id)
    answer = requests.post(url, data={"mobile": recipient.number, "content": "hello"}, timeout=30)
    recipient.state, recipient.provider_id = "submitted", answer.json()["id"]
    recipient.submitted_at = timezone.now()
    recipient.save(update_fields=["state", "provider_id", "submitted_at"])


def worker(processes: int) -> Service:
    """A worker of the plain design, with the options that our own workers have."""
    command = [
        *(PYTHON, "-m", "celery", "-A", "tests.bench.plain", "worker", "-Q", QUEUE, "-c", str(processes)),
        *("-n", "plain@%h", "--loglevel", "WARNING"),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]
    return Service("worker-plain", command)


def folder() -> Path:
    """The data folder of this installation."""
    return Path(os.environ["NOTIFYADMIN_VAR"])
