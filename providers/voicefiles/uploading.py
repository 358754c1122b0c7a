"""From an uploaded file to a voice file, or to the words why not."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction

from providers.contract.words import Words

from . import keeping
from .audio import AudioFacts, examine
from .models import VoiceFile
from .rules import limits

LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class Known:
    """The same content is here already. ``brought_back``: its bytes had gone from our disk and are there again."""

    voice_file: VoiceFile
    brought_back: bool = False


def add_recording(upload: "File[Any]", *, by: Any) -> VoiceFile | Known | Words:
    """Keep an uploaded file, or say why not. Whatever goes wrong, nothing of it stays behind.

    Must not run inside a transaction: what is on disk would survive its rollback.
    """
    with keeping.content_of(upload) as content:
        facts = examine(content, upload.name or "", limits())
        if isinstance(facts, Words):
            return facts
        values = _values(upload, facts) | {"digest": sha256(content).hexdigest(), "size": len(content)}
    try:
        return _known(upload, values) or _kept(upload, values | {"created_by": by})
    except IntegrityError:  # somebody uploads the same content at the same moment, and was quicker
        known = VoiceFile.objects.filter(digest=values["digest"]).first()
        if known is None:
            raise
        return Known(known)


def _values(upload: "File[Any]", facts: AudioFacts) -> dict[str, Any]:
    original = "".join(letter for letter in (upload.name or "") if letter.isprintable()).strip()[-255:]
    stem = original.rpartition(".")[0] or original
    return {
        "name": stem[:LONGEST_NAME].strip() or facts.format.upper(),
        "original_name": original,
        "format": facts.format,
        "seconds": facts.seconds,
        "sample_rate": facts.sample_rate,
        "channels": facts.channels,
    }


def _kept(upload: "File[Any]", values: dict[str, Any]) -> VoiceFile:
    with keeping.written(upload, values["format"]) as name, transaction.atomic(durable=True):
        return VoiceFile.objects.create(file=name, **values)


def _known(upload: "File[Any]", values: dict[str, Any]) -> Known | None:
    known = VoiceFile.objects.filter(digest=values["digest"]).first()
    if known is None:
        return None
    if keeping.exists(known):
        return Known(known)
    with keeping.written(upload, known.format) as name, transaction.atomic(durable=True):
        VoiceFile.objects.filter(pk=known.pk).update(file=name)
    return Known(known, brought_back=True)
