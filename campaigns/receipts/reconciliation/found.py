"""Writing down what an asking found out, so that the page of a recipient can say it and no more than it.

One row per request, and at each recipient a few letters that point to it: a request is about thousands.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from campaigns.models import Asked, Asking, Finding
from notifyadmin.db.sql import execute, rows
from providers.accounts.models import Account
from providers.contract.errors import Evidence, NotSent, Refused, Unknown
from providers.contract.records import Records, RecordsAnswer
from providers.contract.words import Words

KEPT = 8
"""Askings per recipient that are kept in detail."""

LONGEST = 200
"""Characters of a history. The first :data:`KEPT` entries fit whatever their keys are, so none of them is cut."""

AT_ONCE = 5000
_NUMBERS = re.compile(r"\d{7,}")
_ENTRY = re.compile(r"(?P<found>[a-z])(?P<asking>\d+)")


class Found(NamedTuple):
    """One entry of a recipient's history."""

    finding: Finding
    asking_id: int


def asking_of(account: Account, answer: RecordsAnswer, now: datetime, words: Words | None = None) -> Asking:
    """Keep one request, with *words* where the answer alone does not say why nothing is known."""
    seen: Evidence = getattr(answer, "evidence", Evidence())
    said = answer if isinstance(answer, Refused | Unknown | NotSent) else None
    why = words or (said.words if said else None)
    return Asking.objects.create(
        account=account,
        at=now,
        words=why.pack() if why else "",
        code=_code(answer),
        # What is no answer of the provider's is somebody else's page, which the call log keeps.
        raw=_NUMBERS.sub("…", answer.raw)[:300] if isinstance(answer, Refused) else "",
        http_status=0 if isinstance(answer, Records) else seen.http_status,
    )


def _code(answer: RecordsAnswer) -> str:
    return answer.code[:40] if isinstance(answer, Refused | Unknown) else ""


def write_found(asking: Asking, found: Mapping[Finding, Iterable[int]]) -> None:
    """Put what *asking* found before the history of these recipients, who are stamped already."""
    entries = [(pk, f"{finding.value}{asking.pk}") for finding, ids in found.items() for pk in ids]
    for first in range(0, len(entries), AT_ONCE):
        source, parameter = rows({"id": "bigint", "entry": "text"}, entries[first : first + AT_ONCE])
        sql = f"""
            UPDATE campaigns_asked AS a SET history = substr(trim(v.entry || ' ' || a.history), 1, {LONGEST})
            FROM {source} WHERE a.recipient_id = v.id
        """  # noqa: S608
        execute(sql, [parameter])


def history_of(asked: Asked) -> list[Found]:
    """The last askings about a recipient, latest first."""
    entries = (_ENTRY.fullmatch(entry) for entry in asked.history.split()[:KEPT])
    return [Found(Finding(entry["found"]), int(entry["asking"])) for entry in entries if entry]
