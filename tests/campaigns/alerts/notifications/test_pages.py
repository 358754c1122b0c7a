"""Choosing what to be told."""

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse

from campaigns.alerts.notifications import services
from campaigns.models import Subscription
from providers import secrets
from tests.factories import make_user

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
LIST = "campaigns:notifications:list"


@pytest.fixture
def user(db: None) -> User:
    return make_user("campaigns.view_activity")


@pytest.fixture
def client(client: Client, user: User) -> Client:
    client.force_login(user, BACKEND)
    return client


def given(**values: object) -> dict[str, object]:
    return {"channel": "email", "address": "ann@example.com", "topics": ["paused"], "active": "on", **values}


def add(client: Client, **values: object) -> str:
    answer = client.post(reverse("campaigns:notifications:add"), given(**values), follow=True)
    return answer.content.decode()


def test_without_an_e_mail_server_the_form_says_so_and_keeps_what_was_typed(client: Client, settings: object) -> None:
    settings.EMAIL_IS_SET_UP = False
    text = add(client)
    assert "EMAIL_URL" in text
    assert "ann@example.com" in text
    assert not Subscription.objects.exists()


def test_a_notification_is_added_tested_changed_and_removed(client: Client, user: User, settings: object) -> None:
    settings.EMAIL_IS_SET_UP = True
    assert "ann@example.com" in add(client)
    subscription = Subscription.objects.get()
    assert subscription.user == user
    client.post(reverse("campaigns:notifications:test", args=[subscription.pk]))
    assert "Notifications arrive here" in mail.outbox[0].body
    edit = reverse("campaigns:notifications:edit", args=[subscription.pk])
    client.post(edit, given(topics=["late", "balance"], active=""))
    subscription.refresh_from_db()
    assert (subscription.topics, subscription.active) == (["late", "balance"], False)
    client.post(reverse("campaigns:notifications:remove", args=[subscription.pk]))
    assert not Subscription.objects.exists()
    assert "You are told nothing yet" in client.get(reverse(LIST)).content.decode()


@pytest.mark.parametrize(
    ("channel", "address", "words"),
    [
        ("webhook", "https://localhost/x", "private network"),
        ("webhook", "http://hooks.example.com/x", "Only https://"),
        ("webhook", "https://me:pw@hooks.example.com/x", "Leave user name and password out"),
        ("webhook", "hooks.example.com", "not an address"),
        ("email", "ann", "valid email"),
    ],
)
def test_an_address_that_cannot_work_is_refused_in_words(
    client: Client, settings: object, channel: str, address: str, words: str
) -> None:
    settings.EMAIL_IS_SET_UP, settings.ALLOW_PRIVATE_PROVIDERS = True, False
    assert words in add(client, channel=channel, address=address)
    assert not Subscription.objects.exists()


def test_nobody_sees_or_touches_what_others_chose(client: Client) -> None:
    given_by_other = {"channel": "webhook", "address": "https://others.example.com/", "topics": ["paused"]}
    services.save(None, make_user(), active=True, language="en", **given_by_other)
    other = Subscription.objects.get()
    assert "others.example.com" not in client.get(reverse(LIST)).content.decode()
    for name in ("edit", "test", "remove"):
        assert client.post(reverse(f"campaigns:notifications:{name}", args=[other.pk]), given()).status_code == 404
    assert Subscription.objects.filter(pk=other.pk).exists()


def test_a_webhooks_secrets_are_written_and_never_shown_but_its_key_once(client: Client) -> None:
    text = add(client, channel="webhook", address="https://hooks.example.com/s3cret")
    subscription = Subscription.objects.get()
    key = secrets.decrypt(subscription.address_encrypted)["key"]
    assert key in text
    edit = reverse("campaigns:notifications:edit", args=[subscription.pk])
    for url in (reverse(LIST), edit):
        shown = client.get(url).content.decode()
        assert key not in shown
        assert "s3cret" not in shown
    assert "https://hooks.example.com/…" in client.get(reverse(LIST)).content.decode()
    client.post(edit, given(channel="webhook", address="", topics=["late"]))
    kept = Subscription.objects.get()
    assert (kept.topics, kept.address_encrypted) == (["late"], subscription.address_encrypted)
    client.post(edit, given(channel="webhook", address="https://hooks.example.com/s3cret"))
    assert secrets.decrypt(Subscription.objects.get().address_encrypted)["key"] != key


def test_another_channel_needs_another_address(client: Client, settings: object) -> None:
    settings.EMAIL_IS_SET_UP = True
    add(client, channel="webhook", address="https://hooks.example.com/a")
    edit = reverse("campaigns:notifications:edit", args=[Subscription.objects.get().pk])
    answer = client.post(edit, given(channel="email", address=""))
    assert "Another channel needs another address." in answer.content.decode()
    assert Subscription.objects.get().channel == "webhook"


def test_a_test_that_does_not_arrive_says_why(client: Client, settings: object) -> None:
    settings.EMAIL_IS_SET_UP = True
    add(client)
    settings.EMAIL_IS_SET_UP = False
    url = reverse("campaigns:notifications:test", args=[Subscription.objects.get().pk])
    assert "No e-mail server is set up" in client.post(url, follow=True).content.decode()
