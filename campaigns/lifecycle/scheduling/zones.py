"""Time zones as staff choose them: by name."""

import zoneinfo
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Places of all regions, and UTC."""
    known = zoneinfo.available_timezones()
    return ("UTC", *sorted(name for name in known if name.partition("/")[0] in REGIONS))


def choices() -> list[tuple[str, str]]:
    """Each name with how people read it."""
    return [(name, name.replace("_", " ")) for name in names()]


def own() -> str:
    """The viewer's zone, or the installation's where the viewer's is no place."""
    name = timezone.get_current_timezone_name()
    return name if name in names() else settings.TIME_ZONE
