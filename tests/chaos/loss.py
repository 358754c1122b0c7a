"""The database is lost while everything runs, and put back from a backup of some seconds before."""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .records import NOTHING, Forgotten
from .stacks import Stack
from .victims import Killer

if TYPE_CHECKING:
    from tests.journeys.restoring import Restoring

    from .stage import Stage

LOST = "whole database"
AGE_SECONDS = 3.0
"""How old the backup is, at least."""


@dataclass
class Loss:
    """Loses the database once half of the kills are done, if *most* is not 0. ``forgotten`` is what that took away, ``held``
    from the loss to the release."""

    stage: "Stage"
    stack: Stack
    killer: Killer
    most: int
    forgotten: Forgotten = NOTHING
    held: Forgotten = NOTHING
    done: bool = field(init=False)

    def __post_init__(self) -> None:
        self.done = not self.most

    def turn(self) -> None:
        """Lose it if it is time to: followed by what the documents say, to the release."""
        if self.done or len(self.killer.kills) < max(1, self.killer.most // 2):
            return
        self.done = True
        restoring, began = self._restoring(), time.time()
        restoring.back_up()
        time.sleep(AGE_SECONDS)
        lost_at = time.time()
        restoring.lose_and_restore(with_folders=False)
        self.forgotten = (began, time.time())
        self.killer.lost(LOST, time.time() - began)
        told = restoring.hold_after_start()
        print(
            f"    the database is back from a backup of {AGE_SECONDS:.0f} s before: held by {told['causes']}",
            flush=True,
        )
        if not told["held"] or told["sent"]:
            raise RuntimeError(f"after a restore {told['sent']} people were sent to")
        restoring.read("5. Say when the backup was taken")
        restoring.read("7. Release")
        self.held = (lost_at, time.time())
        restoring.read("8. Clear up")

    def _restoring(self) -> "Restoring":
        from tests.journeys.restoring import Restoring

        return Restoring(self.stage, self.stack)
