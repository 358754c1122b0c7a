"""The books: true, readable by key, and kept over a restart."""

from pathlib import Path

import pytest
import requests

from .running import FORM, PLATFORM, Form, Loop, Platform, Receiver, Running, start


def test_accepted_and_refused_requests_are_both_written_down(form: Form, platform: Platform) -> None:
    form.submit(FORM.number_for(1))
    form.submit(FORM.number_for(2), content="something else")
    platform.group(PLATFORM.number_for(1), PLATFORM.number_for(1, "refused"))
    rows = list(form.running.console.requests())
    seen = [
        (row["provider"], row["endpoint"], row["accepted"], row["code"], row["asked"], row["taken"]) for row in rows
    ]
    assert seen == [
        (FORM.slug, "Submit", 1, "2", 1, 1),
        (FORM.slug, "Submit", 0, "4072", 0, 0),
        (PLATFORM.slug, "voice/sendGroup", 1, "0", 2, 1),
    ]


def test_a_taken_callee_is_written_down_with_number_reference_and_text(platform: Platform) -> None:
    answer = platform.batch({"numbers": PLATFORM.number_for(1), "content": "门开了", "orderId": "m-1"}).json()
    row = next(platform.running.console.ledger())
    said = (row["provider_id"], row["number"], row["ref"], row["text"], row["kind"], row["verdict"], row["code"])
    assert said == (answer["array"][0]["msgId"], PLATFORM.number_for(1), "m-1", "门开了", "sms", "delivered", "0")


def test_the_summary_counts_per_endpoint(platform: Platform) -> None:
    numbers = [PLATFORM.number_for(1), PLATFORM.number_for(1, "sip_486"), PLATFORM.number_for(1, "no_receipt")]
    platform.group(*numbers)
    platform.group(numbers[0])
    platform.group("1")
    platform.running.settle()
    summary = {row["endpoint"]: row for row in platform.running.console.summary()}["voice/sendGroup"]
    expected = {"requests": 3, "requests_accepted": 2, "taken": 4, "distinct_numbers": 3, "taken_twice": 1}
    expected |= {"delivered": 2, "undelivered": 1, "no_receipt": 1, "pushes_tried": 3, "pushes_acknowledged": 3}
    assert {name: summary[name] for name in expected} == expected


def test_rows_are_paged_by_key_and_filtered(platform: Platform, form: Form) -> None:
    platform.group(*(PLATFORM.number_for(index) for index in range(7)))
    form.submit(FORM.number_for(1))
    url = f"{platform.running.url}/_sandbox/ledger"
    first = requests.get(url, params={"limit": "5"}, timeout=5).json()
    second = requests.get(url, params={"since_id": first["last_id"], "limit": "5"}, timeout=5).json()
    assert (len(first["rows"]), len(second["rows"])) == (5, 3)
    assert len(list(platform.running.console.ledger(FORM.slug))) == 1
    assert len(list(platform.running.console.ledger(PLATFORM.slug, "voice/sendGroup"))) == 7


def test_a_reset_forgets_everybody_but_keeps_the_addresses(form: Form) -> None:
    form.submit(FORM.number_for(1))
    form.call("AddTemplate", content="新的【变量】")
    addresses = form.running.console.push_addresses(FORM.slug)
    form.running.console.reset()
    assert list(form.running.console.ledger()) == [] and len(form.running.console.templates(FORM.slug)) == 1
    assert form.call("GetNum").json()["num"] == "10000000"
    assert form.running.console.push_addresses(FORM.slug) == addresses


def test_the_state_file_carries_everything_over_a_restart(loop: Loop, tmp_path: Path) -> None:
    state = str(tmp_path / "sandbox.sqlite3")
    receiver = Receiver(loop, usual=(503, b""))
    receiver.start()
    first = start(loop, receiver, state)
    first.console.settings(gap_scale=0.02)
    form, platform = Form(first), Platform(first)
    voice_id = form.submit(FORM.number_for(1)).json()["voiceid"]
    form.call("AddTemplate", content="新的【变量】")
    platform.group(PLATFORM.number_for(1), displayNum="1008122211")
    before = receiver.wait_for(3)
    addresses = first.console.push_addresses(FORM.slug)
    loop.run(first.sandbox.stop())

    receiver.usual = (200, b"success")
    receiver.pushed.clear()
    second = start(loop, receiver, state)
    assert second.console.push_addresses(FORM.slug) == addresses
    assert sorted(push.body for push in receiver.wait_for(3)) == sorted(push.body for push in before)
    assert [(row["number"], row["tried"], row["acknowledged"]) for row in second.console.ledger()] == [
        (FORM.number_for(1), 2, 1),
        (PLATFORM.number_for(1), 2, 1),
    ]
    assert [one["state"] for one in second.console.templates(FORM.slug)] == ["approved", "approved"]
    form = Form(second)
    assert form.call("GetNum").json()["num"] == "9999999"
    assert int(form.submit(FORM.number_for(2)).json()["voiceid"]) > int(voice_id)
    loop.run(second.sandbox.stop())
    receiver.stop()


def test_a_number_that_was_rung_before_the_restart_is_still_limited(loop: Loop, tmp_path: Path) -> None:
    state = str(tmp_path / "sandbox.sqlite3")
    receiver = Receiver(loop)
    receiver.start()
    first = start(loop, receiver, state)
    assert Form(first).submit(FORM.number_for(1)).json()["code"] == 2
    for second in (2, 4):
        first.console.settings(clock_offset=second)
        assert Form(first).submit(FORM.number_for(1)).json()["code"] == 2
    loop.run(first.sandbox.stop())
    again = start(loop, receiver, state)
    again.console.settings(clock_offset=8)
    assert Form(again).submit(FORM.number_for(1)).json()["code"] == 4081
    loop.run(again.sandbox.stop())
    receiver.stop()


def test_a_review_that_was_open_at_the_restart_is_decided_afterwards(loop: Loop, tmp_path: Path) -> None:
    state = str(tmp_path / "sandbox.sqlite3")
    receiver = Receiver(loop)
    receiver.start()
    first = start(loop, receiver, state)
    first.console.settings(review_delay=60)
    Form(first).call("AddTemplate", content="新的【变量】")
    loop.run(first.sandbox.stop())
    again = start(loop, receiver, state)
    assert receiver.wait_for(1)[0].door == "templates"
    loop.run(again.sandbox.stop())
    receiver.stop()


@pytest.mark.parametrize(
    "changes",
    [
        {"gap_scale": -1},
        {"gap_scale": "1"},
        {"batch_form": "xml"},
        {"receipt_delay": [2, 1]},
        {"no_such": 1},
        {"balance": {FORM.slug: -1}},
        {"balance": 5},
    ],
)
def test_impossible_settings_are_refused_and_nothing_is_changed(running: Running, changes: dict[str, object]) -> None:
    before = running.console.settings()
    with pytest.raises(requests.HTTPError, match="400"):
        running.console.settings(answer_delay=0, **changes)
    assert running.console.settings() == before


@pytest.mark.parametrize(
    "addresses", [{"nodoor": "http://127.0.0.1/"}, {"receipts": "ftp://127.0.0.1/"}, {"receipts": 5}]
)
def test_impossible_push_addresses_are_refused(running: Running, addresses: dict[str, str]) -> None:
    with pytest.raises(requests.HTTPError, match="400"):
        running.console.set_push(FORM.slug, addresses)
    with pytest.raises(requests.HTTPError, match="404"):
        running.console.set_push("nobody", {})


def test_health_names_the_mounts(running: Running) -> None:
    health = running.console.health()
    assert health["ok"] and health["providers"][FORM.slug] == FORM.base_path
