"""Campaigns, their chunks and their counters."""

import secrets
import string
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.models.installation import Installation
from campaigns.models.statuses import WAITING, CampaignKind, CampaignState
from providers.contract.abilities import Ability

CHUNK_SIZE = 1000
"""Recipients per chunk, which is also the most that any provider takes in one request."""

CACHED_ABOVE = 20_000
"""Recipients above which nothing is looked for among them while somebody waits for a page."""

EVERY_DAY = 0b1111111
"""All seven bits of the days of a week, Monday first."""


TAG_LENGTH = 3
_LETTERS = string.ascii_lowercase
_CHARACTERS = string.digits + string.ascii_lowercase


def tag_of(identity: uuid.UUID) -> str:
    """What the references of an installation begin with: a letter that is no hexadecimal digit, which they began with
    before there were tags, and two more characters. One of 25,920."""
    place, last = divmod(identity.int, 36)
    place, middle = divmod(place, 36)
    return _LETTERS[6 + place % 20] + _CHARACTERS[middle] + _CHARACTERS[last]


def new_reference() -> str:
    """Ten characters of our own that travel to the provider inside every reference (letters and digits only).

    The first of them say which installation it is, by which it knows its own although the campaign is lost.
    """
    return tag_of(_identity()) + "".join(secrets.choice(_CHARACTERS) for _ in range(10 - TAG_LENGTH))


def _identity() -> uuid.UUID:
    found = Installation.objects.values_list("identity", flat=True).first()
    return found or uuid.uuid4()


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Campaigns by what they count as."""

    def real(self) -> "CampaignQuerySet":
        """Without test sends, which belong to their campaign and count nowhere."""
        return self.filter(test_of=None)

    def listed(self) -> "CampaignQuerySet":
        """Real ones that nobody has put into the archive."""
        return self.real().filter(archived_at=None)


class Campaign(models.Model):
    """Content, account, audience and schedule.

    ``columns`` are the audience's column names in order, usable as ``{placeholders}`` in ``text``. ``options`` are
    the documented request fields by their documented names. ``total`` is the number of recipients. ``scheduled_at``
    is when it is to start; without it, what is scheduled starts as soon as what it waits for is there. ``late`` is set
    when that time passed unnoticed long ago and a person has to decide. ``guard_base`` holds the counts from which the
    automatic pause counts on, ``repeats`` the campaign to some of whose recipients this one sends again. ``proven_at``
    is when a request was first answered since the campaign was started or resumed; until then one goes alone.
    ``test_waived_at`` is when a person started it although the account's last test had failed.

    Between ``window_from`` and ``window_until`` (both or none) on the days of ``window_days`` (bit 0 is Monday), by the
    clock of ``time_zone``, it may send; ``per_minute`` limits its recipients per minute, and with ``spread_until`` they
    are spread evenly until then. ``test_of`` marks a test send: it belongs to that campaign and counts in no total.
    ``approval_digest`` is what was asked about or approved: any change of it voids the approval. ``changed_by`` is who
    changed the draft last. ``estimate`` is what the check said about the cost when the campaign was started,
    ``balance_before`` and ``balance_after`` what the provider said about the account then and at the end; since
    ``erased_at`` only counts are left of its recipients.
    """

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=16, choices=CampaignKind)
    account = models.ForeignKey("providers.Account", on_delete=models.PROTECT, related_name="campaigns")
    state = models.CharField(_("state"), max_length=16, choices=CampaignState, default=CampaignState.DRAFT)
    pause_words = models.TextField(default="", blank=True)
    pause_raw = models.CharField(max_length=300, default="", blank=True)
    text = models.TextField(_("text"), default="", blank=True)
    voice_file = models.ForeignKey("providers.VoiceFile", null=True, blank=True, on_delete=models.PROTECT)
    template = models.ForeignKey("providers.VoiceTemplate", null=True, blank=True, on_delete=models.PROTECT)
    options = models.JSONField(default=dict, blank=True)
    columns = models.JSONField(default=list, blank=True)
    reference = models.CharField(max_length=10, unique=True, default=new_reference, editable=False)
    total = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    scheduled_at = models.DateTimeField(_("start at"), null=True, blank=True)
    late = models.BooleanField(default=False)
    guard_base = models.JSONField(default=dict, blank=True)
    proven_at = models.DateTimeField(null=True, blank=True)
    test_waived_at = models.DateTimeField(null=True, blank=True)
    repeats = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="repeated_by")

    copied_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies")
    test_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="tests")
    archived_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="", blank=True)
    window_days = models.PositiveSmallIntegerField(_("days"), default=EVERY_DAY)
    window_from = models.TimeField(_("from"), null=True, blank=True)
    window_until = models.TimeField(_("until"), null=True, blank=True)
    spread_until = models.DateTimeField(_("spread evenly until"), null=True, blank=True)
    per_minute = models.PositiveIntegerField(_("recipients per minute"), null=True, blank=True)
    approval_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approval_asked_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    approved_at = models.DateTimeField(null=True, blank=True)
    approval_digest = models.CharField(max_length=64, default="", blank=True)
    estimate = models.JSONField(default=dict, blank=True)
    balance_before = models.JSONField(default=dict, blank=True)
    balance_after = models.JSONField(default=dict, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "-id"], name="campaign_state")]
        permissions = [
            ("start_campaign", "Can start, pause and cancel campaigns"),
            ("approve_campaign", "Can approve campaigns that others composed"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The campaign's page; a draft is opened where it goes on."""
        return reverse("campaigns:check" if self.is_composed else "campaigns:detail", args=[self.pk])

    @property
    def ability(self) -> Ability:
        return Ability(self.kind)

    @property
    def is_draft(self) -> bool:
        return self.state == CampaignState.DRAFT

    @property
    def is_composed(self) -> bool:
        """Whether it is still being composed or looked at, so that its page is the check before the start."""
        return self.state in (CampaignState.DRAFT, CampaignState.PENDING_APPROVAL)

    @property
    def is_test(self) -> bool:
        return self.test_of_id is not None

    @property
    def is_waiting(self) -> bool:
        """Whether it would run by now if what it needs at the provider were there."""
        if self.state != CampaignState.SCHEDULED or self.late:
            return False
        return self.scheduled_at is None or self.scheduled_at <= timezone.now()

    @property
    def state_label(self) -> str:
        """The state as people read it."""
        return str(WAITING if self.is_waiting else CampaignState(self.state).label)


class Tally(models.Model):
    """Part of the count of recipients in one state and failure class; a campaign's count is the sum over its rows.
    ``talk_seconds`` is how long they listened together, ``cost`` what the provider says that they cost (millionths of
    ``currency``).

    Written only by triggers on the recipients, in the statement that changes a state, so that no code can forget it.
    PostgreSQL appends rows per statement and state (no two workers wait for each other) and the sweep compacts
    them; SQLite, with one writer at a time, keeps one row per state.
    """

    # No constraint: when a campaign is deleted, the triggers still count its recipients out.
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="tallies", db_index=False, db_constraint=False
    )
    state = models.CharField(max_length=12)
    failure = models.CharField(max_length=16, default="", blank=True)
    currency = models.CharField(max_length=8, default="", blank=True)
    amount = models.BigIntegerField()
    talk_seconds = models.BigIntegerField(default=0)
    cost = models.BigIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["campaign", "state"], name="tally_campaign_state")]

    def __str__(self) -> str:
        return f"{self.state} {self.amount:+d}"


class Chunk(models.Model):
    """Neighbouring recipients ``first`` to ``last`` (positions) that one worker works on at a time.

    ``token`` counts the leases: whoever writes with an older token has lost the chunk. ``next_attempt_at`` is when
    the chunk has something to do, NULL when it has not. ``orphaned`` says that an earlier lease was not given back, so
    that requests may be without an outcome. Who waits in a leased chunk belongs to its worker: nobody else moves them.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="chunks", db_index=False)
    number = models.PositiveIntegerField()
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    token = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    orphaned = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="chunk_number")]
        indexes = [
            models.Index(
                fields=["campaign", "next_attempt_at"], condition=Q(next_attempt_at__isnull=False), name="chunk_due"
            ),
            models.Index(fields=["campaign"], condition=Q(orphaned=True), name="chunk_orphaned"),
            models.Index(fields=["lease_until"], condition=Q(lease_until__isnull=False), name="chunk_leased"),
        ]

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"
