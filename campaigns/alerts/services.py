"""Writing the activity list."""

from collections.abc import Sequence

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils import timezone

from campaigns.alerts.notifications.outbox import write_notices
from campaigns.models import Activity, ActivityKind, Campaign
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

from .subjects import ended_by, subject_of

DONE_ALREADY = Words(gettext_noop("Somebody else has done this already, or it is over by itself."))


def record(
    kind: ActivityKind,
    words: Words | str,
    *,
    campaign: Campaign | None = None,
    campaign_id: int | None = None,
    account_id: int | None = None,
    user: AbstractBaseUser | None = None,
    raw: str = "",
    attention: bool = False,
    positions: str = "",
    subject: str = "",
    amount: int = 0,
) -> Activity:
    """Add a line, and notices for those who want to be told. *words* may be packed already.

    ``attention`` marks what needs a person; a campaign brings its account along. ``positions`` are ranges of the
    recipients' positions, see models.Activity. What is open about the same ``subject`` is over with this line.
    """
    line = Activity(
        kind=kind,
        words=words.pack() if isinstance(words, Words) else words,
        campaign_id=campaign.pk if campaign else campaign_id,
        account_id=campaign.account_id if campaign else account_id,
        user_id=user.pk if user else None,
        raw=raw[:300],
        attention=attention,
        positions=positions,
        amount=amount,
    )
    if attention:
        line.subject = subject or subject_of(kind, line.campaign_id, line.account_id)
    with transaction.atomic():
        _end(ended_by(kind, line.campaign_id, line.account_id), line.user_id)
        if not (line.subject and _takes_over(line)):
            # Where somebody else was quicker to list the same, that is the alert, and this only what happened.
            line.subject, line.attention = "", attention and not line.subject
            line.save(force_insert=True)
        write_notices(line)
    return line


def _takes_over(line: Activity) -> bool:
    """An event is newer than what stands in the list about the same subject, which is over with it."""
    _end([line.subject], None)
    return _inserted(line)


def _end(subjects: Sequence[str], user_id: int | None) -> None:
    if not subjects:
        return
    standing = Activity.objects.filter(subject__in=subjects)
    standing.filter(done_at__isnull=True).update(done_at=timezone.now(), done_by_id=user_id)
    standing.update(subject="")


def open_alert(line: Activity) -> bool:
    """Write *line* and its notices unless its subject is open already; whether it did."""
    with transaction.atomic():
        # What somebody has called done is open again: there is more of it now.
        Activity.objects.filter(subject=line.subject, done_at__isnull=False).update(subject="")
        if not _inserted(line):
            return False
        write_notices(line)
    return True


def _inserted(line: Activity) -> bool:
    """Insert *line* under its subject; False if there is one already, as two workers may find the same."""
    if Activity.objects.filter(subject=line.subject).exists():
        return False
    try:
        with transaction.atomic():
            line.save(force_insert=True)
    except IntegrityError:
        line.pk = None
        return False
    return True


def mark_done(line: Activity, user: AbstractBaseUser) -> None:
    """*user* says that an open alert needs nobody any more. Raises Refusal when it is over already."""
    still = Activity.objects.filter(pk=line.pk, attention=True, done_at__isnull=True)
    if not still.update(done_at=timezone.now(), done_by_id=user.pk):
        raise Refusal(DONE_ALREADY)
