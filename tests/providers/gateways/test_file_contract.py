"""What every gateway keeps that takes voice files; a new folder is tested without an edit here."""

import base64
from typing import Any

import pytest

from providers import registry
from providers.contract.abilities import Ability
from providers.contract.errors import NotSent, Refused, Unknown
from providers.contract.gateway import Gateway
from providers.contract.statuses import Concern
from providers.voicefiles.copysending import CALL_TIME

from .contract_suite import BASE, GARBAGE, Broken, Echo, access_of, secrets_of
from .wire import NO_ANSWER, REFUSED_CONNECTION, Wire, response

ALL = registry.all_gateways()
TAKING = [gateway for gateway in ALL if gateway.able_to(Ability.TAKES_VOICE_FILES)]
CONTENT = b"ID3\x04" + bytes(range(256)) * 20

every = pytest.mark.parametrize("gateway", ALL, ids=lambda gateway: gateway.slug)
taking = pytest.mark.parametrize("gateway", TAKING, ids=lambda gateway: gateway.slug)


def name_for(gateway: Gateway) -> str:
    assert gateway.file_rules
    return f"notice-1.{gateway.file_rules.suffixes[0]}"


def both(gateway: Gateway, http: Any, **credentials: str) -> list[Any]:
    """What comes of an upload and of a question for the list."""
    access = access_of(gateway)
    access = type(access)({**access.credentials, **credentials}, access.settings)
    return [
        gateway.upload_file(name_for(gateway), CONTENT, access, http),
        gateway.list_files(1, access, http),
    ]


def test_there_are_gateways_to_test() -> None:
    assert TAKING


@every
def test_who_takes_voice_files_says_which_and_plays_them(gateway: Gateway) -> None:
    assert bool(gateway.file_rules) == gateway.able_to(Ability.TAKES_VOICE_FILES)
    if gateway.file_rules:
        assert gateway.able_to(Ability.VOICE_FILE)


@every
def test_nobody_else_is_given_one(gateway: Gateway) -> None:
    if not gateway.file_rules:
        with pytest.raises(NotImplementedError):
            gateway.upload_file("notice.mp3", CONTENT, access_of(gateway), Broken())
        with pytest.raises(NotImplementedError):
            gateway.list_files(1, access_of(gateway), Broken())


@taking
def test_the_rules_make_sense(gateway: Gateway) -> None:
    rules = gateway.file_rules
    assert rules and rules.suffixes and rules.document
    assert 0 < rules.shortest_name <= rules.longest_name
    assert rules.page_size > 0


@taking
def test_names_just_outside_the_rules_are_refused_unsent_and_just_inside_are_sent(gateway: Gateway) -> None:
    rules = gateway.file_rules
    assert rules
    for suffix in rules.suffixes:
        stem = rules.longest_name - len(suffix) - 1
        wire = Wire()
        gateway.upload_file("n" * stem + f".{suffix}", CONTENT, access_of(gateway), wire)
        assert wire.only.url.startswith(BASE + "/")
        for wrong in (f"{'n' * (stem + 1)}.{suffix}", f".{suffix}", f"no{suffix}", f"n/n.{suffix}", f"n\x07n.{suffix}"):
            assert isinstance(gateway.upload_file(wrong, CONTENT, access_of(gateway), Broken()), Refused), wrong


@taking
def test_missing_credentials_are_never_sent_without(gateway: Gateway) -> None:
    for field in gateway.credentials:
        if field.required:
            for answer in both(gateway, Broken(), **{field.name: ""}):
                assert isinstance(answer, Refused | NotSent), field.name
                assert answer.concern not in (Concern.NONE, Concern.PASSING)


@taking
def test_a_refused_connection_was_not_sent_and_no_answer_is_unknown(gateway: Gateway) -> None:
    assert all(isinstance(answer, NotSent) for answer in both(gateway, Wire(REFUSED_CONNECTION)))
    assert all(isinstance(answer, Unknown) for answer in both(gateway, Wire(NO_ANSWER)))


@taking
@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_unknown(gateway: Gateway, body: bytes) -> None:
    for answer in both(gateway, Wire(response(body))):
        assert isinstance(answer, Unknown)
        assert str(answer.words)


@taking
@pytest.mark.parametrize("status", [201, 204, 302, 400, 401, 403, 404, 413, 429, 599])
def test_no_http_status_alone_is_taken_for_success(gateway: Gateway, status: int) -> None:
    assert all(isinstance(answer, Refused | Unknown) for answer in both(gateway, Wire(response(b"<html>", status))))


@taking
def test_neither_secrets_nor_the_file_show(gateway: Gateway) -> None:
    encoded = base64.b64encode(CONTENT).decode()
    for http in (Wire(), Wire(REFUSED_CONNECTION), Wire(response({"status": "0"})), Echo()):
        shown = repr(both(gateway, http))
        assert not [secret for secret in secrets_of(gateway) if secret in shown]
        assert encoded[:40] not in shown
        assert encoded[2000:2040] not in shown
        assert len(shown) < 40_000


@taking
def test_the_slowest_upload_ends_before_its_worker_is_given_up(gateway: Gateway) -> None:
    slowest = {field.name: field.maximum for field in gateway.settings if field.name.endswith("_seconds")}
    access = access_of(gateway)
    wire = Wire(NO_ANSWER)
    gateway.upload_file(name_for(gateway), CONTENT, type(access)(access.credentials, slowest), wire)
    request = wire.requests[0]
    # To connect, to give all of it, and to be answered.
    assert 2 * request.connect_seconds + request.read_seconds < CALL_TIME.total_seconds()
