"""Overdue reviews in the activity list."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.alerts.overdue_reviews import tell_overdue_reviews
from campaigns.models import Activity
from campaigns.upkeep import sweeps
from notifyadmin.web.words import in_words
from providers.models import VoiceTemplate
from providers.voicetemplates import services
from tests.factories import make_account

pytestmark = [pytest.mark.django_db, pytest.mark.stores]


@pytest.fixture(autouse=True)
def gateway(fake_gateway):
    return fake_gateway


def make(state="in_review", **values):
    return VoiceTemplate.objects.create(account=make_account(), name="t", text="hello", state=state, **values)


def ago(**time):
    return timezone.now() - timedelta(**time)


def test_an_overdue_review_is_told_once_per_hand_in():
    template = make(provider_id="77", submitted_at=ago(hours=30))
    make(submitted_at=ago(hours=2))
    assert [tell_overdue_reviews(), tell_overdue_reviews()] == [1, 0]
    line = Activity.objects.get()
    assert (line.kind, line.attention, line.account) == ("review_overdue", True, template.account)
    assert "77" in in_words(line.words)
    assert template.events.count() == 1
    VoiceTemplate.objects.filter(pk=template.pk).update(submitted_at=ago(hours=26))
    assert tell_overdue_reviews() == 1


@pytest.mark.parametrize("state", ["approved", "rejected", "draft", "submitting", "deleted"])
def test_only_what_waits_for_its_review_is_told_of(state):
    make(state, submitted_at=ago(days=9))
    assert tell_overdue_reviews() == 0


def test_the_sweeper_tells_of_it_and_a_hand_in_after_that_is_told_of_again():
    template = make(provider_id="77", submitted_at=ago(hours=30))
    for _ in range(2):
        sweeps.sweep()
    assert Activity.objects.filter(kind="review_overdue").count() == 1
    seen = {"note_text": "n", "by": None}
    services.set_state(template, state="draft", provider_id="", **seen)
    sweeps.sweep()
    VoiceTemplate.objects.update(state="in_review", submitted_at=ago(hours=25), waiting_since=None)
    sweeps.sweep()
    assert Activity.objects.filter(kind="review_overdue").count() == 2
