"""A list on its way in: looked at, looked at again in another way, and handed to those who read."""

from typing import Any

from campaigns.models import ListFile
from notifyadmin.web.errors import Refusal
from providers.contract.words import Words, gettext_noop

from . import keeping, working
from .formats import Found, UnreadableList, look
from .keeping import Kept
from .targets import Target

ONLY_NAMES = Words(gettext_noop("There are column names, and no row below them."))
NOT_NOW = Words(gettext_noop("This list was read already, or is being read; its columns cannot be changed any more."))


def take_in(target: Target, kept: Kept, name: str, *, by: Any) -> ListFile:
    """A new list that people call *name*. Raises UnreadableList; then its file is the caller's to delete."""
    found = look(keeping.folder() / kept.stored, kept.stored)
    if found.has_header and len(found.sample) < 2:
        raise UnreadableList(ONLY_NAMES)
    return ListFile.objects.create(
        **target.new_values(),
        purpose=target.purpose,
        name=name,
        stored=kept.stored,
        size=kept.size,
        digest=kept.digest,
        found=found.to_json(),
        shape=found.shape,
        created_by_id=by.pk if by else None,
    )


def look_again(list_file: ListFile, *, sheet: str = "", encoding: str = "", delimiter: str = "") -> Found:
    """Look at the list in another way and keep what shows. Raises UnreadableList, Refusal."""
    path = keeping.path_of(list_file)
    if path is None:
        raise Refusal(working.GONE)
    found = look(path, list_file.stored, sheet=sheet, encoding=encoding, delimiter=delimiter)
    mappable = ListFile.objects.filter(working.MAPPABLE, pk=list_file.pk)
    list_file.found, list_file.shape = found.to_json(), found.shape
    if not mappable.update(found=list_file.found, shape=list_file.shape):
        raise Refusal(NOT_NOW)
    return found
