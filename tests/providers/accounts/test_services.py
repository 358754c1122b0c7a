"""What changes an account."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from notifyadmin.web.errors import Refusal
from notifyadmin.web.words import in_words
from providers.accounts import pushaddresses, services
from providers.contract.errors import Balance, Evidence, NotSent, Refused, Unknown
from providers.contract.words import Words
from providers.models import Account, AccountState
from tests.factories import FAKE_SLUG, NoHttp, make_account, make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gateway(fake_gateway):
    return fake_gateway


def test_a_new_account_stores_its_secret_encrypted_and_has_no_push_address_yet():
    account = services.create_account(
        provider=FAKE_SLUG, name="main", credentials={"base_url": "https://a.example.com", "key": "s3cret"}, settings={}
    )
    stored = Account.objects.get(pk=account.pk)
    assert "s3cret" not in stored.credentials_encrypted
    assert stored.credentials["key"] == "s3cret"
    assert stored.push_addresses.count() == 0


def test_a_new_account_is_tested_by_a_worker_once_it_is_committed(django_capture_on_commit_callbacks, published):
    with django_capture_on_commit_callbacks(execute=True):
        services.create_account(provider=FAKE_SLUG, name="main", credentials={}, settings={})
    assert published == ["providers.read_balance"]


def test_credentials_that_are_not_given_stay_and_the_old_check_no_longer_counts():
    account = make_account(check_passed=True)
    services.update_account(account, name="new name", credentials={"base_url": "https://b.example.com"}, settings={})
    stored = Account.objects.get(pk=account.pk)
    assert stored.credentials == {"base_url": "https://b.example.com", "key": "s3cret-value"}
    assert stored.name == "new name"
    assert stored.check_passed is None


@pytest.mark.parametrize(
    "change",
    [
        {"credentials": {"base_url": "https://b.example.com"}},
        {"credentials": {"key": "another-key"}},
        {"settings": {"password_mode": "plain"}},
    ],
)
def test_what_changes_the_request_makes_the_account_unproven_and_its_test_void(change):
    account = make_account(check_passed=False, checked_at=timezone.now())
    services.mark_answered(account.pk, timezone.now())
    services.update_account(account, **({"name": account.name, "credentials": {}, "settings": {}} | change))
    stored = Account.objects.get(pk=account.pk)
    assert stored.is_unproven
    assert not stored.last_test_failed
    assert list(Account.objects.unproven()) == [stored]


def test_a_new_name_leaves_the_account_proven():
    account = make_account(check_passed=True)
    services.mark_answered(account.pk, timezone.now())
    same = {"credentials": {"key": "s3cret-value"}, "settings": {}}
    services.update_account(account, name="new name", receipt_wait_hours=5, **same)
    stored = Account.objects.get(pk=account.pk)
    assert not stored.is_unproven
    assert stored.check_passed is True
    assert not Account.objects.unproven().exists()


def test_an_account_is_proven_by_the_first_usable_answer_only():
    account, moment = make_account(answered_at=None), timezone.now() + timedelta(seconds=1)
    assert account.is_unproven
    assert services.mark_answered(account.pk, moment)
    assert not services.mark_answered(account.pk, moment + timedelta(hours=1))
    assert Account.objects.get(pk=account.pk).answered_at == moment


def test_a_usable_answer_after_a_failed_test_outranks_it():
    account = make_account(check_passed=False, checked_at=timezone.now(), answered_at=None)
    assert account.last_test_failed
    services.mark_answered(account.pk, timezone.now() + timedelta(seconds=1))
    account.refresh_from_db()
    assert not account.last_test_failed


def test_a_failed_test_counts_at_an_account_that_was_proven_before():
    account = make_account(check_passed=False, checked_at=timezone.now() + timedelta(minutes=1))
    services.mark_answered(account.pk, timezone.now())
    account.refresh_from_db()
    assert account.last_test_failed


def test_a_test_says_whether_it_passed_and_proves_nothing_about_requests_for_people(gateway, monkeypatch):
    account = make_account(answered_at=None)
    monkeypatch.setattr(gateway, "balance", lambda access, http: NotSent(Words("No connection.")))
    services.check_connection(account, NoHttp())
    stored = Account.objects.get(pk=account.pk)
    assert (stored.is_unproven, stored.last_test_failed) == (True, True)
    monkeypatch.setattr(gateway, "balance", lambda access, http: Balance(Decimal(1), "units"))
    services.check_connection(account, NoHttp())
    stored = Account.objects.get(pk=account.pk)
    assert (stored.is_unproven, stored.last_test_failed) == (True, False)


def test_a_test_that_ran_while_the_key_was_changed_says_nothing_about_the_new_key(gateway, monkeypatch):
    account = make_account()

    def answer_after_a_change(access, http):
        other = Account.objects.get(pk=account.pk)
        services.update_account(other, name="main", credentials={"key": "the new key"}, settings={})
        return Balance(Decimal(1), "units")

    monkeypatch.setattr(gateway, "balance", answer_after_a_change)
    services.check_connection(account, NoHttp())
    stored = Account.objects.get(pk=account.pk)
    assert stored.is_unproven
    assert (stored.check_passed, stored.checked_at) == (None, None)


def test_saving_the_form_does_not_undo_a_pause_that_came_meanwhile():
    account = make_account()
    Account.objects.filter(pk=account.pk).update(state=AccountState.PAUSED)
    services.update_account(account, name=account.name, credentials={}, settings={})
    assert Account.objects.get(pk=account.pk).state == AccountState.PAUSED


def test_a_passed_test_stores_the_balance_and_the_call(gateway, monkeypatch):
    evidence = Evidence("balance", "GET /balance", '{"left": 12.5}', 200, 0.2)
    balance = Balance(Decimal("12.5"), "units", (("gift", "2"),), evidence)
    monkeypatch.setattr(gateway, "balance", lambda access, http: balance)
    account = make_account()
    services.check_connection(account, NoHttp())
    stored = Account.objects.get(pk=account.pk)
    assert (stored.balance_amount, stored.balance_unit) == (Decimal("12.5"), "units")
    assert stored.balance_parts == [["gift", "2"]]
    assert stored.check_passed is True
    call = stored.calls.get()
    assert (call.outcome, call.http_status, call.response) == ("answered", 200, '{"left": 12.5}')


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Refused("405", "raw", Words("The key %(key)s is wrong.", {"key": "…1234"})), "refused"),
        (Unknown(Words("The answer cannot be read.")), "unknown"),
        (NotSent(Words("No connection.")), "not_sent"),
    ],
)
def test_a_failed_test_keeps_the_balance_and_says_why(gateway, monkeypatch, answer, outcome):
    monkeypatch.setattr(gateway, "balance", lambda access, http: answer)
    account = make_account(balance_amount=Decimal("7"))
    services.check_connection(account, NoHttp())
    stored = Account.objects.get(pk=account.pk)
    assert stored.check_passed is False
    assert in_words(stored.check_words) == str(answer.words)
    assert stored.balance_amount == Decimal("7")
    assert stored.calls.get().outcome == outcome


def test_the_old_push_address_stays_open_beside_a_new_one_until_it_is_closed():
    account = make_account()
    old = services.new_push_address(account)
    new = services.new_push_address(account)
    assert list(pushaddresses.open_of(account)) == [new.address, old.address]
    services.close_push_address(old.address)
    assert list(pushaddresses.open_of(account)) == [new.address]


def test_the_only_push_address_is_never_closed():
    account = make_account()
    issued = services.new_push_address(account)
    with pytest.raises(Refusal):
        services.close_push_address(issued.address)
    with pytest.raises(Refusal):
        services.close_push_address_at(issued.address, timezone.now() + timedelta(days=1))
    assert list(pushaddresses.open_of(account)) == [issued.address]


def test_a_push_address_does_not_close_in_the_past():
    account = make_account()
    old = services.new_push_address(account)
    services.new_push_address(account)
    with pytest.raises(Refusal, match="still to come"):
        services.close_push_address_at(old.address, timezone.now() - timedelta(minutes=1))
    assert pushaddresses.open_of(account).count() == 2


@pytest.mark.parametrize("state", ["pending_approval", "scheduled", "running", "paused", "cancelling"])
def test_an_account_is_not_archived_under_a_campaign_that_needs_it(state):
    account = make_account()
    campaign = make_campaign(account, recipients=1)
    Campaign.objects.filter(pk=campaign.pk).update(state=state)
    with pytest.raises(Refusal, match="1 campaigns"):
        services.archive(account)
    assert Account.objects.get(pk=account.pk).state == AccountState.ACTIVE


@pytest.mark.parametrize("state", ["draft", "finished", "cancelled"])
def test_an_account_is_archived_when_nothing_needs_it_and_is_offered_no_more(state):
    account = make_account()
    campaign = make_campaign(account, recipients=1)
    Campaign.objects.filter(pk=campaign.pk).update(state=state)
    services.archive(account)
    assert account not in Account.objects.usable()


def test_only_a_paused_account_is_resumed():
    account = make_account(state=AccountState.PAUSED, pause_words="why", pause_raw="raw", paused_at=timezone.now())
    services.resume(account)
    stored = Account.objects.get(pk=account.pk)
    assert (stored.state, stored.pause_words, stored.pause_raw, stored.paused_at) == ("active", "", "", None)
    with pytest.raises(Refusal):
        services.resume(account)
