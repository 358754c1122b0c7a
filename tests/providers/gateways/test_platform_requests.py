"""What the platform is sent, to the byte."""

import json

import pytest

from providers.contract.abilities import Ability
from providers.contract.messages import Callee
from providers.gateways._platform import signing

from .platform_support import KEY, MOMENT, SECRET, SIGN, access, gateway, sms, voice_file, voice_text
from .wire import Wire

FILE_OPTIONS = {
    "displayNum": "1008122211",
    "maxDuration": 50,
    "maxRingingTime": 60,
    "loopCount": 2,
    "calledInfo": "spring campaign",
}
TEXT_OPTIONS = {
    "displayNum": "1008122211",
    "language": "EN",
    "loopCount": 2,
    "recallCount": 1,
    "recallInterval": 15,
    "maxDuration": 120,
    "maxRingingTime": 60,
    "accent": "91",
    "ssmlGender": 2,
    "speakingRate": 0.75,
}
GROUP = {"callee": "919800000001,919800000002", "fileId": "12022abc.mp3", "appId": "4luaKsL2"}
CODE = {"callee": "919800000001", "text": "hello world", "appId": "4luaKsL2"}

GOLDEN = {
    "voice file without options": (voice_file(), "/calls/sendGroup", GROUP | {"calledInfo": "job-7"}),
    "voice file with every option": (
        voice_file(options=FILE_OPTIONS),
        "/calls/sendGroup",
        GROUP | FILE_OPTIONS | {"calledInfo": "job-7 spring campaign"},
    ),
    "options that come from a form as text": (
        voice_file(options={name: str(value) for name, value in FILE_OPTIONS.items()}),
        "/calls/sendGroup",
        GROUP | FILE_OPTIONS | {"calledInfo": "job-7 spring campaign"},
    ),
    "empty options are absent": (
        voice_file(options={"displayNum": "", "maxDuration": None, "loopCount": "", "calledInfo": ""}),
        "/calls/sendGroup",
        GROUP | {"calledInfo": "job-7"},
    ),
    "undeclared options stay at home": (
        voice_file(options={"language": "EN", "batchId": 4}),
        "/calls/sendGroup",
        GROUP | {"calledInfo": "job-7"},
    ),
    "spoken text without options": (
        voice_text(),
        "/calls/sendCode",
        CODE | {"language": "EN", "calledInfo": "job-7"},
    ),
    "spoken text with every option": (
        voice_text(options=TEXT_OPTIONS),
        "/calls/sendCode",
        CODE | TEXT_OPTIONS | {"calledInfo": "job-7"},
    ),
    "no redial, so no interval": (
        voice_text(options={"language": "EN", "recallCount": "0", "recallInterval": "0"}),
        "/calls/sendCode",
        CODE | {"language": "EN", "recallCount": 0, "calledInfo": "job-7"},
    ),
    "equal texts share an item": (
        sms("one", "two", "one", options={"senderId": "GATE"}),
        "/texts/sendSms/batch",
        {
            "appId": "sApp0001",
            "array": [
                {
                    "numbers": "919800000001,919800000003",
                    "content": "one",
                    "senderId": "GATE",
                    "orderId": "job-7/1,job-7/3",
                },
                {"numbers": "919800000002", "content": "two", "senderId": "GATE", "orderId": "job-7/2"},
            ],
        },
    ),
    "sms without options": (
        sms("您好 😀"),
        "/texts/sendSms/batch",
        {
            "appId": "sApp0001",
            "array": [{"numbers": "919800000001", "content": "您好 😀", "orderId": "job-7/1"}],
        },
    ),
}


@pytest.mark.parametrize(("message", "path", "body"), GOLDEN.values(), ids=GOLDEN)
def test_the_body_has_exactly_the_documented_fields_in_their_types(message, path, body):
    wire = Wire()
    gateway.submit(message, access(), wire)
    assert wire.json == body
    assert json.dumps(wire.json, sort_keys=True) == json.dumps(body, sort_keys=True), "a type differs (1 and 1.0, say)"
    assert (wire.only.method, wire.only.url) == ("POST", "https://api.invented.test/v9" + path)


def test_the_signature_is_the_one_that_the_vendors_print():
    assert signing.sign(KEY, SECRET, str(MOMENT)) == SIGN


@pytest.mark.parametrize("message", [voice_file(), voice_text(), sms()], ids=lambda message: message.kind)
def test_every_request_carries_the_documented_headers(message):
    wire = Wire()
    gateway.submit(message, access(), wire)
    assert dict(wire.only.headers) == {
        "Content-Type": "application/json;charset=UTF-8",
        "Sign": SIGN,
        "Timestamp": "1630468800",
        "Api-Key": KEY,
    }


def test_the_balance_is_asked_by_get_without_body_beside_the_sms():
    wire = Wire()
    gateway.balance(access(), wire)
    assert (wire.only.method, wire.only.url) == ("GET", "https://api.invented.test/v9/texts/getBalance")
    assert wire.only.body == b""
    assert wire.only.headers["Sign"] == SIGN


def test_text_goes_out_as_utf_8():
    wire = Wire()
    gateway.submit(sms("验证"), access(), wire)
    assert "验证".encode() in wire.only.body


def test_half_a_surrogate_pair_does_not_stop_the_request():
    wire = Wire()
    gateway.submit(sms("a\ud83d"), access(), wire)
    assert wire.json["array"][0]["content"] == "a?"


@pytest.mark.parametrize(
    ("settings", "timeouts"),
    [
        ({}, (5, 30)),
        ({"connect_seconds": 9, "read_seconds": "40"}, (9, 40)),
        ({"connect_seconds": "", "read_seconds": None}, (5, 30)),
        ({"connect_seconds": 0, "read_seconds": "soon"}, (5, 30)),
    ],
)
def test_timeouts_are_the_accounts_or_the_defaults(settings, timeouts):
    wire = Wire()
    gateway.submit(sms(), access(settings), wire)
    assert (wire.only.connect_seconds, wire.only.read_seconds) == timeouts


@pytest.mark.parametrize(
    ("kind", "settings", "limit"),
    [
        (Ability.VOICE_FILE, {}, 200),
        (Ability.VOICE_FILE, {"max_callees_voice_file": "1000"}, 1000),
        (Ability.VOICE_FILE, {"max_callees_voice_file": 5000}, 200),
        (Ability.VOICE_TEXT, {"max_callees_voice_text": 9}, 1),
        (Ability.SMS, {}, 1000),
        (Ability.SMS, {"max_callees_sms": 100}, 100),
    ],
)
def test_callees_per_request_follow_the_account_within_the_document(kind, settings, limit):
    assert gateway.callees_per_request(kind, access(settings)) == limit


def test_a_full_request_keeps_numbers_and_references_in_the_same_order():
    people = tuple(Callee(f"job-7/{place}", f"9198{place:08d}", f"text {place % 7}") for place in range(1, 1001))
    wire = Wire()
    gateway.submit(sms(callees=people), access(), wire)
    pairs = {
        (number, ref, item["content"])
        for item in wire.json["array"]
        for number, ref in zip(item["numbers"].split(","), item["orderId"].split(","), strict=True)
    }
    assert len(wire.json["array"]) == 7
    assert pairs == {(callee.number, callee.ref, callee.text) for callee in people}
