"""Who may go now and who has to wait, until when and why."""

from dataclasses import dataclass, field
from datetime import datetime

from providers.contract.words import Words


@dataclass(frozen=True, slots=True)
class Hold:
    """The recipient *id* waits until a known time and then goes on by itself."""

    id: int
    until: datetime
    words: Words


@dataclass(frozen=True, slots=True)
class Admission:
    """``go`` are the ids of those that may be submitted now, in the order asked for."""

    go: list[int] = field(default_factory=list)
    holds: list[Hold] = field(default_factory=list)
