"""ITNIO Tech: its path families, and the page's own example of a spoken text."""

import pytest

from providers.contract.abilities import Ability
from providers.contract.errors import Accepted
from providers.contract.files import FileTaken
from providers.contract.messages import AccountAccess, Callee, Message
from providers.contract.push import PushBody
from providers.contract.statuses import FailureClass, Verdict
from providers.gateways._platform import build_gateway
from providers.gateways.itnio import FACTS, gateway
from tests.providers.gateways.wire import Wire, response

BASE = "https://api.itniotech.com"
ACCESS = AccountAccess(
    {
        "base_url": BASE,
        "api_key": "bDqJFiq9",
        "api_secret": "7bz1lzh9",
        "voice_app_id": "4luaKsL2",
        "sms_app_id": "sApp0001",
    }
)
HEADERS = {
    "Content-Type": "application/json;charset=UTF-8",
    "Sign": "05d7a50893e22a5c4bb3216ae3396c7c",
    "Timestamp": "1630468800",
    "Api-Key": "bDqJFiq9",
}
SPOKEN = Message(
    Ability.VOICE_TEXT,
    "job-2",
    (Callee("job-2/1", "932111111111", "hello world"),),
    options={
        "displayNum": "1008122211",
        "language": "EN",
        "loopCount": 2,
        "recallCount": 0,
        "recallInterval": 0,
        "maxDuration": 120,
        "maxRingingTime": 60,
        "calledInfo": "calledInfo",
    },
)
CALL = Message(Ability.VOICE_FILE, "job-2", (Callee("job-2/1", "91856321412"),), file_id="a.mp3")
TEXT = Message(Ability.SMS, "job-2", (Callee("job-2/1", "91856321412", "hi"),))


def test_itnio_offers_calls_and_sms_and_rehearses_what_was_seen():
    assert set(gateway.kinds) == {Ability.VOICE_TEXT, Ability.VOICE_FILE, Ability.SMS}
    rehearsed = {kind for kind, facts in gateway.kinds.items() if facts.rehearsed}
    assert rehearsed == {Ability.VOICE_TEXT, Ability.VOICE_FILE}


@pytest.mark.parametrize(
    ("message", "path"),
    [(SPOKEN, "/voice/sendCode"), (CALL, "/voice/sendGroup"), (TEXT, "/sms/sendSms/batch")],
)
def test_voice_and_sms_have_path_families_of_their_own(message, path):
    wire = Wire()
    gateway.submit(message, ACCESS, wire)
    assert wire.only.url == BASE + path


def test_the_balance_is_beside_the_sms():
    wire = Wire()
    gateway.balance(ACCESS, wire)
    assert wire.only.url == f"{BASE}/sms/getBalance"


def test_the_printed_spoken_text_is_made_and_read():
    wire = Wire(response({"status": "0", "reason": "success", "data": "2203031113381000002"}))
    answer = build_gateway(FACTS, clock=lambda: 1630468800).submit(SPOKEN, ACCESS, wire)
    assert wire.only.headers["Sign"] == "05d7a50893e22a5c4bb3216ae3396c7c"
    assert wire.json == {
        "callee": "932111111111",
        "displayNum": "1008122211",
        "language": "EN",
        "text": "hello world",
        "appId": "4luaKsL2",
        "loopCount": 2,
        "calledInfo": "job-2 calledInfo",
        "recallCount": 0,
        "maxDuration": 120,
        "maxRingingTime": 60,
    }
    assert answer.accepted == (Accepted("job-2/1", "2203031113381000002"),)


@pytest.mark.parametrize(
    ("codes", "verdict", "failure"),
    [
        ('"terminationCode":"200","sipCode":"200","answerTime":1715077210000', Verdict.DELIVERED, FailureClass.NONE),
        ('"terminationCode":"480","sipCode":"480","callDuration":0', Verdict.UNDELIVERED, FailureClass.NO_ANSWER),
    ],
)
def test_the_newer_sip_codes_of_call_reports_are_read(codes, verdict, failure):
    body = f'{{"voiceId":"2405","callee":"91856321412","calledInfo":"job-2 calledInfo",{codes}}}'
    [event] = gateway.read_push(PushBody("voice", "application/json", body.encode())).events
    assert (event.ref, event.verdict, event.failure) == ("job-2", verdict, failure)


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
