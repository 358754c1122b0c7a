"""What people write back, as the sandbox pushes it."""

import pytest
import requests

from tests.sandboxes import wait_until_pushed

from .running import FORM, PLATFORM, REHEARSALS, Platform, Running

[ODD] = [slug for slug, one in REHEARSALS.items() if getattr(one, "_network_key", "") == "mcn"]
USUAL = next(slug for slug, one in REHEARSALS.items() if getattr(one, "_network_key", "") == "mnc")
MEMBERS = {"msgid", "mobile", "reply_time", "content", "sendid", "mcc", "mnc", "operator", "pricedetail"}


def test_a_reply_is_pushed_alone_to_its_own_door_with_the_documented_members(running: Running) -> None:
    given = running.console.reply(USUAL, "6281000000001", "退订")
    [push] = running.receiver.wait_for(1)
    assert push.door == "replies"
    assert set(push.json) == MEMBERS
    assert (push.json["msgid"], push.json["mobile"], push.json["content"]) == (given, "6281000000001", "退订")
    assert isinstance(push.json["mcc"], int)


def test_one_brand_misspells_a_member_as_its_sample_does(running: Running) -> None:
    running.console.reply(ODD, "6281000000001", "TD")
    assert set(running.receiver.wait_for(1)[0].json) == MEMBERS - {"mnc"} | {"mcn"}


def test_the_same_reply_can_be_pushed_again(running: Running) -> None:
    for _ in range(2):
        running.console.reply(PLATFORM.slug, "6281000000001", "TD", "2405071200001000009")
    assert {push.json["msgid"] for push in running.receiver.wait_for(2)} == {"2405071200001000009"}


def test_a_reply_that_is_not_acknowledged_is_pushed_again(running: Running) -> None:
    running.receiver.says.append((500, b""))
    running.console.reply(PLATFORM.slug, "6281000000001", "TD")
    assert len(running.receiver.wait_for(2)) == 2


def test_magic_numbers_write_back_after_a_message_and_not_after_a_call(platform: Platform) -> None:
    number = PLATFORM.number_for(1, "replies_stop")
    assert platform.batch({"content": "Sale", "numbers": number, "orderId": "o-1"}).json()["status"] == "0"
    pushed = {push.door: push.json for push in platform.running.receiver.wait_for(2)}
    assert pushed["sms"]["status"] == 0
    assert (pushed["replies"]["mobile"], pushed["replies"]["content"]) == (number, "TD")
    platform.group(PLATFORM.number_for(2, "replies_stop"))
    wait_until_pushed(platform.running.console)
    assert len([push for push in platform.running.receiver.pushed if push.door == "replies"]) == 1


@pytest.mark.parametrize("wanted", [{}, {"number": "x", "text": "TD"}, {"number": "62811", "text": 5}])
def test_what_is_no_reply_is_refused(running: Running, wanted: dict[str, object]) -> None:
    answer = requests.post(f"{running.url}/_sandbox/{PLATFORM.slug}/reply", json=wanted, timeout=5)
    assert answer.status_code == 400


def test_a_provider_without_a_door_for_replies_pushes_none(running: Running) -> None:
    with pytest.raises(requests.HTTPError, match="no replies"):
        running.console.reply(FORM.slug, "8613800138000", "TD")
