"""Accounts at the sandbox, and the push addresses that it is told."""

import pytest

from providers import rehearsing
from providers.accounts import pushaddresses
from providers.models import Account
from tests.factories import FAKE_SLUG, FakeGateway, make_account

pytestmark = pytest.mark.django_db


class Console:
    """What the sandbox remembers."""

    def __init__(self) -> None:
        self.told: dict[str, dict[str, str]] = {}

    def push_addresses(self, slug: str) -> dict[str, str]:
        return self.told.get(slug, {})

    def set_push(self, slug: str, addresses: dict[str, str]) -> None:
        self.told[slug] = addresses


@pytest.fixture
def account(fake_gateway: FakeGateway) -> Account:
    return make_account()


def test_a_sandbox_that_knows_nothing_is_told_a_new_address(account: Account) -> None:
    console = Console()
    rehearsing.tell_push_addresses(console, [account])
    (url,) = console.told[FAKE_SLUG].values()
    assert url.startswith("http://testserver/push/")
    assert pushaddresses.open_of(account).count() == 1


def test_an_address_that_still_leads_here_is_kept_whatever_this_place_is_called_by_now(
    account: Account, settings
) -> None:
    console = Console()
    rehearsing.tell_push_addresses(console, [account])
    (before,) = console.told[FAKE_SLUG].values()
    settings.PUBLIC_URL = "http://elsewhere:8001"
    rehearsing.tell_push_addresses(console, [account])
    assert console.told[FAKE_SLUG] == {"receipts": before.replace("http://testserver", "http://elsewhere:8001")}
    assert pushaddresses.open_of(account).count() == 1


@pytest.mark.parametrize("known", ["http://testserver/push/nothing/receipts", "http://testserver/", "x"])
def test_an_address_that_leads_nowhere_is_replaced(account: Account, known: str) -> None:
    console = Console()
    console.told[FAKE_SLUG] = {"receipts": known}
    rehearsing.tell_push_addresses(console, [account])
    assert console.told[FAKE_SLUG] != {"receipts": known}
    assert pushaddresses.open_of(account).count() == 1


def test_the_address_of_another_account_is_not_taken_for_its_own(account: Account) -> None:
    console, other = Console(), make_account()
    rehearsing.tell_push_addresses(console, [other])
    rehearsing.tell_push_addresses(console, [account])
    assert pushaddresses.open_of(account).count() == 1
