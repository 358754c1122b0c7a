"""Duplicates of campaigns, with and without their audience."""

from datetime import time

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.compose.beginnings.duplicates.services import duplicate
from campaigns.counters.selectors import tallies
from campaigns.lifecycle import services
from campaigns.lifecycle.base import NotPossible
from campaigns.models import Campaign
from tests.factories import FakeGateway, make_account, make_campaign, make_user, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def source(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(
        make_account(), "sms", 5, text="To {a}", columns=["a"], options={"senderId": "x"}, window_from=time(9)
    )
    states = ("delivered", "undelivered", "unknown", "skipped", "pending")
    for position, state in enumerate(states, 1):
        campaign.recipients.filter(position=position).update(
            state=state, variables={"a": f"值{position}"}, typed=f"t{position}", provider_id="p", attempts=2
        )
    return campaign


def test_without_its_audience_only_what_is_said_comes_along(source: Campaign) -> None:
    user = make_user()
    draft, gone = duplicate(source, "Another", user)
    draft.refresh_from_db()
    assert (draft.name, draft.state, draft.total, draft.columns) == ("Another", "draft", 0, [])
    assert (draft.text, draft.options, draft.account) == (source.text, source.options, source.account)
    assert (draft.window_from, draft.copied_from, draft.created_by, gone) == (time(9), source, user, ())
    assert draft.reference != source.reference
    assert not draft.chunks.exists()


def test_with_its_audience_everybody_waits_again_and_the_source_stays(
    source: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.people.audience.chunks.CHUNK_SIZE", 2)
    before = list(source.recipients.order_by("position").values())
    draft, _gone = duplicate(source, "Another", None, audience=True)
    rows = draft.recipients.order_by("position").values_list("position", "number", "typed", "variables", "provider_id")
    assert list(rows) == [(n, str(8613800000000 + n), f"t{n}", {"a": f"值{n}"}, "") for n in range(1, 6)]
    assert states_of(draft) == tallies(draft) == {"pending": 5}
    assert list(draft.chunks.order_by("number").values_list("first", "last")) == [(1, 2), (3, 4), (5, 5)]
    assert list(source.recipients.order_by("position").values()) == before
    services.start(draft, None)
    assert draft.state == "running"


def test_a_test_is_not_duplicated(source: Campaign) -> None:
    test = make_campaign(source.account, "sms", 1, test_of=source)
    with pytest.raises(NotPossible, match="test"):
        duplicate(test, "x", None)


def test_the_page_asks_for_a_name_and_whether_the_audience_comes_along(source: Campaign, client: Client) -> None:
    client.force_login(make_user(is_superuser=True), BACKEND)
    url = reverse("campaigns:duplicate", args=[source.pk])
    assert f"{source.name} (copy)" in client.get(url).content.decode()
    answer = client.post(url, {"name": "With", "audience": "on"})
    draft = Campaign.objects.get(name="With")
    assert answer.url == reverse("campaigns:check", args=[draft.pk])
    assert draft.total == 5
    answer = client.post(url, {"name": "Without"})
    assert answer.url == reverse("campaigns:audience", args=[Campaign.objects.get(name="Without").pk])
    assert "Copied from" in client.get(reverse("campaigns:detail", args=[draft.pk]), follow=True).content.decode()
