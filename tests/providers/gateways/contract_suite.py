"""What every gateway keeps, whoever it talks to. Inherit :class:`GatewayContract` and say which ``gateways``."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from providers.contract.abilities import Ability
from providers.contract.errors import Answered, NotSent, Refused, Unknown
from providers.contract.fields import Field, FieldKind, problems_of
from providers.contract.gateway import Gateway
from providers.contract.http import HttpFailure, HttpRequest, HttpResponse
from providers.contract.messages import AccountAccess, Callee, Message
from providers.contract.push import PushBody
from providers.contract.statuses import Concern
from providers.contract.words import Words

from .wire import NO_ANSWER, REFUSED_CONNECTION, Wire, response

BASE = "https://gateway.test/base"
NUMBERS = ("919800000001", "8613900000001", "13900000001", "4915100000001")
GARBAGE: Mapping[str, bytes] = {
    "empty": b"",
    "blank": b" \r\n",
    "html": b"<html><body>502 Bad Gateway</body></html>",
    "cut json": b'{"status": "0", "reason": "succ',
    "null": b"null",
    "true": b"true",
    "number": b"0",
    "text": b'"0"',
    "list": b"[]",
    "list of objects": b'[{"status": "0"}]',
    "object": b"{}",
    "foreign object": b'{"error": {"message": "no"}}',
    "framework error": b'{"status": 500, "error": "Internal Server Error"}',
    "binary": bytes(range(256)),
    "nul": b"\x00" * 100,
    "deep json": b"[" * 100_000,
    "deep xml": b"<a>" * 50_000,
    "xml": b'<?xml version="1.0"?><other/>',
    "entities": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbb">]><a>&b;</a>',
    "long number": b'{"status": ' + b"9" * 5000 + b', "code": ' + b"9" * 5000 + b"}",
}
SUBMIT_ANSWERS = (Answered, Refused, Unknown, NotSent)


class Echo:
    """A server that repeats everything it was told."""

    def send(self, request: HttpRequest) -> HttpResponse | HttpFailure:
        told = [request.url, *request.headers.values(), request.body.decode("utf-8", "replace")]
        return response(" ".join(told), 500)


class Broken:
    """A network where nothing may be sent."""

    def send(self, request: HttpRequest) -> HttpResponse | HttpFailure:
        raise AssertionError(f"something was sent: {request.method} {request.url}")


def sample(field: Field) -> Any:
    """A value that the declaration allows."""
    if field.name == "base_url":
        return BASE
    if field.default not in (None, ""):
        return field.default
    if field.choices:
        return field.choices[0][0]
    if field.kind in (FieldKind.INTEGER, FieldKind.DECIMAL):
        return field.minimum if field.minimum is not None else 1
    return f"Zq7{field.name}Xw9"[: field.max_length]


def access_of(gateway: Gateway) -> AccountAccess:
    """A complete account with every setting at its default."""
    return AccountAccess({field.name: sample(field) for field in gateway.credentials})


def secrets_of(gateway: Gateway) -> list[str]:
    credentials = access_of(gateway).credentials
    return [str(credentials[field.name]) for field in gateway.credentials if field.kind is FieldKind.SECRET]


def message_of(gateway: Gateway, kind: Ability) -> Message:
    """A message of one callee that passes the check."""
    number = next(number for number in NUMBERS if gateway.number_problem(number, kind) is None)
    facts = gateway.kinds[kind]
    options = {field.name: sample(field) for field in facts.options if field.required}
    callee = Callee("job-1/1", number, "Your parcel is here" if facts.has_text else "")
    return Message(kind, "job-1", (callee,), file_id="a1b2c3.mp3", template_id="1001", options=options)


def out_of_range(field: Field) -> Iterator[Any]:
    """Values just outside what the declaration allows."""
    if field.minimum is not None:
        yield int(field.minimum) - 1
    if field.maximum is not None:
        yield int(field.maximum) + 1
    if field.max_length is not None:
        yield "x" * (field.max_length + 1)
    if field.choices:
        yield "no such choice"


class GatewayContract:
    """Each test runs once per gateway, or once per gateway and kind where it takes a ``message``."""

    gateways: ClassVar[tuple[Gateway, ...]] = ()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "message" in metafunc.fixturenames:
            pairs = [(gateway, kind) for gateway in self.gateways for kind in gateway.able_kinds()]
            names = [f"{gateway.slug}-{kind}" for gateway, kind in pairs]
            values = [(gateway, message_of(gateway, kind)) for gateway, kind in pairs]
            metafunc.parametrize(("gateway", "message"), values, ids=names)
        elif "gateway" in metafunc.fixturenames:
            metafunc.parametrize("gateway", self.gateways, ids=lambda gateway: gateway.slug)

    # What a gateway declares

    def test_it_has_a_slug_a_name_and_a_website(self, gateway: Gateway) -> None:
        assert re.fullmatch("[a-z][a-z0-9]*", gateway.slug)
        assert gateway.name
        assert gateway.website.startswith("https://")
        assert gateway.number_words

    def test_every_declared_value_says_what_it_is_and_where_that_is_written(self, gateway: Gateway) -> None:
        for field in (*gateway.credentials, *gateway.settings):
            assert field.label, field.name
        for facts in gateway.kinds.values():
            assert facts.document
            for field in facts.options:
                assert field.label, field.name
                assert field.source, field.name

    def test_names_are_unique_and_defaults_are_allowed(self, gateway: Gateway) -> None:
        groups = [gateway.credentials, gateway.settings, *(facts.options for facts in gateway.kinds.values())]
        for fields in groups:
            assert len({field.name for field in fields}) == len(fields)
            for field in fields:
                assert not problems_of([replace(field, required=False)], {field.name: field.default}), field.name

    def test_the_address_of_a_new_account_is_encrypted(self, gateway: Gateway) -> None:
        [base_url] = [field for field in gateway.credentials if field.name == "base_url"]
        assert base_url.kind is FieldKind.URL
        assert base_url.default.startswith("https://")

    def test_secrets_are_declared_as_secrets(self, gateway: Gateway) -> None:
        assert secrets_of(gateway)

    def test_it_takes_at_least_one_callee_and_never_more_than_documented(self, gateway: Gateway) -> None:
        access = access_of(gateway)
        for kind, facts in gateway.kinds.items():
            assert 1 <= gateway.callees_per_request(kind, access) <= facts.max_callees

    def test_the_longest_text_that_it_tells_is_the_longest_that_it_takes(
        self, gateway: Gateway, message: Message
    ) -> None:
        access = access_of(gateway)
        longest = gateway.longest_text(message.kind, message.options, access)
        assert (longest is not None) == gateway.kinds[message.kind].has_text
        for length in (longest, longest + 1) if longest is not None else ():
            one = Callee(message.callees[0].ref, message.callees[0].number, "a" * length)
            assert bool(gateway.check(replace(message, callees=(one,)), access)) == (length != longest)

    def test_the_longest_text_is_told_before_the_options_are_right(self, gateway: Gateway, message: Message) -> None:
        for options in ({}, {field.name: "no such choice" for field in gateway.kinds[message.kind].options}):
            longest = gateway.longest_text(message.kind, options, access_of(gateway))
            assert (longest is not None) == gateway.kinds[message.kind].has_text

    def test_reports_have_a_door(self, gateway: Gateway) -> None:
        assert bool(gateway.doors) == gateway.able_to(Ability.RECEIVES_RECEIPTS)
        names = [door.name for door in gateway.doors]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch("[a-z_-]+", name) for name in names)

    def test_records_can_be_asked_for_where_receipts_can_be_pulled(self, gateway: Gateway) -> None:
        assert bool(gateway.records) == gateway.able_to(Ability.PULLS_RECEIPTS)
        assert set(gateway.records) <= set(gateway.kinds)

    # What is checked before anything is sent

    def test_a_valid_message_has_no_problem(self, gateway: Gateway, message: Message) -> None:
        assert gateway.check(message, access_of(gateway)) == []

    def test_options_out_of_range_are_named_and_never_sent(self, gateway: Gateway, message: Message) -> None:
        access = access_of(gateway)
        for field in gateway.kinds[message.kind].options:
            for value in out_of_range(field):
                wrong = replace(message, options={**message.options, field.name: value})
                named = {problem.field for problem in gateway.check(wrong, access)}
                if named:
                    assert named == {field.name}, value
                    assert isinstance(gateway.submit(wrong, access, Broken()), Refused)
                else:
                    # Some values mean nothing without another option; then they are left at home.
                    wire = Wire()
                    gateway.submit(wrong, access, wire)
                    assert field.name.encode() not in wire.only.body, value

    def test_missing_credentials_are_never_sent_without(self, gateway: Gateway, message: Message) -> None:
        access = access_of(gateway)
        for field in gateway.credentials:
            if field.required:
                poor = AccountAccess({**access.credentials, field.name: ""})
                answer = gateway.submit(message, poor, Broken())
                assert isinstance(answer, Refused | NotSent), field.name
                assert answer.concern not in (Concern.NONE, Concern.PASSING), "the callees are not to blame"

    @pytest.mark.parametrize("number", ["", "12", "9" * 30, "abc", "91980000 0001", "919800000001,919800000002"])
    def test_a_number_that_is_none_is_named_and_nothing_is_sent(
        self, gateway: Gateway, message: Message, number: str
    ) -> None:
        wrong = replace(message, callees=(message.callees[0]._replace(number=number),))
        assert gateway.number_problem(number, message.kind)
        assert gateway.check(wrong, access_of(gateway))
        assert isinstance(gateway.submit(wrong, access_of(gateway), Broken()), Refused)

    def test_nobody_too_many_and_the_same_twice_are_refused_unsent(self, gateway: Gateway, message: Message) -> None:
        access = access_of(gateway)
        [callee] = message.callees
        limit = gateway.callees_per_request(message.kind, access)
        for callees in ((), (callee, callee._replace(ref="job-1/2")), (callee,) * (limit + 1)):
            wrong = replace(message, callees=callees)
            assert gateway.check(wrong, access)
            assert isinstance(gateway.submit(wrong, access, Broken()), Refused)

    def test_a_missing_or_endless_text_is_refused_unsent(self, gateway: Gateway, message: Message) -> None:
        if not gateway.kinds[message.kind].has_text:
            return
        for text in ("", "x" * 20_000):
            wrong = replace(message, callees=(message.callees[0]._replace(text=text),))
            assert gateway.check(wrong, access_of(gateway))
            assert isinstance(gateway.submit(wrong, access_of(gateway), Broken()), Refused)

    # What comes back

    def test_one_request_goes_to_the_accounts_address(self, gateway: Gateway, message: Message) -> None:
        wire = Wire()
        gateway.submit(message, access_of(gateway), wire)
        assert wire.only.url.startswith(BASE + "/")
        assert wire.only.connect_seconds > 0
        assert wire.only.read_seconds > 0

    def test_a_refused_connection_was_not_sent(self, gateway: Gateway, message: Message) -> None:
        answer = gateway.submit(message, access_of(gateway), Wire(REFUSED_CONNECTION))
        assert isinstance(answer, NotSent)
        assert answer.retry_after > 0

    def test_no_answer_is_unknown(self, gateway: Gateway, message: Message) -> None:
        assert isinstance(gateway.submit(message, access_of(gateway), Wire(NO_ANSWER)), Unknown)

    @pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
    @pytest.mark.parametrize("status", [200, 500, 502])
    def test_garbage_is_unknown(self, gateway: Gateway, message: Message, body: bytes, status: int) -> None:
        answer = gateway.submit(message, access_of(gateway), Wire(response(body, status, "text/html")))
        assert isinstance(answer, Unknown)
        assert str(answer.words)

    @pytest.mark.parametrize("status", [201, 204, 302, 400, 401, 403, 404, 413, 429, 599])
    def test_no_http_status_alone_is_taken_for_success(self, gateway: Gateway, message: Message, status: int) -> None:
        answer = gateway.submit(message, access_of(gateway), Wire(response(b"<html>", status)))
        assert isinstance(answer, Refused | Unknown)

    def test_evidence_tells_what_was_seen(self, gateway: Gateway, message: Message) -> None:
        evidence = gateway.submit(message, access_of(gateway), Wire(response("strange words", 503))).evidence
        assert evidence.operation
        # Some providers take numbers without their country code.
        assert message.callees[0].number[-9:] in evidence.request
        assert "strange words" in evidence.response
        assert (evidence.http_status, evidence.seconds) == (503, 0.25)

    def test_secrets_never_show(self, gateway: Gateway, message: Message) -> None:
        access = access_of(gateway)
        for http in (Wire(), Wire(REFUSED_CONNECTION), Wire(response({"status": "0"})), Echo()):
            shown = repr(gateway.submit(message, access, http)) + repr(gateway.balance(access, http))
            assert not [secret for secret in secrets_of(gateway) if secret in shown]

    # The services around

    @pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
    def test_a_garbled_balance_is_unknown(self, gateway: Gateway, body: bytes) -> None:
        assert isinstance(gateway.balance(access_of(gateway), Wire(response(body))), Unknown)

    def test_a_balance_over_a_broken_network(self, gateway: Gateway) -> None:
        assert isinstance(gateway.balance(access_of(gateway), Wire(REFUSED_CONNECTION)), NotSent)
        assert isinstance(gateway.balance(access_of(gateway), Wire(NO_ANSWER)), Unknown)

    @pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
    def test_a_garbled_template_answer_is_unknown(self, gateway: Gateway, body: bytes) -> None:
        if not gateway.able_to(Ability.REVIEWS_TEMPLATES):
            return
        access, wire = access_of(gateway), Wire(response(body))
        text = f"Your parcel {gateway.template_variable} is here."
        assert isinstance(gateway.add_template(text, access, wire), Unknown)
        assert isinstance(gateway.delete_template("1001", access, wire), Unknown)

    @pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
    def test_a_garbled_push_is_a_problem_in_words_and_acknowledged(self, gateway: Gateway, body: bytes) -> None:
        for door in (*(door.name for door in gateway.doors), "elsewhere"):
            for content_type in ("application/json", "application/x-www-form-urlencoded", "text/xml", ""):
                push = PushBody(door, content_type, body)
                reading = gateway.read_push(push)
                assert reading.events == ()
                assert isinstance(reading.problem, Words)
                assert str(reading.problem)
                assert gateway.acknowledge(push).status == 200
