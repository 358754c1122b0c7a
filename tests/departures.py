"""Records of what left, for one test or one example of a test."""

import os
from itertools import count
from pathlib import Path

from django.conf import settings

_serial = count()


def begin_anew() -> None:
    """Let what follows write its own records: what left an emptied database would rightly hold all sending."""
    from campaigns.sending.tripwire.guard import guard

    guard.close()
    settings.DEPARTURES_FOLDER = Path(os.environ["NOTIFYADMIN_VAR"]) / "departures" / f"{next(_serial)}"
