"""Publishing wake-ups: they carry ids only, and may be lost, doubled or late. The truth is in the database."""

import logging
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def publish(task: str, *args: Any, expires: float | None = None) -> bool:
    """Ask for *task* to be run, within *expires* seconds or not at all; whether the broker took the message.

    A broker that is away is no error: the sweeper finds what waits.
    """
    try:
        current_app.send_task(task, args=list(args), retry=False, expires=expires)
    except (OperationalError, OSError):
        logger.warning("The broker did not take %s; the sweeper will find what waits.", task)
        return False
    return True


def publish_on_commit(task: str, *args: Any) -> None:
    """:func:`publish` once the transaction has been committed, so that the worker sees what it is about."""
    transaction.on_commit(lambda: publish(task, *args))
