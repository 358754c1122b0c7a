"""New recipients by SQL have what the model says, whatever the way by which they come."""

import pytest

from campaigns.models import Campaign, ListFile, Recipient
from campaigns.models.new_recipients import NEW, OWN, copy_people, insert_select
from campaigns.people.audience.importing import add_audience
from campaigns.people.audience.reading import Row
from tests.factories import FakeGateway, make_account, make_campaign


@pytest.fixture
def source(db: None, fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), recipients=0, running=False)
    add_audience(campaign, [Row(place, f"861380013800{place}", (f"place {place}",)) for place in range(5)], ["place"])
    return campaign


def columns(campaign: Campaign) -> list[tuple[object, ...]]:
    fields = [
        field.attname for field in Recipient._meta.concrete_fields if field.attname not in ("id", "campaign_id", "row")
    ]
    return list(campaign.recipients.order_by("position").values_list(*fields))


def test_every_column_that_may_not_be_empty_is_written() -> None:
    needed = {field.column for field in Recipient._meta.concrete_fields if not field.null and not field.primary_key}
    assert needed == {*NEW, *OWN}
    assert NEW["state"] == "pending"
    assert {type(value) for value in NEW.values()} <= {str, int}


@pytest.mark.stores
def test_somebody_copied_is_as_new_as_somebody_brought_by_a_list(source: Campaign) -> None:
    used = {"state": "failed", "failure": "answered", "attempts": 3, "cost": "1", "provider_id": "x", "raw": "r"}
    before = columns(source)
    source.recipients.update(**used)
    copied, joined = (make_campaign(source.account, recipients=0, running=False) for _ in range(2))
    assert copy_people(source.pk, copied.pk) == 5
    parts = {
        "campaign_id": "%s",
        "position": "position",
        "number": "number",
        "typed": "typed",
        "variables": "variables",
    }
    condition = "FROM campaigns_recipient WHERE campaign_id = %s"
    assert insert_select(parts, condition, [joined.pk, source.pk]) == 5
    assert columns(copied) == columns(joined) == before
    assert ListFile.objects.count() == 0


@pytest.mark.stores
def test_who_has_no_number_any_more_or_is_not_chosen_is_not_copied_and_leaves_no_gap(source: Campaign) -> None:
    source.recipients.filter(position=2).update(number="#2")
    copied = make_campaign(source.account, recipients=0, running=False)
    chosen = "position <> %s OR number = %s"
    assert copy_people(source.pk, copied.pk, chosen, [4, "8613800138001"]) == 3
    found = list(copied.recipients.order_by("position").values_list("position", "number"))
    kept = [number for _, number in source.recipients.order_by("position").values_list("position", "number")]
    assert found == [(1, kept[0]), (2, kept[2]), (3, kept[4])]
