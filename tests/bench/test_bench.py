"""What may be counted is held by every test run; what must be timed only by ``make bench``."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from providers import registry
from providers.contract.abilities import Ability
from providers.contract.errors import Answered
from providers.contract.http import HttpRequest, HttpResponse
from providers.contract.messages import AccountAccess, Callee, Message
from providers.sandbox.mounts import rehearsals
from tests.bench import server, stage
from tests.bench.costs import MESSAGES, STATEMENTS
from tests.bench.desk import Provider, provider
from tests.bench.inprocess import send

RECIPIENTS = 40_000
"""So many that the statements of the start, some fifty, do not count for much."""
ROUTES = [(slug, kind) for slug in sorted(rehearsals()) for kind in sorted(registry.get(slug).kinds)]


@pytest.fixture
def gateway() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.mark.stores
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [Ability.VOICE_FILE, Ability.SMS])
def test_a_thousand_recipients_cost_few_statements_and_messages(gateway: Provider, kind: Ability) -> None:
    shape = stage.batch(kind)
    cost = send(stage.draft(shape, stage.account(shape, gateway.url), RECIPIENTS))
    assert gateway.report().callees == RECIPIENTS
    assert cost.statements_per_thousand <= STATEMENTS, cost.meter.texts.most_common(10)
    assert cost.messages_per_thousand <= MESSAGES


@pytest.mark.parametrize(("slug", "kind"), ROUTES)
def test_the_bench_answers_like_the_provider(slug: str, kind: Ability) -> None:
    rehearsal, facts = rehearsals()[slug], registry.get(slug).kinds[kind]
    numbers = [rehearsal.number_for(index) for index in range(min(facts.max_callees, 3))]
    text = _text(slug)
    callees = tuple(Callee(f"r.{number}", number, text if facts.has_text else "") for number in numbers)
    options = {field.name: field.choices[0][0] for field in facts.options if field.required and field.choices}
    message = Message(kind, "r", callees, rehearsal.file_id, "1", options)
    access = AccountAccess({"base_url": "http://bench" + rehearsal.base_path, **rehearsal.credentials})
    answer = registry.get(slug).submit(message, access, _Straight())
    assert isinstance(answer, Answered)
    assert [accepted.ref for accepted in answer.accepted] == [callee.ref for callee in callees]
    assert all(accepted.provider_id for accepted in answer.accepted)


def _text(slug: str) -> str:
    known = rehearsals()[slug].template
    return known.text.replace(registry.get(slug).template_variable, "1234") if known else "hello"


class _Straight:
    """A client that asks the bench's provider without a network."""

    def send(self, request: HttpRequest) -> HttpResponse:
        first, _, path = urlsplit(request.url).path[1:].partition("/")
        body, _ = server.answers()[first](f"/{path}", request.body)
        return HttpResponse(200, "application/json", body, 0.0)
