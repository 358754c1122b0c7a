"""Finding out whether the refusal of a group is about single ones of it or about everybody.

One after the other, people of the group chosen at random are asked for alone. The first who is taken shows that the
content is good: then the rest goes again, in halves where somebody in it must be meant. If all of them are refused, so
would everybody be, and the campaign stops. Nothing else of the campaign leaves meanwhile.
"""

import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from .auto_pause import ALWAYS_REFUSED, REFUSED_ALONE
from .chunk_leases import Claim, Wanted
from .leased_chunks import LeasedChunk, LeasedChunks
from .outcomes import CampaignStop, Outcome
from .plan import Request, part

ALONE = 4
"""So many of a group are asked for alone. Were one in twenty wrong, all of them would be once in 160,000 groups."""

FEW = 3

MOST_REFUSED_IN_A_ROW = 40
"""Parts of refused groups that are refused with none accepted in between. One bad number is found within ten or so;
more than this means that the request itself is wrong, and halving it on and on would only reject people who did nothing
wrong."""


@dataclass
class Narrowing:
    """The refused groups that one worker has in hand: the first is asked about, the others wait for what that shows."""

    chunks: LeasedChunks
    taken: bool = False
    """Whether anybody was taken since the worker began."""
    refused_in_a_row: int = 0
    _groups: deque[Wanted] = field(default_factory=deque)
    _next: Wanted | None = None
    _reference: str = ""
    _asked: list[int] = field(default_factory=list)
    _refused: list[int] = field(default_factory=list)

    @property
    def is_on(self) -> bool:
        return bool(self._groups)

    def waiting(self) -> list[Wanted]:
        """The one request that may leave now, unless it is out."""
        return [self._next] if self._next else []

    def left(self, taken: int, references: Sequence[str]) -> None:
        """*taken* of what was waiting is used up, and *references* have left."""
        if taken:
            self._next = None
            if self._reference not in references:
                # A limit or a wish not to be called was found meanwhile; the next one shows as much.
                self._ask()

    def lost(self, request: Request) -> None:
        """*request* was answered after its chunk was lost: whoever has it now goes on with its people."""
        if self._reference and request.message.ref == self._reference:
            self._ask()

    def consider(self, chunk: LeasedChunk, request: Request, outcome: Outcome) -> CampaignStop | None:
        """Go on with a group that was refused, or say that the refusal is not about single ones of it."""
        if outcome.accepted:
            self.refused_in_a_row, self.taken = 0, True
        if self._reference and request.message.ref == self._reference:
            return CampaignStop(REFUSED_ALONE, outcome.raw) if self._hear(request, outcome) else None
        if outcome.narrow and not request.narrows:
            self._add(chunk, request)
        elif outcome.narrow:
            self.chunks.halve(chunk, request)
            self.refused_in_a_row += 1
        too_many = self.refused_in_a_row > MOST_REFUSED_IN_A_ROW
        return CampaignStop(ALWAYS_REFUSED, outcome.raw) if too_many else None

    def _add(self, chunk: LeasedChunk, request: Request) -> None:
        chunk.out += 1
        self._groups.append((chunk.claim, request))
        if len(self._groups) == 1:
            self._ask()

    def _hear(self, request: Request, outcome: Outcome) -> bool:
        """What became of who was asked for alone; whether it shows that nobody of the campaign would be taken."""
        if outcome.accepted:
            self._send_rest()
            return False
        if outcome.refused_alone:
            self._refused.append(request.members[0].id)
        if not self._asked_enough:
            self._ask()
            return False
        if self._nobody_would_be_taken:
            return True
        self._send_rest()
        return False

    def put_back(self) -> tuple[Claim, list[int]] | None:
        """Whose chunk it is, and who was refused although the campaign was meant. Nothing is left to ask about."""
        groups, refused = self._groups, self._refused
        self._groups, self._next, self._reference = deque(), None, ""
        claim = groups[0][0] if groups else None
        for other, _ in groups:
            self._let_go(other)
        return (claim, refused) if claim and refused else None

    @property
    def _unasked(self) -> list[int]:
        return [place for place in range(len(self._groups[0][1].members)) if place not in self._asked]

    @property
    def _asked_enough(self) -> bool:
        return len(self._asked) >= ALONE or not self._unasked

    @property
    def _nobody_would_be_taken(self) -> bool:
        """A few who were all asked may be wrong all of them, unless there was never anybody else."""
        everybody = len(self._refused) == len(self._asked)
        return everybody and bool(self._unasked or (len(self._asked) >= FEW and not self.taken))

    def _ask(self) -> None:
        claim, group = self._groups[0]
        chunk = self.chunks.of(claim)
        if chunk is None or self._asked_enough:
            self._send_rest()
            return
        place = random.choice(self._unasked)  # noqa: S311 - no secret, only no pattern in the list
        self._asked.append(place)
        alone = part(group, [place], chunk.next_reference())
        self._next, self._reference = (claim, alone), alone.message.ref

    def _send_rest(self) -> None:
        """The first group goes again without whom it was asked about, the others as they are."""
        (claim, group), *others = self._groups
        rest, certain = self._unasked, not self._refused
        self._groups, self._next, self._reference = deque(), None, ""
        self._asked, self._refused = [], []
        self._again(claim, group, rest, certain)
        for other, request in others:
            self._again(other, request, range(len(request.members)), certain=True)

    def _again(self, claim: Claim, group: Request, places: Sequence[int], certain: bool) -> None:
        """In halves if somebody of them is *certain* to be meant."""
        chunk = self.chunks.of(claim)
        if chunk is None:
            return
        if places:
            rest = part(group, places, chunk.next_reference())
            if certain and len(places) > 1:
                self.chunks.halve(chunk, rest)
            else:
                chunk.waiting.appendleft(rest)
        self._let_go(claim)

    def _let_go(self, claim: Claim) -> None:
        chunk = self.chunks.of(claim)
        if chunk:
            chunk.out -= 1
