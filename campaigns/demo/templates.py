"""Voice templates of the demonstration: handed in for review like any other, and waited for."""

import time
from collections.abc import Callable

from django.db import connection

from providers.accounts.models import Account
from providers.contract.abilities import Ability
from providers.models import TemplateState, VoiceTemplate
from providers.sandbox.mounts import rehearsals
from providers.voicetemplates import services

TEXT = "您好，您的验证码是%s，请勿告诉他人。"
REVIEW_SECONDS = 20.0


def approved_templates(
    accounts: dict[str, Account], wait: float, say: Callable[[str], None]
) -> dict[str, VoiceTemplate]:
    """For each account that needs one, a template that went through review, or else the one known to be approved.

    The review is waited for at most *wait* seconds, and never longer than :data:`REVIEW_SECONDS`.
    """
    seconds = min(wait, REVIEW_SECONDS)
    handed_in = {
        slug: _hand_in(account)
        for slug, account in accounts.items()
        if account.gateway.able_to(Ability.REVIEWS_TEMPLATES)
    }
    return {slug: _wait(accounts[slug], template, seconds, say) for slug, template in handed_in.items()}


def _hand_in(account: Account) -> VoiceTemplate:
    text = TEXT % account.gateway.template_variable
    template = services.create_draft(account=account, name="Demonstration", text=text, by=None)
    services.submit(template, None)
    return template


def _wait(account: Account, template: VoiceTemplate, seconds: float, say: Callable[[str], None]) -> VoiceTemplate:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        template.refresh_from_db()
        connection.close()
        if template.state == TemplateState.APPROVED:
            say(f"{account}: template #{template.provider_id} was handed in and approved")
            return template
        time.sleep(0.2)
    known = rehearsals()[account.provider].template
    if known is None:
        raise RuntimeError(f"{account}: no template was approved in {seconds:.0f} seconds")
    say(f"{account}: no review came in {seconds:.0f} seconds; going on with template #{known.id}")
    return services.take_over(account=account, name="Known", provider_id=known.id, text=known.text, by=None)
