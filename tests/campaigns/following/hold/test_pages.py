"""The banner on every page, the page of the hold, and the confirmation of the release."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Activity, Campaign, Hold
from campaigns.models.held import current
from campaigns.sending.departures import services
from campaigns.sending.departures.folders import Place, card
from campaigns.sending.departures.journal import Journal
from campaigns.sending.departures.lines import Line, pack
from campaigns.sending.hold import hold_all, release
from notifyadmin.web.navigation import ENTRIES
from providers.contract.words import Words
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
VIEW, HOLD, RELEASE = "campaigns.view_campaign", "campaigns.hold_sending", "campaigns.release_sending"
PAGE, RELEASE_PAGE = "/sending/", "/sending/release/"
BANNER = 'id="all-sending-held"'
WHY = Words("Two people called back.")


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), "sms", 12)
    campaign.recipients.filter(position__lte=5).update(state="unknown")
    return campaign


def signed_in(*permissions: str, **values: Any) -> Client:
    client = Client()
    client.force_login(make_user(*permissions, **values), BACKEND)
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("url_name", sorted({entry.url_name for entry in ENTRIES}))
def test_every_page_says_that_all_sending_is_held(url_name: str) -> None:
    client = signed_in(is_superuser=True)
    assert BANNER not in text(client.get(reverse(url_name)))
    hold_all(WHY, "person", make_user())
    shown = text(client.get(reverse(url_name)))
    assert BANNER in shown
    assert WHY.text in shown
    release(None)
    assert BANNER not in text(client.get(reverse(url_name)))


def test_strangers_are_told_nothing() -> None:
    hold_all(WHY, "person")
    assert WHY.text not in text(Client().get("/login/"))


def test_the_campaign_says_held_instead_of_waiting_for_its_turn(campaign: Campaign) -> None:
    client = signed_in(VIEW)
    hold_all(WHY, "person")
    for address in (reverse("campaigns:detail", args=[campaign.pk]), reverse("campaigns:progress", args=[campaign.pk])):
        shown = text(client.get(address))
        assert "all sending is held" in shown
        assert "turn came" not in shown
        assert "goes on by itself when sending is released" in shown
    assert '<span class="tag s-rejected">held</span>' in text(client.get("/overview/"))


def test_whoever_may_holds_all_sending_with_a_reason(campaign: Campaign) -> None:
    client = signed_in(VIEW, HOLD)
    assert "Hold all sending" in text(client.get(PAGE))
    assert "This field is required" in text(client.post(PAGE, {"reason": " "}))
    assert current() is None
    shown = text(client.post(PAGE, {"reason": '{"text" 100% of <b>them</b>'}, follow=True))
    assert "100% of &lt;b&gt;them&lt;/b&gt;" in shown
    assert "nothing new leaves" in shown
    assert current().told[0].user is not None
    assert "Staff hold all sending already" in text(client.post(PAGE, {"reason": "again"}))
    assert Hold.objects.count() == 1


def test_who_may_not_sees_why_and_can_do_nothing(campaign: Campaign) -> None:
    visitor = signed_in(VIEW)
    assert visitor.post(PAGE, {"reason": "me"}).status_code == 403
    hold_all(WHY, "person")
    assert WHY.text in text(visitor.get(PAGE))
    assert RELEASE_PAGE not in text(visitor.get(PAGE))
    assert visitor.get(RELEASE_PAGE).status_code == 403
    holder = signed_in(VIEW, HOLD)
    assert holder.post(RELEASE_PAGE, {"sure": "on"}).status_code == 403
    assert signed_in("campaigns.view_contactlist").get(PAGE).status_code == 403
    assert current() is not None


def test_the_numbers_stand_before_the_eyes_of_whoever_releases(campaign: Campaign) -> None:
    client = signed_in(VIEW, RELEASE)
    hold_all(WHY, "person")
    hold_all(Words("It is behind."), "behind")
    shown = text(client.get(RELEASE_PAGE))
    assert "<b>7</b> people would be sent to" in shown
    assert "<b>5</b> are unknown" in shown
    assert campaign.name in shown
    assert WHY.text in shown
    assert "It is behind." in shown
    assert "after_restore --taken-at" in shown
    assert "Somebody may be reached twice" in shown


def test_releasing_needs_a_confirmation_and_is_recorded(campaign: Campaign) -> None:
    client = signed_in(VIEW, RELEASE)
    hold_all(WHY, "person")
    seen = current().told[-1].pk
    assert client.get(RELEASE_PAGE).status_code == 200
    assert current() is not None, "looking changes nothing"
    assert "Confirm that you have looked" in text(client.post(RELEASE_PAGE, {"seen": seen}))
    hold_all(Words("It is behind."), "behind")
    assert "another reason" in text(client.post(RELEASE_PAGE, {"seen": seen, "sure": "on"}))
    assert current() is not None
    seen = current().told[-1].pk
    answer = client.post(RELEASE_PAGE, {"seen": seen, "sure": "on", "note": "looked"}, follow=True)
    assert "Sending is released" in text(answer)
    assert current() is None
    assert "looked" in Activity.objects.get(kind="sending_released").words
    assert "released by" in text(client.get(PAGE))
    assert client.get(RELEASE_PAGE).status_code == 302


def test_the_setting_cannot_be_released_on_the_page(settings: Any) -> None:
    settings.HOLD_SENDING = True
    client = signed_in(is_superuser=True)
    assert BANNER in text(client.get("/overview/"))
    assert "cannot be released here" in text(client.get(PAGE))
    assert "cannot be released here" in text(client.post(RELEASE_PAGE, {"seen": 0, "sure": "on"}))


def test_the_activity_list_leads_to_the_page() -> None:
    hold_all(WHY, "person")
    shown = text(signed_in(VIEW, "campaigns.view_activity").get("/activity/"))
    assert "Sending held" in shown
    assert shown.count(PAGE) > 1


def test_a_page_asks_once_whether_sending_is_held(campaign: Campaign) -> None:
    client = signed_in(VIEW)
    client.get("/overview/")
    for address in ("/overview/", reverse("campaigns:detail", args=[campaign.pk]), "/campaigns/"):
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        asked = [query["sql"] for query in captured if "campaigns_hold" in query["sql"]]
        assert len(asked) == 1, address


def test_the_pages_ask_as_much_for_few_campaigns_as_for_many(campaign: Campaign) -> None:
    client = signed_in(VIEW, RELEASE)
    hold_all(WHY, "person")
    numbers = []
    for _ in range(2):
        for address in (PAGE, RELEASE_PAGE):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(address).status_code == 200
            numbers.append(len(captured))
        for _ in range(5):
            make_campaign(campaign.account, "sms", 3)
    assert numbers[:2] == numbers[2:]
    assert max(numbers) <= 24


def test_the_release_shows_how_many_left_by_the_records_whom_the_database_does_not_know(campaign: Campaign) -> None:
    row = services.installation()
    own = Journal(Place(row.identity, row.epoch).folder, card().key)
    for key, reference, positions in ((1, campaign.reference, "1-3,7"), (2, "abcdefghij", "1-9")):
        own.append(pack(Line(key, f"{reference}-1-1-{key}", 1, positions, timezone.now())).encode())
    own.close()
    hold_all(WHY, "person")
    client = signed_in(VIEW, RELEASE)
    assert "Left since" not in text(client.get(RELEASE_PAGE))
    hold_all(WHY, "behind")
    answer = client.get(RELEASE_PAGE)
    figures = answer.context["figures"]
    assert (figures.left, figures.left_elsewhere) == (13, 9)
    assert [(line.campaign, line.left) for line in figures.lines] == [(campaign, 4)]
    assert "Left since" in text(answer)
    told = StringIO()
    call_command("release_sending", stdout=told)
    assert "by the records here: 13." in told.getvalue()


def test_the_page_says_the_command_with_its_time_first_and_afterwards_with_that_of_the_backup(
    campaign: Campaign,
) -> None:
    hold_all(Words("Behind. %(taken)s", {"taken": "2026-01-02T03:04:05+08:00"}), "behind")
    client = signed_in(VIEW, RELEASE)
    shown = text(client.get(PAGE))
    assert "What to do first" in shown
    assert "--taken-at 2026-01-02T03:04:05+08:00" in shown
    call_command("after_restore", "--taken-at=2026-01-02T02:00:00+08:00", stdout=StringIO())
    shown = text(client.get(PAGE))
    assert "What to do first" not in shown
    assert "--taken-at 2026-01-02T02:00:00+08:00" in shown
