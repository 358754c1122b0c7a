"""How far asking providers for their records has come, so that it stays gentle whatever is killed meanwhile."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Inquiry(models.Model):
    """The asking of one account. Nothing is asked before ``next_at``, which also keeps a second worker away.

    While ``kind`` is set, a listing of all records of that kind from ``start`` to ``end`` is being read page by page
    and goes on at ``position``; ``began_at`` is when its first page was asked for. About whoever became unknown after
    that its pages prove nothing.
    """

    account = models.OneToOneField(
        "providers.Account", on_delete=models.CASCADE, related_name="inquiry", primary_key=True
    )
    next_at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=16, default="", blank=True)
    start = models.DateTimeField(null=True, blank=True)
    end = models.DateTimeField(null=True, blank=True)
    position = models.CharField(max_length=40, default="", blank=True)
    began_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"inquiry of account {self.account_id}"


class Finding(models.TextChoices):
    """What one asking found out about one recipient. The values are written one after the other into Asked.history."""

    ENDED = "e", _("Its records had this recipient, and how it ended: see the receipt.")
    UNDER_WAY = "u", _("Its records have this recipient as taken, and not yet how it ended.")
    BY_NUMBER = (
        "b",
        _(
            "What it says of this number does not tell which request is meant. It is matched by number and time where "
            "only one request can be meant; else it is among the unmatched receipts."
        ),
    )
    MISMATCH = "m", _("Its records have this id with another number, so they say nothing about this recipient.")
    NOT_THERE = "n", _("Its records did not show this recipient; a receipt may still come.")
    IN_PART = (
        "p",
        _(
            "Only a part of its records could be read, and this recipient was not in that part. This says nothing "
            "about the rest; they are asked for again."
        ),
    )
    NOT_ASKED = "x", _("No records came, so this says nothing about the recipient.")


class Asking(models.Model):
    """One request for records that was about somebody: when, and where it brought none, why.

    ``words`` are packed Words; ``code`` and ``raw`` are the provider's own, without long numbers, so that nobody is
    named in them. One row serves all recipients of the request.
    """

    account = models.ForeignKey("providers.Account", on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    words = models.TextField(default="", blank=True)
    code = models.CharField(max_length=40, default="", blank=True)
    raw = models.CharField(max_length=300, default="", blank=True)
    http_status = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"asking {self.pk}"


class Asked(models.Model):
    """How often one recipient was asked for, and when it may be asked for again. Only few ever need it.

    ``history`` are the last askings, latest first: the letter of what each found and the key of the Asking, "n12 x9".
    """

    recipient = models.OneToOneField("Recipient", on_delete=models.CASCADE, related_name="asked", primary_key=True)
    times = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    history = models.CharField(max_length=200, default="", db_default="", blank=True)

    def __str__(self) -> str:
        return f"asked {self.times} times for {self.recipient_id}"
