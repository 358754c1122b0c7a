"""What is kept of an exchange, and the balance."""

from decimal import Decimal

import pytest

from providers.contract.errors import Balance, NotSent, Refused, Unknown
from providers.contract.messages import Callee
from providers.contract.statuses import Concern

from .platform_support import KEY, SECRET, SIGN, access, gateway, sms, submit, voice_file, voice_text
from .wire import NO_ANSWER, REFUSED_CONNECTION, Wire, response


@pytest.mark.parametrize(
    ("message", "operation", "path"),
    [
        (voice_file(), "voice/sendGroup", "/calls/sendGroup"),
        (voice_text(), "voice/sendCode", "/calls/sendCode"),
        (sms(), "sendSms/batch", "/texts/sendSms/batch"),
    ],
)
def test_evidence_shows_both_sides(message, operation, path):
    evidence = submit(message, {"status": "-10", "reason": "余额不足"}, 402).evidence
    assert (evidence.operation, evidence.http_status, evidence.seconds) == (operation, 402, 0.25)
    assert evidence.request.startswith(f"POST https://api.invented.test/v9{path}\n")
    assert "919800000001" in evidence.request
    assert "余额不足" in evidence.response


@pytest.mark.parametrize(("failure", "seconds"), [(NO_ANSWER, 30.0), (REFUSED_CONNECTION, 0.01)])
def test_evidence_without_an_answer_says_so(failure, seconds):
    evidence = submit(sms(), failure).evidence
    assert (evidence.http_status, evidence.response, evidence.seconds) == (0, failure.detail, seconds)


@pytest.mark.parametrize(
    "content",
    [
        {"status": "0", "array": [], "echo": [KEY, SECRET, SIGN]},
        {"status": "-1", "reason": f"{KEY} {SECRET} {SIGN}"},
        {"status": "-18", "reason": "x" * 495 + SECRET},
        f"<html>{KEY} {SECRET} {SIGN}",
    ],
)
def test_secrets_never_show_even_where_the_server_repeats_them(content):
    shown = repr(submit(sms(), content))
    assert KEY not in shown
    assert SECRET not in shown
    assert SIGN not in shown
    assert "7bz1l" not in shown
    assert "Api-Key: ••••Fiq9" in submit(sms(), content).evidence.request


def test_a_short_key_is_hidden_altogether():
    evidence = gateway.submit(sms(), access(api_key="abc1234"), Wire()).evidence
    assert "1234\n" not in evidence.request


def test_evidence_is_bounded():
    people = tuple(Callee(f"job-7/{place}", f"9198{place:08d}", f"{place} " + "x" * 1000) for place in range(1000))
    body = {"status": "-22", "reason": "r" * 9000}
    account = access({"max_callees_voice_file": 1000})
    for message in (sms(callees=people), voice_file(callees=people)):
        answer = gateway.submit(message, account, Wire(response(body)))
        assert len(answer.evidence.request) <= 4000
        assert len(answer.evidence.response) == 4000
        assert len(answer.raw) == 500


def test_a_long_list_of_numbers_is_cut_but_the_rest_of_the_request_stays():
    people = tuple(Callee(f"job-7/{place}", f"9198{place:08d}") for place in range(200))
    request = submit(voice_file(callees=people), {"status": "-22"}).evidence.request
    assert "919800000045" in request
    assert "919800000100" not in request
    assert '"fileId": "12022abc.mp3"' in request


BALANCES = {
    "as documented": ({"balance": "99.9864", "gift": "0", "credit": "10.5"}, "99.9864", ("gift", "credit")),
    "as numbers": ({"balance": 12, "gift": 0.5}, "12", ("gift",)),
    "a fraction": ({"balance": 0.1}, "0.1", ()),
    "owing": ({"balance": " -3.20 ", "credit": None}, "-3.20", ()),
}


@pytest.mark.parametrize(("members", "amount", "parts"), BALANCES.values(), ids=BALANCES)
def test_a_balance_is_read_without_a_currency(members, amount, parts):
    answer = gateway.balance(access(), Wire(response({"status": "0", "reason": "success"} | members)))
    assert isinstance(answer, Balance)
    assert (answer.amount, answer.unit) == (Decimal(amount), "")
    assert tuple(name for name, _ in answer.parts) == parts
    assert answer.evidence.operation == "getBalance"


@pytest.mark.parametrize("balance", [None, "", "much", "NaN", "Infinity", "1,234", True, [], {}, "9" * 40, 1e300])
def test_an_unreadable_balance_is_unknown(balance):
    answer = gateway.balance(access(), Wire(response({"status": "0", "balance": balance})))
    assert isinstance(answer, Unknown)


@pytest.mark.parametrize(
    ("code", "concern"),
    [
        ("-1", Concern.CREDENTIALS),
        ("-2", Concern.ADDRESS),
        ("-13", Concern.FROZEN),
        ("-15", Concern.PASSING),
        ("-16", Concern.CLOCK),
    ],
)
def test_a_refused_balance_says_what_it_means_for_the_account(code, concern):
    answer = gateway.balance(access(), Wire(response({"status": code, "reason": "no"})))
    assert isinstance(answer, Refused)
    assert (answer.code, answer.concern) == (code, concern)


@pytest.mark.parametrize(("failure", "kind"), [(NO_ANSWER, Unknown), (REFUSED_CONNECTION, NotSent)])
def test_a_balance_that_no_answer_tells(failure, kind):
    assert isinstance(gateway.balance(access(), Wire(failure)), kind)
