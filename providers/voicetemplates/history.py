"""What our own hand-ins tell about a provider: how long its reviews take, and how many it approves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext

from .models import TemplateEvent, TemplateState, VoiceTemplate


@dataclass(frozen=True, slots=True)
class History:
    """Of one account: ``reviewed`` hand-ins, ``approved`` among them; ``typical`` is the median of ``timed`` ones."""

    account_id: int
    account: str
    reviewed: int
    approved: int
    timed: int
    typical: timedelta | None

    @property
    def percent(self) -> int:
        return round(100 * self.approved / self.reviewed)

    @property
    def typical_words(self) -> str:
        """The median time as people say it, in at most two units; a review within seconds took less than a minute."""
        if self.typical is None:
            return ""
        if self.typical < timedelta(minutes=1):
            return gettext("less than a minute")
        now = timezone.now()
        return timesince(now - self.typical, now)


def histories() -> list[History]:
    """One per account that has reviewed anything we handed in, in two statements however many templates there are."""
    middles = _middles()
    return [History(*counts, *middles.get(counts[0], (0, None))) for counts in _reviewed()]


def _ours() -> QuerySet[VoiceTemplate]:
    """Handed in from here and reviewed; what was taken over or linked tells nothing about reviews."""
    return VoiceTemplate.objects.filter(submitted_at__isnull=False, reviewed_at__isnull=False).order_by()


def _reviewed() -> list[tuple[int, str, int, int]]:
    """Per account its id and name, how many reviews there were, and how many of them approved."""
    was_approved = Exists(TemplateEvent.objects.filter(template=OuterRef("pk"), state=TemplateState.APPROVED))
    approved = Q(state=TemplateState.APPROVED) | Q(was_approved, state=TemplateState.DELETED)
    accounts = _ours().values("account_id", "account__name")
    counted = accounts.annotate(count=Count("pk"), approved=Count("pk", filter=approved)).order_by("account__name")
    return list(counted.values_list("account_id", "account__name", "count", "approved"))


def _middles() -> dict[int, tuple[int, timedelta]]:
    """Per account how many reviews were pushed, and their median time: the mean of the one or two in the middle."""
    took = ExpressionWrapper(F("reviewed_at") - F("submitted_at"), output_field=DurationField())
    pushed = _ours().filter(reviewed_by_hand=False).annotate(took=took)
    ranked = pushed.annotate(
        rank=Window(RowNumber(), partition_by="account_id", order_by=["took", "pk"]),
        among=Window(Count("pk"), partition_by="account_id"),
    )
    middle = ranked.annotate(twice=F("rank") * 2).filter(twice__gte=F("among"), twice__lte=F("among") + 2)
    found: dict[int, tuple[int, list[timedelta]]] = {}
    for account_id, among, length in middle.values_list("account_id", "among", "took"):
        found.setdefault(account_id, (among, []))[1].append(length)
    return {account_id: (among, _mean(lengths)) for account_id, (among, lengths) in found.items()}


def _mean(lengths: Iterable[timedelta]) -> timedelta:
    known = list(lengths)
    return sum(known, timedelta()) / len(known)
