"""From a line of the activity list to somebody's inbox or webhook."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
import responses
from django.contrib.auth.models import User
from django.core import mail
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.alerts.notifications import sending, services
from campaigns.alerts.services import record
from campaigns.lifecycle import services as campaign_services
from campaigns.models import ActivityKind, Campaign, Notice, Subscription
from notifyadmin.web.words import in_words
from providers import secrets
from providers.contract.headers import HEADERS
from providers.contract.words import Words
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.stores]
HOOK = "https://hooks.example.com/x?token=very-secret"


@pytest.fixture(autouse=True)
def mailing(settings: object) -> None:
    settings.EMAIL_IS_SET_UP = True
    settings.ALLOW_PRIVATE_PROVIDERS = True


@pytest.fixture
def user(db: None) -> User:
    return make_user("campaigns.view_activity")


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "sms", 2)


@pytest.fixture
def hook() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mocked:
        mocked.post("https://hooks.example.com/x", status=204)
        yield mocked


def subscribe(user: User, *topics: str, channel: str = "email", address: str = "ann@example.com") -> Subscription:
    given = {"channel": channel, "address": address, "topics": topics, "active": True, "language": "en"}
    services.save(None, user, **given)
    return Subscription.objects.latest("pk")


def pause(campaign: Campaign, words: str = "Too many were refused.") -> None:
    record(ActivityKind.AUTO_PAUSED, Words(words), campaign=campaign, attention=True)


def make_due() -> None:
    Notice.objects.filter(next_attempt_at__isnull=False).update(next_attempt_at=timezone.now())


def send() -> int:
    make_due()
    return sending.send_due()


def test_who_chose_a_class_is_told_of_it_and_of_nothing_else(campaign: Campaign, user: User) -> None:
    subscribe(user, "paused")
    subscribe(make_user("campaigns.view_activity"), "balance", address="bob@example.com")
    pause(campaign)
    assert send() == 1
    (letter,) = mail.outbox
    assert letter.to == ["ann@example.com"]
    assert "Paused campaigns and accounts" in letter.subject
    assert campaign.name in letter.body
    assert "Too many were refused." in letter.body
    assert "/activity/" in letter.body
    assert send() == 0


def test_a_notice_is_written_with_its_line_or_not_at_all(campaign: Campaign, user: User) -> None:
    subscribe(user, "paused")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        pause(campaign)
        assert Notice.objects.count() == 1
        raise ZeroDivisionError
    assert Notice.objects.count() == 0


def test_a_thousand_lines_are_one_message_and_the_next_comes_minutes_later(campaign: Campaign, user: User) -> None:
    subscribe(user, "paused", "late")
    for number in range(30):
        pause(make_campaign(campaign.account, "sms", 1), f"Pause number {number}.")
    assert send() == 1
    assert mail.outbox[0].body.count("Pause number") == 20
    assert "And 10 more." in mail.outbox[0].body
    pause(campaign)
    record(ActivityKind.LATE, Words("Late."), campaign=campaign, attention=True)
    assert send() == 1
    assert "Late." in mail.outbox[1].body
    Notice.objects.filter(sent_at__isnull=False).update(sent_at=timezone.now() - sending.AT_MOST_EVERY)
    assert send() == 1


def test_nothing_is_told_at_once_and_nothing_that_is_over_by_then(campaign: Campaign, user: User) -> None:
    subscribe(user, "paused")
    campaign_services.pause(campaign, None)
    assert sending.send_due() == 0
    campaign_services.resume(campaign, None)
    assert send() == 0
    assert Notice.objects.get().sent_at is None
    assert not Notice.objects.filter(next_attempt_at__isnull=False).exists()


def test_no_number_and_nothing_that_somebody_wrote_leaves(campaign: Campaign, user: User) -> None:
    subscribe(user, "paused", "suppressed")
    pause(campaign, "Refused for +8613800000001 and 138 0000 0001.")
    words = Words("+%(number)s wrote back “%(text)s”.", {"number": "8613800000001", "text": "leave me alone"})
    record(ActivityKind.SUPPRESSED, words, campaign=campaign, raw="leave me alone")
    assert send() == 2
    told = "".join(letter.body for letter in mail.outbox)
    assert "8613800000001" not in told
    assert "0000 0001" not in told
    assert "leave me alone" not in told


def test_a_webhook_is_signed_and_its_address_is_encrypted(
    campaign: Campaign, user: User, hook: responses.RequestsMock
) -> None:
    subscription = subscribe(user, "paused", channel="webhook", address=HOOK)
    assert "very-secret" not in Subscription.objects.get().address_encrypted
    pause(campaign)
    assert send() == 1
    request = hook.calls[0].request
    assert {name: request.headers[name] for name in HEADERS} == HEADERS
    told = dict(part.split("=", 1) for part in request.headers["X-NotifyAdmin-Signature"].split(","))
    signed = f"{told['t']}.".encode() + request.body
    key = secrets.decrypt(subscription.address_encrypted)["key"]
    assert told["v1"] == hmac.new(key.encode(), signed, hashlib.sha256).hexdigest()
    body = json.loads(request.body)
    assert body["topic"] == "paused"
    assert body["lines"][0]["text"] == "Too many were refused."


def test_what_is_not_taken_is_tried_with_growing_gaps_and_given_up_in_the_end(
    campaign: Campaign, user: User, hook: responses.RequestsMock
) -> None:
    hook.replace(responses.POST, "https://hooks.example.com/x", status=500)
    subscription = subscribe(user, "paused", channel="webhook", address=HOOK)
    pause(campaign)
    gaps = []
    while Notice.objects.filter(next_attempt_at__isnull=False).exists():
        before = timezone.now()
        assert send() == 0
        following = Notice.objects.get().next_attempt_at
        if following:
            gaps.append(round((following - before) / timedelta(minutes=1)))
    assert gaps == [1, 5, 30, 120, 360]
    subscription.refresh_from_db()
    assert subscription.failures == 1
    assert "HTTP 500" in in_words(subscription.failed_words)
    assert "very-secret" not in subscription.failed_words
    assert len(hook.calls) == 6


def test_a_message_that_arrives_ends_the_story_of_those_that_did_not(campaign: Campaign, user: User) -> None:
    subscription = subscribe(user, "paused")
    Subscription.objects.update(failures=2, failed_words="No.")
    pause(campaign)
    send()
    subscription.refresh_from_db()
    assert (subscription.failures, subscription.failed_words) == (0, "")


def test_a_worker_that_is_killed_while_sending_leaves_the_notice_to_be_tried_again(
    campaign: Campaign, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(user, "paused")
    pause(campaign)

    def killed(*_: object) -> None:
        # Nobody else takes it meanwhile.
        assert sending.send_due() == 0
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sending, "deliver", killed)
        with pytest.raises(KeyboardInterrupt):
            send()
    assert sending.send_due() == 0
    assert send() == 1


def test_what_another_worker_has_taken_over_from_a_slow_one_is_sent_once(
    campaign: Campaign, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = subscribe(user, "paused"), subscribe(user, "paused", address="bob@example.com")
    pause(campaign)
    told: list[int] = []

    def slow(subscription: Subscription, _message: object) -> None:
        told.append(subscription.pk)
        if len(told) == 1:
            # So long that the claim on the other has ended.
            make_due_for(second if subscription == first else first)
            sending.send_due()

    monkeypatch.setattr(sending, "deliver", slow)
    send()
    assert sorted(told) == [first.pk, second.pk]


def make_due_for(subscription: Subscription) -> None:
    Notice.objects.filter(subscription=subscription).update(next_attempt_at=timezone.now())


@pytest.mark.parametrize("gone", ["left", "lost the permission", "switched off"])
def test_who_may_not_look_any_more_is_told_nothing(campaign: Campaign, user: User, gone: str) -> None:
    subscribe(user, "paused")
    pause(campaign)
    if gone == "left":
        User.objects.update(is_active=False)
    elif gone == "switched off":
        Subscription.objects.update(active=False)
    else:
        user.user_permissions.clear()
    assert send() == 0
    assert mail.outbox == []
    assert not Notice.objects.filter(next_attempt_at__isnull=False).exists()


@pytest.mark.parametrize("address", ["https://127.0.0.1/x", "https://10.0.0.1/", "http://hooks.example.com/x"])
def test_a_webhook_inwards_or_without_tls_is_not_called(
    campaign: Campaign, user: User, hook: responses.RequestsMock, settings: object, address: str
) -> None:
    settings.ALLOW_PRIVATE_PROVIDERS = False
    subscribe(user, "paused", channel="webhook", address=address)
    pause(campaign)
    assert send() == 0
    assert len(hook.calls) == 0
    assert Subscription.objects.get().failed_words


def test_a_name_that_leads_inwards_is_not_called_either(
    campaign: Campaign, user: User, hook: responses.RequestsMock, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ALLOW_PRIVATE_PROVIDERS = False
    found = [(2, 1, 6, "", ("192.168.1.5", 0))]
    monkeypatch.setattr("campaigns.alerts.notifications.addresses.socket.getaddrinfo", lambda *_, **__: found)
    subscribe(user, "paused", channel="webhook", address=HOOK)
    pause(campaign)
    assert send() == 0
    assert len(hook.calls) == 0


def test_a_line_costs_one_question_where_nobody_wants_to_be_told(campaign: Campaign) -> None:
    def queries(kind: ActivityKind) -> int:
        with CaptureQueriesContext(connection) as captured:
            record(kind, Words("x."), campaign=campaign)
        return len(captured)

    assert queries(ActivityKind.FINISHED) == queries(ActivityKind.TESTED) + 1


def test_old_notices_are_forgotten(campaign: Campaign, user: User) -> None:
    subscribe(user, "paused")
    pause(campaign)
    send()
    sending.forget_old(timezone.now())
    assert Notice.objects.count() == 1
    sending.forget_old(timezone.now() + timedelta(days=31))
    assert Notice.objects.count() == 0
