"""Recipients: one row of a campaign's audience each."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.statuses import RecipientState

from .endings import Ending, EndingIndex  # noqa: F401 - a migration knows the first by this module
from .lists import RowFate


class Recipient(models.Model):
    """One person of one campaign.

    ``number`` is the digits with country code and without plus sign, ``typed`` as it stood in the ``row`` of the
    ``list_file``. ``reason`` is an English catalog key, ``code`` and ``raw`` are the provider's own. ``pressed`` is
    what was pressed in the call, None where no receipt names any key: the index by it has only those who did. Counts
    come from the tallies; the index by state and failure class is for the lists of recipients (docs/decisions/0018).
    """

    campaign = models.ForeignKey("Campaign", on_delete=models.CASCADE, related_name="recipients", db_index=False)
    position = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=15)
    typed = models.CharField(max_length=60, default="", blank=True)
    # A list is never deleted while it has recipients; without an index the database would look through all of them.
    list_file = models.ForeignKey(
        "ListFile",
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    row = models.PositiveIntegerField(null=True, blank=True)
    variables = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=RecipientState, default=RecipientState.PENDING)
    failure = models.CharField(max_length=16, default="", blank=True)
    reason = models.TextField(default="", blank=True)
    code = models.CharField(max_length=40, default="", blank=True)
    raw = models.CharField(max_length=300, default="", blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    submission = models.ForeignKey(
        "Submission", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    provider_id = models.CharField(max_length=64, default="", blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    talk_seconds = models.PositiveIntegerField(null=True, blank=True)
    pressed = models.CharField(max_length=32, null=True, blank=True)
    charged_seconds = models.PositiveIntegerField(null=True, blank=True)
    redials = models.PositiveIntegerField(null=True, blank=True)
    cost = models.CharField(max_length=24, default="", blank=True)
    currency = models.CharField(max_length=8, default="", blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "position"], name="recipient_position"),
            models.UniqueConstraint(fields=["campaign", "number"], name="recipient_number"),
        ]
        indexes = [
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="recipient_provider_id"),
            models.Index(fields=["campaign", "state", "failure", "position"], name="recipient_state"),
            # A condition that both databases see to be met by any key that is looked for.
            models.Index(
                fields=["campaign", "pressed", "position"], condition=Q(pressed__isnull=False), name="recipient_pressed"
            ),
            # For last digits in a campaign.
            EndingIndex(name="recipient_ending"),
        ]

    def __str__(self) -> str:
        return self.number


class AudienceProblem(models.Model):
    """A row of a list that did not become what it was meant to be: which, why, and what to do about it.

    ``words`` is an English catalog key with ``values`` for it; ``cells`` is the row as it stood.
    """

    campaign = models.ForeignKey("Campaign", null=True, blank=True, on_delete=models.CASCADE, related_name="problems")
    list_file = models.ForeignKey("ListFile", null=True, blank=True, on_delete=models.CASCADE, related_name="problems")
    fate = models.CharField(max_length=10, choices=RowFate, default=RowFate.BAD)
    row = models.PositiveIntegerField()
    number = models.CharField(max_length=60, default="", blank=True)
    words = models.TextField()
    values = models.JSONField(default=dict, blank=True)
    cells = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["row", "id"]

    def __str__(self) -> str:
        return f"row {self.row}"
