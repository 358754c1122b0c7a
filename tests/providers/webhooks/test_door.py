"""The one door for pushes."""

import logging

import pytest
from django.test import Client

from notifyadmin.logs import RedactPushTokens
from providers.models import Account, InboundPush, PushAddress
from providers.webhooks import wake
from providers.webhooks.addresses import doors_of, issue, retire_older
from tests.factories import FakeGateway, make_account

pytestmark = pytest.mark.django_db

BODY = b"id||8613800000001|delivered|2|1"


@pytest.fixture
def account(fake_gateway: FakeGateway) -> Account:
    account = make_account()
    issue(account)
    return account


def path(account: Account) -> str:
    (door,) = doors_of(account)
    return door.url.removeprefix("http://testserver")


def push(client: Client, where: str, body: bytes = BODY):
    return client.post(where, data=body, content_type="application/x-www-form-urlencoded")


def test_a_push_is_kept_and_answered_exactly(client: Client, account: Account) -> None:
    answer = push(client, path(account))
    assert (answer.status_code, answer.content) == (200, b"success")
    kept = InboundPush.objects.get()
    assert (kept.account, kept.door, bytes(kept.body), kept.state) == (account, "receipts", BODY, "new")


def test_it_is_kept_before_it_is_answered(
    client: Client, account: Account, fake_gateway: FakeGateway, monkeypatch
) -> None:
    seen = []
    real = fake_gateway.acknowledge
    monkeypatch.setattr(
        fake_gateway, "acknowledge", lambda push: seen.append(InboundPush.objects.count()) or real(push)
    )
    push(client, path(account))
    assert seen == [1]


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe\x00", b"x" * 1000])
def test_rubbish_is_kept_and_acknowledged_so_that_it_is_not_pushed_forever(
    client: Client, account: Account, body: bytes
) -> None:
    assert push(client, path(account), body).content == b"success"
    assert bytes(InboundPush.objects.get().body) == body


def test_duplicates_are_acknowledged_alike(client: Client, account: Account) -> None:
    assert [push(client, path(account)).content for _ in range(2)] == [b"success"] * 2


def test_more_than_the_kept_size_is_cut_and_marked(client: Client, account: Account, settings) -> None:
    settings.PUSH_MAX_BYTES = 10
    assert push(client, path(account)).status_code == 200
    kept = InboundPush.objects.get()
    assert (bytes(kept.body), kept.truncated) == (BODY[:10], True)


def test_a_wrong_token_or_door_is_not_found(client: Client, account: Account) -> None:
    right = path(account)
    assert push(client, right.replace("/push/", "/push/x")).status_code == 404
    assert push(client, right.rsplit("/", 1)[0] + "/nothing").status_code == 404
    assert InboundPush.objects.count() == 0


def test_only_post_is_a_push(client: Client, account: Account) -> None:
    assert client.get(path(account)).status_code == 405


def test_no_login_and_no_csrf_token_is_needed(account: Account) -> None:
    assert push(Client(enforce_csrf_checks=True), path(account)).status_code == 200


def test_a_rotated_token_overlaps_until_the_old_one_is_retired(client: Client, account: Account) -> None:
    old = path(account)
    issue(account)
    new = path(account)
    assert old != new
    assert [push(client, where).status_code for where in (old, new)] == [200, 200]
    retire_older(account)
    assert [push(client, where).status_code for where in (old, new)] == [404, 200]


def test_the_token_is_stored_hashed_and_encrypted_only(account: Account) -> None:
    row = PushAddress.objects.get()
    token = path(account).split("/")[2]
    assert token not in row.token_hash + row.token_encrypted
    assert row.token == token
    assert len(token) >= 43


def test_a_burst_of_pushes_publishes_few_wake_ups(client: Client, account: Account, published, monkeypatch) -> None:
    monkeypatch.setattr(wake, "_last", 0.0)
    for _ in range(20):
        push(client, path(account))
    assert 1 <= published.count("campaigns.apply_pushes") <= 5


def test_a_broker_that_is_away_does_not_cost_the_answer(client: Client, account: Account, monkeypatch) -> None:
    from celery import Celery
    from kombu.exceptions import OperationalError

    def away(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr(Celery, "send_task", away)
    monkeypatch.setattr(wake, "_last", 0.0)
    assert push(client, path(account)).content == b"success"


@pytest.mark.parametrize(
    "line", ['"POST /push/s3cret-token/voice HTTP/1.1" 200', "Not Found: /push/s3cret-token/voice"]
)
def test_tokens_never_reach_a_log_line(line: str) -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "%s", (line,), None)
    RedactPushTokens().filter(record)
    assert "s3cret-token" not in record.getMessage()
    assert "/push/•••" in record.getMessage()


@pytest.mark.django_db(transaction=True)
@pytest.mark.stores
def test_pushes_that_come_at_once_are_all_kept_before_their_answers(account: Account) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    where = path(account)

    def one(number: int) -> tuple[bytes, bool]:
        body = b"id%d||1|delivered|2|1" % number
        answer = push(Client(), where, body).content
        kept = any(bytes(row.body) == body for row in InboundPush.objects.all())
        connection.close()
        return answer, kept

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(40))) == {(b"success", True)}
    assert InboundPush.objects.count() == 40


def test_a_push_that_cannot_be_stored_is_not_acknowledged(account: Account, monkeypatch) -> None:
    from django.db import OperationalError

    from providers.webhooks import keeping

    def away(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr(keeping.InboundPush.objects, "bulk_create", away)
    assert push(Client(raise_request_exception=False), path(account)).status_code == 500


def test_a_push_whose_writer_was_stopped_is_not_acknowledged(account: Account, monkeypatch) -> None:
    from providers.webhooks import keeping

    monkeypatch.setattr(keeping, "_write", lambda batch: None)
    assert push(Client(raise_request_exception=False), path(account)).status_code == 500
    assert InboundPush.objects.count() == 0
