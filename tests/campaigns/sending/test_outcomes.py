"""What each answer of a gateway makes of the recipients."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from campaigns.sending.outcomes import CampaignStop, outcome_of
from campaigns.sending.pauses import Pauses
from campaigns.sending.plan import Member, Request
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
        (Refused("-22", "bad", SAID), ["pending", "pending"], True, True),
        (Refused("-9", "bad", SAID, narrow=True), ["pending", "pending"], False, False),
        (Refused("4071", "no template", SAID, Concern.CAMPAIGN), ["pending", "pending"], True, True),
        (Refused("429", "fast", SAID, Concern.PASSING, retry_after=30), ["held", "held"], False, True),
        (Refused("-15", "busy", SAID, Concern.PASSING), ["held", "held"], False, True),
        (Refused("-10", "no money", SAID, Concern.BALANCE), ["pending", "pending"], True, True),
        (Unknown(SAID), ["unknown", "unknown"], False, False),
        (Unknown(SAID, concern=Concern.ENDPOINT), ["unknown", "unknown"], True, True),
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
    answer = Refused("-9", "bad number", SAID, narrow=True)
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


NOBODY = Answered((), (), (UnclearCallee("r.1", SAID),))
TAKEN, REFUSED = Answered((Accepted("r.1", "a"),)), Answered((), (RefusedCallee("r.1", "7", "no", SAID),))


@pytest.mark.parametrize(
    ("answer", "usable", "in_doubt", "proves"),
    [
        (TAKEN, True, False, True),
        (REFUSED, True, False, True),
        (NOBODY, False, True, False),
        (Answered((), (), (UnclearCallee("r.1", SAID, "id-1"),)), False, True, False),
        (Refused("-9", "bad", SAID), True, False, True),
        (Refused("4071", "no", SAID, Concern.CAMPAIGN), True, False, True),
        (Refused("-1", "who", SAID, Concern.CREDENTIALS), True, False, False),
        (Refused("429", "fast", SAID, Concern.PASSING), True, False, False),
        (Unknown(SAID), False, True, False),
        (Unknown(SAID, concern=Concern.ENDPOINT), False, True, False),
        (NotSent(SAID), False, False, False),
    ],
)
def test_what_an_answer_shows_about_the_account(
    answer: SubmitAnswer, usable: bool, in_doubt: bool, proves: bool
) -> None:
    outcome = outcome_of(answer, request_for(1), NOW)
    assert (outcome.usable, outcome.is_in_doubt, outcome.proves) == (usable, in_doubt, proves)


def test_a_group_refused_for_no_single_one_of_it_stops_the_campaign_and_not_the_account() -> None:
    outcome = outcome_of(Refused("-777", "what", SAID), request_for(2), NOW)
    assert outcome.stop == CampaignStop(SAID, "what")
    assert not outcome.narrow


def test_an_unclear_recipient_keeps_the_id_the_code_and_the_words() -> None:
    answer = Answered((), (), (UnclearCallee("r.1", SAID, "call-7", "-33", "odd"),))
    (row,) = outcome_of(answer, request_for(1), NOW).recipients
    assert (row.state, row.provider_id, row.code, row.raw) == ("unknown", "call-7", "-33", "odd")


@pytest.mark.parametrize(
    ("told", "before", "seconds"),
    [
        *((None, 0, 30), (None, 1, 60), (None, 4, 480), (None, 7, 3600), (None, 500, 3600)),
        *((5, 0, 30), (600, 0, 600), (600, 9, 600), (86_400, 0, 3600), (-1, 0, 30), (math.inf, 0, 3600)),
        *((math.nan, 0, 30), (math.nan, 1, 60)),
    ],
)
def test_a_pause_is_as_long_as_told_or_grows_within_the_bounds_of_the_account(
    told: float | None, before: int, seconds: float
) -> None:
    answer = Refused("429", "fast", SAID, Concern.PASSING, retry_after=told)
    outcome = outcome_of(answer, request_for(1), NOW, Pauses(30, 3600), before)
    assert outcome.recipients[0].held_until == NOW + timedelta(seconds=seconds)
    assert str(seconds) in str(outcome.rest)
