"""Laaffic: addresses, the pages' own examples, and what the pages contradict each other about."""

import pytest

from providers.contract.abilities import Ability
from providers.contract.files import FileTaken
from providers.contract.messages import AccountAccess, Callee, Message
from providers.contract.push import PushBody
from providers.contract.statuses import Verdict
from providers.gateways._platform import build_gateway
from providers.gateways.laaffic import FACTS, gateway
from tests.providers.gateways.wire import Wire, response

BASE = "https://api.laaffic.com/v3"
ACCESS = AccountAccess(
    {
        "base_url": BASE,
        "api_key": "bDqJFiq9",
        "api_secret": "7bz1lzh9",
        "voice_app_id": "4luaKsL2",
        "sms_app_id": "4luaKsL2",
    }
)
HEADERS = {
    "Content-Type": "application/json;charset=UTF-8",
    "Sign": "05d7a50893e22a5c4bb3216ae3396c7c",
    "Timestamp": "1630468800",
    "Api-Key": "bDqJFiq9",
}
FILE_ID = "12022022570cc2484c59d4f8b9745d34226285b1e.mp3"
CALL = Message(
    Ability.VOICE_FILE,
    "job-1",
    (Callee("job-1/1", "91856321412"), Callee("job-1/2", "91856321300")),
    file_id=FILE_ID,
    options={"displayNum": "1008122211", "maxDuration": 50, "maxRingingTime": 60, "loopCount": 2},
)
TEXTS = Message(
    Ability.SMS,
    "job-1",
    (
        Callee("56584", "91856321412", "test message"),
        Callee("56585", "91856321413", "test message"),
        Callee("56586", "91856321414", "test message1"),
    ),
)
SPOKEN = Message(Ability.VOICE_TEXT, "job-1", (Callee("job-1/1", "91856321412", "hi"),), options={"language": "EN"})


def send(message, answer=None):
    wire = Wire(response(answer)) if answer else Wire()
    return wire, build_gateway(FACTS, clock=lambda: 1630468800).submit(message, ACCESS, wire)


def test_laaffic_offers_calls_and_sms_and_rehearses_what_was_seen():
    assert set(gateway.kinds) == {Ability.VOICE_FILE, Ability.SMS, Ability.VOICE_TEXT}
    assert {kind for kind, facts in gateway.kinds.items() if facts.rehearsed} == {Ability.VOICE_FILE, Ability.SMS}


def test_a_new_account_points_to_version_3():
    assert {field.name: field.default for field in gateway.credentials}["base_url"] == BASE


@pytest.mark.parametrize(
    ("message", "path"),
    [(CALL, "/voice/sendGroup"), (SPOKEN, "/voice/sendCode"), (TEXTS, "/sendSms/batch")],
)
def test_every_operation_goes_to_its_address_with_the_printed_headers(message, path):
    wire, _ = send(message)
    assert wire.only.url == BASE + path
    assert dict(wire.only.headers) == HEADERS


def test_the_balance_is_beside_the_sms():
    wire = Wire()
    gateway.balance(ACCESS, wire)
    assert wire.only.url == f"{BASE}/getBalance"


def test_the_printed_group_call_is_made_and_read():
    wire, answer = send(
        CALL,
        {
            "status": "0",
            "reason": "success",
            "data": [
                {
                    "voiceId": "2203031134011000001",
                    "callee": "91856321412",
                    "terminationCode": "0",
                    "terminationReason": "success",
                }
            ],
        },
    )
    assert wire.json == {
        "callee": "91856321412,91856321300",
        "displayNum": "1008122211",
        "fileId": FILE_ID,
        "appId": "4luaKsL2",
        "maxDuration": 50,
        "maxRingingTime": 60,
        "loopCount": 2,
        "calledInfo": "job-1",
    }
    assert [item.provider_id for item in answer.accepted] == ["2203031134011000001"]
    assert [item.ref for item in answer.unclear] == ["job-1/2"]


def test_the_printed_batch_is_made_and_read():
    wire, answer = send(
        TEXTS,
        {
            "status": "0",
            "reason": "success",
            "success": "2",
            "fail": "1",
            "array": [
                {"msgId": "2207201629421000001", "number": "91856321412", "orderId": "56584"},
                {"msgId": "2207201629421000002", "number": "91856321413", "orderId": None},
            ],
        },
    )
    assert wire.json == {
        "appId": "4luaKsL2",
        "array": [
            {"numbers": "91856321412,91856321413", "content": "test message", "orderId": "56584,56585"},
            {"numbers": "91856321414", "content": "test message1", "orderId": "56586"},
        ],
    }
    assert [(item.ref, item.provider_id) for item in answer.accepted] == [
        ("56584", "2207201629421000001"),
        ("56585", "2207201629421000002"),
    ]
    assert [item.ref for item in answer.refused] == ["56586"]


def test_an_sms_report_with_a_blank_behind_its_order_id_finds_our_reference():
    body = b'{"appId":"a","msgid":"2405","mobile":"91856321412","status":0,"reason":"0","orderId ":"56584"}'
    [event] = gateway.read_push(PushBody("sms", "application/json", body)).events
    assert (event.ref, event.verdict) == ("56584", Verdict.DELIVERED)


def test_the_older_success_code_of_call_reports_is_success():
    body = b'{"voiceId":"2405","callee":"91856321412","terminationCode":"0","answerTime":1715077210000}'
    [event] = gateway.read_push(PushBody("voice", "application/json", body)).events
    assert event.verdict is Verdict.DELIVERED


@pytest.mark.parametrize(("setting", "default", "most"), [("max_callees_voice_file", 200, 1000)])
def test_where_pages_disagree_the_smallest_is_the_default_and_the_largest_allowed(setting, default, most):
    field = next(field for field in gateway.settings if field.name == setting)
    assert (field.default, field.maximum) == (default, most)


def test_voice_files_are_given_and_listed_below_voice():
    brand = build_gateway(FACTS, clock=lambda: 1630468800)
    wire = Wire(response({"status": "0", "reason": "success", "data": "120240507aa11bb22cc.wav"}))
    answer = brand.upload_file("gate.wav", b"RIFF", ACCESS, wire)
    assert isinstance(answer, FileTaken)
    assert answer.file_id == "120240507aa11bb22cc.wav"
    assert wire.only.url == f"{BASE}/voice/fileUpload"
    assert wire.only.body == b'{"fileName": "gate.wav", "file": "UklGRg=="}'
    assert dict(wire.only.headers) == HEADERS
    wire = Wire()
    brand.list_files(1, ACCESS, wire)
    assert wire.only.url == f"{BASE}/voice/fileQuery"
    assert wire.json == {"current": 1, "size": 100}
    assert dict(wire.only.headers) == HEADERS
