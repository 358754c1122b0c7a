"""Holding and releasing from the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Activity
from campaigns.models.held import current
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db


def told(*arguments: str) -> str:
    said = StringIO()
    call_command(*arguments, stdout=said)
    return said.getvalue()


def test_the_command_holds_with_its_reason() -> None:
    assert "All sending is held" in told("hold_sending", "two calls, one person")
    assert "two calls, one person" in str(current().told[0].words)


def test_releasing_shows_the_numbers_and_changes_nothing_without_yes(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=7)
    told("hold_sending", "two calls")
    said = told("release_sending")
    assert "two calls" in said
    assert f"{campaign.name} (Running): 7 wait, 0 are unknown" in said
    assert "Nothing was changed" in said
    assert current() is not None


@pytest.mark.parametrize("permission", [None, "campaigns.hold_sending"])
def test_nobody_releases_without_the_right(permission: str | None) -> None:
    told("hold_sending", "two calls")
    arguments = ["--user", make_user(permission).get_username()] if permission else []
    with pytest.raises(CommandError, match="right to release"):
        told("release_sending", "--yes", *arguments)
    assert current() is not None


def test_whoever_has_the_right_releases_and_is_on_record() -> None:
    told("hold_sending", "two calls")
    user = make_user("campaigns.release_sending")
    assert "Sending is released" in told("release_sending", "--yes", "--user", user.get_username())
    assert current() is None
    assert Activity.objects.get(kind="sending_released").user == user
    assert "not held" in told("release_sending")
