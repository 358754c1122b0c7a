"""Whatever a provider answers in whatever order, a number leaves again only after a documented refusal."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.lifecycle import services
from campaigns.models import Activity, Campaign, Chunk, Gate, Recipient
from campaigns.sending.dispatcher import dispatch
from providers.accounts import services as accounts
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
from providers.models import AccountState
from tests import departures
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

SAID = Words("Said so.")
PEOPLE, CALLEES, ROUNDS = 8, 4, 4

ANSWERS: dict[str, Callable[[Message], SubmitAnswer]] = {
    "taken": lambda message: Answered(tuple(Accepted(one.ref, f"id-{one.number}") for one in message.callees)),
    "each refused": lambda message: Answered(
        (), tuple(RefusedCallee(c.ref, "-9", "bad", SAID) for c in message.callees)
    ),
    "unclear": lambda message: Answered((), (), tuple(UnclearCallee(c.ref, SAID, "7") for c in message.callees)),
    "lost": lambda message: Unknown(SAID, "-999", "what"),
    "nowhere": lambda message: Unknown(SAID, "404", concern=Concern.ENDPOINT),
    "content": lambda message: Refused("-3", "content", SAID, narrow=True),
    "together": lambda message: Refused("-22", "parameter", SAID),
    "campaign": lambda message: Refused("4071", "no template", SAID, Concern.CAMPAIGN),
    "no money": lambda message: Refused("-10", "no money", SAID, Concern.BALANCE),
    "busy": lambda message: Refused("-15", "busy", SAID, Concern.PASSING),
    "not sent": lambda message: NotSent(SAID),
}
PUTS_BACK = {"content", "together", "campaign", "no money", "busy", "not sent"}
UNEXPLAINED = {"unclear", "lost", "nowhere"}


class Provider:
    """Answers as told, at last by taking everybody, and remembers what each number was answered."""

    def __init__(self, told: list[str]) -> None:
        self.told, self.last, self.times = told, dict[str, str](), dict[str, int]()

    def answer(self, message: Message) -> SubmitAnswer:
        name = self.told.pop(0) if self.told else "taken"
        for callee in message.callees:
            before = self.last.get(callee.number)
            assert before is None or before in PUTS_BACK, f"{callee.number} leaves again after: {before}"
            self.last[callee.number] = name
            self.times[callee.number] = self.times.get(callee.number, 0) + 1
        return ANSWERS[name](message)


def time_passes_and_staff_resume(campaign: Campaign) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Gate.objects.update(rest_until=past, open_until=past)
    Recipient.objects.filter(state="held").update(held_until=past)
    Chunk.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=past)
    campaign.account.refresh_from_db()
    if campaign.account.state == AccountState.PAUSED:
        accounts.resume(campaign.account)
    campaign.refresh_from_db()
    if campaign.state == "paused":
        services.resume(campaign, None)


@settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(told=st.lists(st.sampled_from(sorted(ANSWERS)), max_size=12), proven=st.booleans())
def test_no_number_leaves_twice_and_nobody_is_rejected_without_a_documented_refusal(
    fake_gateway: FakeGateway, told: list[str], proven: bool
) -> None:
    departures.begin_anew()
    provider = Provider(list(told))
    fake_gateway.answer = provider.answer
    values = {} if proven else {"answered_at": None}
    account = make_account(settings={"max_callees_voice_file": CALLEES}, parallel_requests=2, **values)
    campaign = make_campaign(account, recipients=PEOPLE, proven_at=timezone.now() if proven else None)
    try:
        for _ in range(ROUNDS + len(told)):
            while dispatch(campaign.pk, http=NoHttp()):
                pass
            time_passes_and_staff_resume(campaign)
        states = dict(campaign.recipients.values_list("number", "state"))
        for number, state in states.items():
            if provider.last.get(number) in UNEXPLAINED:
                assert state == "unknown"
            if state == "rejected":
                assert provider.last[number] in {"content", "together", "each refused"}
        assert not {"pending", "held"} & set(states.values())
    finally:
        for model in (Activity, Recipient, Campaign):
            model.objects.all().delete()
