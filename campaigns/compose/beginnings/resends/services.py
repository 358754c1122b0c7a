"""A new draft for the same content and some of the same people."""

from collections.abc import Collection

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from campaigns.alerts.services import record
from campaigns.lifecycle.base import NotPossible
from campaigns.models import ActivityKind, Campaign, Recipient
from campaigns.models.new_recipients import copy_people
from campaigns.models.statuses import CampaignState
from campaigns.people.audience.importing import cut_into_chunks
from providers.contract.words import Words, gettext_noop

from .groups import BY_FAILURE, Group

NAME_LENGTH = 120
NOBODY = Words(gettext_noop("Nobody fits this choice any more. Reload the page and choose again."))
NOT_STARTED = Words(gettext_noop("This campaign has not sent to anybody yet, so there is nobody to send to again."))
SENT_AGAIN = gettext_noop("Sent again to some, by the new campaign “%(name)s”. Recipients: %(count)s.")
MADE_FROM = gettext_noop("Made out of “%(name)s” to send again. Recipients: %(count)s.")


def send_again(
    campaign: Campaign,
    groups: Collection[Group],
    user: AbstractBaseUser | None,
    among: QuerySet[Recipient] | None = None,
) -> Campaign:
    """A draft with those of *campaign*'s recipients who are in one of *groups* now, numbered anew.

    *among* leaves only those of them whom a filter or a person has chosen.
    The source may still be running: who changes later is not followed. Raises NotPossible when nobody fits.
    """
    if campaign.state in (CampaignState.DRAFT, CampaignState.PENDING_APPROVAL, CampaignState.SCHEDULED):
        raise NotPossible(NOT_STARTED)
    with transaction.atomic():
        draft = _draft(campaign, user)
        draft.total = _copy(campaign, draft, groups, among) if groups else 0
        if not draft.total:
            raise NotPossible(NOBODY)
        draft.save(update_fields=["total"])
        cut_into_chunks(draft, 1)
        _note(campaign, draft, user)
    return draft


def _draft(campaign: Campaign, user: AbstractBaseUser | None) -> Campaign:
    suffix = _("(again)")
    return Campaign.objects.create(
        name=f"{campaign.name[: NAME_LENGTH - len(suffix) - 1]} {suffix}",
        kind=campaign.kind,
        account_id=campaign.account_id,
        text=campaign.text,
        voice_file_id=campaign.voice_file_id,
        template_id=campaign.template_id,
        options=campaign.options,
        time_zone=campaign.time_zone,
        window_days=campaign.window_days,
        window_from=campaign.window_from,
        window_until=campaign.window_until,
        per_minute=campaign.per_minute,
        columns=campaign.columns,
        repeats=campaign,
        created_by_id=user.pk if user else None,
    )


def _copy(
    source: Campaign, draft: Campaign, groups: Collection[Group], among: QuerySet[Recipient] | None = None
) -> int:
    """One statement, whatever the number of people. Returns how many."""
    conditions, values = [], []
    for group in groups:
        by_failure = group.state in BY_FAILURE
        conditions.append("(state = %s AND failure = %s)" if by_failure else "state = %s")
        values += [group.state, group.failure] if by_failure else [group.state]
    inner, more = among.order_by().values("pk").query.sql_with_params() if among is not None else ("", ())
    chosen = f"({' OR '.join(conditions)})" + (f" AND id IN ({inner})" if inner else "")
    return copy_people(source.pk, draft.pk, chosen, [*map(str, values), *more])


def _note(source: Campaign, draft: Campaign, user: AbstractBaseUser | None) -> None:
    sent = Words(SENT_AGAIN, {"name": draft.name, "count": draft.total})
    made = Words(MADE_FROM, {"name": source.name, "count": draft.total})
    record(ActivityKind.SENT_AGAIN, sent, campaign=source, user=user)
    record(ActivityKind.SENT_AGAIN, made, campaign=draft, user=user)
