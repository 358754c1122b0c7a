"""onbuka: its addresses, and that it offers nothing that its pages do not have."""

import pytest

from providers.contract.abilities import Ability
from providers.contract.files import FileTaken
from providers.contract.messages import AccountAccess, Callee, Message
from providers.contract.push import PushBody
from providers.gateways._platform import build_gateway
from providers.gateways.onbuka import FACTS, gateway
from tests.providers.gateways.wire import Wire, response

BASE = "https://api.onbuka.com/v3"
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
CALLEE = (Callee("job-3/1", "91856321412", "hi"),)


def test_spoken_texts_are_not_offered_because_no_page_has_them():
    assert set(gateway.kinds) == {Ability.VOICE_FILE, Ability.SMS}
    assert not gateway.able_to(Ability.VOICE_TEXT)
    assert not [field.name for field in gateway.settings if "voice_text" in field.name]
    wire = Wire()
    gateway.submit(Message(Ability.VOICE_TEXT, "job-3", CALLEE, options={"language": "EN"}), ACCESS, wire)
    assert wire.requests == []


@pytest.mark.parametrize(
    ("message", "path"),
    [
        (Message(Ability.VOICE_FILE, "job-3", CALLEE, file_id="a.mp3"), "/voice/sendGroup"),
        (Message(Ability.SMS, "job-3", CALLEE), "/sendSms/batch"),
    ],
)
def test_every_operation_goes_to_its_address(message, path):
    wire = Wire()
    gateway.submit(message, ACCESS, wire)
    assert wire.only.url == BASE + path


def test_the_balance_is_beside_the_sms():
    wire = Wire()
    gateway.balance(ACCESS, wire)
    assert wire.only.url == f"{BASE}/getBalance"


def test_the_cost_of_a_call_is_named_in_euro():
    body = b'{"voiceId":"2405","callee":"91856321412","terminationCode":"200","costEur":"0.0210"}'
    [event] = gateway.read_push(PushBody("voice", "application/json", body)).events
    assert (event.cost, event.currency) == ("0.0210", "EUR")


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
