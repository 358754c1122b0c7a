"""Sync of alerts with their conditions: each one that holds is listed once, and what is over closes by itself."""

from collections.abc import Collection, Mapping, Sequence

from django.utils import timezone

from campaigns.models import Activity

from . import conditions as standing
from . import subjects
from .conditions import CONDITIONS, Condition, this_machine
from .services import open_alert


def sync_alerts() -> None:
    """Open what stands and is not listed, refresh the numbers of what is, close what is over.

    What is listed is read before the conditions: what an event opens in between must not look as if it were over.
    """
    listed = {line.subject: line for line in Activity.objects.exclude(subject="").defer("positions")}
    found = {family: list(find()) for family, find in CONDITIONS.items()}
    conditions = {condition.subject: condition for family in found.values() for condition in family}
    for subject, condition in conditions.items():
        line = listed.get(subject)
        if line is None or _is_news(line, condition):
            open_alert(_line(condition))
        elif line.done_at is None and line.amount != condition.amount:
            Activity.objects.filter(pk=line.pk).update(words=condition.words, amount=condition.amount)
    _close([line.pk for subject, line in listed.items() if subject not in conditions and _looked_for(subject, found)])


def _is_news(line: Activity, condition: Condition) -> bool:
    """Somebody called it done, and since then there is more of it."""
    return line.done_at is not None and condition.amount > line.amount


def _looked_for(subject: str, found: Mapping[str, Sequence[Condition]]) -> bool:
    """Whether its condition was looked for here. Not files of another machine, nor what is beyond the most."""
    family, key = subjects.parts(subject)
    if family not in found or (family == subjects.SPOOLED and key != this_machine()):
        return False
    seen = found[family]
    return len(seen) < standing.MOST or key <= max(subjects.parts(condition.subject)[1] for condition in seen)


def _close(ids: Collection[int]) -> None:
    if not ids:
        return
    lines = Activity.objects.filter(pk__in=ids)
    lines.filter(done_at__isnull=True).update(done_at=timezone.now())
    lines.update(subject="")


def _line(condition: Condition) -> Activity:
    return Activity(
        kind=condition.kind,
        words=condition.words,
        campaign_id=condition.campaign_id,
        account_id=condition.account_id,
        raw=condition.raw[:300],
        attention=True,
        subject=condition.subject,
        amount=condition.amount,
    )
