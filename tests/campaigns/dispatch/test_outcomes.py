"""What each answer of a gateway makes of the recipients."""

from datetime import UTC, datetime, timedelta

import pytest

from campaigns.dispatch.outcomes import outcome_of
from campaigns.dispatch.plan import Member, Request
from providers.contract.abilities import Ability
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
from providers.contract.messages import Callee, Message
from providers.contract.statuses import Concern
from providers.contract.words import Words

NOW = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)
SAID = Words("Said so.")


def request_for(count: int) -> Request:
    members = tuple(Member(100 + n, n, f"86138000000{n:02}", {}) for n in range(1, count + 1))
    callees = tuple(Callee(f"r.{member.position}", member.number) for member in members)
    return Request(Message(Ability.VOICE_FILE, "r", callees), members)


@pytest.mark.parametrize(
    ("answer", "states", "stops", "waits"),
    [
        (Answered((Accepted("r.1", "a"), Accepted("r.2", "b"))), ["submitted", "submitted"], False, False),
        (Answered((Accepted("r.2", "b"),), (RefusedCallee("r.1", "-9", "bad", SAID),)), ["rejected", "submitted"], False, False),
        (Answered((Accepted("r.1", "a"),), (RefusedCallee("r.2", "4081", "fast", SAID, retry_after=60),)), ["submitted", "held"], False, False),
        (Answered((), (), (UnclearCallee("r.1", SAID), UnclearCallee("r.2", SAID))), ["unknown", "unknown"], False, False),
        (Answered((Accepted("r.1", "a"),)), ["submitted", "unknown"], False, False),
        (Refused("-22", "bad", SAID), ["pending", "pending"], False, False),
        (Refused("429", "fast", SAID, Concern.PASSING, retry_after=30), ["held", "held"], False, True),
        (Refused("-10", "no money", SAID, Concern.BALANCE), ["pending", "pending"], True, True),
        (Unknown(SAID), ["unknown", "unknown"], False, False),
        (NotSent(SAID, retry_after=30), ["held", "held"], False, True),
        (NotSent(SAID, concern=Concern.ENDPOINT), ["pending", "pending"], True, True),
    ],
)  # fmt: skip
def test_each_answer_gives_every_recipient_exactly_one_state(
    answer: SubmitAnswer, states: list[str], stops: bool, waits: bool
) -> None:
    outcome = outcome_of(answer, request_for(2), NOW)
    told = [(pk, "submitted") for pk, _ in outcome.accepted] + [(row.id, row.state) for row in outcome.recipients]
    assert sorted(told) == [(101, states[0]), (102, states[1])]
    assert (outcome.stop is not None) == stops
    assert outcome.wait == waits


def test_one_alone_refused_for_good_is_rejected_and_several_together_are_narrowed() -> None:
    answer = Refused("-9", "bad number", SAID)
    alone, together = outcome_of(answer, request_for(1), NOW), outcome_of(answer, request_for(2), NOW)
    assert [row.state for row in alone.recipients] == ["rejected"]
    assert (alone.narrow, together.narrow) == (False, True)


def test_held_recipients_know_until_when_and_why() -> None:
    answer = Answered((), (RefusedCallee("r.1", "4081", "too fast", SAID, retry_after=60),))
    (row,) = outcome_of(answer, request_for(1), NOW).recipients
    assert row.held_until == NOW + timedelta(seconds=60)
    assert (row.reason, row.code, row.raw) == ("Said so.", "4081", "too fast")


def test_words_with_values_survive_storage() -> None:
    words = Words("Too long by %(count)s.", {"count": 3})
    assert Words.unpack(words.pack()) == words
    assert str(Words.unpack(words.pack())) == "Too long by 3."
