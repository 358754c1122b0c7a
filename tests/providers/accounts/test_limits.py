"""The limits that staff set for an account, and those that were learned."""

from datetime import time

import pytest
from django.urls import reverse

from providers.accounts import services
from providers.accounts.limits import Limits
from providers.contract.gateway import Frequency
from providers.models import Account
from tests.factories import FAKE_SLUG, make_account, make_user

from .test_pages import add, form

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def gateway(fake_gateway):
    return fake_gateway


@pytest.fixture
def staff(client):
    client.force_login(make_user(is_superuser=True))
    return client


def detail(client, account):
    return client.get(reverse("providers:accounts:detail", args=[account.pk])).content.decode()


def edit(client, account, **changes):
    return client.post(reverse("providers:accounts:edit", args=[account.pk]), form(credential_key="", **changes))


CHOSEN = {
    "parallel_requests": 250,
    "requests_per_second": 0.5,
    "quiet_from": time(21),
    "quiet_until": time(8, 30),
    "breaker_failures": 3,
    "shortest_pause": 20,
    "longest_pause": 900,
    "guard_percent": 100,
    "guard_least": 7,
}


def test_limits_are_stored_with_a_new_account_and_changed_later(staff):
    add(staff, **CHOSEN)
    account = Account.objects.get()
    assert Limits.of(account) == Limits(**CHOSEN)
    edit(staff, account, parallel_requests=1, quiet_from="", quiet_until="", requests_per_second="")
    assert Limits.of(Account.objects.get()) == Limits(parallel_requests=1)


def test_a_new_account_starts_with_careful_limits(staff):
    page = staff.get(reverse("providers:accounts:add", args=[FAKE_SLUG]))
    given = {name: page.context["form"][name].value() for name in ("parallel_requests", "guard_percent", "guard_least")}
    assert given == {"parallel_requests": 8, "guard_percent": 20, "guard_least": 50}
    made = services.create_account(provider=FAKE_SLUG, name="main", credentials={}, settings={})
    assert Limits.of(Account.objects.get(pk=made.pk)) == Limits()


def test_the_form_shows_what_is_stored(staff):
    account = make_account(**CHOSEN)
    page = staff.get(reverse("providers:accounts:edit", args=[account.pk])).content.decode()
    for part in ('value="250"', 'value="0.5"', 'value="21:00"', 'value="08:30"'):
        assert part in page


def test_what_knows_nothing_of_limits_leaves_them_alone():
    account = make_account(**CHOSEN)
    services.update_account(account, name="other", credentials={}, settings={})
    assert Limits.of(Account.objects.get()) == Limits(**CHOSEN)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"parallel_requests": "0"}, "parallel_requests"),
        ({"parallel_requests": "1001"}, "parallel_requests"),
        ({"requests_per_second": "0.05"}, "requests_per_second"),
        ({"requests_per_second": "nan"}, "requests_per_second"),
        ({"requests_per_second": "1001"}, "requests_per_second"),
        ({"quiet_from": "21:00"}, "quiet_until"),
        ({"quiet_until": "08:00"}, "quiet_from"),
        ({"quiet_from": "08:00", "quiet_until": "08:00"}, "quiet_until"),
        ({"quiet_from": "25:00", "quiet_until": "08:00"}, "quiet_from"),
        ({"breaker_failures": "2"}, "breaker_failures"),
        ({"shortest_pause": "0"}, "shortest_pause"),
        ({"longest_pause": "29"}, "longest_pause"),
        ({"shortest_pause": "60", "longest_pause": "59"}, "longest_pause"),
        ({"guard_percent": "0"}, "guard_percent"),
        ({"guard_percent": "101"}, "guard_percent"),
        ({"guard_least": "0"}, "guard_least"),
        ({"guard_least": ""}, "guard_least"),
    ],
)
def test_a_wrong_limit_is_named_and_nothing_is_stored(staff, changes, field):
    assert add(staff, **changes).context["form"].errors.keys() == {field}
    assert not Account.objects.exists()


def test_the_page_tells_the_limits(staff):
    page = detail(staff, make_account(**CHOSEN))
    assert "21:00 – 08:30" in page
    assert "100 %" in page


def test_a_learned_limit_is_shown_until_somebody_forgets_it(staff, gateway):
    gateway.frequencies = lambda access: (Frequency("per_day", 10, 86_400.0),)
    account = make_account(learned={"per_day": 5, "per_minute": 2})
    assert "5 instead of 10" in detail(staff, account)
    forget = reverse("providers:accounts:forget", args=[account.pk, "per_day"])
    staff.post(forget)
    assert Account.objects.get().learned == {"per_minute": 2}
    assert "5 instead of 10" not in detail(staff, account)
    assert "forgotten already" in staff.post(forget, follow=True).content.decode()


def test_who_may_only_look_is_offered_no_button_to_forget(client):
    account = make_account(learned={"per_day": 5})
    client.force_login(make_user("providers.view_account"))
    page = detail(client, account)
    assert "per_day" in page
    assert reverse("providers:accounts:forget", args=[account.pk, "per_day"]) not in page


def test_the_limits_of_an_account_whose_gateway_is_gone_can_still_be_read(staff):
    assert "21:00 – 08:30" in detail(staff, make_account(provider="gone", learned={"per_day": 5}, **CHOSEN))
