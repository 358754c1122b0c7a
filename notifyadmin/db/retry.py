"""Retry a transaction while the database is away, busy, or broke a deadlock at our expense."""

import functools
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

PAUSES = (0.05, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds between tries: some 16 in all, well within a lease."""


def retry_on_operational_error(transact: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Run *transact* again after an OperationalError, which leaves nothing of it behind. Raises the last one."""

    @functools.wraps(transact)
    def tried(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        for pause in PAUSES:
            try:
                return transact(*args, **kwargs)
            except OperationalError:
                connection.close_if_unusable_or_obsolete()
                time.sleep(pause)
        return transact(*args, **kwargs)

    return tried
