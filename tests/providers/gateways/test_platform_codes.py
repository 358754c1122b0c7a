"""Status codes for a whole request, endpoint by endpoint: what refuses, what stops, what narrows, what says nothing."""

from dataclasses import replace

import pytest

from providers.contract.errors import Refused, Unknown
from providers.contract.statuses import Concern

from .answer_support import MESSAGES
from .platform_support import access, gateway, submit, voice_file, voice_text
from .wire import Wire, response

EVERYWHERE = {
    "-1": Concern.CREDENTIALS,
    "-2": Concern.ADDRESS,
    "-10": Concern.BALANCE,
    "-13": Concern.FROZEN,
    "-15": Concern.PASSING,
    "-16": Concern.CLOCK,
    "-19": Concern.PRICE,
    "-29": Concern.CONTRACT,
    "-30": Concern.CREDENTIALS,
    "-31": Concern.ADDRESS,
    "-32": Concern.CREDENTIALS,
    "-35": Concern.CONTRACT,
    "-37": Concern.CONTRACT,
    "-54": Concern.CONTRACT,
}
SENDING = {"-7": Concern.CONTRACT, "-27": Concern.CONTRACT, **dict.fromkeys(["-14", "-21", "-24"], Concern.CAMPAIGN)}
NARROWING = ["-8", "-9", "-22", "-28"]
OF_TEXTS = ["-3", "-4", "-5", "-6"]
NOWHERE = [
    "-12",
    "-18",
    "-11",
    "-20",
    "-23",
    "-25",
    "-33",
    "-34",
    "-36",
    "-38",
    "-53",
    "-99",
    "-777",
    "-999",
    "-123456",
]
IMAGINABLE = [200, 201, 400, 401, 403, 404, 405, 429, 500, 502, 503, 504]


def answer_to(kind, code, http_status=200):
    return submit(MESSAGES[kind], {"status": code, "reason": "why", "data": None}, http_status)


@pytest.mark.parametrize(("code", "concern"), (EVERYWHERE | SENDING).items())
@pytest.mark.parametrize("kind", MESSAGES)
def test_a_code_of_the_account_or_the_campaign_stops_it_and_never_narrows(kind, code, concern):
    for http_status in IMAGINABLE:
        answer = answer_to(kind, code, http_status)
        assert isinstance(answer, Refused)
        assert (answer.code, answer.raw, answer.concern, answer.narrow) == (code, "why", concern, False)
        assert answer.retry_after is None
        assert str(answer.words)


@pytest.mark.parametrize("code", [*NARROWING, *OF_TEXTS])
def test_a_code_about_a_text_or_a_number_narrows_a_batch(code):
    answer = answer_to("sms", code)
    assert isinstance(answer, Refused)
    assert (answer.concern, answer.narrow, answer.retry_after) == (Concern.NONE, True, None)


@pytest.mark.parametrize("code", NARROWING)
@pytest.mark.parametrize("kind", ["voice file", "spoken text"])
def test_a_code_about_a_number_or_a_value_narrows_calls(kind, code):
    answer = answer_to(kind, code)
    assert isinstance(answer, Refused)
    assert (answer.concern, answer.narrow) == (Concern.NONE, True)


@pytest.mark.parametrize("code", [*OF_TEXTS, "-17", *NOWHERE])
@pytest.mark.parametrize("kind", ["voice file", "spoken text"])
@pytest.mark.parametrize("http_status", [200, 400, 500])
def test_what_no_page_explains_for_calls_is_unknown_in_the_vendors_words(kind, code, http_status):
    answer = answer_to(kind, code, http_status)
    assert isinstance(answer, Unknown)
    assert (answer.code, answer.raw, answer.concern) == (code, "why", Concern.NONE)
    assert "not known" in str(answer.words)


@pytest.mark.parametrize("code", NOWHERE)
def test_what_no_page_explains_for_batches_is_unknown_and_names_its_code(code):
    answer = answer_to("sms", code)
    assert isinstance(answer, Unknown)
    assert (answer.code, answer.raw) == (code, "why")
    assert code in str(answer.words) or code in ("-12", "-18")


def test_the_code_of_an_empty_template_concerns_the_campaign():
    assert answer_to("sms", "-17").concern is Concern.CAMPAIGN


def test_a_disabled_workspace_is_not_about_the_text():
    """On the OTP page -29 is about words in the text. We do not use OTP."""
    for kind in MESSAGES:
        assert "workspace" in str(answer_to(kind, "-29").words)


def test_a_missing_fee_concerns_the_destination_when_there_is_only_one():
    fee = {"status": "-26", "reason": "Getting fee failed"}
    for message, concern in [
        (voice_file(1), Concern.NONE),
        (voice_text(), Concern.NONE),
        (voice_file(2), Concern.PRICE),
        (MESSAGES["sms"], Concern.PRICE),
    ]:
        answer = submit(message, fee)
        assert isinstance(answer, Refused)
        assert (answer.concern, answer.narrow) == (concern, False)
        assert "fee" in str(answer.words)


@pytest.mark.parametrize("seconds", [None, 0.0, 5.0, 600.0])
@pytest.mark.parametrize("kind", MESSAGES)
def test_too_fast_passes_after_the_time_that_the_answer_names(kind, seconds):
    for content, status in [({"status": "-15", "reason": "Frequent query"}, 200), ("<html>slow down</html>", 429)]:
        answer = submit(MESSAGES[kind], replace(response(content, status), retry_after=seconds))
        assert isinstance(answer, Refused)
        assert (answer.concern, answer.retry_after, answer.narrow) == (Concern.PASSING, seconds, False)


@pytest.mark.parametrize("code", ["-1", "-9", "-22", "-30"])
def test_a_time_to_wait_changes_no_other_refusal(code):
    content = {"status": code, "reason": "why"}
    assert submit(voice_file(), replace(response(content, 503), retry_after=600.0)).retry_after is None


@pytest.mark.parametrize(("code", "concern"), EVERYWHERE.items())
def test_the_balance_is_refused_for_what_concerns_the_account(code, concern):
    answer = gateway.balance(access(), Wire(response({"status": code, "reason": "why"})))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.concern, answer.retry_after) == (code, concern, None)


@pytest.mark.parametrize("code", ["-3", "-9", "-12", "-18", "-22", "-26", "-33", "-999"])
def test_a_balance_with_an_unexplained_code_could_not_be_asked(code):
    answer = gateway.balance(access(), Wire(response({"status": code, "reason": "why"})))
    assert isinstance(answer, Unknown)
    assert (answer.code, answer.raw) == (code, "why")
    assert "could not be asked" in str(answer.words)
    assert code in str(answer.words)
