"""The gateway itself, made from a brand's facts."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from providers.contract.abilities import Ability
from providers.contract.errors import BalanceAnswer, Refused, SubmitAnswer
from providers.contract.fields import Field, Problem, problems_of
from providers.contract.files import FileAnswer, FileRules, FilesAnswer
from providers.contract.gateway import Gateway, KindFacts, Prepared
from providers.contract.http import HttpClient, HttpFailure, HttpRequest, HttpResponse
from providers.contract.messages import AccountAccess, Message
from providers.contract.push import Acknowledgement, PushBody, PushDoor, PushReading
from providers.contract.records import RecordFacts, RecordsAnswer
from providers.contract.statuses import Concern
from providers.contract.words import Words, gettext_noop

from . import answers, checks, file_answers, files, record_answers, records, webhooks
from .account import APP_ID_FIELDS, DOCUMENTED_CALLEES, credential_fields, setting, setting_fields
from .evidence import Redactor, evidence_of
from .exchanges import Exchange
from .facts import BrandFacts
from .options import SPOKEN_TEXT, sms_options, voice_file_options, voice_text_options
from .payloads import Operation, operation_for
from .reading import RAW_LIMIT, clean
from .records import RECORDS
from .signing import Clock, signed_headers

_OPERATIONS = {
    Ability.VOICE_FILE: ("voice/sendGroup", voice_file_options),
    Ability.VOICE_TEXT: ("voice/sendCode", voice_text_options),
    Ability.SMS: ("sendSms/batch", sms_options),
}
_TEXT_LIMITS = {Ability.VOICE_TEXT: SPOKEN_TEXT, Ability.SMS: checks.SMS_TEXT_LIMIT}


class PlatformGateway(Gateway):
    """Every method as the contract says; a brand's class adds nothing but its facts."""

    facts: ClassVar[BrandFacts]
    file_rules: ClassVar[FileRules]
    services = frozenset(
        {
            Ability.RECEIVES_RECEIPTS,
            Ability.PULLS_RECEIPTS,
            Ability.REPORTS_BALANCE,
            Ability.TAKES_VOICE_FILES,
            Ability.RECEIVES_REPLIES,
        }
    )
    doors = (
        PushDoor("voice", gettext_noop("Call reports"), gettext_noop("Give this address to the provider for calls.")),
        PushDoor("sms", gettext_noop("SMS reports"), gettext_noop("Give this address to the provider for SMS.")),
        PushDoor(
            "replies", gettext_noop("SMS replies"), gettext_noop("Give this address to the provider for two-way SMS.")
        ),
    )
    number_words = gettext_noop(
        "Country code and number, 7 to 15 digits together, without plus sign, for example 919800000001."
    )
    timezone = "Asia/Shanghai"

    def __init__(self, clock: Clock = time.time) -> None:
        self._clock = clock

    def callees_per_request(self, kind: Ability, access: AccountAccess) -> int:
        name = f"max_callees_{kind}"
        if not any(field.name == name for field in self.settings):
            return self.kinds[kind].max_callees
        return int(setting(self.settings, name, access))

    def longest_text(self, kind: Ability, options: Mapping[str, Any], access: AccountAccess) -> int | None:
        if kind is Ability.VOICE_TEXT:
            return checks.spoken_limit(options, self.settings, access)
        return super().longest_text(kind, options, access)

    def number_problem(self, number: str, kind: Ability) -> Problem | None:
        return checks.number_problem(number, kind)

    def check(self, message: Message, access: AccountAccess) -> list[Problem]:
        if message.kind not in self.kinds:
            return [Problem("kind", Words(gettext_noop("This provider does not send this kind of message.")))]
        options = self.kinds[message.kind].options
        return [
            *self._account_problems(message.kind, access),
            *checks.callee_problems(message, self.callees_per_request(message.kind, access)),
            *checks.option_problems(options, message.options),
            *checks.content_problems(message, self.settings, access),
        ]

    def prepare(self, message: Message, access: AccountAccess) -> Prepared | SubmitAnswer:
        problems = self.check(message, access)
        if problems:
            # An incomplete account is no fault of the callees: with a concern they wait until a person has seen to it.
            faulty = message.kind in self.kinds and self._account_problems(message.kind, access)
            return _refused_here(problems, Concern.CREDENTIALS if faulty else Concern.NONE)
        operation = operation_for(message, self.kinds[message.kind].options, _app_id(message.kind, access))
        request = self._request(operation, self._family(message.kind), access)

        def read(outcome: HttpResponse | HttpFailure) -> SubmitAnswer:
            return answers.submit_answer(message, _exchange(operation, request, outcome, access))

        return Prepared(request, read)

    def balance(self, access: AccountAccess, http: HttpClient) -> BalanceAnswer:
        refused = self._refused_unsent([], access)
        if refused:
            return refused
        operation = Operation("getBalance", "GET", "/getBalance")
        request = self._request(operation, self.facts.sms_path, access)
        return answers.balance_answer(_exchange(operation, request, http.send(request), access))

    def records_by_id(
        self, kind: Ability, provider_ids: Sequence[str], access: AccountAccess, http: HttpClient
    ) -> RecordsAnswer:
        refused = self._records_refused(kind, {"ids": provider_ids}, access)
        if refused:
            return refused
        operation = records.operation_by_id(kind, provider_ids, _app_id(kind, access))
        return record_answers.answer_by_id(kind, len(provider_ids), self._asked(kind, operation, access, http))

    def records_by_time(
        self, kind: Ability, start: datetime, end: datetime, position: str, access: AccountAccess, http: HttpClient
    ) -> RecordsAnswer:
        refused = self._records_refused(kind, {"start": start, "end": end, "position": position}, access)
        if refused:
            return refused
        operation = records.operation_by_time(kind, start, end, position, _app_id(kind, access))
        return record_answers.answer_by_time(kind, position, self._asked(kind, operation, access, http))

    def upload_file(self, name: str, content: bytes, access: AccountAccess, http: HttpClient) -> FileAnswer:
        refused = self._refused_unsent(files.upload_problems(name, content, self.file_rules), access)
        if refused:
            return refused
        operation = files.upload_operation(name, content)
        request = self._patient(self._request(operation, self.facts.voice_path, access), access)
        return file_answers.upload_answer(_exchange(operation, request, http.send(request), access))

    def list_files(self, page: int, access: AccountAccess, http: HttpClient) -> FilesAnswer:
        refused = self._refused_unsent(files.page_problems(page), access)
        if refused:
            return refused
        operation = files.query_operation(page)
        request = self._request(operation, self.facts.voice_path, access)
        return file_answers.page_answer(page, _exchange(operation, request, http.send(request), access))

    def read_push(self, push: PushBody) -> PushReading:
        return webhooks.read_push(push)

    def acknowledge(self, push: PushBody) -> Acknowledgement:
        # The status 200 counts and the body is not looked at (SMS report page); also for what we cannot read, because
        # a second copy of it would be no better.
        return Acknowledgement()

    def _account_problems(self, kind: Ability, access: AccountAccess) -> list[Problem]:
        return list(checks.account_problems(kind, self.credentials, access))

    def _refused_unsent(self, problems: Iterable[Problem], access: AccountAccess) -> Refused | None:
        """A refusal where credentials are missing (of those that need no application) or *problems* are found."""
        if faulty := problems_of(self.credentials, access.credentials):
            return _refused_here(faulty, Concern.CREDENTIALS)
        found = list(problems)
        return _refused_here(found, Concern.NONE) if found else None

    def _records_refused(self, kind: Ability, fields: Mapping[str, Any], access: AccountAccess) -> Refused | None:
        if faulty := self._account_problems(kind, access):
            return _refused_here(faulty, Concern.CREDENTIALS)
        problems = list(records.problems(kind, fields))
        return _refused_here(problems, Concern.NONE) if problems else None

    def _asked(self, kind: Ability, operation: Operation, access: AccountAccess, http: HttpClient) -> Exchange:
        request = self._request(operation, self._family(kind), access)
        return _exchange(operation, request, http.send(request), access)

    def _family(self, kind: Ability) -> str:
        return self.facts.sms_path if kind is Ability.SMS else self.facts.voice_path

    def _patient(self, request: HttpRequest, access: AccountAccess) -> HttpRequest:
        """The same with time for a large body. Until it is sent the time for a connection runs, then that to read."""
        seconds = int(setting(self.settings, "upload_seconds", access))
        return replace(request, connect_seconds=seconds, read_seconds=max(seconds, request.read_seconds))

    def _request(self, operation: Operation, family: str, access: AccountAccess) -> HttpRequest:
        credentials = {name: str(value) for name, value in access.credentials.items()}
        return HttpRequest(
            operation.method,
            credentials["base_url"].rstrip("/") + family + operation.path,
            signed_headers(credentials["api_key"], credentials["api_secret"], self._clock),
            operation.body,
            connect_seconds=setting(self.settings, "connect_seconds", access),
            read_seconds=setting(self.settings, "read_seconds", access),
        )


def _app_id(kind: Ability, access: AccountAccess) -> str:
    return str(access.credentials[APP_ID_FIELDS[kind]])


def _exchange(
    operation: Operation, request: HttpRequest, outcome: HttpResponse | HttpFailure, access: AccountAccess
) -> Exchange:
    hide = Redactor(access, request.headers, operation)
    return Exchange(outcome, evidence_of(operation, request, outcome, hide), hide)


def build_gateway(brand: BrandFacts, clock: Clock = time.time) -> PlatformGateway:
    """The gateway of *brand*."""

    class BrandGateway(PlatformGateway):
        facts = brand
        slug = brand.slug
        name = brand.name
        website = brand.website
        credentials: ClassVar[tuple[Field, ...]] = credential_fields(brand)
        settings: ClassVar[tuple[Field, ...]] = setting_fields(brand)
        file_rules: ClassVar[FileRules] = files.file_rules(brand.files_document)
        kinds: ClassVar[Mapping[Ability, KindFacts]] = {kind: _kind_facts(brand, kind) for kind in brand.documents}
        records: ClassVar[Mapping[Ability, RecordFacts]] = {kind: RECORDS[kind] for kind in brand.documents}

    return BrandGateway(clock)


def _kind_facts(brand: BrandFacts, kind: Ability) -> KindFacts:
    operation, options = _OPERATIONS[kind]
    return KindFacts(
        options=options(f"{brand.name} {operation}"),
        max_callees=DOCUMENTED_CALLEES[kind],
        has_text=kind in _TEXT_LIMITS,
        document=brand.documents[kind],
        max_text=_TEXT_LIMITS.get(kind),
        groups_texts=kind is Ability.SMS,
        rehearsed=kind in brand.rehearsed,
        reports_keys=kind is not Ability.SMS,
    )


def _refused_here(problems: list[Problem], concern: Concern) -> Refused:
    first = problems[0]
    text = gettext_noop("Nothing was sent, because %(field)s must not be sent like this: %(why)s")
    raw = "; ".join(f"{problem.field}: {problem.words}" for problem in problems[:5])
    why = clean(str(first.words), RAW_LIMIT)
    words = Words(text, {"field": first.field, "why": why})
    # Nothing left us, so looking for the one callee whom it is about costs nothing.
    return Refused("", clean(raw, RAW_LIMIT), words, concern, narrow=concern is Concern.NONE)
