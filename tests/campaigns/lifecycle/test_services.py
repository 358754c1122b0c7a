"""What staff do with a campaign, and the lines it leaves in the activity list."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.lifecycle import services
from campaigns.models import Activity, Chunk
from campaigns.people.audience.importing import add_audience
from campaigns.people.audience.reading import read_text
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


def test_every_button_leaves_a_line_with_the_name_of_who_pressed_it(fake_gateway: FakeGateway) -> None:
    campaign, user = make_campaign(make_account(), recipients=3, running=False), make_user()
    for press in (services.start, services.pause, services.resume, services.cancel):
        press(campaign, user)
    lines = Activity.objects.order_by("pk").values_list("kind", "user", "campaign")
    expected = ("started", "paused", "resumed", "cancelled")
    assert list(lines) == [(kind, user.pk, campaign.pk) for kind in expected]


def test_a_refused_button_leaves_no_line(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=3)
    with pytest.raises(services.NotPossible):
        services.resume(campaign, None)
    assert not Activity.objects.exists()


def test_starting_asks_as_little_for_many_chunks_as_for_one(fake_gateway: FakeGateway) -> None:
    asked = []
    for chunk in (100, 2):
        campaign = make_campaign(make_account(), recipients=100, chunk=chunk, running=False)
        with CaptureQueriesContext(connection) as captured:
            services.start(campaign, None)
        asked.append(len(captured))
        assert not any("campaigns_chunk" in query["sql"] for query in captured)
    assert asked[0] == asked[1]


@pytest.mark.parametrize(("recipients", "workers"), [(1, 1), (1000, 1), (1001, 2), (9000, 4)])
def test_a_large_campaign_wakes_more_workers(
    fake_gateway: FakeGateway, published: list[str], recipients: int, workers: int
) -> None:
    campaign = make_campaign(make_account(), recipients=1, running=False)
    type(campaign).objects.update(total=recipients)
    services.start(campaign, None)
    assert published.count("campaigns.dispatch") == workers


def test_an_imported_audience_is_due_before_the_start(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), "sms", 0, running=False)
    rows = read_text("13800138000\n13800138001")
    add_audience(campaign, rows.rows, rows.columns, "CN")
    assert Chunk.objects.get().next_attempt_at is not None


def test_drafts_from_before_become_due_by_the_migration(fake_gateway: FakeGateway) -> None:
    draft, running = (make_campaign(make_account(), recipients=3, running=state) for state in (False, True))
    Chunk.objects.update(next_attempt_at=None)
    import_module("campaigns.migrations.0003_sending").make_drafts_due(apps, None)
    assert draft.chunks.get().next_attempt_at is not None
    assert running.chunks.get().next_attempt_at is None
