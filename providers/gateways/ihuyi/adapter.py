"""The gateway: the contract on one side, the four methods and two pushes of the vendor on the other."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from providers.contract.abilities import Ability
from providers.contract.errors import BalanceAnswer, NotSent, Refused, SubmitAnswer, TemplateAnswer
from providers.contract.fields import Problem
from providers.contract.gateway import Frequency, Gateway, KindFacts, Prepared
from providers.contract.http import HttpClient, HttpFailure, HttpResponse
from providers.contract.messages import AccountAccess, Message
from providers.contract.push import Acknowledgement, PushBody, PushReading

from . import outcomes, payloads, webhooks
from .checks import VARIABLE, message_problems, template_id_problems, template_problems
from .client import Reply, ask, obstacle, reply_of, request_of
from .facts.fields import API, CREDENTIALS, FREQUENCIES, SETTINGS, setting
from .facts.numbers import NUMBER_WORDS, number_problem


class IhuyiGateway(Gateway):
    """Voice notification of ihuyi 互亿无线. *clock* tells Unix seconds."""

    slug = "ihuyi"
    name = "ihuyi 互亿无线"
    website = "https://www.ihuyi.com"
    credentials = CREDENTIALS
    settings = SETTINGS
    kinds = {
        Ability.VOICE_TEMPLATE: KindFacts(
            options=(), max_callees=1, has_text=True, rehearsed=True, document=f"{API}, section 2"
        )
    }
    services = frozenset({Ability.RECEIVES_RECEIPTS, Ability.REVIEWS_TEMPLATES, Ability.REPORTS_BALANCE})
    doors = webhooks.DOORS
    number_words = NUMBER_WORDS
    timezone = "Asia/Shanghai"
    template_variable = VARIABLE

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock

    def number_problem(self, number: str, kind: Ability) -> Problem | None:
        return number_problem(number)

    def check(self, message: Message, access: AccountAccess) -> list[Problem]:
        return list(message_problems(message, access))

    def frequencies(self, access: AccountAccess) -> tuple[Frequency, ...]:
        return tuple(Frequency(name, int(setting(access, name)), seconds) for name, seconds in FREQUENCIES.items())

    def longest_text(self, kind: Ability, options: Mapping[str, Any], access: AccountAccess) -> int:
        return int(setting(access, "max_text"))

    def longest_variable(self, access: AccountAccess) -> int | None:
        return int(setting(access, "variable_characters")) or None

    def prepare(self, message: Message, access: AccountAccess) -> Prepared | SubmitAnswer:
        stopped = _stopped(self.check(message, access), access)
        if stopped:
            return stopped
        callee = message.callees[0]
        form = payloads.submit_form(callee, access, self._moment())
        request = request_of("Submit", form, access)

        def read(result: HttpResponse | HttpFailure) -> SubmitAnswer:
            reply = reply_of("Submit", request, form, access, result)
            return outcomes.submission(reply, callee.ref, self._clock()) if isinstance(reply, Reply) else reply

        return Prepared(request, read)

    def balance(self, access: AccountAccess, http: HttpClient) -> BalanceAnswer:
        stopped = _stopped((), access)
        if stopped:
            return stopped
        reply = ask("GetNum", payloads.balance_form(access, self._moment()), access, http)
        return outcomes.balance(reply) if isinstance(reply, Reply) else reply

    def add_template(self, text: str, access: AccountAccess, http: HttpClient) -> TemplateAnswer:
        stopped = _stopped(template_problems(text), access)
        if stopped:
            return stopped
        reply = ask("AddTemplate", payloads.add_template_form(text, access), access, http)
        return outcomes.addition(reply) if isinstance(reply, Reply) else reply

    def delete_template(self, template_id: str, access: AccountAccess, http: HttpClient) -> TemplateAnswer:
        stopped = _stopped(template_id_problems(template_id), access)
        if stopped:
            return stopped
        reply = ask("DelTemplate", payloads.delete_template_form(template_id, access), access, http)
        return outcomes.deletion(reply) if isinstance(reply, Reply) else reply

    def read_push(self, push: PushBody) -> PushReading:
        return webhooks.read(push)

    def acknowledge(self, push: PushBody) -> Acknowledgement:
        return webhooks.RECEIVED

    def _moment(self) -> int:
        return int(self._clock())


def _stopped(problems: Iterable[Problem], access: AccountAccess) -> Refused | NotSent | None:
    """Why nothing is sent: the first problem of what was asked, or of the account; None if nothing stands against."""
    problem = next(iter(problems), None)
    return Refused("", "", problem.words) if problem else obstacle(access)
