"""What is asked of a gateway."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .abilities import Ability


@dataclass(frozen=True, slots=True)
class AccountAccess:
    """What a gateway needs to know of an account: decrypted credentials and its settings, by declared field name."""

    credentials: Mapping[str, Any]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "AccountAccess(…)"


class Callee(NamedTuple):
    """One person in a request.

    ``ref`` is our own reference of this recipient, ``number`` the digits with country code and without plus sign,
    ``text`` what this person is to hear or read (empty for voice files).
    """

    ref: str
    number: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One request to be made: a kind, the people, and what the kind needs.

    ``ref`` is our reference of the submission; each callee's ``ref`` begins with it. ``file_id`` is the provider's
    id of a voice file, ``template_id`` the provider's id of a template, ``options`` the documented optional fields by
    their documented names.
    """

    kind: Ability
    ref: str
    callees: tuple[Callee, ...]
    file_id: str = ""
    template_id: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
