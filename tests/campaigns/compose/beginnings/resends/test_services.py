"""A new draft for those who were not reached."""

from datetime import time

import pytest

from campaigns.compose.beginnings.resends.groups import Group, counted
from campaigns.compose.beginnings.resends.services import send_again
from campaigns.counters.selectors import tallies
from campaigns.lifecycle import services
from campaigns.lifecycle.base import NotPossible
from campaigns.models import Activity, Campaign
from tests.factories import FakeGateway, make_account, make_campaign, make_user, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

STATES = (
    *(("undelivered", "no_answer"), ("undelivered", "no_answer"), ("undelivered", "busy"), ("rejected", "content")),
    *(("expired", ""), ("cancelled", ""), ("skipped", ""), ("delivered", ""), ("unknown", ""), ("submitted", "")),
    *(("pending", ""), ("held", "")),
)

HOURS = {"time_zone": "UTC", "window_days": 31, "window_from": time(9), "window_until": time(18), "per_minute": 60}


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    """One person per line of STATES, in its order."""
    campaign = make_campaign(
        make_account(), "sms", len(STATES), text="Hello {a}", columns=["a"], options={"senderId": "x"}, **HOURS
    )
    for position, (state, failure) in enumerate(STATES, 1):
        campaign.recipients.filter(position=position).update(
            state=state, failure=failure, typed=f"typed {position}", variables={"a": f"值{position}"}, provider_id="p"
        )
    return campaign


def test_the_chosen_become_a_draft_with_the_same_content_and_new_positions(campaign: Campaign) -> None:
    user = make_user()
    draft = send_again(campaign, [Group("undelivered", "no_answer"), Group("expired")], user)
    assert (draft.state, draft.total, draft.repeats, draft.created_by) == ("draft", 3, campaign, user)
    hours = ("time_zone", "window_days", "window_from", "window_until", "per_minute")
    for same in ("kind", "account", "text", "options", "columns", *hours):
        assert getattr(draft, same) == getattr(campaign, same)
    assert draft.name == f"{campaign.name} (again)"
    rows = draft.recipients.order_by("position").values_list("position", "number", "typed", "variables", "provider_id")
    assert list(rows) == [
        (1, "8613800000001", "typed 1", {"a": "值1"}, ""),
        (2, "8613800000002", "typed 2", {"a": "值2"}, ""),
        (3, "8613800000005", "typed 5", {"a": "值5"}, ""),
    ]
    assert states_of(draft) == tallies(draft) == {"pending": 3}


def test_the_source_stays_as_it_is_and_may_be_running(campaign: Campaign) -> None:
    before = list(campaign.recipients.order_by("position").values())
    send_again(campaign, [Group("cancelled")], None)
    campaign.refresh_from_db()
    assert campaign.state == "running"
    assert list(campaign.recipients.order_by("position").values()) == before


def test_only_whoever_was_not_reached_can_be_chosen(campaign: Campaign) -> None:
    assert [(group.key, number) for group, number in counted(campaign)] == [
        ("undelivered:no_answer", 2),
        ("undelivered:busy", 1),
        ("rejected:content", 1),
        ("expired:", 1),
        ("cancelled:", 1),
    ]
    for state in ("unknown", "submitted", "pending", "held", "delivered", "skipped", "nonsense"):
        with pytest.raises(ValueError, match=state):
            Group.of(f"{state}:")


def test_a_choice_that_fits_nobody_leaves_no_draft_behind(campaign: Campaign) -> None:
    for groups in ([], [Group("rejected", "busy")]):
        with pytest.raises(NotPossible):
            send_again(campaign, groups, None)
    assert Campaign.objects.count() == 1


def test_a_draft_has_nobody_to_send_to_again(fake_gateway: FakeGateway) -> None:
    draft = make_campaign(make_account(), "sms", 2, running=False)
    with pytest.raises(NotPossible, match="has not sent"):
        send_again(draft, [Group("expired")], None)


def test_the_new_draft_is_cut_into_chunks_that_are_due_and_can_start(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.people.audience.chunks.CHUNK_SIZE", 2)
    draft = send_again(campaign, [group for group, _number in counted(campaign)], None)
    chunks = draft.chunks.order_by("number").values_list("number", "first", "last")
    assert list(chunks) == [(1, 1, 2), (2, 3, 4), (3, 5, 6)]
    assert not draft.chunks.filter(next_attempt_at=None).exists()
    services.start(draft, None)
    assert draft.state == "running"


def test_both_campaigns_tell_of_it(campaign: Campaign) -> None:
    draft = send_again(campaign, [Group("expired")], make_user())
    assert set(Activity.objects.filter(kind="sent_again").values_list("campaign", flat=True)) == {campaign.pk, draft.pk}


def test_a_long_name_is_shortened_to_fit(campaign: Campaign) -> None:
    Campaign.objects.update(name="长" * 120)
    campaign.refresh_from_db()
    draft = send_again(campaign, [Group("expired")], None)
    assert len(draft.name) == 120
    assert draft.name.endswith("长 (again)")
