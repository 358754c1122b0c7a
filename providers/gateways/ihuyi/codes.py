"""What the documented codes of the four methods mean, for staff and for the next step.

ihuyi voice notification API, sections 2.5, 3.5, 4.4 and 5.4. Each method has its own table because the same code
means different things: 408 is a frozen account in Submit and a known template in AddTemplate, 404 an empty text in
two methods and an unknown template in DelTemplate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType

from providers.contract.statuses import Concern, FailureClass
from providers.contract.words import Words, gettext_noop


class Effect(Enum):
    """What became of the request."""

    TAKEN = auto()
    REFUSED = auto()
    UNCLEAR = auto()
    EXISTS = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code of one method.

    ``retry_after`` is in seconds; with ``until_next_day`` the reason passes when the natural day in China ends.
    ``frequency`` is the setting that records the limit of calls to one number.
    """

    words: Words
    effect: Effect = Effect.REFUSED
    concern: Concern = Concern.NONE
    failure: FailureClass = FailureClass.OTHER
    retry_after: float | None = None
    until_next_day: bool = False
    frequency: str = ""


Table = Mapping[str, Meaning]


def _stopping(concern: Concern, text: str) -> Meaning:
    """What stops the account or, with CAMPAIGN, the campaign, and leaves everybody for later."""
    return Meaning(Words(text), concern=concern)


def _content(text: str) -> Meaning:
    return Meaning(Words(text), failure=FailureClass.CONTENT)


def _wait(text: str, seconds: float, frequency: str) -> Meaning:
    return Meaning(Words(text), retry_after=seconds, frequency=frequency)


_ACCOUNT: Table = {
    "400": _stopping(
        Concern.ADDRESS,
        gettext_noop(
            "The provider does not accept requests from our IP address. Have the address of this server registered."
        ),
    ),
    "401": _stopping(
        Concern.CREDENTIALS, gettext_noop("The provider received no APIID. Enter the APIID in the account.")
    ),
    "402": _stopping(
        Concern.CREDENTIALS, gettext_noop("The provider received no password. Enter the APIKEY in the account.")
    ),
    "405": _stopping(
        Concern.CREDENTIALS,
        gettext_noop(
            "APIID or APIKEY is wrong. Compare both with the provider's console, section voice notification; "
            "if they are right, try the other kind of password in the account's settings."
        ),
    ),
    "4050": _stopping(
        Concern.FROZEN, gettext_noop("The provider has frozen the account. Ask the provider to release it.")
    ),
}

SUBMIT: Table = MappingProxyType(
    {
        **_ACCOUNT,
        "2": Meaning(Words(gettext_noop("The provider accepted the call.")), Effect.TAKEN),
        "0": Meaning(
            Words(
                gettext_noop(
                    "The provider reports a failed submission without saying whether the call was taken. "
                    "Wait for a receipt before calling again."
                )
            ),
            Effect.UNCLEAR,
        ),
        "403": Meaning(Words(gettext_noop("The provider received no phone number."))),
        "4030": Meaning(
            Words(gettext_noop("This number is on the provider's blacklist. Do not call it again.")),
            failure=FailureClass.BLACKLISTED,
        ),
        "404": _content(gettext_noop("The provider received no text to speak.")),
        "40505": _stopping(
            Concern.CONTRACT, gettext_noop("No contract is signed for this account. Sign it with the provider.")
        ),
        "4051": _stopping(Concern.BALANCE, gettext_noop("Not enough units are left. Top up the account.")),
        "4052": _stopping(
            Concern.ADDRESS,
            gettext_noop(
                "Our IP address differs from the one registered at the provider. "
                "Register the address of this server there."
            ),
        ),
        "406": Meaning(
            Words(gettext_noop("The provider considers this phone number malformed. Correct it in the list."))
        ),
        "407": _content(
            gettext_noop("The text contains words that the provider blocks. Change the text or the variables.")
        ),
        "4071": _stopping(
            Concern.CAMPAIGN,
            gettext_noop(
                "No template is registered at the provider. Hand one in for review, and wait until it is approved."
            ),
        ),
        "4072": _content(
            gettext_noop(
                "The text does not match any approved template. "
                "Everything outside the variables must be equal, full-width signs included."
            )
        ),
        "40722": _content(gettext_noop("A variable is longer than the provider allows. Shorten its value.")),
        "4077": _stopping(
            Concern.CAMPAIGN,
            gettext_noop("The text is not registered with the phone carrier. Ask the provider to register it."),
        ),
        "408": _stopping(
            Concern.FROZEN,
            gettext_noop("The provider suspects abuse and has frozen the account. Talk to the provider's support."),
        ),
        # Twice the second that the document names: our clock and the provider's may cut seconds differently.
        "4080": _wait(
            gettext_noop("More than one call to this number within one second. It can be tried again."), 2, "per_second"
        ),
        "4081": _wait(gettext_noop("More than three calls to this number within one minute."), 60, "per_minute"),
        "4082": Meaning(
            Words(gettext_noop("This number has had its most calls for today; it can be called again tomorrow.")),
            until_next_day=True,
            frequency="per_day",
        ),
    }
)

GET_NUM: Table = MappingProxyType(
    {**_ACCOUNT, "2": Meaning(Words(gettext_noop("The provider told what is left.")), Effect.TAKEN)}
)

ADD_TEMPLATE: Table = MappingProxyType(
    {
        **_ACCOUNT,
        "2": Meaning(Words(gettext_noop("The provider took the template in for review.")), Effect.TAKEN),
        "404": _content(gettext_noop("The provider received no template text.")),
        "407": _content(gettext_noop("The template contains words that the provider blocks. Change its text.")),
        "408": Meaning(
            Words(
                gettext_noop(
                    "The provider already has a template with this text and does not tell its number. "
                    "Look the number up in the provider's console."
                )
            ),
            Effect.EXISTS,
        ),
    }
)

DELETE_TEMPLATE: Table = MappingProxyType(
    {
        **_ACCOUNT,
        "2": Meaning(Words(gettext_noop("The provider deleted the template.")), Effect.TAKEN),
        "404": Meaning(Words(gettext_noop("The provider does not know this template (any more).")), Effect.GONE),
    }
)


TABLES: Mapping[str, Table] = MappingProxyType(
    {"Submit": SUBMIT, "GetNum": GET_NUM, "AddTemplate": ADD_TEMPLATE, "DelTemplate": DELETE_TEMPLATE}
)


def unexplained(code: str) -> Words:
    """What a code outside the method's table says: nothing about whether the request was taken."""
    text = gettext_noop(
        "The provider answered with the code %(code)s, which its document does not explain. "
        "Nobody may assume that the request was refused: ask the provider before trying again."
    )
    return Words(text, {"code": code})
