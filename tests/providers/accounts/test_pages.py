"""Pages of accounts."""

import re

import pytest
from django.urls import reverse

from providers.accounts import pushaddresses
from providers.contract.errors import Refused
from providers.contract.words import Words
from providers.models import Account, AccountState
from tests.factories import FAKE_SLUG, make_account, make_user

pytestmark = pytest.mark.django_db
SECRET = "a-very-secret-value-9876"


@pytest.fixture(autouse=True)
def gateway(fake_gateway):
    return fake_gateway


@pytest.fixture
def staff(client):
    client.force_login(make_user(is_superuser=True))
    return client


def form(**changes):
    values = {"name": "main", "receipt_wait_hours": 72, "credential_base_url": "https://api.example.com"}
    values |= {"parallel_requests": 8, "breaker_failures": 10, "guard_percent": 20, "guard_least": 50}
    return values | {"credential_key": SECRET, "setting_max_callees_voice_file": ""} | changes


def add(client, **changes):
    return client.post(reverse("providers:accounts:add", args=[FAKE_SLUG]), form(**changes))


def test_every_gateway_is_offered_with_what_it_is_able_to_do(staff):
    page = staff.get(reverse("providers:accounts:choose")).content.decode()
    assert reverse("providers:accounts:add", args=[FAKE_SLUG]) in page
    assert "Voice template calls" in page


def test_an_account_is_added_from_the_declared_fields(staff):
    response = add(staff, setting_max_callees_voice_file="200")
    account = Account.objects.get()
    assert response.url == reverse("providers:accounts:detail", args=[account.pk])
    assert account.credentials == {"base_url": "https://api.example.com", "key": SECRET}
    assert account.settings == {"max_callees_voice_file": 200}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"credential_key": ""}, "credential_key"),
        ({"credential_base_url": ""}, "credential_base_url"),
        ({"setting_max_callees_voice_file": "5000"}, "setting_max_callees_voice_file"),
        ({"setting_max_callees_voice_file": "many"}, "setting_max_callees_voice_file"),
        ({"name": ""}, "name"),
        ({"receipt_wait_hours": "0"}, "receipt_wait_hours"),
    ],
)
def test_a_wrong_value_is_named_and_nothing_is_stored(staff, changes, field):
    response = add(staff, **changes)
    assert response.context["form"].errors.keys() == {field}
    assert not Account.objects.exists()


@pytest.mark.parametrize("url", ["https://127.0.0.1/api", "https://intranet/", "http://api.example.com"])
def test_a_private_or_open_address_is_refused(staff, settings, url):
    settings.ALLOW_PRIVATE_PROVIDERS = False
    assert add(staff, credential_base_url=url).context["form"].errors.keys() == {"credential_base_url"}


def test_two_accounts_do_not_share_a_name(staff):
    account = make_account()
    assert add(staff, name=account.name).context["form"].errors.keys() == {"name"}


def test_an_empty_secret_keeps_the_stored_one(staff):
    add(staff)
    account = Account.objects.get()
    staff.post(reverse("providers:accounts:edit", args=[account.pk]), form(name="other", credential_key=""))
    stored = Account.objects.get()
    assert (stored.name, stored.credentials["key"]) == ("other", SECRET)


def test_secrets_are_on_no_page(staff):
    rejected = add(staff, name="")
    add(staff)
    account = Account.objects.get()
    pages = [rejected] + [
        staff.get(reverse(f"providers:accounts:{name}", args=args))
        for name, args in [("list", []), ("detail", [account.pk]), ("edit", [account.pk])]
    ]
    pages.append(
        staff.post(reverse("providers:accounts:edit", args=[account.pk]), form(name="", credential_key="x" * 20))
    )
    for page in pages:
        assert page.status_code == 200
        assert SECRET not in page.content.decode()
        assert "x" * 20 not in page.content.decode()
    assert "…9876" in pages[3].content.decode()


def test_a_short_secret_shows_nothing_of_itself(staff):
    add(staff, credential_key="ab12")
    page = staff.get(reverse("providers:accounts:edit", args=[Account.objects.get().pk])).content.decode()
    assert "ab12" not in page


def test_the_end_of_a_secret_cannot_break_out_of_the_page(staff):
    add(staff, credential_key='long enough "<b>')
    page = staff.get(reverse("providers:accounts:edit", args=[Account.objects.get().pk])).content.decode()
    assert '"<b>' not in page


def new_address(client, account):
    return client.post(reverse("providers:accounts:new_address", args=[account.pk]))


def shown_token(page):
    return re.search(r"/push/([^/]+)/", page.content.decode())[1]


def test_a_new_push_address_is_shown_once_and_kept_by_no_cache(staff):
    account = make_account()
    page = new_address(staff, account)
    token = shown_token(page)
    assert "no-store" in page["Cache-Control"]
    assert page.content.decode().count(f'data-copy="http://testserver/push/{token}/receipts"') == 1
    detail = staff.get(reverse("providers:accounts:detail", args=[account.pk])).content.decode()
    assert token not in detail
    assert pushaddresses.told_again(account, f"http://testserver/push/{token}/receipts") is not None


def test_only_those_who_may_change_the_account_make_and_close_addresses(client, staff):
    account = make_account()
    new_address(staff, account)
    old = account.push_addresses.get()
    new_address(staff, account)
    client.force_login(make_user("providers.view_account"))
    assert new_address(client, account).status_code == 403
    assert client.post(reverse("providers:accounts:close_address", args=[account.pk, old.pk])).status_code == 403
    assert "New address" not in client.get(reverse("providers:accounts:detail", args=[account.pk])).content.decode()
    assert pushaddresses.open_of(account).count() == 2


def test_the_page_of_an_account_without_a_push_address_says_so_and_offers_one(staff):
    account = make_account()
    page = reverse("providers:accounts:detail", args=[account.pk])
    assert "No push address is open" in staff.get(page).content.decode()
    new_address(staff, account)
    assert "No push address is open" not in staff.get(page).content.decode()


def test_an_old_address_is_closed_or_given_an_end_on_the_page(staff):
    account = make_account()
    for _ in range(3):
        new_address(staff, account)
    _newest, middle, oldest = pushaddresses.open_of(account)
    staff.post(reverse("providers:accounts:close_address", args=[account.pk, oldest.pk]))
    ending = reverse("providers:accounts:close_address_at", args=[account.pk, middle.pk])
    staff.post(ending, {"at": "2099-05-01T09:00"})
    assert pushaddresses.open_of(account).count() == 2
    assert pushaddresses.open_of(account).last().closes_at.year == 2099
    assert "still to come" in staff.post(ending, {"at": "2020-05-01T09:00"}).content.decode()
    staff.post(ending, {"at": ""})
    assert pushaddresses.open_of(account).last().closes_at is None


def test_an_address_of_another_account_is_not_found(staff):
    account, other = make_account(), make_account()
    for _ in range(2):
        new_address(staff, other)
    theirs = pushaddresses.open_of(other).last()
    answer = staff.post(reverse("providers:accounts:close_address", args=[account.pk, theirs.pk]))
    assert answer.status_code == 404
    assert pushaddresses.open_of(other).count() == 2


def test_the_test_button_stores_the_balance_and_says_it(staff):
    account = make_account()
    page = staff.post(reverse("providers:accounts:test", args=[account.pk]), follow=True).content.decode()
    assert Account.objects.get().balance_amount == 12.5
    assert "12.5 units" in page


def test_a_failed_test_says_what_the_provider_refused(staff, gateway, monkeypatch):
    refused = Refused("405", "raw", Words("The credentials were refused."))
    monkeypatch.setattr(gateway, "balance", lambda access, http: refused)
    account = make_account()
    page = staff.post(reverse("providers:accounts:test", args=[account.pk]), follow=True).content.decode()
    assert "The credentials were refused." in page


def test_archived_accounts_are_listed_only_when_asked_for(staff):
    account = make_account(state=AccountState.ARCHIVED)
    in_use = make_account()
    page = staff.get(reverse("providers:accounts:list")).content.decode()
    assert in_use.name in page
    assert account.name not in page
    assert account.name in staff.get(reverse("providers:accounts:list"), {"state": "archived"}).content.decode()


def test_an_account_whose_gateway_is_gone_can_still_be_read(staff):
    account = make_account(provider="gone")
    for name, args in [("list", []), ("detail", [account.pk])]:
        assert staff.get(reverse(f"providers:accounts:{name}", args=args)).status_code == 200
    assert staff.get(reverse("providers:accounts:edit", args=[account.pk])).status_code == 404
    assert staff.post(reverse("providers:accounts:test", args=[account.pk])).status_code == 404


@pytest.mark.parametrize("column", ["name", "state", "checked_at", "balance_amount"])
def test_the_list_can_be_sorted(staff, column):
    first, second = make_account(balance_amount=1), make_account(balance_amount=2)
    page = staff.get(reverse("providers:accounts:list"), {"sort": f"-{column}"}).content.decode()
    assert first.name in page
    assert second.name in page
    if column in ("name", "balance_amount"):
        assert page.index(second.name) < page.index(first.name)


def test_the_list_asks_as_many_questions_for_many_accounts_as_for_one(staff, django_assert_max_num_queries):
    make_account()
    with django_assert_max_num_queries(7):
        staff.get(reverse("providers:accounts:list"))
    for _ in range(5):
        make_account()
    with django_assert_max_num_queries(7):
        staff.get(reverse("providers:accounts:list"))
