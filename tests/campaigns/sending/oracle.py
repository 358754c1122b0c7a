"""A provider that remembers whom it took and whom nobody may ask for again, and fails the test when somebody does."""

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import strategies as st

from providers.contract.errors import (
    Accepted,
    Answered,
    NotSent,
    Refused,
    RefusedCallee,
    SubmitAnswer,
    UnclearCallee,
    Unknown,
)
from providers.contract.messages import Message
from providers.contract.statuses import Concern
from providers.contract.words import Words

SAID = Words("Said so.")
FATES = st.sampled_from(
    [
        *("accept", "accept", "lost but taken", "lost but taken", "lost", "not sent"),
        *("one refused", "one held", "refuse", "too fast", "busy", "no money"),
        *("refused together", "no template", "wrong address", "unclear", "unclear but taken"),
    ]
)


@dataclass
class Provider:
    """The oracle: whom it was asked for, whom it took, and who may be asked for again."""

    taken: dict[str, tuple[str, str]] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    ids: Counter[str] = field(default_factory=Counter)

    def submit(self, message: Message, fate: str) -> SubmitAnswer:
        numbers = [callee.number for callee in message.callees]
        assert not self.closed & set(numbers), f"asked again for {self.closed & set(numbers)}"
        return getattr(self, "_" + fate.replace(" ", "_"))(message)

    def _take(self, message: Message, start: int = 0) -> tuple[Accepted, ...]:
        for callee in message.callees[start:]:
            self.taken[callee.number] = (f"id-{callee.number}", callee.ref)
            self.closed.add(callee.number)
        return tuple(Accepted(callee.ref, f"id-{callee.number}") for callee in message.callees[start:])

    def _accept(self, message: Message) -> SubmitAnswer:
        return Answered(self._take(message))

    def _one_refused(self, message: Message) -> SubmitAnswer:
        self.closed.add(message.callees[0].number)
        return Answered(self._take(message, 1), (RefusedCallee(message.callees[0].ref, "-9", "bad", SAID),))

    def _one_held(self, message: Message) -> SubmitAnswer:
        held = RefusedCallee(message.callees[0].ref, "4081", "often", SAID, retry_after=60)
        return Answered(self._take(message, 1), (held,))

    def _refuse(self, message: Message) -> SubmitAnswer:
        if len(message.callees) == 1:
            # Of several, nobody was taken, and one alone may have been meant: they may be asked for one by one.
            self.closed.add(message.callees[0].number)
        return Refused("-9", "bad", SAID, narrow=True)

    def _refused_together(self, message: Message) -> SubmitAnswer:
        if len(message.callees) == 1:
            self.closed.add(message.callees[0].number)
        return Refused("-22", "bad", SAID)

    def _no_template(self, message: Message) -> SubmitAnswer:
        return Refused("4071", "no template", SAID, Concern.CAMPAIGN)

    def _wrong_address(self, message: Message) -> SubmitAnswer:
        self.closed |= {callee.number for callee in message.callees}
        return Unknown(SAID, concern=Concern.ENDPOINT)

    def _unclear(self, message: Message) -> SubmitAnswer:
        self.closed |= {callee.number for callee in message.callees}
        return Answered((), (), tuple(UnclearCallee(callee.ref, SAID) for callee in message.callees))

    def _unclear_but_taken(self, message: Message) -> SubmitAnswer:
        taken = self._take(message)
        return Answered((), (), tuple(UnclearCallee(one.ref, SAID, one.provider_id) for one in taken))

    def _busy(self, message: Message) -> SubmitAnswer:
        return Refused("-15", "busy", SAID, Concern.PASSING)

    def _too_fast(self, message: Message) -> SubmitAnswer:
        return Refused("429", "fast", SAID, Concern.PASSING, retry_after=30)

    def _no_money(self, message: Message) -> SubmitAnswer:
        return Refused("-10", "no money", SAID, Concern.BALANCE)

    def _lost(self, message: Message) -> SubmitAnswer:
        self.closed |= {callee.number for callee in message.callees}
        return Unknown(SAID)

    def _lost_but_taken(self, message: Message) -> SubmitAnswer:
        self._take(message)
        return Unknown(SAID)

    def _not_sent(self, message: Message) -> SubmitAnswer:
        return NotSent(SAID, retry_after=30)
