"""What the page of a voice file shows of its copies: one line per account that takes voice files."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notifyadmin.web.words import in_words
from providers.accounts.models import Account, AccountState
from providers.contract.abilities import Ability

from .models import CopyState, VoiceFile, VoiceFileCopy
from .obstacles import offered_not

COLOURS = {
    CopyState.WAITING: "pending",
    CopyState.SENDING: "submitting",
    CopyState.UNCLEAR: "unknown",
    CopyState.THERE: "delivered",
    CopyState.FAILED: "rejected",
}
UNDER_WAY = (CopyState.WAITING, CopyState.SENDING, CopyState.UNCLEAR)


@dataclass(frozen=True, slots=True)
class Line:
    """One account, the copy there if there is or will be one, and why nothing may be done about it now, if so."""

    account: Account
    copy: VoiceFileCopy | None
    not_now: str

    @property
    def colour(self) -> str:
        return COLOURS[CopyState(self.copy.state)] if self.copy else "skipped"

    @property
    def label(self) -> Any:
        return CopyState(self.copy.state).label if self.copy else _("Not there")

    @property
    def may_send(self) -> bool:
        return self.copy is None and not self.not_now

    @property
    def may_try_again(self) -> bool:
        """After a failure; of what is unclear only once the provider was asked, and by a person who decides it."""
        if self.copy is None or self.not_now:
            return False
        return self.copy.state == CopyState.FAILED or (self.copy.state == CopyState.UNCLEAR and self.copy.asked > 0)

    @property
    def may_ask(self) -> bool:
        return self.copy is not None and self.copy.state == CopyState.UNCLEAR and not self.not_now

    @property
    def is_live(self) -> bool:
        return self.copy is not None and self.copy.state in UNDER_WAY

    @property
    def is_later(self) -> bool:
        """Whether a worker goes on with it at a time that is worth telling."""
        due = self.copy.next_attempt_at if self.copy and self.copy.state != CopyState.SENDING else None
        return due is not None and due > timezone.now()


def context_of(voice_file: VoiceFile) -> dict[str, Any]:
    """For ``copies.html``."""
    lines = lines_of(voice_file)
    return {"voice_file": voice_file, "lines": lines, "offered": sum(line.may_send for line in lines)}


def lines_of(voice_file: VoiceFile, account_id: int | None = None) -> list[Line]:
    """The lines of all accounts, or of one, by name; archived accounts last."""
    copies = {copy.account_id: copy for copy in voice_file.copies.all()}
    able = Account.objects.able_to(Ability.TAKES_VOICE_FILES).values("pk")
    accounts = Account.objects.filter(Q(pk__in=able) | Q(pk__in=list(copies)))
    if account_id is not None:
        accounts = accounts.filter(pk=account_id)
    lines = [_line(voice_file, account, copies.get(account.pk)) for account in accounts]
    return sorted(lines, key=lambda line: line.account.state == AccountState.ARCHIVED)


def _line(voice_file: VoiceFile, account: Account, copy: VoiceFileCopy | None) -> Line:
    is_there = copy is not None and copy.state == CopyState.THERE
    return Line(account, copy, "" if is_there else in_words(offered_not(voice_file, account)))
