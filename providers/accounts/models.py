"""Accounts: our credentials at a provider."""

from functools import cached_property

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from providers import registry, secrets
from providers.contract.abilities import Ability
from providers.contract.gateway import Gateway
from providers.contract.messages import AccountAccess
from providers.contract.statuses import Concern


class AccountState(models.TextChoices):
    ACTIVE = "active", _("Active")
    PAUSED = "paused", _("Paused")
    ARCHIVED = "archived", _("Archived")


class AccountQuerySet(models.QuerySet["Account"]):
    def usable(self) -> "AccountQuerySet":
        """Accounts that a new campaign may be composed with."""
        return self.exclude(state=AccountState.ARCHIVED)

    def able_to(self, ability: Ability) -> "AccountQuerySet":
        return self.filter(provider__in=[gateway.slug for gateway in registry.able_to(ability)])

    def unproven(self) -> "AccountQuerySet":
        """Accounts for which :attr:`Account.is_unproven` holds."""
        return self.filter(Q(answered_at=None) | Q(answered_at__lt=F("credentials_changed_at")))


class Account(models.Model):
    """One set of credentials with its settings, its limits, its balance as last read, and whether sending is paused.

    ``parallel_requests`` and ``requests_per_second`` (None: no limit) hold over all workers and campaigns. Between
    ``quiet_from`` and ``quiet_until``, in the recipient's own time zone, nobody is called. ``guard_percent`` of the
    recipients that were tried, and ``guard_least`` at least, may be refused or unknown before a campaign pauses.
    Between ``shortest_pause`` and ``longest_pause`` (seconds) lies the rest after a refusal for a passing reason.
    ``learned`` maps the name of a frequency setting to the lower limit that the provider's refusals have shown.
    ``check_*`` keep the last test of the connection. ``credentials_changed_at`` is when the credentials, the address or
    a setting of the provider last changed; ``answered_at`` when the first usable answer since then came.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    provider = models.SlugField(_("provider"), max_length=40)
    credentials_encrypted = models.TextField(default="", editable=False)
    settings = models.JSONField(default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=AccountState, default=AccountState.ACTIVE)
    pause_concern = models.CharField(max_length=16, default=Concern.NONE, blank=True)
    pause_words = models.TextField(default="", blank=True)
    pause_raw = models.CharField(max_length=300, default="", blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    balance_amount = models.DecimalField(max_digits=18, decimal_places=6, null=True, blank=True)
    balance_unit = models.CharField(max_length=16, default="", blank=True)
    balance_parts = models.JSONField(default=list, blank=True)
    balance_read_at = models.DateTimeField(null=True, blank=True)
    balance_low = models.DecimalField(_("warn below"), max_digits=18, decimal_places=6, null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    check_passed = models.BooleanField(null=True, blank=True)
    check_words = models.TextField(default="", blank=True)
    credentials_changed_at = models.DateTimeField(default=timezone.now, db_default=Now(), editable=False)
    answered_at = models.DateTimeField(null=True, blank=True, editable=False)
    receipt_wait_hours = models.PositiveIntegerField(_("hours to wait for a receipt"), default=72)
    parallel_requests = models.PositiveSmallIntegerField(_("requests at the same time"), default=8)
    requests_per_second = models.FloatField(_("requests per second"), null=True, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(_("quiet until"), null=True, blank=True)
    breaker_failures = models.PositiveSmallIntegerField(_("failures in a row before a rest"), default=10)
    shortest_pause = models.PositiveIntegerField(_("shortest pause"), default=30, db_default=30)
    longest_pause = models.PositiveIntegerField(_("longest pause"), default=3600, db_default=3600)
    guard_percent = models.PositiveSmallIntegerField(_("pause a campaign above this share of failures"), default=20)
    guard_least = models.PositiveIntegerField(_("but not before this many failures"), default=50)
    learned = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["name"]
        permissions = [("test_account", "Can test the connection of an account")]

    def __str__(self) -> str:
        return self.name

    @property
    def gateway(self) -> Gateway:
        """The code for this account's provider. Raises registry.UnknownGateway when its folder is gone."""
        return registry.get(self.provider)

    @cached_property
    def credentials(self) -> dict[str, object]:
        return secrets.decrypt(self.credentials_encrypted)

    def set_credentials(self, values: dict[str, object]) -> None:
        self.credentials_encrypted = secrets.encrypt(values)
        self.__dict__.pop("credentials", None)

    def access(self) -> AccountAccess:
        """Credentials and settings for the gateway, with the declared defaults filled in."""
        defaults = {field.name: field.default for field in self.gateway.settings if field.default is not None}
        return AccountAccess(self.credentials, defaults | self.settings)

    @property
    def is_unproven(self) -> bool:
        """Whether no request for people got a usable answer since the credentials or the address changed."""
        return self.answered_at is None or self.answered_at < self.credentials_changed_at

    @property
    def last_test_failed(self) -> bool:
        """Whether the last test of the connection failed and nothing has shown since that the provider answers."""
        proven_since = self.checked_at and self.answered_at and self.answered_at > self.checked_at
        return self.check_passed is False and not proven_since

    @property
    def balance_display(self) -> str:
        if self.balance_amount is None:
            return ""
        amount = f"{self.balance_amount.normalize():,f}"
        return f"{amount} {_(self.balance_unit) if self.balance_unit else ''}".strip()
