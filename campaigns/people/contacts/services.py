"""Everything that writes contact lists, except reading a file into one."""

from collections.abc import Sequence
from functools import partial

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Concat, Length, Replace
from django.utils import timezone

from campaigns.models import Campaign, Contact, ContactList, ListFile
from campaigns.people.audience import keeping
from notifyadmin.db.sql import execute, moment, time_parameter
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

from . import tags

TAKEN = Words(
    gettext_noop("There is a contact list of this name already, perhaps an archived one. Choose another name.")
)
ARCHIVED = Words(gettext_noop("This contact list is archived. Bring it back first."))


def create(name: str, note: str, user: AbstractBaseUser | None) -> ContactList:
    """An empty list. Raises Refusal when there is one of this name."""
    if ContactList.objects.filter(name=name).exists():
        raise Refusal(TAKEN, "name")
    return ContactList.objects.create(name=name, note=note, created_by_id=user.pk if user else None)


def rename(contact_list: ContactList, name: str, note: str) -> None:
    """Change name and note. Raises Refusal when another list has the name."""
    if ContactList.objects.filter(name=name).exclude(pk=contact_list.pk).exists():
        raise Refusal(TAKEN, "name")
    ContactList.objects.filter(pk=contact_list.pk).update(name=name, note=note, updated_at=timezone.now())


def archive(contact_list: ContactList) -> None:
    """Take the list out of use; its contacts stay, and so do the campaigns that they were taken into."""
    ContactList.objects.filter(pk=contact_list.pk, archived_at=None).update(archived_at=timezone.now())


def restore(contact_list: ContactList) -> None:
    ContactList.objects.filter(pk=contact_list.pk).update(archived_at=None)


def tag(contact_list: ContactList, contacts: QuerySet[Contact], names: Sequence[str]) -> tuple[int, int]:
    """Give *contacts* the tags *names*; returns how many were changed, and how many had no room for one more.

    One statement per tag.
    """
    changed = full = 0
    with transaction.atomic():
        _locked(contact_list)
        for name in names:
            lacking = contacts.exclude(tags__contains=tags.mark(name))
            fitting = lacking.annotate(used=Length("tags")).filter(used__lt=tags.ROOM - len(name) - 1)
            amount = lacking.count()
            added = Concat(Case(When(tags="", then=Value("|")), default=F("tags")), Value(f"{name}|"))
            updated = Contact.objects.filter(pk__in=fitting.values("pk")).update(tags=added)
            changed, full = changed + updated, full + amount - updated
    return changed, full


def untag(contact_list: ContactList, contacts: QuerySet[Contact], names: Sequence[str]) -> int:
    """Take the tags *names* from *contacts*; returns how many were changed. One statement per tag."""
    changed = 0
    with transaction.atomic():
        _locked(contact_list)
        for name in names:
            having = contacts.filter(tags__contains=tags.mark(name))
            left = Replace("tags", Value(tags.mark(name)), Value("|"))
            changed += having.update(tags=Case(When(tags=tags.mark(name), then=Value("")), default=left))
    return changed


def delete_contacts(contact_list: ContactList, contacts: QuerySet[Contact]) -> int:
    """Forget *contacts*; campaigns that they were taken into keep them. Returns how many."""
    with transaction.atomic():
        locked = _locked(contact_list)
        gone, _ = contacts.delete()
        recount(locked)
    return gone


def remove_file(contact_list: ContactList, list_file: ListFile) -> int:
    """Forget the contacts that came with one file, and the file. Returns how many they were."""
    with transaction.atomic():
        locked = _locked(contact_list)
        rows = Contact.objects.filter(contact_list=locked, list_file=list_file)
        gone = int(rows._raw_delete(rows.db))
        stored = list_file.stored
        list_file.delete()
        transaction.on_commit(partial(keeping.remove, stored))
        recount(locked)
    return gone


def save_audience(campaign: Campaign, name: str, note: str, user: AbstractBaseUser | None) -> ContactList:
    """A new contact list with everybody in *campaign*'s audience. One statement. Raises Refusal for a taken name."""
    with transaction.atomic():
        made = create(name, note, user)
        sql = f"""
            INSERT INTO campaigns_contact (contact_list_id, number, typed, variables, tags, row, created_at)
            SELECT %s, r.number, r.typed, r.variables, '', r.position, {time_parameter()}
            FROM campaigns_recipient r WHERE r.campaign_id = %s AND r.number NOT LIKE '#%%' ORDER BY r.position
        """  # noqa: S608
        made.total = execute(sql, [made.pk, moment(timezone.now()), campaign.pk])
        made.columns = campaign.columns
        made.save(update_fields=["total", "columns", "updated_at"])
    return made


def recount(contact_list: ContactList) -> None:
    """Write down how many contacts the list has."""
    contact_list.total = contact_list.contacts.count()
    contact_list.save(update_fields=["total", "updated_at"])


def locked_for_adding(pk: int) -> ContactList:
    """The list under its row's lock. Needs a transaction. Raises Refusal when it is archived."""
    locked = ContactList.objects.select_for_update().get(pk=pk)
    if locked.archived_at is not None:
        raise Refusal(ARCHIVED)
    return locked


def _locked(contact_list: ContactList) -> ContactList:
    return ContactList.objects.select_for_update().get(pk=contact_list.pk)
