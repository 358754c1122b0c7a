"""What happens to honest installations holds nothing: a false alarm would stop a company's sending."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from campaigns.models import Campaign, Hold, Installation, Submission
from campaigns.sending import dispatcher
from campaigns.sending.departures import shared
from campaigns.sending.departures.lines import Line
from campaigns.sending.departures.marks import Mark
from campaigns.sending.departures.services import installation
from campaigns.sending.tripwire.guard import guard
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


def run(campaign: Campaign) -> None:
    dispatcher.dispatch(campaign.pk, http=NoHttp())


def upgraded_from_a_version_that_kept_no_records(campaign: Campaign) -> None:
    guard.close()
    Path(settings.DEPARTURES_FOLDER).rename(f"{settings.DEPARTURES_FOLDER}-gone")
    Installation.objects.all().delete()


def keys_are_left_out(campaign: Campaign) -> None:
    """By a crash of the server, or a transaction that was taken back."""
    chunk = campaign.chunks.get()
    with transaction.atomic():
        for place in range(40):
            Submission.objects.create(reference=f"gap-{place}", campaign=campaign, chunk=chunk, token=1, size=1)
        transaction.set_rollback(True)


def another_sender_has_a_clock_that_is_ahead(campaign: Campaign) -> None:
    known = Submission.objects.latest("pk")
    line = Line(
        known.pk, known.reference, known.campaign.account_id, known.positions, timezone.now() + timedelta(hours=1)
    )
    shared.publish(installation().identity, Mark(1, line, "another"))


def a_worker_died_before_it_wrote_down_what_it_let_out(campaign: Campaign) -> None:
    chunk = campaign.chunks.get()
    Submission.objects.create(
        reference=f"{campaign.reference}-1-99-0", campaign=campaign, chunk=chunk, token=99, size=1, state="unknown"
    )


@pytest.mark.parametrize(
    "happens",
    [
        upgraded_from_a_version_that_kept_no_records,
        keys_are_left_out,
        another_sender_has_a_clock_that_is_ahead,
        a_worker_died_before_it_wrote_down_what_it_let_out,
    ],
)
def test_honest_work_goes_on(
    fake_gateway: FakeGateway,
    happens: Callable[[Campaign], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settings, "DEPARTURES_SHARED_FOLDER", str(tmp_path))
    account = make_account()
    before, campaign = make_campaign(account, recipients=3), make_campaign(account, recipients=5)
    run(before)
    happens(campaign)
    guard.close()
    connection.close()
    run(campaign)
    assert not Hold.objects.exists()
    assert states_of(campaign) == {"submitted": 5}
