"""onbuka: its addresses, and that it offers nothing that its pages do not have."""

import pytest

from providers.contract.abilities import Ability
from providers.contract.messages import AccountAccess, Callee, Message
from providers.contract.push import PushBody
from providers.gateways.onbuka import gateway
from tests.providers.gateways.wire import Wire

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
