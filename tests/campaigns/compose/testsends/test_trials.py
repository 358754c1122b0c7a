"""Tests to own numbers: through the engine, and outside of everything that counts."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.compose.steps.services import delete_draft
from campaigns.compose.testsends.services import send_test
from campaigns.lifecycle.base import NotPossible
from campaigns.models import Activity, Campaign, Suppression
from campaigns.sending.dispatcher import dispatch
from campaigns.upkeep.sweeps import close_campaigns
from notifyadmin.web.errors import Refusal
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, make_user, states_of

pytestmark = [pytest.mark.django_db, pytest.mark.stores]
BACKEND = "django.contrib.auth.backends.ModelBackend"
OWN = {"8613911112222": "+86 139 1111 2222", "8613911113333": "+8613911113333"}


@pytest.fixture
def draft(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), "sms", 3, running=False, text="To {hall}", columns=["hall"])
    for person in campaign.recipients.all():
        person.variables = {"hall": f"Hall {person.position}"}
        person.save()
    return campaign


@pytest.fixture
def user() -> User:
    return make_user("campaigns.view_campaign", "campaigns.change_campaign", "campaigns.start_campaign")


@pytest.fixture
def client(client: Client, user: User) -> Client:
    client.force_login(user, BACKEND)
    return client


def at(name: str, campaign: Campaign, *more: int) -> str:
    return reverse(f"campaigns:{name}", args=[campaign.pk, *more])


def test_own_numbers_get_what_the_chosen_recipient_would_get(
    draft: Campaign, user: User, fake_gateway: FakeGateway
) -> None:
    test = send_test(draft, OWN, 2, user)
    dispatch(test.pk, http=NoHttp())
    assert sorted(fake_gateway.numbers_asked) == sorted(OWN)
    assert {callee.text for message in fake_gateway.asked for callee in message.callees} == {"To Hall 2"}
    assert states_of(test) == {"submitted": 2}
    draft.refresh_from_db()
    assert (draft.state, draft.total, states_of(draft)) == ("draft", 3, {"pending": 3})
    assert list(Activity.objects.values_list("kind", "campaign")) == [("tested", draft.pk)]


def test_a_test_counts_in_no_list_and_no_number(draft: Campaign, user: User, client: Client) -> None:
    test = send_test(draft, OWN, 1, user)
    test.recipients.update(state="delivered")
    close_campaigns()
    test.refresh_from_db()
    assert test.state == "finished"
    for name in ("overview", "campaigns:list"):
        assert "(test)" not in client.get(reverse(name)).content.decode(), name
    home = client.get(reverse("overview"))
    assert home.context["campaign_total"] == 1
    assert not Activity.objects.filter(campaign=test).exists()


def test_a_test_needs_no_approval_and_no_waking_hour(
    draft: Campaign, user: User, fake_gateway: FakeGateway, settings: Any
) -> None:
    settings.APPROVAL_RECIPIENTS = 1
    now = timezone.localtime(timezone.now(), timezone.get_fixed_timezone(480))
    account = draft.account
    account.quiet_from, account.quiet_until = (now - timedelta(hours=1)).time(), (now + timedelta(hours=1)).time()
    account.save()
    test = send_test(draft, OWN, 1, user)
    dispatch(test.pk, http=NoHttp())
    assert states_of(test) == {"submitted": 2}


def test_the_same_number_may_be_tested_again(draft: Campaign, user: User, fake_gateway: FakeGateway) -> None:
    for _ in range(2):
        dispatch(send_test(draft, OWN, 1, user).pk, http=NoHttp())
        Campaign.objects.filter(test_of=draft).update(created_at=timezone.now() - timedelta(seconds=11))
    assert len(fake_gateway.numbers_asked) == 4


def test_a_button_that_is_pressed_twice_rings_a_phone_once(
    draft: Campaign, user: User, fake_gateway: FakeGateway
) -> None:
    dispatch(send_test(draft, OWN, 1, user).pk, http=NoHttp())
    with pytest.raises(NotPossible, match="a moment ago"):
        send_test(draft, dict(reversed(OWN.items())), 1, user)
    send_test(draft, {"8613911114444": "+8613911114444"}, 1, user)
    assert draft.tests.count() == 2


@pytest.mark.parametrize("numbers", [{}, {f"861391111222{digit}": "" for digit in range(6)}])
def test_a_test_goes_to_one_to_five(draft: Campaign, user: User, numbers: dict[str, str]) -> None:
    with pytest.raises(NotPossible, match="five at most"):
        send_test(draft, numbers, 1, user)
    assert not draft.tests.exists()


def test_nothing_is_sent_to_a_number_on_the_suppression_list(draft: Campaign, user: User) -> None:
    Suppression.objects.create(number="8613911112222")
    with pytest.raises(NotPossible, match="suppression list"):
        send_test(draft, OWN, 1, user)


def test_a_person_without_the_values_that_the_text_needs_is_refused_before(draft: Campaign, user: User) -> None:
    draft.recipients.filter(position=1).update(variables={})
    with pytest.raises(NotPossible, match="hall"):
        send_test(draft, OWN, 1, user)
    with pytest.raises(NotPossible, match="not in the audience"):
        send_test(draft, OWN, 99, user)


def test_what_has_started_is_not_tested_any_more(fake_gateway: FakeGateway, user: User) -> None:
    with pytest.raises(NotPossible):
        send_test(make_campaign(make_account(), "sms", 2), OWN, 1, user)


def test_a_paused_account_sends_no_test(draft: Campaign, user: User) -> None:
    draft.account.state = "paused"
    draft.account.save()
    with pytest.raises(NotPossible, match="account"):
        send_test(draft, OWN, 1, user)
    assert not draft.tests.exists()


def test_a_draft_with_tests_is_archived_and_not_deleted(draft: Campaign, user: User, client: Client) -> None:
    send_test(draft, OWN, 1, user)
    with pytest.raises(Refusal, match="archive"):
        delete_draft(draft)
    assert "archive" in client.post(at("delete", draft), follow=True).content.decode()
    assert Campaign.objects.real().count() == 1


def test_the_check_page_sends_the_test_and_shows_what_became_of_it(draft: Campaign, client: Client) -> None:
    shown = client.get(at("check", draft)).content.decode()
    assert 'form="test-form"' in shown
    answer = client.post(at("tests", draft), {"numbers": "+86 139 1111 2222，+8613911113333", "position": "3"})
    assert answer.url == at("check", draft) + "#tests"
    test = draft.tests.get()
    assert sorted(test.recipients.values_list("number", flat=True)) == sorted(OWN)
    shown = client.get(at("tests_state", draft)).content.decode()
    assert at("recipient", test, 1) in shown
    assert "every 2s" in shown
    test.recipients.update(state="delivered")
    assert "hx-trigger" not in client.get(at("tests_state", draft)).content.decode()


def test_the_numbers_of_the_last_test_are_proposed_to_their_user_only(
    draft: Campaign, user: User, client: Client
) -> None:
    send_test(draft, OWN, 1, user)
    send_test(draft, {"8613900000000": "13900000000"}, 1, make_user())
    other = make_campaign(make_account(), "sms", 1, running=False)
    shown = client.get(at("check", other)).content.decode()
    assert "+86 139 1111 2222, +8613911113333" in shown
    assert "13900000000" not in shown


@pytest.mark.parametrize("numbers", ["", "abc", "1.39E+10", "9991234567", "+8613911112222, 13"])
def test_what_was_typed_is_shown_again_with_the_reason(draft: Campaign, client: Client, numbers: str) -> None:
    answer = client.post(at("tests", draft), {"numbers": numbers, "position": "1"})
    assert answer.status_code == 200
    assert "invalid-feedback" in answer.content.decode()
    assert not numbers or f'value="{numbers}"' in answer.content.decode()
    assert not draft.tests.exists()


def test_the_pages_of_a_test_lead_back_to_its_campaign(draft: Campaign, user: User, client: Client) -> None:
    test = send_test(draft, OWN, 1, user)
    shown = client.get(at("detail", test)).content.decode()
    assert at("check", draft) in shown or at("detail", draft) in shown
    assert at("again", test) not in shown
    assert client.get(at("recipient", test, 1)).status_code == 200


def test_sending_a_test_needs_the_permission_to_start(draft: Campaign) -> None:
    visitor = Client()
    visitor.force_login(make_user("campaigns.view_campaign", "campaigns.change_campaign"), BACKEND)
    assert visitor.post(at("tests", draft), {"numbers": "13911112222"}).status_code == 403
