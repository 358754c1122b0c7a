"""Behind the counter: carries a rehearsal's decisions into the books and plans the pushes that follow."""

import asyncio
import random
import time
from collections.abc import Iterator, Mapping

from providers.contract.abilities import Ability
from providers.contract.rehearsal import Answer, Rehearsal, SandboxRequest, Template, foreign_id
from providers.contract.taken import Receipt, Taken

from .books import LedgerBooks
from .desk import ProviderDesk
from .ledger import Ledger, Pending
from .limits import day_start
from .pusher import Pusher
from .settings import Settings
from .weather import Weather

FLUSH_SECONDS = 0.1
REPLY_SECONDS = 0.5
"""How long after the receipt somebody writes back."""


class Office:
    """Everything the sandbox knows, and nothing of HTTP."""

    def __init__(self, rehearsals: Mapping[str, Rehearsal], ledger: Ledger, settings: Settings, seed: int) -> None:
        self.rehearsals = rehearsals
        self.ledger = ledger
        self.settings = settings
        self.desks = {
            slug: ProviderDesk(rehearsal, LedgerBooks(slug, ledger, settings)) for slug, rehearsal in rehearsals.items()
        }
        self.pusher = Pusher(rehearsals, ledger, settings)
        self._random = random.Random(seed)  # noqa: S311
        self._weather = Weather(seed)
        self._flusher: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Take up the state of an earlier run and begin to push."""
        for slug in self.desks:
            self._open_desk(slug)
        await self.pusher.start(list(self._owed()))
        self._flusher = asyncio.create_task(self._keep_flushing())

    async def close(self) -> None:
        if self._flusher:
            self._flusher.cancel()
        await self.pusher.stop()
        self._save()
        self.ledger.close()

    def now(self) -> float:
        """The providers' clock."""
        return time.time() + self.settings.clock_offset

    def decide(self, slug: str, request: SandboxRequest) -> tuple[Answer, list[Pending]]:
        """Let the provider decide and book it; also the pushes that must come before the answer."""
        answer = self._weather.over(
            self.rehearsals[slug].handle(request, self.desks[slug]), self.rehearsals[slug], self.settings.weather
        )
        kept = answer.effect is None or answer.effect.taken
        taken = answer.taken if kept else ()
        request_id = self.ledger.request(
            request.received_at,
            slug,
            self._without_secrets(slug, answer.endpoint),
            accepted=answer.accepted and kept,
            code=answer.code,
            asked=answer.asked,
            taken=len(taken),
            effect=answer.effect.name if answer.effect else "",
        )
        self._book_templates(slug, answer)
        if answer.stored and kept:
            self.ledger.save_file(slug, answer.stored)
        if taken:
            self.desks[slug].accept([callee.number for callee in taken], request.received_at, answer.cost)
        early = self._plan(slug, request_id, answer.endpoint, taken)
        if taken:
            # Whoever kills the sandbox after an answer must still find the callee in the books.
            self.ledger.flush()
        return answer, early

    def _without_secrets(self, slug: str, endpoint: str) -> str:
        """What a client asked for may be an address of its own making."""
        secret = any(value in endpoint for value in self.rehearsals[slug].credentials.values())
        return "an address with a secret in it" if secret else endpoint

    def set_address(self, slug: str, door: str, url: str) -> None:
        self.pusher.addresses[slug, door] = url
        self.ledger.save_address(slug, door, url)

    def reset(self) -> None:
        """Forget everything but settings and push addresses."""
        self.pusher.forget()
        self.ledger.clear()
        for slug, desk in self.desks.items():
            desk.reset()
            self._save_new(slug)

    def _plan(self, slug: str, request_id: int, endpoint: str, taken: tuple[Taken, ...]) -> list[Pending]:
        early = []
        for callee in taken:
            callee_id = self.ledger.callee(request_id, slug, endpoint, callee)
            delay = self._random.uniform(*self.settings.receipt_delay)
            for receipt in callee.receipts:
                push = self._pending(slug, callee_id, callee, receipt, delay)
                if receipt.early:
                    early.append(push)
                else:
                    self.pusher.add(push)
            written = self.rehearsals[slug].outcome_of(callee.number).reply
            if written and callee.kind == Ability.SMS:
                self.write_back(slug, callee.number, written, after=delay + REPLY_SECONDS)
        return early

    def write_back(self, slug: str, number: str, text: str, *, reply_id: str = "", after: float = 0.0) -> str:
        """Push what *number* wrote back, some seconds from now; returns its id, a new one unless given."""
        rehearsal, due = self.rehearsals[slug], time.time() + after
        reply_id = reply_id or foreign_id(f"reply {number} {self.desks[slug].serial():06d}")
        content = rehearsal.reply(number, text, reply_id, due + self.settings.clock_offset)
        self.pusher.add(Pending(0, slug, rehearsal.reply_door, due, due, content=content))
        return reply_id

    def _pending(self, slug: str, callee_id: int, taken: Taken, receipt: Receipt, delay: float) -> Pending:
        late = self.settings.late_seconds if receipt.late else 0.0
        due = time.time() + (0.0 if receipt.early else delay + receipt.after + late)
        happened = due - receipt.age + self.settings.clock_offset
        door = self.rehearsals[slug].receipt_door[taken.kind]
        return Pending(0, slug, door, due, happened, callee_id=callee_id, taken=taken, receipt=receipt)

    def _book_templates(self, slug: str, answer: Answer) -> None:
        if answer.added:
            self._keep_template(slug, answer.added)
            self._review_later(slug, answer.added.id)
        if answer.deleted:
            self.desks[slug].drop_template(answer.deleted)
            self.ledger.drop_template(slug, answer.deleted)

    def _keep_template(self, slug: str, template: Template) -> None:
        self.desks[slug].keep_template(template)
        self.ledger.save_template(slug, template)

    def _review_later(self, slug: str, template_id: str) -> None:
        asyncio.get_running_loop().call_later(self.settings.review_delay, self._review, slug, template_id)

    def _review(self, slug: str, template_id: str) -> None:
        template = self.desks[slug].template(template_id)
        decision = self.rehearsals[slug].review(template) if template and template.state == "in_review" else None
        if decision is None:
            return
        decided, content = decision
        self._keep_template(slug, decided)
        door, now = self.rehearsals[slug].review_door, time.time()
        self.pusher.add(Pending(0, slug, door, now, now, template_id=template_id, content=content))

    def _owed(self) -> Iterator[Pending]:
        """What an earlier run left to push, as far as it still can be."""
        for push in self.ledger.owed():
            if push.provider in self.rehearsals and (push.taken or self._find_review(push)):
                yield push
            else:
                self.ledger.drop(push)

    def _find_review(self, push: Pending) -> bool:
        """A review's words are not kept; the template gives them again."""
        template = self.desks[push.provider].template(push.template_id)
        decision = self.rehearsals[push.provider].review(template) if template else None
        if decision is None:
            return False
        push.content = decision[1]
        return True

    def _open_desk(self, slug: str) -> None:
        saved = self.ledger.desk(slug)
        if saved is None:
            self._save_new(slug)
            return
        desk, templates = self.desks[slug], self.ledger.templates(slug)
        desk.restore(*saved, templates)
        for number, at in self.ledger.times_since(slug, day_start(self.now())):
            desk.accept([number], at, cost=0.0)
        for template in templates:
            if template.state == "in_review":
                self._review_later(slug, template.id)

    def _save_new(self, slug: str) -> None:
        desk = self.desks[slug]
        self.ledger.save_desk(slug, desk.last_serial, desk.balance)
        for template in desk.templates():
            self.ledger.save_template(slug, template)

    def _save(self) -> None:
        for slug, desk in self.desks.items():
            if self.ledger.desk(slug) != (desk.last_serial, desk.balance):
                self.ledger.save_desk(slug, desk.last_serial, desk.balance)
        self.ledger.flush()

    async def _keep_flushing(self) -> None:
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            self._save()
