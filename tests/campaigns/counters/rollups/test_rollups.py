"""What changed by the minute adds up to the counts, whatever happens to the recipients."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Sum

from campaigns.counters.rollups.compact import COMPACT_ABOVE, compact_minutes, compact_movements, compact_old_minutes
from campaigns.counters.rollups.reconcile import reconcile
from campaigns.models import Campaign, Movement, Recipient, Tally
from campaigns.models.statuses import RecipientState
from tests.factories import FakeGateway, make_account, make_campaign

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

KEY = ("state", "failure", "currency")
WAITING = ("pending", "held", "submitting")
OLD = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "voice_file", 40)


def sums(rows: object) -> dict[tuple[str, ...], tuple[int, int, int]]:
    found = rows.order_by().values_list(*KEY).annotate(a=Sum("amount"), t=Sum("talk_seconds"), c=Sum("cost"))
    return {tuple(row[:3]): tuple(row[3:]) for row in found if any(row[3:])}


def recounted(campaign: Campaign) -> dict[tuple[str, ...], list[int]]:
    """Looked at one by one, with the arithmetic of Python."""
    found: dict[tuple[str, ...], list[int]] = {}
    for person in campaign.recipients.exclude(state__in=WAITING):
        line = found.setdefault((person.state, person.failure, person.currency), [0, 0, 0])
        line[0] += 1
        line[1] += person.talk_seconds or 0
        line[2] += round(float(person.cost or 0) * 1_000_000)
    return found


def agree(campaign: Campaign) -> None:
    moved = sums(Movement.objects.filter(campaign=campaign))
    kept = sums(Tally.objects.filter(campaign=campaign).exclude(state__in=WAITING))
    assert moved == kept == {key: tuple(line) for key, line in recounted(campaign).items()}


def test_all_minutes_together_are_the_counts_with_seconds_and_costs(campaign: Campaign) -> None:
    choice = random.Random(7)
    for _ in range(60):
        people = campaign.recipients.filter(position__in=choice.sample(range(1, 41), choice.randint(1, 12)))
        people.update(
            state=choice.choice(RecipientState.values),
            failure=choice.choice(["", "busy", "off"]),
            talk_seconds=choice.choice([None, 0, 7, 3600]),
            cost=choice.choice(["", "0", "0.02", "1.234567"]),
            currency=choice.choice(["", "USD", "EUR"]),
        )
    campaign.recipients.filter(position__lte=5).delete()
    agree(campaign)


@pytest.mark.parametrize(
    ("cost", "millionths"),
    [("", 0), ("3", 3_000_000), ("0.0200", 20_000), ("free", 0), ("1.2.3", 0), ("-1", 0), ("5.", 0), ("1e3", 0)],
)
def test_only_plain_amounts_are_added(campaign: Campaign, cost: str, millionths: int) -> None:
    campaign.recipients.filter(position=1).update(state="delivered", cost=cost, currency="USD")
    assert Tally.objects.filter(campaign=campaign).aggregate(c=Sum("cost"))["c"] == millionths
    assert Movement.objects.filter(campaign=campaign).aggregate(c=Sum("cost"))["c"] == millionths


def test_what_is_taken_back_leaves_no_trace(campaign: Campaign) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        campaign.recipients.update(state="delivered")
        raise ZeroDivisionError
    assert not Movement.objects.filter(campaign=campaign).exists()


def test_an_import_writes_no_movement_and_a_change_without_effect_none_either(campaign: Campaign) -> None:
    campaign.recipients.update(state="held")
    campaign.recipients.update(reason="Because.")
    assert not Movement.objects.filter(campaign=campaign).exists()


def test_recipients_that_are_inserted_in_a_later_state_are_counted(campaign: Campaign) -> None:
    Recipient.objects.create(campaign=campaign, position=41, number="8613900000041", state="skipped")
    agree(campaign)


def test_folding_rows_of_one_minute_changes_no_sum(campaign: Campaign) -> None:
    for turn in range(2 * COMPACT_ABOVE + 3):
        campaign.recipients.filter(position=1).update(state="delivered" if turn % 2 else "submitted")
    before = sums(Movement.objects.filter(campaign=campaign))
    compact_movements()
    assert Movement.objects.filter(campaign=campaign).count() <= 6
    assert sums(Movement.objects.filter(campaign=campaign)) == before
    agree(campaign)


def by_the_minute(campaign: Campaign, minutes: int, start: datetime = OLD) -> None:
    Movement.objects.bulk_create(
        Movement(campaign=campaign, minute=start + timedelta(minutes=n), state="delivered", amount=n + 1, cost=n)
        for n in range(minutes)
    )


def test_old_minutes_become_quarters_that_add_up_to_the_same(campaign: Campaign) -> None:
    by_the_minute(campaign, 40)
    before = sums(Movement.objects.filter(campaign=campaign))
    compact_minutes(campaign.pk, OLD + timedelta(minutes=30))
    rows = Movement.objects.filter(campaign=campaign).order_by("minute").values_list("minute", "amount")
    assert list(rows[:3]) == [
        (OLD, sum(range(1, 16))),
        (OLD + timedelta(minutes=15), sum(range(16, 31))),
        (OLD + timedelta(minutes=30), 31),
    ]
    assert sums(Movement.objects.filter(campaign=campaign)) == before


def test_only_long_campaigns_are_folded_and_only_their_old_minutes(campaign: Campaign) -> None:
    short = make_campaign(campaign.account, "voice_file", 2)
    by_the_minute(campaign, 600)
    by_the_minute(short, 60)
    compact_old_minutes(OLD + timedelta(days=1, hours=9))
    assert Movement.objects.filter(campaign=short).count() == 60
    left = Movement.objects.filter(campaign=campaign)
    assert left.filter(minute__lt=OLD + timedelta(hours=9)).count() == 36
    assert left.filter(minute__gte=OLD + timedelta(hours=9)).count() == 60


def test_movements_that_do_not_agree_with_the_counts_are_levelled_once(campaign: Campaign) -> None:
    campaign.recipients.filter(position__lte=6).update(state="delivered", talk_seconds=4, cost="0.5", currency="USD")
    Movement.objects.filter(campaign=campaign).update(amount=9, cost=1)
    assert reconcile(campaign.pk) == 1
    agree(campaign)
    assert reconcile(campaign.pk) == 0
