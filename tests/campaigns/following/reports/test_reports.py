"""Reports: every day together is the campaigns' total, in any zone, without test sends, and the file says the same."""

import csv
import io
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from campaigns.counters.rollups.compact import compact_minutes
from campaigns.counters.rollups.reading import GONE
from campaigns.following.reports.periods import Period
from campaigns.following.reports.selectors import cells, grouped, total
from campaigns.models import Campaign, Movement, Tally
from tests.factories import FakeGateway, make_account, make_campaign, make_user
from tests.markup import tight

pytestmark = [pytest.mark.django_db]

PAGE, FILE = reverse("campaigns:reports:page"), reverse("campaigns:reports:export", args=["csv"])
MAY = Period(date(2026, 4, 28), date(2026, 5, 30))
AT = datetime(2026, 5, 1, 16, 30, tzinfo=UTC)


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user("campaigns.view_campaign"), "django.contrib.auth.backends.ModelBackend")
    return client


def moved(campaign: Campaign, at: datetime, state: str, amount: int, **more: object) -> None:
    Movement.objects.create(campaign=campaign, minute=at, state=state, amount=amount, **more)


def happened(campaign: Campaign, choice: random.Random) -> None:
    """Changes through the triggers, then scattered over the month as if they had come then."""
    known = set(Movement.objects.values_list("pk", flat=True))
    for _ in range(12):
        positions = choice.sample(range(1, campaign.total + 1), 5)
        state = choice.choice(["submitted", "delivered", "undelivered", "rejected", "expired", "skipped"])
        failure = choice.choice(["busy", "off", ""]) if state in ("undelivered", "rejected") else ""
        seconds, cost = choice.choice([None, 9]), choice.choice(["", "0.25"])
        values = {"talk_seconds": seconds, "cost": cost, "currency": "CNY" if cost else ""}
        campaign.recipients.filter(position__in=positions).update(state=state, failure=failure, **values)
        for pk in Movement.objects.exclude(pk__in=known).values_list("pk", flat=True):
            at = AT + timedelta(minutes=choice.randrange(60 * 24 * 20))
            Movement.objects.filter(pk=pk).update(minute=at)
            known.add(pk)


@pytest.mark.stores
@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "Asia/Kathmandu", "America/St_Johns"])
def test_all_days_together_are_the_totals_of_the_campaigns(fake_gateway: FakeGateway, zone: str) -> None:
    choice = random.Random(11)
    campaigns = [make_campaign(make_account(), kind, 20) for kind in ("sms", "voice_file", "sms")]
    for campaign in campaigns:
        happened(campaign, choice)
    compact_minutes(campaigns[0].pk, AT + timedelta(days=15))
    with timezone.override(zone):
        found = cells(MAY)
        for campaign in campaigns:
            row = total(cell for cell in found if cell.campaign == campaign)
            states = dict(Tally.objects.filter(campaign=campaign).values_list("state").annotate(n=Sum("amount")))
            assert row.sent == sum(states.get(state, 0) for state in GONE)
            assert row.answered == states.get("delivered", 0)
            assert row.failed == states.get("undelivered", 0)
            assert row.refused == states.get("rejected", 0)
            sums = Tally.objects.filter(campaign=campaign).aggregate(t=Sum("talk_seconds"), c=Sum("cost"))
            assert row.figures.talk_seconds == sums["t"]
            if not row.reckoned:
                assert row.amounts.get("CNY", Decimal()) == Decimal(sums["c"]) / 1_000_000
        everything = total(found)
        for key in (lambda c: c.campaign.kind, lambda c: c.campaign.account_id, lambda c: c.day):
            parts = grouped(found, key, lambda cell: ("", ""))
            assert sum(row.sent for row in parts) == everything.sent
            assert sum(row.answered for row in parts) == everything.answered


@pytest.mark.stores
def test_a_day_is_that_of_the_viewer(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), "sms", 3)
    moved(campaign, AT, "delivered", 3)
    for zone, day in (("Asia/Shanghai", date(2026, 5, 2)), ("UTC", date(2026, 5, 1))):
        with timezone.override(zone):
            assert [cell.day for cell in cells(MAY)] == [day]
            assert cells(Period(day, day)) != []
            assert cells(Period(day - timedelta(days=1), day - timedelta(days=1))) == []


@pytest.mark.stores
def test_tests_count_nowhere_and_filters_narrow(fake_gateway: FakeGateway) -> None:
    first, second = make_account(), make_account()
    sms, voice = make_campaign(first, "sms", 3), make_campaign(second, "voice_file", 3)
    trial = make_campaign(first, "sms", 1, test_of=sms)
    for campaign in (sms, voice, trial):
        moved(campaign, AT, "delivered", campaign.total)
    assert total(cells(MAY)).answered == 6
    assert {cell.campaign for cell in cells(MAY, account=first)} == {sms}
    assert {cell.campaign for cell in cells(MAY, kind="voice_file")} == {voice}


def test_who_was_sent_to_counts_on_that_day_and_the_receipt_on_its_own(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), "sms", 3)
    moved(campaign, AT, "submitted", 3)
    moved(campaign, AT + timedelta(days=1), "submitted", -2)
    moved(campaign, AT + timedelta(days=1), "delivered", 2)
    first, second = (total([cell]) for cell in cells(MAY))
    assert (first.sent, first.answered, second.sent, second.answered) == (3, 0, 0, 2)


def test_costs_that_no_receipt_names_are_reckoned_and_marked(client: Client, fake_gateway: FakeGateway) -> None:
    estimate = {"amounts": {"CNY": "10"}, "units": {"segment": 10}, "unpriced": {}}
    campaign = make_campaign(make_account(), "sms", 10, estimate=estimate)
    campaign.recipients.filter(position__lte=4).update(state="delivered")
    assert "≈ 4.00 CNY" in client.get(PAGE).content.decode()


@pytest.mark.stores
def test_what_is_paid_for_on_another_day_than_it_was_sent_is_paid_once(
    client: Client, fake_gateway: FakeGateway
) -> None:
    estimate = {"amounts": {"CNY": "10"}, "units": {"segment": 10}, "unpriced": {}}
    campaign = make_campaign(make_account(), "sms", 10, estimate=estimate)
    campaign.recipients.update(state="submitted")
    Movement.objects.update(minute=AT)
    campaign.recipients.update(state="delivered", cost="0.9", currency="CNY")
    Movement.objects.filter(minute__gt=AT).update(minute=AT + timedelta(days=1))
    found = cells(MAY)
    assert [total([cell]).amounts for cell in found] == [{}, {"CNY": Decimal(9)}]
    assert (total(found).amounts, total(found).reckoned) == ({"CNY": Decimal(9)}, False)


def test_every_day_account_kind_and_campaign_says_why_people_were_not_reached(
    client: Client, fake_gateway: FakeGateway
) -> None:
    campaign = make_campaign(make_account(), "sms", 9)
    campaign.recipients.filter(position__lte=3).update(state="undelivered", failure="busy")
    campaign.recipients.filter(position=4).update(state="undelivered", failure="content")
    campaign.recipients.filter(position=5).update(state="rejected", failure="content")
    make_campaign(make_account(), "voice_file", 2).recipients.update(state="undelivered", failure="off")
    text = tight(client.get(PAGE).content)
    # The one day of both, and then account, kind and campaign of each.
    assert text.count(">Line busy 3 · Switched off 2 · Content refused 2<") == 1
    assert text.count(">Line busy 3 · Content refused 2<") == 3
    assert text.count(">Switched off 2<") == 3


def test_messages_do_not_shorten_what_calls_were_listened_to(client: Client, fake_gateway: FakeGateway) -> None:
    account = make_account()
    make_campaign(account, "sms", 80).recipients.update(state="delivered")
    make_campaign(account, "voice_file", 20).recipients.update(state="delivered", talk_seconds=12)
    assert "12 s on average" in client.get(PAGE).content.decode()


def test_a_correction_after_the_day_takes_back_what_was_reckoned(fake_gateway: FakeGateway) -> None:
    estimate = {"amounts": {"CNY": "10"}, "units": {"minute": 10}, "unpriced": {}}
    campaign = make_campaign(make_account(), "voice_file", 10, estimate=estimate)
    moved(campaign, AT, "delivered", 4)
    for state, amount in (("delivered", -1), ("undelivered", 1)):
        moved(campaign, AT + timedelta(days=1), state, amount)
    assert total(cells(MAY)).amounts == {"CNY": Decimal(3)}


def test_the_page_and_the_file_say_the_same(client: Client, fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), "voice_file", 10, name="=danger")
    campaign.recipients.filter(position__lte=6).update(state="delivered", talk_seconds=10, cost="0.5", currency="CNY")
    campaign.recipients.filter(position=7).update(state="undelivered", failure="busy")
    campaign.recipients.filter(position=8).update(state="rejected", failure="content")
    text = client.get(PAGE).content.decode()
    assert "3.00 CNY" in text
    assert "6 of 7 with a receipt" in text
    assert "Line busy" in text
    answer = client.get(FILE)
    body = b"".join(answer.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(body))
    assert row["Campaign"] == "'=danger"
    assert (row["Sent"], row["Delivered or answered"], row["Not reached"]) == ("7", "6", "1")
    assert (row["Line busy"], row["Content refused"], row["Refused by the provider"]) == ("1", "1", "1")
    assert (row["Seconds listened"], row["Cost"], row["Currency"]) == ("60", "3", "CNY")
    assert row["Day"] == timezone.localdate().isoformat()


def test_a_report_is_also_a_workbook(client: Client, fake_gateway: FakeGateway) -> None:
    make_campaign(make_account(), "sms", 4).recipients.update(state="delivered")
    answer = client.get(reverse("campaigns:reports:export", args=["xlsx"]))
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    titles, row = book.get_sheet_by_index(0).to_python()
    assert dict(zip(titles, row, strict=True))["Delivered or answered"] == "4"


def test_every_number_of_an_account_and_of_a_kind_stands_beside_its_bar(
    client: Client, fake_gateway: FakeGateway
) -> None:
    campaign = make_campaign(make_account(), "sms", 4)
    campaign.recipients.filter(position__lte=3).update(state="delivered")
    text = client.get(PAGE).content.decode()
    assert text.count('aria-label="Delivered 3"') == 3
    assert "style=" not in text


@pytest.mark.parametrize(
    "query",
    [
        {"period": "nonsense"},
        {"period": "days", "first": "2026-05-02", "last": "2026-05-01"},
        {"period": "days", "first": "2020-01-01", "last": "2026-05-01"},
        {"period": "days", "first": "x"},
        {"period": "days", "first": "9999-12-31", "last": "9999-12-31"},
        {"period": "days", "first": "0001-01-01", "last": "0001-01-01"},
        {"account": "999"},
        {"kind": "' OR 1"},
    ],
)
def test_what_does_not_fit_is_explained_and_breaks_nothing(
    client: Client, fake_gateway: FakeGateway, query: dict[str, str]
) -> None:
    answer = client.get(PAGE, query)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert client.get(FILE, query).status_code == 200


@pytest.mark.parametrize("name", ["today", "7", "30", "month", "days", ""])
def test_every_period_opens_empty_and_says_what_to_do(client: Client, fake_gateway: FakeGateway, name: str) -> None:
    text = client.get(PAGE, {"period": name} if name else {}).content.decode()
    assert "Nothing in these days" in text
    assert 'role="alert"' not in text


def test_a_report_needs_the_permission(fake_gateway: FakeGateway) -> None:
    visitor = Client()
    for url in (PAGE, FILE):
        assert visitor.get(url).status_code == 302
    visitor.force_login(make_user(), "django.contrib.auth.backends.ModelBackend")
    for url in (PAGE, FILE):
        assert visitor.get(url).status_code == 403


def test_a_report_asks_the_same_questions_for_one_campaign_and_for_many(
    client: Client, fake_gateway: FakeGateway
) -> None:
    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return [query["sql"] for query in captured]

    account = make_account()
    make_campaign(account, "sms", 2).recipients.update(state="delivered")
    before = asked()
    for _ in range(5):
        make_campaign(account, "sms", 2).recipients.update(state="delivered")
    after = asked()
    # Two of them are of the layout: exports that are over, and whether sending is held.
    assert len(after) == len(before) <= 11
    assert not [sql for sql in after if "campaigns_recipient" in sql]
