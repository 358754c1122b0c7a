"""Fault injection by chance: a share of requests and callees meets a documented outcome without a magic number.

The weather falls only on what the provider would have taken, and a magic number wins over it.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from providers.contract.magic import COMMON_OUTCOMES, ORDINARY, Outcome, Receipts
from providers.contract.rehearsal import Answer, Rehearsal
from providers.contract.taken import Taken

Shares = Mapping[str, float]
"""Name of an outcome to its share, from 0 to 1."""

OF_REQUESTS = {one.name: one for one in COMMON_OUTCOMES if one.effect is not None}
OF_CALLEES = {one.name: one for one in COMMON_OUTCOMES if one.effect is None and one.receipts is not Receipts.ONE}
KINDS: tuple[Mapping[str, Outcome], ...] = (OF_REQUESTS, OF_CALLEES)


def checked(value: object) -> dict[str, float]:
    """The weather as it was asked for. Raises ValueError with words for what is impossible."""
    if not isinstance(value, Mapping):
        raise ValueError("weather is an object of outcome and share")
    shares = {name: _share(name, share) for name, share in value.items()}
    for kind in KINDS:
        if sum(share for name, share in shares.items() if name in kind) > 1:
            raise ValueError("the shares of the weather are more than 1 together")
    return shares


def _share(name: str, share: object) -> float:
    if not any(name in kind for kind in KINDS):
        raise ValueError(f"{name} is no outcome that weather can bring")
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
        raise ValueError(f"the share of {name} is a number from 0 to 1")
    return float(share)


class Weather:
    """Draws outcomes. The same *seed* and the same order of requests give the same weather."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"weather {seed}")  # noqa: S311

    def over(self, answer: Answer, rehearsal: Rehearsal, shares: Shares) -> Answer:
        """The answer after the weather: perhaps spoilt as a whole, its callees perhaps with other receipts."""
        if not shares or not answer.accepted or not answer.taken:
            return answer
        effect = answer.effect or self._draw(OF_REQUESTS, shares)
        return replace(answer, effect=effect, taken=tuple(self._callees(answer.taken, rehearsal, shares)))

    def _callees(self, taken: Sequence[Taken], rehearsal: Rehearsal, shares: Shares) -> Iterable[Taken]:
        for callee in taken:
            drawn = self._draw(OF_CALLEES, shares) if rehearsal.outcome_of(callee.number) is ORDINARY else None
            yield _again(callee, drawn, rehearsal.take) if drawn else callee

    def _draw(self, kind: Mapping[str, Outcome], shares: Shares) -> Outcome | None:
        point = self._random.random()
        for name, share in shares.items():
            if name in kind:
                point -= share
                if point < 0:
                    return kind[name]
        return None


def _again(callee: Taken, outcome: Outcome, take: Callable[..., Taken]) -> Taken:
    return take(
        outcome,
        provider_id=callee.provider_id,
        number=callee.number,
        ref=callee.ref,
        text=callee.text,
        kind=callee.kind,
        at=callee.at,
        facts=callee.facts,
    )
