"""What the documents forbid is refused before anything is sent, and the field is named."""

import pytest

from providers.contract.abilities import Ability
from providers.contract.errors import Refused
from providers.contract.messages import Callee, Message
from providers.contract.statuses import Concern

from .platform_support import access, callees, fields, gateway, sms, voice_file, voice_text
from .wire import Wire

RANGES = {
    "displayNum": (["1008122", "100812221100812", ""], ["100812", "1008122211008122", "+1008122211", "10081222x"]),
    "maxDuration": ([1, 120, "60", ""], [0, 121, -1, "x", "1.5", True]),
    "maxRingingTime": ([20, 120, None], [19, 121, "long"]),
    "loopCount": ([1, 9], [0, 10, "2x"]),
    "calledInfo": (["x" * (1000 - len("job-7 "))], ["x" * (1001 - len("job-7 ")), "x" * 1001]),
}
TEXT_RANGES = RANGES | {
    "language": (["EN", "ARB", "TL"], ["", None, "en", "XX"]),
    "recallCount": ([0, 9], [-1, 10, "x"]),
    "accent": (["91", "1"], ["en-GB", "91 "]),
    "ssmlGender": ([1, "2"], [0, 3, "male"]),
    "speakingRate": ([0.25, 4, "1.5"], [0.24, 4.01, "nan", "inf", "fast"]),
}


def cases(ranges, right):
    return [(name, value) for name, (good, bad) in ranges.items() for value in (good if right else bad)]


@pytest.mark.parametrize(("name", "value"), cases(RANGES, right=True))
def test_voice_file_options_within_their_range_pass(name, value):
    assert fields(voice_file(options={name: value})) == []


@pytest.mark.parametrize(("name", "value"), cases(RANGES, right=False))
def test_voice_file_options_outside_their_range_are_named(name, value):
    assert set(fields(voice_file(options={name: value}))) == {name}


@pytest.mark.parametrize(("name", "value"), cases(TEXT_RANGES, right=True))
def test_spoken_text_options_within_their_range_pass(name, value):
    assert fields(voice_text(options={"language": "EN", name: value})) == []


@pytest.mark.parametrize(("name", "value"), cases(TEXT_RANGES, right=False))
def test_spoken_text_options_outside_their_range_are_named(name, value):
    assert set(fields(voice_text(options={"language": "EN", name: value}))) == {name}


@pytest.mark.parametrize(
    ("count", "interval", "named"),
    [
        (1, 1, False),
        ("3", "999", False),
        (1, 0, True),
        (1, 1000, True),
        (0, 0, False),
        (None, None, False),
        (None, "0", False),
        (0, 5, True),
        ("", 5, True),
        ("00", "5", True),
    ],
)
def test_an_interval_needs_redials(count, interval, named):
    options = {"language": "EN", "recallCount": count, "recallInterval": interval}
    assert fields(voice_text(options=options)) == (["recallInterval"] if named else [])


@pytest.mark.parametrize(
    ("sender", "settings", "named"),
    [
        ("S" * 32, {}, False),
        ("S" * 33, {}, True),
        ("", {}, False),
        ("S" * 33, {"max_sender": 40}, False),
        ("S" * 41, {"max_sender": 40}, True),
        ("S" * 12, {"max_sender": 11}, True),
        ("S" * 101, {"max_sender": 100}, True),
        ("\U0001f514" * 17, {}, True),
    ],
)
def test_a_sender_has_the_length_that_the_account_allows(sender, settings, named):
    assert fields(sms(options={"senderId": sender}), access(settings)) == (["senderId"] if named else [])


@pytest.mark.parametrize("language", ["IDN", "VN", "TH", "EN", "JP", "HI"])
@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("x" * 1000, False),
        ("x" * 1001, True),
        ("", True),
        ("\U0001f514" * 500, False),
        ("\U0001f514" * 501, True),
    ],
    ids=["1000", "1001", "none", "500 bells", "501 bells"],
)
def test_a_spoken_text_has_1000_units_of_utf_16_in_every_language(language, text, named):
    assert fields(voice_text(text, options={"language": language})) == (["text"] if named else [])


def test_the_most_characters_of_a_kind_are_those_of_the_newest_page():
    assert {kind: facts.max_text for kind, facts in gateway.kinds.items()} == {
        Ability.VOICE_FILE: None,
        Ability.VOICE_TEXT: 1000,
        Ability.SMS: 1024,
    }


@pytest.mark.parametrize(
    ("settings", "language", "named"),
    [
        ({"max_text_voice_text": 100}, "EN", True),
        ({"max_text_voice_text": 100}, "TH", False),
        ({"max_text_voice_text_short": 100}, "TH", True),
        ({"max_text_voice_text": 800, "max_text_voice_text_short": 299}, "TH", False),
        ({"max_text_voice_text": 9999}, "EN", False),
    ],
)
def test_an_account_may_have_shorter_spoken_texts(settings, language, named):
    message = voice_text("x" * 101, options={"language": language})
    assert fields(message, access(settings)) == (["text"] if named else [])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("x", False),
        ("好" * 1024, False),
        ("x" * 1025, True),
        ("\U0001f514" * 512, False),
        ("\U0001f514" * 513, True),
        ("\ud83d" * 1024, False),
        ("", True),
        (" \n", True),
    ],
    ids=["1", "1024", "1025", "512 bells", "513 bells", "halves of pairs", "none", "blank"],
)
def test_an_sms_has_1_to_1024_units_of_utf_16(text, named):
    assert fields(sms(text)) == (["content"] if named else [])


NUMBERS = [
    ("9198000", False),
    ("919800000001234", False),
    ("919800", True),
    ("9198000000012345", True),
    ("+919800000001", True),
    ("91 9800000001", True),
    ("0919800000001", True),
    ("９１９８００００００１", True),
    ("", True),
    ("919800000001\n", True),
]


@pytest.mark.parametrize(("number", "named"), NUMBERS)
def test_a_number_is_7_to_15_digits_with_its_country_code(number, named):
    callee = Callee("job-7/1", number, "text")
    assert fields(voice_file(callees=(callee,))) == (["callee"] if named else [])
    assert fields(voice_text(callees=(callee,))) == (["callee"] if named else [])
    assert fields(sms(callees=(callee,))) == (["numbers"] if named else [])
    assert (gateway.number_problem(number, Ability.SMS) is not None) is named


def people(count: int) -> tuple[Callee, ...]:
    return tuple(Callee(f"job-7/{place}", f"9198{place:08d}", "text") for place in range(count))


@pytest.mark.parametrize(
    ("message", "settings", "named"),
    [
        (voice_file(callees=people(200)), {}, []),
        (voice_file(callees=people(201)), {}, ["callee"]),
        (voice_file(callees=people(1000)), {"max_callees_voice_file": 1000}, []),
        (voice_file(callees=people(1001)), {"max_callees_voice_file": 1000}, ["callee"]),
        (voice_file(callees=()), {}, ["callee"]),
        (voice_text(callees=people(2)), {}, ["callee"]),
        (sms(callees=people(1000)), {}, []),
        (sms(callees=people(1001)), {}, ["numbers"]),
        (sms(callees=people(3)), {"max_callees_sms": 2}, ["numbers"]),
        (sms(callees=()), {}, ["numbers"]),
        (sms(callees=(*callees("one"), *callees("two"))), {}, ["numbers"]),
    ],
)
def test_too_many_too_few_and_repeated_numbers_are_named(message, settings, named):
    assert fields(message, access(settings)) == named


@pytest.mark.parametrize(
    ("message", "credential"),
    [
        (voice_file(), "voice_app_id"),
        (voice_text(), "voice_app_id"),
        (sms(), "sms_app_id"),
        (sms(), "api_key"),
        (sms(), "api_secret"),
        (sms(), "base_url"),
    ],
)
@pytest.mark.parametrize("value", ["", None])
def test_a_missing_credential_is_named(message, credential, value):
    assert fields(message, access(**{credential: value})) == [credential]


@pytest.mark.parametrize(
    ("credential", "value"),
    [("api_key", "key\nX-Other: 1"), ("api_key", "ключ"), ("api_secret", "two words"), ("base_url", "api.test/v3")],
)
def test_a_credential_that_no_header_or_address_could_carry_is_named(credential, value):
    assert fields(sms(), access(**{credential: value})) == [credential]


def test_an_application_id_is_needed_only_by_the_kinds_it_serves():
    assert fields(sms(), access(voice_app_id="")) == []
    assert fields(voice_file(), access(sms_app_id="")) == []


def test_a_voice_file_must_be_chosen():
    assert fields(voice_file(file_id=" ")) == ["fileId"]


def test_a_kind_that_the_brand_lacks_is_a_problem():
    assert fields(Message(Ability.VOICE_TEMPLATE, "job-7", callees("x"))) == ["kind"]


@pytest.mark.parametrize(
    "message",
    [
        voice_file(options={"loopCount": 10}),
        voice_text(options={"language": ""}),
        sms("x" * 1025),
        sms(callees=()),
        Message(Ability.VOICE_TEMPLATE, "job-7", callees("x")),
    ],
)
def test_a_message_with_a_problem_is_refused_with_nothing_sent(message):
    wire = Wire()
    answer = gateway.submit(message, access(), wire)
    assert wire.requests == []
    assert isinstance(answer, Refused)
    assert (answer.code, answer.concern, answer.retry_after) == ("", Concern.NONE, None)
    assert fields(message)[0] in str(answer.words)


@pytest.mark.parametrize(
    ("message", "credential"), [(sms(), "api_key"), (sms(), "sms_app_id"), (voice_file(), "voice_app_id")]
)
def test_an_incomplete_account_stops_without_rejecting_anybody(message, credential):
    wire = Wire()
    answer = gateway.submit(message, access(**{credential: ""}), wire)
    assert wire.requests == []
    assert isinstance(answer, Refused)
    assert (answer.code, answer.concern) == ("", Concern.CREDENTIALS)
    assert credential in str(answer.words)


def test_a_balance_without_credentials_is_refused_with_nothing_sent():
    wire = Wire()
    answer = gateway.balance(access(api_secret=""), wire)
    assert wire.requests == []
    assert isinstance(answer, Refused)
    assert answer.concern is Concern.CREDENTIALS
    assert "api_secret" in str(answer.words)
