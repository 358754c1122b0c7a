"""Erasing what has been kept long enough. Counts, states, times, costs and the providers' ids stay.

In transactions of bounded size, so that nothing waits for it; killed in the middle, it goes on the next night.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from campaigns.alerts import isolation, subjects
from campaigns.alerts.services import record
from campaigns.exports import removing
from campaigns.exports import services as exports
from campaigns.models import (
    Activity,
    ActivityKind,
    AudienceProblem,
    Campaign,
    Export,
    ListFile,
    ListState,
    Receipt,
    Reply,
    Retention,
    Submission,
)
from campaigns.models.erased import KEPT, PLACEHOLDER, QUOTING
from campaigns.models.statuses import ENDED_STATES
from campaigns.people.audience import keeping
from notifyadmin.db.sql import execute
from providers.calllog.models import ProviderCall
from providers.contract.words import Words, gettext_noop
from providers.webhooks.models import InboundPush, PushState
from providers.webhooks.waiting import remove_set_aside

AT_ONCE = 5000
READ = (PushState.APPLIED, PushState.UNREADABLE)
QUOTED = Words(gettext_noop("What this line quoted was erased."))
NOT_ERASED = Words(
    gettext_noop(
        "A fault of this application kept what is old in this campaign from being erased. It is tried again the next "
        "night; the log says more, tell whoever looks after this installation."
    )
)
ERASED = gettext_noop(
    "What was kept for longer than %(days)s days was erased. Campaigns: %(campaigns)s, recipients: %(recipients)s, "
    "pushes: %(pushes)s, replies: %(replies)s."
)


@dataclass(slots=True)
class Amounts:
    """How much there is to erase, or was erased."""

    campaigns: int = 0
    recipients: int = 0
    pushes: int = 0
    replies: int = 0

    def __bool__(self) -> bool:
        return any((self.campaigns, self.pushes, self.replies))


def erase_old(stopping: Callable[[], bool] = lambda: False) -> Amounts:
    """Erase what is older than an administrator set; a worker that is asked to stop leaves the rest for later.

    A campaign that cannot be erased does not hold up the others.
    """
    days = days_kept()
    done = Amounts()
    if days is None:
        return done
    before = timezone.now() - timedelta(days=days)

    def erase_one(campaign_id: int) -> None:
        campaign = Campaign.objects.get(pk=campaign_id)
        erase_campaign(campaign)
        done.campaigns += 1
        done.recipients += campaign.total

    ids = list(old_campaigns(before).order_by("pk").values_list("pk", flat=True))
    isolation.for_each_isolated(subjects.AGE, NOT_ERASED, takewhile(lambda _id: not stopping(), ids), erase_one)
    done.pushes = _each(old_pushes(before), lambda some: some.update(body=b""))
    done.replies = _each(old_replies(before), erase_replies)
    rest = _erase_the_rest(before)
    if done or rest:
        removing.remove(Export.objects.filter(listing__in=removing.AGEING))
    if done:
        record(ActivityKind.ERASED, Words(ERASED, {"days": days, **asdict(done)}))
    return done


def days_kept() -> int | None:
    """After how many days things are erased; None keeps them."""
    return Retention.objects.order_by("pk").values_list("days", flat=True).first()


def due(before: datetime) -> Amounts:
    """What would be erased now."""
    totals = list(old_campaigns(before).values_list("total", flat=True))
    return Amounts(len(totals), sum(totals), old_pushes(before).count(), old_replies(before).count())


def old_campaigns(before: datetime) -> QuerySet[Campaign]:
    """Campaigns that ended before then; in an ended campaign everybody is final."""
    return Campaign.objects.filter(state__in=ENDED_STATES, finished_at__lt=before, erased_at=None)


def old_pushes(before: datetime) -> QuerySet[InboundPush]:
    return InboundPush.objects.filter(received_at__lt=before, state__in=READ).exclude(body=b"")


def old_replies(before: datetime) -> QuerySet[Reply]:
    return Reply.objects.filter(received_at__lt=before).exclude(number="", text="")


def erase_campaign(campaign: Campaign) -> None:
    """Everything that tells who was in an ended *campaign* and what they were told. May run again."""
    last = campaign.recipients.order_by("-position").values_list("position", flat=True).first() or 0
    for first in range(1, last + 1, AT_ONCE):
        with transaction.atomic():
            _erase_recipients(campaign.pk, first, first + AT_ONCE - 1)
    requests = Submission.objects.filter(campaign=campaign).exclude(request="", response="", raw="")
    _each(requests, lambda some: some.update(request="", response="", raw=""))
    _each(AudienceProblem.objects.filter(campaign=campaign), lambda some: some.delete())
    for list_file in ListFile.objects.filter(campaign=campaign).exclude(state=ListState.READING):
        forget_list(list_file)
    _erase_lines(Activity.objects.filter(campaign=campaign))
    removing.remove(Export.objects.filter(campaign=campaign))
    Campaign.objects.filter(pk=campaign.pk).update(erased_at=timezone.now())


def forget_list(list_file: ListFile) -> None:
    """Delete the list's file and the rows of it that are shown; its counts stay."""
    found = {key: value for key, value in list_file.found.items() if key not in ("sample", "samples")}
    stored = list_file.stored
    ListFile.objects.filter(pk=list_file.pk).update(stored="", found=found)
    transaction.on_commit(lambda: keeping.remove(stored))


def _erase_recipients(campaign_id: int, first: int, last: int) -> None:
    places = [campaign_id, first, last]
    execute(
        "UPDATE campaigns_receipt SET number = '', raw = '', "  # noqa: S608
        f"reason = CASE WHEN reason {QUOTING} THEN '' ELSE reason END WHERE recipient_id IN "
        "(SELECT id FROM campaigns_recipient WHERE campaign_id = %s AND position BETWEEN %s AND %s)",
        places,
    )
    execute(
        "UPDATE campaigns_recipientnote SET words = '' WHERE "  # noqa: S608
        f"words {QUOTING} AND recipient_id IN "
        "(SELECT id FROM campaigns_recipient WHERE campaign_id = %s AND position BETWEEN %s AND %s)",
        places,
    )
    execute(
        f"UPDATE campaigns_recipient SET number = {PLACEHOLDER}, typed = '', variables = '{{}}', raw = '', "  # noqa: S608
        f"reason = CASE WHEN reason {QUOTING} THEN '' ELSE reason END "
        f"WHERE campaign_id = %s AND position BETWEEN %s AND %s AND {KEPT}",
        places,
    )


def _erase_the_rest(before: datetime) -> int:
    """Returns how many receipts and lines of the activity list that is."""
    nobody = Q(recipient=None) | Q(recipient__campaign__erased_at__isnull=False)
    late = Receipt.objects.filter(nobody, received_at__lt=before).exclude(number="", raw="")
    erased = _each(late, lambda some: some.update(number="", raw=""))
    calls = ProviderCall.objects.filter(at__lt=before).exclude(request="", response="")
    _each(calls, lambda some: some.update(request="", response=""))
    _each(AudienceProblem.objects.filter(list_file__finished_at__lt=before), lambda some: some.delete())
    erased += _erase_lines(Activity.objects.filter(at__lt=before))
    for export in Export.objects.filter(created_at__lt=before):
        exports.delete(export)
    remove_set_aside(before)
    return erased


def erase_replies(some: QuerySet[Reply]) -> object:
    """The digest of a number and a text would tell both to whoever tries them all."""
    digest = Concat(Value("erased-"), Cast("pk", CharField()))
    return some.update(number="", text="", provider_id="", digest=digest)


def _erase_lines(lines: QuerySet[Activity]) -> int:
    erased = _each(lines.exclude(raw=""), lambda some: some.update(raw=""))
    quoting = Q(words__contains='"number":') | Q(words__contains='"note":')
    return erased + _each(lines.filter(quoting), lambda some: some.update(words=QUOTED.pack()))


def _each(rows: QuerySet, change: Callable[[QuerySet], object]) -> int:  # type: ignore[type-arg]
    """*change* them, some thousand in a transaction; returns how many."""
    number = 0
    for ids in _ids(rows):
        change(rows.model._default_manager.filter(pk__in=ids))
        number += len(ids)
    return number


def _ids(rows: QuerySet) -> Iterator[list[int]]:  # type: ignore[type-arg]
    last = 0
    while ids := list(rows.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        yield ids
        last = ids[-1]
