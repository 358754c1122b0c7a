"""The story of one recipient."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.following.evidence.requests import submissions_of
from campaigns.following.evidence.timeline import moments
from campaigns.models import Recipient, Submission
from tests.factories import FakeGateway, make_account, make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def recipient(fake_gateway: FakeGateway) -> Recipient:
    campaign = make_campaign(make_account(), "sms", 12, chunk=6, text="Hello")
    return campaign.recipients.get(position=8)


def submit(recipient: Recipient, positions: str, state: str, minutes: int, **values: object) -> Submission:
    at = timezone.now() + timedelta(minutes=minutes)
    chunk = recipient.campaign.chunks.get(first__lte=recipient.position, last__gte=recipient.position)
    ended = None if state == "intent" else at + timedelta(seconds=1)
    common = {"campaign": recipient.campaign, "chunk": chunk, "token": 1, "size": 1, "reference": f"r{minutes}"}
    return Submission.objects.create(
        positions=positions, state=state, started_at=at, finished_at=ended, **(common | values)
    )


@pytest.mark.parametrize(
    ("positions", "ours"), [("8", True), ("7-9", True), ("7,8", True), ("7", False), ("9-12", False)]
)
def test_requests_are_found_by_the_positions_in_them(recipient: Recipient, positions: str, ours: bool) -> None:
    submit(recipient, positions, "answered", 0)
    assert bool(submissions_of(recipient)) == ours


def test_the_story_is_told_in_the_order_of_time_and_ends_with_the_present(recipient: Recipient) -> None:
    submit(recipient, "8", "intent", 5)
    submit(recipient, "8", "not_sent", 1, words="No connection.")
    recipient.state = "submitting"
    titles = [moment.title for moment in moments(recipient)]
    assert titles == [
        "Taken into the audience",
        "Submission 1 written down",
        "Not sent",
        "Submission 2 written down",
        "No outcome yet",
        "Now: Submitting",
    ]


def test_an_unknown_recipient_says_that_nothing_is_sent_again(recipient: Recipient) -> None:
    recipient.state, recipient.reason = "unknown", "The connection broke."
    last = moments(recipient)[-1]
    assert last.colour == "unknown"
    assert last.notes[0] == "The connection broke."
    assert "not sent again" in last.notes[-1]
