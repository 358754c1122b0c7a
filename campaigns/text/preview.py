"""What one recipient will hear or read, and what stands against it."""

from dataclasses import dataclass

from campaigns.models import Campaign, Recipient
from campaigns.models.statuses import CampaignKind
from providers.contract.fields import Problem
from providers.contract.messages import Callee
from providers.contract.words import Words, gettext_noop
from providers.voicetemplates.matching import Verdict

from . import messages, placeholders
from .predicting import template_of
from .sms import Size, size

CHINESE_PER_SECOND = 4.5
LETTERS_PER_SECOND = 14.0


@dataclass(frozen=True, slots=True)
class Preview:
    """One recipient's text in pieces, its size, and the problems that the provider's documents see in it.

    ``seconds`` is a rough guess of how long the reading takes, ``limit`` the most characters that the provider reads
    out with the chosen options; both None for what is not read out. ``verdict`` says how it fits its voice template.
    """

    number: str
    pieces: tuple[placeholders.Piece, ...]
    text: str
    problems: tuple[Words, ...]
    seconds: int | None = None
    sms: Size | None = None
    limit: int | None = None
    verdict: Verdict | None = None

    @property
    def characters(self) -> int:
        return len(self.text)


def of_recipient(campaign: Campaign, recipient: Recipient) -> Preview:
    """The preview for somebody in the audience."""
    return of_text(campaign, campaign.text, recipient.variables, recipient.number)


def of_text(
    campaign: Campaign, text: str, variables: dict[str, str], number: str, *, with_options: bool = True
) -> Preview:
    """The preview of a text that need not be saved yet; without options while somebody is still choosing them."""
    cut = tuple(placeholders.pieces(text, variables))
    spoken = "".join(piece.text for piece in cut)
    read_out = campaign.kind in (CampaignKind.VOICE_TEXT, CampaignKind.VOICE_TEMPLATE)
    return Preview(
        number=number,
        pieces=cut,
        text=spoken,
        problems=tuple(
            words_against(
                campaign, text, variables, number, messages.shown_file_id(campaign), with_options=with_options
            )
        ),
        seconds=reading_seconds(spoken) if read_out else None,
        sms=size(spoken) if campaign.kind == CampaignKind.SMS else None,
        limit=longest_text(campaign) if read_out else None,
        verdict=_verdict(campaign, spoken) if not any(piece.missing for piece in cut) else None,
    )


def _verdict(campaign: Campaign, spoken: str) -> Verdict | None:
    template = template_of(campaign)
    return template.judge(spoken) if template and spoken else None


def longest_text(campaign: Campaign) -> int | None:
    """The most characters of a text that the campaign's provider takes with its options; None if there is no limit."""
    account = campaign.account
    return account.gateway.longest_text(campaign.ability, campaign.options, account.access())


def words_against(
    campaign: Campaign,
    text: str,
    variables: dict[str, str],
    number: str,
    file_id: str,
    *,
    with_options: bool = True,
) -> list[Words]:
    """Why this recipient would not be sent to, in words; empty when nothing stands against it."""
    gateway = campaign.account.gateway
    try:
        rendered = placeholders.render(text, variables) if gateway.kinds[campaign.ability].has_text else ""
    except placeholders.MissingVariable as missing:
        words = gettext_noop("The variable “%(name)s” is missing or empty for this recipient.")
        return [Words(words, {"name": missing.name})]
    callee = Callee(f"{messages.SAMPLE_REFERENCE}.1", number, rendered)
    problems: list[Problem] = gateway.check(
        messages.message_to(campaign, callee, file_id=file_id), campaign.account.access()
    )
    apart = set() if with_options else {option.name for option in gateway.kinds[campaign.ability].options}
    return [problem.words for problem in problems if problem.field not in apart]


def reading_seconds(text: str) -> int:
    """About how long a voice needs for *text*."""
    chinese = sum("\u2e80" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7af" for sign in text)
    return max(1, round(chinese / CHINESE_PER_SECOND + (len(text) - chinese) / LETTERS_PER_SECOND)) if text else 0
