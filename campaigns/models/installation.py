"""Which database this is, and what was seen of it: told apart from its own copies and from its own past."""

import uuid

from django.db import models
from django.utils import timezone

THE_ONE = 1
"""The key of the only row."""


class Installation(models.Model):
    """The one row that goes with every backup and copy of the database.

    ``identity`` is made once. ``epoch`` rises whenever a person releases sending after the database was found to be
    older than what was sent, or another one: what the records of earlier epochs say is known then, and ``accepted_at``
    is when. ``fingerprint`` and ``timeline`` are of the database in which that was, and come from outside its tables;
    empty until a worker saw it for the first time. ``token_base`` is below every token of a lease that was given since
    ``accepted_at``, and above every one given before.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE)
    identity = models.UUIDField(default=uuid.uuid4)
    epoch = models.PositiveIntegerField(default=1)
    fingerprint = models.CharField(max_length=160, default="", blank=True)
    timeline = models.CharField(max_length=20, default="", blank=True)
    token_base = models.PositiveIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.identity} ({self.epoch})"


class SenderFolder(models.Model):
    """A folder in which senders write down what leaves; ``machine`` is the name of the host, ``seen_at`` when one of
    them last began a file there."""

    key = models.CharField(max_length=32, primary_key=True)
    machine = models.CharField(max_length=100)
    begun_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.machine} {self.key}"
