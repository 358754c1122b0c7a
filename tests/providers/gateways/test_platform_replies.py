"""Replies that are pushed to us, and what is none."""

from datetime import datetime, timedelta, timezone

import pytest

from providers.contract.abilities import Ability
from providers.contract.events import ReceiptEvent, ReplyEvent

from .platform_support import gateway
from .push_support import CALL, SMS, only, read

REPLY = {
    "msgid": "2405071200001000009",
    "mobile": "919800000001",
    "reply_time": "2024-05-07 20:00:05",
    "content": "TD",
    "sendid": "10690001",
    "mcc": 404,
    "mnc": 10,
    "operator": "Anywhere Mobile",
    "pricedetail": {"pay": "0.000", "currency": "USD", "chargeCnt": 1, "price": "0.000"},
}
BEIJING = timezone(timedelta(hours=8))


def test_a_reply_is_read_in_full_and_its_time_is_beijings():
    assert only(REPLY, door="replies") == ReplyEvent(
        "2405071200001000009", "919800000001", "TD", datetime(2024, 5, 7, 20, 0, 5, tzinfo=BEIJING)
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"mcn": 10, "mnc": None},
        {"mobile": "+91 98000 00001"},
        {"mobile": 919800000001},
        {"Content": "TD", "content": ""},
        {"sendid": None, "operator": None, "pricedetail": None},
    ],
    ids=str,
)
def test_other_spellings_say_the_same(changes):
    event = only(REPLY | changes, door="replies")
    assert (event.number, event.text) == ("919800000001", "TD")


@pytest.mark.parametrize(("said", "expected"), [("", None), ("soon", None), (None, None), (0, None)])
def test_a_reply_without_a_readable_time_is_still_a_reply(said, expected):
    assert only(REPLY | {"reply_time": said}, door="replies").replied_at is expected


def test_an_empty_reply_is_kept_and_one_of_nobody_is_a_problem():
    assert only(REPLY | {"content": ""}, door="replies").text == ""
    reading = read(REPLY | {"mobile": ""}, door="replies")
    assert reading.events == ()
    assert reading.problem is not None


def test_what_cannot_be_stored_is_taken_out_of_a_text():
    event = only(REPLY | {"content": "a\x00b\ud800c" + "d" * 5000}, door="replies")
    assert "\x00" not in event.text
    assert len(event.text) <= 2000
    event.text.encode()


@pytest.mark.parametrize("door", ["replies", "sms", "voice"])
def test_replies_and_reports_are_told_apart_by_what_they_hold_whatever_door_they_come_by(door):
    reading = read([REPLY, SMS, CALL], door=door)
    assert [type(event) for event in reading.events] == [ReplyEvent, ReceiptEvent, ReceiptEvent]


def test_a_report_with_a_text_is_no_reply():
    assert isinstance(only(SMS | {"content": "TD"}, door="sms"), ReceiptEvent)


def test_there_is_a_door_for_replies():
    assert "replies" in [door.name for door in gateway.doors]
    assert gateway.able_to(Ability.RECEIVES_REPLIES)
