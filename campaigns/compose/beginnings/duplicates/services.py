"""Duplicating a campaign."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from campaigns.compose.beginnings.presets.content import begun_with, taken_from
from campaigns.lifecycle.base import NotPossible
from campaigns.models import Campaign
from campaigns.models.new_recipients import copy_people
from campaigns.people.audience.chunks import cut_into_chunks
from providers.contract.words import Words, gettext_noop

IS_TEST = Words(gettext_noop("This is a test. Duplicate the campaign that it belongs to."))


def duplicate(
    source: Campaign, name: str, user: AbstractBaseUser | None, *, audience: bool = False
) -> tuple[Campaign, tuple[Words, ...]]:
    """A draft with the content, options and hours of *source*, with its *audience* if asked for.

    Everybody in the audience comes along, whatever became of them there: who must not be reached is skipped again. Also
    returned is, in words, what of the content is no longer there. Raises NotPossible.
    """
    if source.is_test:
        raise NotPossible(IS_TEST)
    begun = begun_with(taken_from(source), source.account_id)
    with transaction.atomic():
        draft = Campaign.objects.create(
            name=name,
            kind=source.kind,
            account_id=source.account_id,
            columns=source.columns if audience else [],
            copied_from=source,
            created_by_id=user.pk if user else None,
            **begun.values,
        )
        if audience:
            _copy_audience(source, draft)
    return draft, begun.gone


def _copy_audience(source: Campaign, draft: Campaign) -> None:
    draft.total = copy_people(source.pk, draft.pk)
    draft.save(update_fields=["total"])
    cut_into_chunks(draft, 1)
