"""Setting after how many days things are erased."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from campaigns.alerts.services import record
from campaigns.models import ActivityKind, Retention
from providers.contract.words import Words, gettext_noop

from .erasing import days_kept

SET = gettext_noop("From now on everything is erased after %(days)s days. Before: %(before)s.")
KEPT = Words(gettext_noop("From now on nothing is erased by itself."))


def set_days(days: int | None, user: AbstractBaseUser | None) -> None:
    """Erase after *days* from the next night on; None keeps everything."""
    with transaction.atomic():
        before = days_kept()
        Retention.objects.update_or_create(pk=1, defaults={"days": days, "changed_by_id": user.pk if user else None})
        if days != before:
            words = KEPT if days is None else Words(SET, {"days": days, "before": before or "–"})
            record(ActivityKind.ERASED, words, user=user)
