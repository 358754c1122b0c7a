"""The one door for pushes: what is kept, and what is answered."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from notifyadmin.logs import RedactPushTokens
from providers.accounts import pushaddresses
from providers.models import Account, AccountState, InboundPush, PushAddress
from providers.webhooks import receiving, wake
from providers.webhooks.journal import Full
from tests.factories import FakeGateway
from tests.factories.pushes import wait_for_pushes

from .conftest import path_of

BODY = b"id||8613800000001|delivered|2|1"


def push(client: Client, where: str, body: bytes = BODY):
    return client.post(where, data=body, content_type="application/x-www-form-urlencoded")


def kept() -> InboundPush:
    wait_for_pushes()
    return InboundPush.objects.get()


def test_a_push_is_kept_and_answered_exactly(client: Client, account: Account, path: str) -> None:
    before = timezone.now()
    answer = push(client, path)
    after = timezone.now()
    assert (answer.status_code, answer.content) == (200, b"success")
    row = kept()
    assert (row.account, row.door, bytes(row.body), row.state) == (account, "receipts", BODY, "new")
    assert row.content_type == "application/x-www-form-urlencoded"
    assert before <= row.received_at <= after


def test_it_is_on_the_disk_before_it_is_answered(
    client: Client, path: str, fake_gateway: FakeGateway, monkeypatch
) -> None:
    seen = []
    real = fake_gateway.acknowledge

    def look(push):
        files = list(Path(receiving.journal().folder).glob("*.pushes"))
        seen.append(InboundPush.objects.count() + sum(file.stat().st_size > len(BODY) for file in files))
        return real(push)

    monkeypatch.setattr(fake_gateway, "acknowledge", look)
    push(client, path)
    assert seen and seen[0] >= 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe\x00", b"\n\n\r\n", b"x" * 1000])
def test_rubbish_is_kept_and_acknowledged_so_that_it_is_not_pushed_forever(
    client: Client, path: str, body: bytes
) -> None:
    assert push(client, path, body).content == b"success"
    assert bytes(kept().body) == body


def test_duplicates_are_acknowledged_alike_and_both_kept(client: Client, path: str) -> None:
    assert [push(client, path).content for _ in range(2)] == [b"success"] * 2
    wait_for_pushes()
    assert InboundPush.objects.count() == 2


@pytest.mark.parametrize(("size", "stays"), [(100_000, 100_000), (100_001, 64 * 1024)])
def test_a_body_that_is_too_large_is_cut_and_marked(client: Client, path: str, settings, size: int, stays: int) -> None:
    settings.PUSH_MAX_BYTES = 100_000
    assert push(client, path, b"x" * size).content == b"success"
    row = kept()
    assert (len(row.body), row.truncated) == (stays, size > 100_000)


def test_a_wrong_token_or_door_is_not_found(client: Client, path: str) -> None:
    assert push(client, path.replace("/push/", "/push/x")).status_code == 404
    assert push(client, path.rsplit("/", 1)[0] + "/nothing").status_code == 404
    wait_for_pushes()
    assert InboundPush.objects.count() == 0


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "options"])
def test_only_post_is_a_push(client: Client, path: str, method: str) -> None:
    answer = getattr(client, method)(path)
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_no_login_and_no_csrf_token_is_needed(path: str) -> None:
    assert push(Client(enforce_csrf_checks=True), path).status_code == 200


@pytest.mark.parametrize("state", AccountState.values)
def test_an_account_that_sends_no_more_is_still_told(client: Client, account: Account, path: str, state: str) -> None:
    Account.objects.update(state=state)
    receiving.book().doubt()
    assert push(client, path).content == b"success"


def test_an_old_address_is_open_beside_the_new_one_until_it_is_closed(
    client: Client, account: Account, path: str
) -> None:
    new = path_of(pushaddresses.issue(account))
    assert [push(client, where).status_code for where in (path, new)] == [200, 200]
    assert pushaddresses.close(pushaddresses.open_of(account).last())
    assert [push(client, where).status_code for where in (path, new)] == [404, 200]


def test_an_old_address_closes_by_itself_at_its_time(client: Client, account: Account, path: str, monkeypatch) -> None:
    new = path_of(pushaddresses.issue(account))
    closes_at = timezone.now() + timedelta(hours=1)
    assert pushaddresses.close_at(pushaddresses.open_of(account).last(), closes_at)
    assert push(client, path).status_code == 200
    monkeypatch.setattr("providers.webhooks.book.time.time", closes_at.timestamp)
    assert [push(client, where).status_code for where in (path, new)] == [404, 200]


def test_the_only_address_that_stays_open_is_neither_closed_nor_given_an_end(account: Account, path: str) -> None:
    only = pushaddresses.open_of(account).get()
    soon = timezone.now() + timedelta(hours=1)
    assert not pushaddresses.close(only)
    assert not pushaddresses.close_at(only, soon)
    pushaddresses.issue(account)
    assert pushaddresses.close_at(only, soon)
    newest = pushaddresses.open_of(account).first()
    assert not pushaddresses.close(newest)
    assert pushaddresses.open_of(account).count() == 2


def test_of_a_token_only_the_digest_is_stored(account: Account) -> None:
    issued = pushaddresses.issue(account)
    assert len(issued.token) >= 43
    values = PushAddress.objects.values().get()
    assert issued.token not in str(values)
    assert len(values["token_hash"]) == 64


def test_it_is_seen_when_an_address_was_last_used(client: Client, account: Account, path: str) -> None:
    other = pushaddresses.issue(account)
    push(client, path)
    wait_for_pushes()
    assert kept_uses(account) == [None, InboundPush.objects.get().received_at.replace(microsecond=0)]
    push(client, path_of(other))
    wait_for_pushes()
    assert None not in kept_uses(account)


def kept_uses(account: Account) -> list[datetime | None]:
    used = pushaddresses.open_of(account).values_list("used_at", flat=True)
    return [at.replace(microsecond=0).astimezone(UTC) if at else None for at in used]


def test_the_use_of_an_address_is_not_written_with_every_push(client: Client, account: Account, path: str) -> None:
    push(client, path)
    wait_for_pushes()
    first = pushaddresses.open_of(account).get().used_at
    for _ in range(5):
        push(client, path)
    wait_for_pushes()
    assert pushaddresses.open_of(account).get().used_at == first


def test_a_burst_of_pushes_publishes_few_wake_ups(client: Client, path: str, published, monkeypatch) -> None:
    monkeypatch.setattr(wake, "_last", 0.0)
    for _ in range(20):
        push(client, path)
    wait_for_pushes()
    assert 1 <= published.count("campaigns.apply_pushes") <= 5


def test_a_broker_that_is_away_does_not_cost_the_answer(client: Client, path: str, monkeypatch) -> None:
    from celery import Celery
    from kombu.exceptions import OperationalError

    def away(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr(Celery, "send_task", away)
    monkeypatch.setattr(wake, "_last", 0.0)
    assert push(client, path).content == b"success"
    assert bytes(kept().body) == BODY


@pytest.mark.parametrize(
    "line",
    [
        '"POST /push/s3cret-token/voice HTTP/1.1" 200',
        "Not Found: /push/s3cret-token/voice",
        "Not Found: /push//s3cret-token/voice",
    ],
)
def test_tokens_never_reach_a_log_line(line: str) -> None:
    record = logging.LogRecord("x", logging.WARNING, "", 0, "%s", (line,), None)
    RedactPushTokens().filter(record)
    assert "s3cret-token" not in record.getMessage()
    assert "/•••" in record.getMessage()


def test_a_push_shows_its_token_to_nobody_who_writes_it_down() -> None:
    assert "s3cret" not in repr(receiving.Push("POST", "s3cret-token", "voice", "", lambda most: b""))


@pytest.mark.stores
def test_pushes_that_come_at_once_are_all_kept(path: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connection

    def one(number: int) -> bytes:
        try:
            return push(Client(), path, b"id%d||1|delivered|2|1" % number).content
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(200))) == {b"success"}
    wait_for_pushes()
    bodies = [bytes(body) for body in InboundPush.objects.values_list("body", flat=True)]
    assert sorted(bodies) == sorted(b"id%d||1|delivered|2|1" % number for number in range(200))


def test_a_push_that_cannot_be_kept_is_not_acknowledged(client: Client, path: str, monkeypatch) -> None:
    def full(line):
        raise Full

    monkeypatch.setattr(receiving.journal(), "append", full)
    answer = push(client, path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert b"success" not in answer.content
