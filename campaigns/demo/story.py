"""What a demonstration plays: one campaign of each rehearsed kind, composed the way staff compose them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from campaigns.compose import checks
from campaigns.compose.steps import services as compose
from campaigns.lifecycle import services
from campaigns.models import Campaign
from campaigns.people.audience.importing import add_audience
from campaigns.people.audience.reading import read_text
from providers import registry, rehearsing
from providers.accounts.services import mark_answered
from providers.contract.abilities import KINDS, Ability
from providers.contract.gateway import Gateway
from providers.contract.rehearsal import Rehearsal
from providers.models import Account, VoiceFile, VoiceFileCopy, VoiceTemplate
from providers.sandbox.mounts import rehearsals

COLUMN = "code"
MAGIC_EVERY = 20
"""One recipient in so many has an outcome that the sandbox documents; the others are ordinary."""
OUTCOMES = ("late", "twice", "early", "out_of_order", "contradictory", "thrice", "refused")
FAILURES_OWN = 3
"""How many of the provider's own receipt codes are played besides."""

TEXTS = {
    Ability.VOICE_TEXT: "Your parcel is ready. The code is {%s}." % COLUMN,  # noqa: UP031
    Ability.SMS: "Your parcel is ready. Code {%s}" % COLUMN,  # noqa: UP031
}


@dataclass(frozen=True)
class Act:
    """One campaign of the demonstration."""

    rehearsal: Rehearsal
    gateway: Gateway
    kind: Ability
    campaign: Campaign


def accounts_at(base: str) -> dict[str, Account]:
    """An account per provider that has a rehearsed kind; credentials from ``DEMO_<SLUG>_<FIELD>`` win."""
    found: dict[str, Account] = {}
    for slug, rehearsal in sorted(rehearsals().items()):
        gateway = registry.get(slug)
        if any(facts.rehearsed for facts in gateway.kinds.values()):
            found[slug] = rehearsing.create_sandbox_account(rehearsal, base, dict(_given(gateway)))
            # If the very first answer is lost, a person has to decide; here nobody is there who could.
            mark_answered(found[slug].pk, timezone.now())
            found[slug].refresh_from_db(fields=["answered_at"])
    return found


def compose_all(accounts: dict[str, Account], templates: dict[str, VoiceTemplate], recipients: int) -> list[Act]:
    """A composed draft for every rehearsed kind of every account."""
    acts: list[Act] = []
    for slug, account in accounts.items():
        rehearsal, gateway = rehearsals()[slug], registry.get(slug)
        for kind in KINDS:
            if kind in gateway.kinds and gateway.kinds[kind].rehearsed:
                campaign = _compose(account, rehearsal, kind, templates.get(slug), recipients)
                acts.append(Act(rehearsal, gateway, kind, campaign))
    return acts


def start_all(acts: list[Act]) -> None:
    for act in acts:
        services.start(act.campaign, None)
    connection.close()


def _given(gateway: Gateway) -> Iterator[tuple[str, str]]:
    for field in gateway.credentials:
        value = os.environ.get(f"DEMO_{gateway.slug}_{field.name}".upper())
        if value is not None:
            yield field.name, value


def _compose(
    account: Account, rehearsal: Rehearsal, kind: Ability, template: VoiceTemplate | None, recipients: int
) -> Campaign:
    campaign = compose.create_draft(name=f"{kind} {account}", kind=kind, account=account)
    compose.save_content(campaign, **_content(account, rehearsal, kind, template))
    table = read_text(_list(rehearsal, recipients))
    result = add_audience(campaign, table.rows, table.columns)
    if result.good != recipients:
        raise RuntimeError(f"{account}: {result.bad} rows of the list are bad and {result.duplicates} are repeated")
    for item in checks.stopping(campaign):
        raise RuntimeError(f"{account}: {item.title}. {item.detail}")
    return campaign


def _content(account: Account, rehearsal: Rehearsal, kind: Ability, template: VoiceTemplate | None) -> dict[str, Any]:
    if kind is Ability.VOICE_FILE:
        file, _ = VoiceFile.objects.get_or_create(name="Demonstration")
        file_id = os.environ.get(f"DEMO_{rehearsal.slug}_FILE_ID".upper(), rehearsal.file_id)
        VoiceFileCopy.objects.create(voice_file=file, account=account, file_id=file_id)
        return {"voice_file": file}
    if kind is Ability.VOICE_TEMPLATE and template is not None:
        text = template.text.replace(account.gateway.template_variable, "{%s}" % COLUMN)  # noqa: UP031
        return {"template": template, "text": text}
    options = {"language": "EN"} if kind is Ability.VOICE_TEXT else {}
    return {"text": TEXTS[kind], "options": options}


def _list(rehearsal: Rehearsal, recipients: int) -> str:
    """A CSV list of valid numbers, all different: mostly ordinary, one in :data:`MAGIC_EVERY` with a known outcome."""
    own = [outcome.name for outcome in rehearsal.own_outcomes if outcome.receipt_code][:FAILURES_OWN]
    magic = (*OUTCOMES, *own)
    lines = [f"mobile,{COLUMN}"]
    for index in range(recipients):
        turn, rest = divmod(index, MAGIC_EVERY)
        outcome = magic[turn % len(magic)] if rest == MAGIC_EVERY - 1 else ""
        number = rehearsal.number_for(turn // len(magic) if outcome else index, outcome)
        lines.append(f"{number},{100000 + index}")
    return "\n".join(lines)
