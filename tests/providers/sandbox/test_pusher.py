"""Pushes: three tries with growing gaps until the receiver says what the document asks for."""

import time

import pytest

from .running import FORM, PLATFORM, Form, Platform, Running


@pytest.mark.parametrize(
    ("status", "body", "tries"),
    [
        (200, b"success", 1),
        (200, b"success\n", 3),
        (200, b'"success"', 3),
        (200, b"SUCCESS", 3),
        (200, b"", 3),
        (500, b"success", 3),
        (302, b"success", 3),
    ],
)
def test_the_form_api_wants_the_word_success_and_nothing_else(form: Form, status: int, body: bytes, tries: int) -> None:
    form.running.receiver.usual = (status, body)
    form.submit(FORM.number_for(1))
    form.running.settle()
    row = next(form.running.console.ledger())
    assert len(form.running.receiver.pushed) == row["tried"] == tries
    assert row["acknowledged"] == (1 if tries == 1 else 0)


@pytest.mark.parametrize(("status", "tries"), [(200, 1), (204, 3), (404, 3), (503, 3)])
def test_the_signed_api_wants_http_200(platform: Platform, status: int, tries: int) -> None:
    platform.running.receiver.usual = (status, b"")
    platform.group(PLATFORM.number_for(1))
    platform.running.settle()
    assert len(platform.running.receiver.pushed) == tries


def test_the_gap_between_tries_grows_and_the_push_stays_the_same(form: Form) -> None:
    form.running.console.settings(gap_scale=0.002)
    form.running.receiver.usual = (500, b"")
    form.submit(FORM.number_for(1))
    first, second, third = form.running.receiver.wait_for(3)
    gaps = second.at - first.at, third.at - second.at
    assert 0.11 < gaps[0] < gaps[1] - 0.06 and gaps[1] > 0.23
    assert first.body == second.body == third.body


def test_a_push_is_repeated_only_until_it_is_acknowledged(form: Form) -> None:
    form.running.receiver.says = [(500, b"")]
    form.submit(FORM.number_for(1))
    form.running.settle()
    row = next(form.running.console.ledger())
    assert (row["tried"], row["acknowledged"]) == (2, 1) and row["last_push_at"] <= time.time()


def test_a_receiver_that_is_down_costs_a_try(form: Form) -> None:
    form.running.console.set_push(FORM.slug, {"receipts": "http://127.0.0.1:9/receipts"})
    form.submit(FORM.number_for(1))
    form.running.settle()
    row = next(form.running.console.ledger())
    assert (row["tried"], row["acknowledged"]) == (3, 0)


def test_without_an_address_nothing_is_pushed(form: Form) -> None:
    form.running.console.set_push(FORM.slug, {"receipts": ""})
    form.submit(FORM.number_for(1))
    form.running.settle()
    assert next(form.running.console.ledger())["tried"] == 0


def test_rejected_reviews_are_pushed_again_too(form: Form) -> None:
    form.running.receiver.usual = (500, b"")
    form.call("AddTemplate", content="请【变量】查收")
    assert {push.door for push in form.running.receiver.wait_for(3)} == {"templates"}
    form.running.settle()
    assert len(form.running.receiver.pushed) == 3


@pytest.mark.parametrize("shape", ["array", "list"])
def test_voice_reports_may_come_several_at_a_time(platform: Platform, shape: str) -> None:
    platform.running.console.settings(batch_form=shape, receipt_delay=[0.05, 0.05])
    numbers = [PLATFORM.number_for(index) for index in range(120)]
    platform.group(*numbers)
    platform.batch({"numbers": numbers[0], "content": "Hello"})
    platform.running.settle()
    pushed = [push for push in platform.running.receiver.pushed if push.door == "voice"]
    bodies = [push.json["array"] if shape == "array" else push.json for push in pushed]
    assert sorted(said["callee"] for body in bodies for said in body) == numbers
    assert len(pushed) < 20 and max(map(len, bodies)) <= 50
    assert all("recordingFileId" in said for said in bodies[0])
    assert [isinstance(push.json, dict) for push in platform.running.receiver.pushed if push.door == "sms"] == [True]


def test_a_refused_group_of_reports_is_pushed_again_as_a_whole(platform: Platform) -> None:
    platform.running.console.settings(batch_form="array", receipt_delay=[0.05, 0.05])
    platform.running.receiver.says = [(500, b"")]
    platform.group(*(PLATFORM.number_for(index) for index in range(10)))
    platform.running.settle()
    row = next(platform.running.console.ledger())
    assert (row["tried"], row["acknowledged"]) == (2, 1)


def test_receipts_keep_the_order_of_their_submissions(form: Form) -> None:
    form.running.console.settings(receipt_delay=0.05)
    for index in range(20):
        form.submit(FORM.number_for(index))
        time.sleep(0.01)
    pushed = [push.form["mobilephone"] for push in form.running.receiver.wait_for(20)]
    assert pushed == [FORM.number_for(index).removeprefix("86") for index in range(20)]


def test_a_thousand_receipts_arrive_once_each(running: Running) -> None:
    numbers = [PLATFORM.number_for(index) for index in range(1000)]
    Platform(running).group(*numbers)
    pushed = [push.json["callee"] for push in running.receiver.wait_for(1000)]
    assert sorted(pushed) == numbers
