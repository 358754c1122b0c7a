"""What differs from brand to brand."""

from collections.abc import Mapping
from dataclasses import dataclass

from providers.contract.abilities import Ability


@dataclass(frozen=True, slots=True)
class BrandFacts:
    """Everything that one brand of the platform has of its own.

    ``base_url`` is where a new account points to; ``voice_path`` and ``sms_path`` come between it and the operation
    (the balance is read below ``sms_path``). ``documents`` has one page per documented kind: a kind without a page is
    not offered. ``rehearsed`` are the kinds that the demonstration plays. ``files_document`` is the page about
    uploading voice files.
    """

    slug: str
    name: str
    website: str
    base_url: str
    documents: Mapping[Ability, str]
    files_document: str
    voice_path: str = "/voice"
    sms_path: str = ""
    rehearsed: frozenset[Ability] = frozenset()
