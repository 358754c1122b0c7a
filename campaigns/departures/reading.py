"""What the local records say has left this installation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Left:
    """A request that was let out. ``campaign`` is the campaign's reference, ``positions`` ranges ("1-200,205")."""

    reference: str
    campaign: str
    account_id: int
    positions: str
    at: datetime


def covers(moment: datetime) -> bool:
    """Whether everything that left since *moment* is in the records."""
    return False


def left_since(moment: datetime) -> Iterator[Left]:
    """What left since *moment*."""
    return iter(())
