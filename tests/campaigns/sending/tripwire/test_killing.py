"""Processes that are killed between the commit of an intent, its record and its way out."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from campaigns.models import Campaign, Chunk, HoldReason, Submission
from campaigns.sending import dispatcher
from campaigns.sending.departures.reading import left_since
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

from .backups import Backup
from .killing import PLACES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

PEOPLE = 40


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    account = make_account(settings={"max_callees_voice_file": 1}, parallel_requests=10)
    return make_campaign(account, recipients=PEOPLE)


def send_and_be_killed(place: str, campaign: Campaign) -> set[str]:
    """The numbers that a process asked for before it was killed at *place*."""
    environment = os.environ | {
        "KILLED_DATABASE": str(connection.settings_dict["NAME"]),
        "DEPARTURES_FOLDER": str(settings.DEPARTURES_FOLDER),
    }
    command = [sys.executable, "-m", "tests.campaigns.sending.tripwire.killing", place, str(campaign.pk)]
    connection.close()
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=120, cwd=settings.BASE_DIR, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    return set(done.stdout.split())


def later_send_the_rest(campaign: Campaign) -> None:
    Chunk.objects.filter(lease_until__isnull=False).update(lease_until=timezone.now() - timedelta(seconds=1))
    dispatcher.dispatch(campaign.pk, http=NoHttp())


@pytest.mark.parametrize("place", PLACES)
def test_a_kill_stops_no_honest_database_and_reaches_nobody_twice(
    fake_gateway: FakeGateway, campaign: Campaign, place: str
) -> None:
    before = timezone.now()
    asked = send_and_be_killed(place, campaign)
    assert asked
    intents = set(Submission.objects.values_list("reference", flat=True))
    records = {left.reference for left in left_since(before)}
    assert records <= intents
    assert len(records) >= len(asked)
    assert (records == intents) == (place == PLACES[1])
    later_send_the_rest(campaign)
    assert not asked & set(fake_gateway.numbers_asked)
    assert not HoldReason.objects.exists()
    states = states_of(campaign)
    assert set(states) == {"submitted", "unknown"}
    assert sum(states.values()) == PEOPLE


@pytest.mark.parametrize("place", PLACES)
def test_restored_after_a_kill_all_who_left_are_in_the_records(
    fake_gateway: FakeGateway, campaign: Campaign, place: str, tmp_path: Path
) -> None:
    before = timezone.now()
    backup = Backup(tmp_path)
    asked = send_and_be_killed(place, campaign)
    backup.restore()
    backup.remove()
    later_send_the_rest(campaign)
    assert not fake_gateway.asked
    assert list(HoldReason.objects.values_list("cause", flat=True)) == ["behind"]
    positions = {int(left.positions) for left in left_since(before)}
    numbers = set(campaign.recipients.filter(position__in=positions).values_list("number", flat=True))
    assert asked <= numbers
