"""Keeping the open matters true: each standing cause is listed once, and what is over closes by itself."""

from collections.abc import Collection, Mapping, Sequence

from django.utils import timezone

from campaigns.models import Activity

from . import causes as standing
from . import subjects
from .causes import CAUSES, Cause, this_machine
from .services import open_matter


def tend_matters() -> None:
    """Open what stands and is not listed, refresh the numbers of what is, close what is over.

    What is listed is read before the causes: what is opened by an event in between must not look as if it were over.
    """
    listed = {line.subject: line for line in Activity.objects.exclude(subject="").defer("positions")}
    found = {family: list(find()) for family, find in CAUSES.items()}
    causes = {cause.subject: cause for family in found.values() for cause in family}
    for subject, cause in causes.items():
        line = listed.get(subject)
        if line is None or _is_news(line, cause):
            open_matter(_line(cause))
        elif line.done_at is None and line.amount != cause.amount:
            Activity.objects.filter(pk=line.pk).update(words=cause.words, amount=cause.amount)
    _close([line.pk for subject, line in listed.items() if subject not in causes and _looked_for(subject, found)])


def _is_news(line: Activity, cause: Cause) -> bool:
    """Somebody called it done, and since then there is more of it."""
    return line.done_at is not None and cause.amount > line.amount


def _looked_for(subject: str, found: Mapping[str, Sequence[Cause]]) -> bool:
    """Whether its cause was looked for here. Files of another machine cannot be seen, nor what is beyond the most."""
    family, key = subjects.parts(subject)
    if family not in found or (family == subjects.SPOOLED and key != this_machine()):
        return False
    seen = found[family]
    return len(seen) < standing.MOST or key <= max(subjects.parts(cause.subject)[1] for cause in seen)


def _close(ids: Collection[int]) -> None:
    if not ids:
        return
    lines = Activity.objects.filter(pk__in=ids)
    lines.filter(done_at__isnull=True).update(done_at=timezone.now())
    lines.update(subject="")


def _line(cause: Cause) -> Activity:
    return Activity(
        kind=cause.kind,
        words=cause.words,
        campaign_id=cause.campaign_id,
        account_id=cause.account_id,
        raw=cause.raw[:300],
        attention=True,
        subject=cause.subject,
        amount=cause.amount,
    )
