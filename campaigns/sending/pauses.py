"""How long an account rests when its provider refuses for a reason that passes by itself."""

import math
from dataclasses import dataclass

from providers.accounts.models import Account
from providers.contract.words import Words, gettext_noop

ASKED_FOR = gettext_noop(
    "The provider refuses requests for now and asked to wait %(told)s seconds. The account rests for %(seconds)s "
    "seconds; then one request tries whether it takes them again. Nothing is lost, and nobody needs to act."
)
GROWING = gettext_noop(
    "The provider refuses requests for now without saying for how long. The account rests for %(seconds)s seconds, and "
    "longer each time; then one request tries whether it takes them again. Nothing is lost, and nobody needs to act."
)


@dataclass(frozen=True, slots=True)
class Pauses:
    """The bounds that the account sets (seconds)."""

    shortest: float = 30.0
    longest: float = 3600.0

    @classmethod
    def of(cls, account: Account) -> "Pauses":
        return cls(account.shortest_pause, max(account.shortest_pause, account.longest_pause))

    def seconds(self, told: float | None, before: int) -> float:
        """The pause after a refusal, *told* by the provider or not, after as many pauses *before* in a row."""
        if told is not None and not math.isnan(told):
            return min(max(told, self.shortest), self.longest)
        return min(self.shortest * 2.0 ** min(before, 16), self.longest)

    def words(self, told: float | None, before: int) -> Words:
        """What people read about that pause."""
        values: dict[str, int] = {"seconds": math.ceil(self.seconds(told, before))}
        if told is None or not math.isfinite(told):
            return Words(GROWING, values)
        return Words(ASKED_FOR, values | {"told": math.ceil(told)})


NORMAL = Pauses()
