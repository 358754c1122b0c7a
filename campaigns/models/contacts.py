"""People who are kept to be reached again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ContactList(models.Model):
    """A list that is kept and reused. ``columns`` name the values of its contacts in order."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    note = models.TextField(_("note"), default="", blank=True)
    columns = models.JSONField(default=list, blank=True)
    total = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("contact list")
        verbose_name_plural = _("contact lists")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Contact(models.Model):
    """One number of a contact list, once. ``tags`` stand between bars, ``|vip|north|``, so that they can be found."""

    contact_list = models.ForeignKey(ContactList, on_delete=models.CASCADE, related_name="contacts", db_index=False)
    number = models.CharField(_("number"), max_length=15)
    typed = models.CharField(max_length=60, default="", blank=True)
    variables = models.JSONField(default=dict, blank=True)
    tags = models.CharField(_("tags"), max_length=300, default="", blank=True)
    list_file = models.ForeignKey(
        "ListFile", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    row = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        constraints = [models.UniqueConstraint(fields=["contact_list", "number"], name="contact_number")]

    def __str__(self) -> str:
        return self.number
