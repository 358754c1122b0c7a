"""One campaign of each kind, and who it is sent to, in the words of the pages and of the sandbox."""

from dataclasses import dataclass, field

from campaigns.models.statuses import CampaignKind
from providers import registry
from providers.contract.abilities import Ability
from providers.contract.gateway import Gateway
from providers.contract.rehearsal import Rehearsal
from providers.sandbox.mounts import rehearsals


@dataclass(frozen=True)
class Play:
    """How a campaign of one kind is composed: what is chosen, what is written, and what the first one gets."""

    kind: CampaignKind
    chosen: dict[str, str] = field(default_factory=dict)
    text: str = ""
    options: dict[str, str] = field(default_factory=dict)
    shown: dict[str, str] = field(default_factory=dict)
    gets: str = ""

    @property
    def gateway(self) -> Gateway:
        return next(gateway for gateway in registry.able_to(Ability(self.kind)) if gateway.slug in rehearsals())

    @property
    def rehearsal(self) -> Rehearsal:
        return rehearsals()[self.gateway.slug]


PLAYS = (
    Play(
        CampaignKind.VOICE_FILE,
        chosen={"Voice file": "Chime, three seconds"},
        options={"Times played": "2"},
        shown={"Times played": "2"},
        gets="Chime, three seconds",
    ),
    Play(
        CampaignKind.VOICE_TEXT,
        text="Your parcel is ready. The code is {code}.",
        options={"Language of the voice": "EN", "Times played": "2"},
        shown={"Language of the voice": "English (EN)", "Times played": "2"},
        gets="Your parcel is ready. The code is 1001.",
    ),
    Play(
        CampaignKind.VOICE_TEMPLATE,
        chosen={"Voice template": "Parcel handed to the courier"},
        text="{code}",
        gets="1001",
    ),
    Play(
        CampaignKind.SMS,
        text="Your parcel is ready. Code {code}",
        options={"Sender": "Parcels"},
        shown={"Sender": "Parcels"},
        gets="Your parcel is ready. Code 1001",
    ),
)


@dataclass(frozen=True)
class Audience:
    """Two who are reached, one of them late, one who is not, one who is refused; then a bad row and a repeated one."""

    rehearsal: Rehearsal

    @property
    def reached(self) -> list[str]:
        return [self.rehearsal.number_for(500), self.rehearsal.number_for(0, "late")]

    @property
    def missed(self) -> str:
        failure = next(own for own in self.rehearsal.own_outcomes if own.receipt_code == self.rehearsal.failure_code)
        return self.rehearsal.number_for(0, failure.name)

    @property
    def refused(self) -> str:
        return self.rehearsal.number_for(0, "refused")

    @property
    def pasted(self) -> str:
        numbers = [*self.reached, self.missed, self.refused, "12", self.reached[0]]
        return "\n".join(["mobile,code", *(f"{number},{1001 + index}" for index, number in enumerate(numbers))])
