"""One request about many people, to whom the same things happen in different orders, step by step."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from campaigns.models import Campaign, Receipt, Recipient, Submission, SubmissionState
from campaigns.receipts.applying import locked_accounts, store
from campaigns.receipts.ingest import apply_pushes, rematch
from campaigns.receipts.statements import statement_of
from campaigns.sending.outcomes import Outcome, RecipientOutcome
from campaigns.sending.settling import settling
from campaigns.upkeep import sweeps
from notifyadmin.db.sql import fetch_each
from providers.contract.errors import Evidence
from providers.contract.events import ReceiptEvent
from providers.contract.statuses import FailureClass, Verdict
from providers.contract.words import Words
from providers.models import InboundPush
from tests.factories import make_account, make_campaign

Person = Recipient
LONG_AGO = timedelta(days=20)
ENDED = ("delivered", "undelivered")
Final = tuple[object, ...]


class Play:
    """A campaign of *size* people in one request that has left, and the things that may happen to each of them."""

    def __init__(self, size: int) -> None:
        self.campaign: Campaign = make_campaign(make_account(receipt_wait_hours=1), recipients=size, chunk=size)
        self.account = self.campaign.account
        chunk = self.campaign.chunks.get()
        self.request = Submission.objects.create(
            reference=f"{self.campaign.reference}-1-1-1",
            campaign=self.campaign,
            chunk=chunk,
            token=1,
            positions=f"1-{size}" if size > 1 else "1",
            size=size,
        )
        self.people = list(self.campaign.recipients.order_by("position"))

    def run(self, orders: Sequence[Sequence[str]]) -> list[Final]:
        """What becomes of each person when the n-th of *orders* happens to the n-th of them."""
        for step in range(max(map(len, orders), default=0)):
            groups: dict[str, list[Person]] = {}
            for person, order in zip(self.people, orders, strict=True):
                if step < len(order):
                    groups.setdefault(order[step], []).append(person)
            for name, people in groups.items():
                EVENTS[name](self, people)
            if step % 2:
                rematch()
        self._all_time_passes()
        return [self._final(person.pk, receipts) for person, receipts in self._told()]

    def push(
        self, people: Sequence[Person], verdict: str, code: str, *, by_id: bool, minute: int, forged: bool, keys: str
    ) -> None:
        lines = []
        for person in people:
            number = f"99{person.position:09d}" if forged else person.number
            ours = "" if by_id else f"{self.request.reference}.{person.position}"
            lines.append(f"{provider_id(person)}|{ours}|{number}|{verdict}|{code}|{minute}" + f"|{keys}" * bool(keys))
        InboundPush.objects.create(account=self.account, door="receipts", body="\n".join(lines).encode())
        apply_pushes()

    def tell_by_record(self, people: Sequence[Person], verdict: Verdict) -> None:
        events = [record(person, verdict, f"{self.request.reference}.{person.position}") for person in people]
        statements = (statement_of(self.account.pk, event, timezone.now()) for event in events)
        with transaction.atomic():
            for account in locked_accounts([self.account.pk]):
                store(account, {one.fingerprint: one for one in statements})

    def refuse(self, people: Sequence[Person]) -> None:
        """The whole request is refused; they wait again, and the campaign stands still until somebody resumes it."""
        Campaign.objects.filter(pk=self.campaign.pk).update(state="paused")
        recipients = tuple(RecipientOutcome(person.pk, "pending") for person in people)
        self._settle(Outcome(SubmissionState.REFUSED, recipients, Evidence()))

    def answer(self, people: Sequence[Person], state: str) -> None:
        if state == "submitted":
            accepted = tuple((person.pk, provider_id(person)) for person in people)
            outcome = Outcome(SubmissionState.ANSWERED, (), Evidence(), accepted=accepted)
        else:
            recipients = tuple(RecipientOutcome(person.pk, state, "Said so.") for person in people)
            outcome = Outcome(SubmissionState.ANSWERED, recipients, Evidence())
        self._settle(outcome)

    def _settle(self, outcome: Outcome) -> None:
        now = timezone.now()
        with transaction.atomic():
            # The one request is answered about some of its people after others, as if it were closed each time.
            Submission.objects.filter(pk=self.request.pk).update(state=outcome.state, finished_at=now)
            fetch_each(settling({self.request.pk: outcome}, now))

    def time_passes(self, people: Sequence[Person]) -> None:
        long_ago = timezone.now() - LONG_AGO
        chosen = Recipient.objects.filter(pk__in=[person.pk for person in people])
        chosen.update(submitted_at=long_ago, changed_at=long_ago)
        sweeps.expire()

    def _all_time_passes(self) -> None:
        rematch()
        self.time_passes(self.people)

    def _told(self) -> list[tuple[Person, list[Receipt]]]:
        ours: dict[int, list[Receipt]] = {person.pk: [] for person in self.people}
        for receipt in Receipt.objects.filter(recipient__campaign=self.campaign).order_by("fingerprint"):
            ours[receipt.recipient_id].append(receipt)
        people = Recipient.objects.filter(campaign=self.campaign).order_by("position")
        return [(person, ours[person.pk]) for person in people]

    def _final(self, pk: int, receipts: Sequence[Receipt]) -> Final:
        person = Recipient.objects.get(pk=pk)
        heard = (person.code, person.failure, person.talk_seconds, person.settled_at, person.pressed)
        said = tuple((receipt.verdict, receipt.code, receipt.contradicts) for receipt in receipts)
        return person.state, heard if person.state in ENDED else None, tuple(sorted(said))


def provider_id(person: Person) -> str:
    return f"id-{person.campaign_id}-{person.position}"


def record(person: Person, verdict: Verdict, ref: str) -> ReceiptEvent:
    over = verdict is not Verdict.UNKNOWN
    at = datetime(2026, 5, 1, 9, 30, tzinfo=UTC) if over else None
    words = Words("The records say so.")
    return ReceiptEvent(
        provider_id(person), ref, person.number, verdict, FailureClass.NONE, "rec", "", words, ended_at=at
    )


def _push(
    verdict: str, code: str, *, by_id: bool = False, minute: int = 1, forged: bool = False, keys: str = ""
) -> Callable[[Play, Sequence[Person]], None]:
    return lambda play, people: play.push(people, verdict, code, by_id=by_id, minute=minute, forged=forged, keys=keys)


EVENTS: Mapping[str, Callable[[Play, Sequence[Person]], None]] = {
    "taken": lambda play, people: play.answer(people, "submitted"),
    "unknown": lambda play, people: play.answer(people, "unknown"),
    "refused": lambda play, people: play.answer(people, "rejected"),
    "all refused": Play.refuse,
    "pressed 1": _push("delivered", "2", minute=3, keys="1"),
    "pressed 2": _push("delivered", "2", minute=3, keys="2"),
    "pressed 3 and missed": _push("undelivered", "-6", minute=2, keys="3"),
    "reached": _push("delivered", "2", minute=3),
    "reached by id": _push("delivered", "2", by_id=True, minute=3),
    "missed": _push("undelivered", "-6", minute=2),
    "missed by id": _push("undelivered", "-6", by_id=True, minute=2),
    "missed otherwise": _push("undelivered", "-4", minute=4),
    "unexplained": _push("unknown", "4711"),
    "unexplained by id": _push("unknown", "4711", by_id=True),
    "forged": _push("delivered", "2", by_id=True, forged=True),
    "record": lambda play, people: play.tell_by_record(people, Verdict.DELIVERED),
    "record of taking": lambda play, people: play.tell_by_record(people, Verdict.UNKNOWN),
    "time": Play.time_passes,
}
