"""The keys that callees pressed: stored once, merged alike in any order, counted, filtered, exported and reported."""

import csv
import io
from collections.abc import Mapping
from itertools import permutations
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.following.evidence.timeline import moments
from campaigns.following.recipients.paging import recipients_page
from campaigns.models import Campaign, KeyCount, Receipt, Recipient
from campaigns.models.keys import counts_of
from campaigns.models.recipient_filters import Filters
from campaigns.receipts.ingest import apply_pushes
from campaigns.receipts.replaying import replay
from providers.models import InboundPush
from tests.factories import FakeGateway, make_account, make_campaign, make_user
from tests.markup import tight

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), "voice_text", recipients=6)
    for one in campaign.recipients.all():
        Recipient.objects.filter(pk=one.pk).update(state="submitted", provider_id=f"id-{one.position}")
    return campaign


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    return client


def line(campaign: Campaign, position: int, keys: str = "", verdict: str = "delivered", minute: int = 3) -> str:
    number = campaign.recipients.get(position=position).number
    return f"id-{position}||{number}|{verdict}|2|{minute}" + (f"|{keys}" if keys else "")


def push(campaign: Campaign, *lines: str) -> None:
    InboundPush.objects.create(account=campaign.account, door="receipts", body="\n".join(lines).encode())
    apply_pushes()


def pressed(campaign: Campaign) -> Mapping[int, str | None]:
    return dict(campaign.recipients.order_by("position").values_list("position", "pressed"))


def counted_anew(campaign: Campaign) -> dict[str, int]:
    keys = [keys for keys in pressed(campaign).values() if keys is not None]
    return {key: keys.count(key) for key in set(keys)}


def test_what_was_pressed_is_stored_at_the_receipt_and_at_the_recipient(campaign: Campaign) -> None:
    push(campaign, line(campaign, 1, "1"), line(campaign, 2))
    receipt = Receipt.objects.get(recipient__position=1)
    assert (receipt.pressed, receipt.charged_seconds, receipt.redials) == ("1", 60, 1)
    one = campaign.recipients.get(position=1)
    assert (one.pressed, one.charged_seconds, one.redials, one.state) == ("1", 60, 1, "delivered")
    other = campaign.recipients.get(position=2)
    assert (other.pressed, other.charged_seconds, other.redials) == (None, None, None)


def test_the_timeline_says_what_was_pressed_charged_and_called_again(campaign: Campaign) -> None:
    push(campaign, line(campaign, 1, "1"))
    notes = " ".join(note for moment in moments(campaign.recipients.get(position=1)) for note in moment.notes)
    assert "Pressed 1. Charged for 60 s. Called again 1 time." in notes


def test_saying_it_again_is_only_counted(campaign: Campaign) -> None:
    for _ in range(3):
        push(campaign, line(campaign, 1, "1"))
    assert (Receipt.objects.get().times, counts_of(campaign)) == (3, {"1": 1})


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ([("1", "delivered", 3), ("2", "delivered", 2)], "2"),
        ([("1", "undelivered", 1), ("2", "delivered", 3)], "2"),
        ([("1", "undelivered", 1), ("", "delivered", 3)], "1"),
        ([("1", "delivered", 3), ("12", "delivered", 3), ("", "delivered", 3)], "12"),
        ([("2", "delivered", 3), ("1", "delivered", 3)], "1"),
    ],
    ids=[
        "the first reported",
        "of the deciding receipt",
        "of the only one that names any",
        "the most",
        "and else the least",
    ],
)
def test_different_keys_are_merged_alike_in_every_order(
    campaign: Campaign, said: list[tuple[str, str, int]], means: str
) -> None:
    for position, order in enumerate(permutations(said), 1):
        for keys, verdict, minute in order:
            push(campaign, line(campaign, position, keys, verdict, minute))
        assert pressed(campaign)[position] == means
        assert Receipt.objects.filter(recipient__position=position).count() == len(said)
    assert counts_of(campaign) == counted_anew(campaign)


def test_a_correction_is_counted_where_it_happens_and_the_sums_stay_right(campaign: Campaign) -> None:
    push(campaign, *(line(campaign, position, "1", minute=5) for position in range(1, 7)))
    assert counts_of(campaign) == {"1": 6}
    push(campaign, *(line(campaign, position, "2", minute=4) for position in range(1, 3)))
    assert counts_of(campaign) == counted_anew(campaign) == {"1": 4, "2": 2}


def test_keys_of_receipts_from_before_they_were_read_come_with_reading_the_pushes_again(campaign: Campaign) -> None:
    push(campaign, line(campaign, 1))
    InboundPush.objects.update(body=line(campaign, 1, "1").encode())
    replay(campaign.account, apply=True)
    assert pressed(campaign)[1] == "1"
    assert (Receipt.objects.get().pressed, counts_of(campaign)) == ("1", {"1": 1})


def test_a_replay_that_finds_no_keys_any_more_takes_them_away_everywhere(campaign: Campaign) -> None:
    push(campaign, line(campaign, 1, "1"))
    InboundPush.objects.update(body=line(campaign, 1).encode())
    replay(campaign.account, apply=True)
    assert (pressed(campaign)[1], counts_of(campaign)) == (None, {})


def test_counting_asks_the_same_questions_for_many(campaign: Campaign) -> None:
    def asked(*lines: str) -> int:
        InboundPush.objects.create(account=campaign.account, door="receipts", body="\n".join(lines).encode())
        with CaptureQueriesContext(connection) as captured:
            apply_pushes()
        return len(captured)

    one = asked(line(campaign, 1, "1"))
    assert asked(*(line(campaign, position, "2") for position in range(2, 7))) == one


# In the list of recipients


@pytest.fixture
def answered(campaign: Campaign) -> Campaign:
    lines = [line(campaign, position, keys) for position, keys in enumerate(["1", "2", "1", "", "1"], 1)]
    push(campaign, *lines, line(campaign, 6, "1", "undelivered"))
    return campaign


@pytest.mark.parametrize(
    ("query", "positions"),
    [
        ({"pressed": "1"}, [1, 3, 5, 6]),
        ({"pressed": "1", "sort": "-position"}, [6, 5, 3, 1]),
        ({"pressed": "1", "sort": "number"}, [1, 3, 5, 6]),
        ({"pressed": "1", "state": "delivered"}, [1, 3, 5]),
        ({"pressed": "1", "state": "undelivered", "failure": "no_answer"}, [6]),
        ({"pressed": "2", "state": "undelivered"}, []),
        ({"pressed": "1", "text": "raw"}, [1, 3, 5, 6]),
        ({"pressed": "1", "number": "8613800000003"}, [3]),
        ({"pressed": "9"}, []),
    ],
)
def test_the_list_shows_who_pressed_what(answered: Campaign, query: dict[str, str], positions: list[int]) -> None:
    page = recipients_page(answered, query)
    assert [row.position for row in page.rows] == positions
    assert page.count == len(positions)


def test_pages_of_those_who_pressed_something_go_on_by_key(answered: Campaign) -> None:
    first = recipients_page(answered, {"pressed": "1"}, 2)
    assert [row.position for row in first.rows] == [1, 3]
    assert "pressed=1" in first.next
    assert [row.position for row in recipients_page(answered, {"pressed": "1", "after": "3"}, 2).rows] == [5, 6]


def test_many_who_pressed_the_same_are_sorted_by_number_by_searching(
    answered: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.models.recipient_search.SORTED_AT_ONCE", 1)
    page = recipients_page(answered, {"pressed": "1", "sort": "-number"})
    assert [row.position for row in page.rows] == [6, 5, 3, 1]


def test_what_stands_in_the_address_is_read_as_keys() -> None:
    assert Filters.of({"pressed": " 1 2\x00"}).pressed == "12"
    assert len(Filters.of({"pressed": "1" * 99}).pressed) == 32
    assert Filters.of({"pressed": "1"}).pairs == [("pressed", "1")]


def test_the_page_offers_the_keys_that_were_pressed_with_how_often(client: Client, answered: Campaign) -> None:
    text = client.get(reverse("campaigns:recipients", args=[answered.pk]) + "?pressed=1").content.decode()
    assert '<option value="1" selected>Pressed 1 (4)</option>' in tight(text)
    assert '<option value="2">Pressed 2 (1)</option>' in tight(text)
    assert "Keys pressed" in text


def test_where_a_provider_reports_no_keys_nothing_speaks_of_them(client: Client, fake_gateway: FakeGateway) -> None:
    other = make_campaign(make_account(), "sms", recipients=2)
    text = client.get(reverse("campaigns:recipients", args=[other.pk])).content.decode()
    assert "Keys pressed" not in text
    assert "find-pressed" not in text


def test_the_index_answers_the_filter(answered: Campaign) -> None:
    rows = Recipient.objects.filter(campaign=answered, pressed="1").order_by("position")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "recipient_pressed" in rows.explain()


# In files and reports


def rows_of(response: Any) -> list[dict[str, str]]:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_export_has_a_column_of_keys_charged_seconds_and_redials(client: Client, answered: Campaign) -> None:
    address = reverse("campaigns:recipients_export", args=[answered.pk, "csv"])
    rows = rows_of(client.get(f"{address}?pressed=1&columns=all"))
    assert len(rows) == 4
    assert {(row["Keys pressed"], row["Seconds charged for"], row["Times called again"]) for row in rows} == {
        ("1", "60", "1")
    }


def test_a_report_says_how_often_each_key_was_pressed(client: Client, answered: Campaign) -> None:
    text = " ".join(client.get(reverse("campaigns:reports:page")).content.decode().split())
    assert "Pressed 1: 4 · 2: 1" in text
    assert '<th scope="row">Pressed 1</th><td class="num">4</td>' in tight(text)
    [row] = rows_of(client.get(reverse("campaigns:reports:export", args=["csv"])))
    assert (row["Pressed 1"], row["Pressed 2"]) == ("4", "1")


def test_a_report_adds_days_and_campaigns_up(client: Client, answered: Campaign) -> None:
    other = make_campaign(answered.account, "voice_text", recipients=1)
    KeyCount.objects.create(campaign=other, at=KeyCount.objects.earliest("at").at, pressed="1", amount=10)
    text = " ".join(client.get(reverse("campaigns:reports:page")).content.decode().split())
    assert '<th scope="row">Pressed 1</th><td class="num">14</td>' in tight(text)


def test_a_test_counts_in_no_report(client: Client, answered: Campaign) -> None:
    Campaign.objects.update(test_of=make_campaign(answered.account, "voice_text", recipients=1))
    assert "Pressed" not in client.get(reverse("campaigns:reports:page")).content.decode()
