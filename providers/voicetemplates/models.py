"""Voice templates, and everything that happened to each."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class TemplateState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTING = "submitting", _("Submitting")
    IN_REVIEW = "in_review", _("In review")
    APPROVED = "approved", _("Approved")
    REJECTED = "rejected", _("Rejected")
    DELETED = "deleted", _("Deleted")


class VoiceTemplate(models.Model):
    """What a provider has agreed, or shall agree, may be said.

    A ``provider_id`` is given when the provider takes the template in. While ``unclear_words`` is not empty the
    provider's answer to the submission could not be read, and nobody may assume either way. ``exists_there`` says that
    the provider refused the draft because it has one with this text already.

    ``submitted_at`` is when we handed it in, ``waiting_since`` since when its review is waited for where that differs
    (taken over or linked while in review). ``reviewed_by_hand`` marks a review that a person read in the provider's
    console. ``told_overdue`` is the waiting that staff were told takes too long. ``origin`` is the template whose text
    this one began with.
    """

    account = models.ForeignKey("providers.Account", on_delete=models.PROTECT, related_name="templates")
    name = models.CharField(_("name"), max_length=120)
    text = models.TextField(_("text"), max_length=1000)
    state = models.CharField(_("state"), max_length=12, choices=TemplateState, default=TemplateState.DRAFT)
    provider_id = models.CharField(_("id at the provider"), max_length=40, default="", blank=True)
    reason = models.TextField(_("reason"), default="", blank=True)
    unclear_words = models.TextField(default="", blank=True)
    exists_there = models.BooleanField(default=False)
    origin = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="successors")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    told_overdue = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by_hand = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("voice template")
        verbose_name_plural = _("voice templates")
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "provider_id"],
                condition=~models.Q(provider_id=""),
                name="one_template_per_provider_id",
            )
        ]

    def __str__(self) -> str:
        return self.name


class TemplateEvent(models.Model):
    """One line of a template's timeline: what happened, by whom or what, and the provider's raw words.

    ``times`` counts how often the provider said the same. ``pushed`` is only on the lines of :func:`timeline.lines`.
    """

    pushed: bool

    template = models.ForeignKey(VoiceTemplate, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=12, choices=TemplateState)
    words = models.TextField()
    raw = models.TextField(default="", blank=True)
    times = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.words


class UnknownReview(models.Model):
    """What a provider last said about a template id that the account does not have (yet).

    ``at`` is when the push was received. ``dismissed`` hides it until the provider says something about the id again.
    """

    account = models.ForeignKey("providers.Account", on_delete=models.CASCADE, related_name="unknown_reviews")
    template_id = models.CharField(max_length=64)
    review = models.CharField(max_length=10)
    code = models.CharField(max_length=32, default="", blank=True)
    raw = models.TextField(default="", blank=True)
    at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    dismissed = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("review of an unknown template")
        verbose_name_plural = _("reviews of unknown templates")
        ordering = ["-at", "-id"]
        constraints = [models.UniqueConstraint(fields=["account", "template_id"], name="one_review_per_unknown_id")]

    def __str__(self) -> str:
        return self.template_id
