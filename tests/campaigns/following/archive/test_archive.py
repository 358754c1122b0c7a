"""The archive: out of sight, not out of the world."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.lifecycle import services as life
from campaigns.lifecycle.archive import archive, unarchive
from campaigns.lifecycle.base import NotPossible
from campaigns.models import Campaign
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def draft(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "sms", 2, running=False, name="Put away")


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), BACKEND)
    return client


def test_the_list_and_the_overview_show_the_archive_only_to_who_asks(client: Client, draft: Campaign) -> None:
    make_campaign(draft.account, "sms", 1, running=False, name="In use")
    client.post(reverse("campaigns:archive", args=[draft.pk]))
    listed = reverse("campaigns:list")
    assert "Put away" not in client.get(listed).content.decode()
    assert "Put away" not in client.get(reverse("overview")).content.decode()
    only = client.get(listed, {"archive": "only"}).content.decode()
    assert "Put away" in only
    assert "In use" not in only
    both = client.get(listed, {"archive": "all"}).content.decode()
    assert "Put away" in both
    assert "In use" in both
    client.post(reverse("campaigns:unarchive", args=[draft.pk]))
    assert "Put away" in client.get(listed).content.decode()


@pytest.mark.parametrize(
    ("state", "may"),
    [
        *[("draft", True), ("finished", True), ("cancelled", True), ("running", False), ("paused", False)],
        *[("scheduled", False), ("pending_approval", False), ("cancelling", False)],
    ],
)
def test_only_where_nothing_goes_on_by_itself(draft: Campaign, state: str, may: bool) -> None:
    Campaign.objects.update(state=state)
    if may:
        archive(draft, None)
        assert draft.archived_at is not None
        unarchive(draft, None)
        assert draft.archived_at is None
    else:
        with pytest.raises(NotPossible):
            archive(draft, None)


def test_what_is_in_the_archive_does_not_start(draft: Campaign) -> None:
    archive(draft, None)
    with pytest.raises(NotPossible, match="archive"):
        life.start(draft, None)


def test_when_everything_is_in_the_archive_the_list_says_how_to_see_it(client: Client, draft: Campaign) -> None:
    archive(draft, None)
    shown = client.get(reverse("campaigns:list")).content.decode()
    assert "archive=all" in shown or 'name="archive"' in shown
