"""A failed test of the account stops a start, unless a person with the right types the account's name."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.lifecycle import services
from campaigns.lifecycle.scheduling import services as scheduling
from campaigns.models import Activity, Campaign
from notifyadmin.web.words import in_words
from providers.accounts import services as accounts
from providers.contract.errors import Unknown
from providers.contract.words import Words
from providers.models import Account
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.stores]

MAY_START = ("campaigns.view_campaign", "campaigns.start_campaign")
MAY_WAIVE = (*MAY_START, "providers.change_account")


@pytest.fixture
def account(fake_gateway: FakeGateway) -> Account:
    """Its last test has failed."""
    account = make_account(answered_at=None)
    failed(account)
    return account


def failed(account: Account) -> None:
    values = {"check_passed": False, "check_words": Words("Nothing there.").pack(), "checked_at": timezone.now()}
    Account.objects.filter(pk=account.pk).update(**values)
    account.refresh_from_db()


@pytest.fixture
def draft(account: Account) -> Campaign:
    return make_campaign(account, "sms", 3, running=False)


def signed_in(client: Client, *permissions: str) -> Client:
    client.force_login(make_user(*permissions))
    return client


def state_of(campaign: Campaign) -> str:
    return Campaign.objects.get(pk=campaign.pk).state


def page(campaign: Campaign) -> str:
    return reverse("campaigns:start_anyway", args=[campaign.pk])


def test_nothing_starts_and_nothing_is_scheduled_with_it(draft: Campaign) -> None:
    with pytest.raises(services.NotPossible, match="test of the account"):
        services.start(draft, None)
    with pytest.raises(services.NotPossible, match="test it again on its page"):
        scheduling.schedule(draft, timezone.now() + timedelta(hours=1), None)
    assert state_of(draft) == "draft"


def test_a_later_usable_answer_or_a_passed_test_lets_it_start(draft: Campaign, account: Account) -> None:
    Account.objects.update(answered_at=timezone.now() + timedelta(seconds=1))
    services.start(draft, None)
    assert state_of(draft) == "running"


def test_the_check_offers_to_go_on_only_to_whoever_may_change_accounts(client: Client, draft: Campaign) -> None:
    check = reverse("campaigns:check", args=[draft.pk])
    assert page(draft) not in signed_in(client, *MAY_START).get(check).content.decode()
    assert page(draft) in signed_in(client, *MAY_WAIVE).get(check).content.decode()


def test_whoever_may_not_change_accounts_is_refused(client: Client, draft: Campaign, account: Account) -> None:
    answer = signed_in(client, *MAY_START).post(page(draft), {"name": account.name})
    assert (answer.status_code, state_of(draft)) == (403, "draft")


@pytest.mark.parametrize("typed", ["", "another", "ACCOUNT"])
def test_another_name_starts_nothing_and_is_kept_with_what_to_do(
    client: Client, draft: Campaign, account: Account, typed: str
) -> None:
    answer = signed_in(client, *MAY_WAIVE).post(page(draft), {"name": typed})
    text = answer.content.decode()
    assert (answer.status_code, state_of(draft)) == (200, "draft")
    assert f'value="{typed}"' in text or not typed
    assert "test the account instead" in text or "test it again instead" in text
    assert Campaign.objects.get(pk=draft.pk).test_waived_at is None


def test_the_typed_name_starts_it_and_who_did_is_on_record(client: Client, draft: Campaign, account: Account) -> None:
    user = make_user(*MAY_WAIVE)
    client.force_login(user)
    shown = client.get(page(draft)).content.decode()
    assert "Nothing there." in shown
    answer = client.post(page(draft), {"name": f" {account.name} "})
    assert (answer.status_code, state_of(draft)) == (302, "running")
    first, second = Activity.objects.filter(kind="started").order_by("id")
    assert (first.user, second.user) == (user, user)
    assert account.name in in_words(first.words)


def test_what_else_stands_against_the_start_is_not_waived_with_it(
    client: Client, draft: Campaign, account: Account
) -> None:
    Campaign.objects.filter(pk=draft.pk).update(text="")
    answer = signed_in(client, *MAY_WAIVE).post(page(draft), {"name": account.name})
    assert (answer.status_code, state_of(draft)) == (200, "draft")
    assert Campaign.objects.get(pk=draft.pk).test_waived_at is None
    assert not Activity.objects.exists()


def test_it_holds_until_the_account_is_changed(draft: Campaign, account: Account) -> None:
    Campaign.objects.filter(pk=draft.pk).update(test_waived_at=timezone.now())
    failed(account)
    account.credentials_changed_at = timezone.now() + timedelta(seconds=1)
    account.save()
    with pytest.raises(services.NotPossible):
        services.start(draft, None)


def test_what_is_scheduled_waits_says_so_and_starts_once_a_test_passes(
    draft: Campaign, account: Account, fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    passing = fake_gateway.balance
    accounts.check_connection(account)
    at = timezone.now() + timedelta(minutes=2)
    scheduling.schedule(draft, at, None)
    monkeypatch.setattr(fake_gateway, "balance", lambda access, http: Unknown(Words("Lost.")))
    accounts.check_connection(Account.objects.get(pk=account.pk))
    Account.objects.update(answered_at=None)
    for seconds in (1, 4, 7):
        assert scheduling.start_scheduled(at + timedelta(seconds=seconds)) == 0
    waiting = Campaign.objects.get(pk=draft.pk)
    assert (waiting.state, waiting.late) == ("scheduled", False)
    assert "tested again every few minutes" in in_words(waiting.pause_words)
    assert Activity.objects.filter(kind="scheduled", attention=True, campaign=draft).count() == 1
    monkeypatch.setattr(fake_gateway, "balance", passing)
    accounts.check_connection(Account.objects.get(pk=account.pk))
    assert scheduling.start_scheduled(at + timedelta(seconds=10)) == 1
    assert state_of(draft) == "running"


def test_a_test_that_passes_long_after_the_time_leaves_it_to_a_person(draft: Campaign, account: Account) -> None:
    at = timezone.now() + timedelta(minutes=2)
    Account.objects.update(check_passed=True)
    scheduling.schedule(draft, at, None)
    failed(account)
    scheduling.start_scheduled(at)
    Account.objects.update(check_passed=True)
    assert scheduling.start_scheduled(at + timedelta(hours=2)) == 0
    waiting = Campaign.objects.get(pk=draft.pk)
    assert waiting.late
    assert "What it waited for was there only after its time" in in_words(waiting.pause_words)
