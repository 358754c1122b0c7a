"""Status codes of the platform, endpoint by endpoint: what they mean, what they stop, and what may be concluded.

A code means something at an endpoint only if the endpoint's own page lists it, or if one of the vendor's general lists
does and its words can be true of that endpoint. Every other code says nothing about what became of a request. The
general lists are named in the READMEs of the brands: SMS from 0 to -32, calls from 0 to -26, and the pages about tasks
of group calls with -35, -37 and -54. On the OTP pages, which are not used here, -29 means something else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from providers.contract.statuses import Concern, FailureClass
from providers.contract.words import Words, gettext_noop

OK = "0"
NO_RATE = "-26"


@dataclass(frozen=True, slots=True)
class StatusFact:
    """A code that is documented as a refusal: nothing of the request was taken.

    ``concern`` is what a refusal of the whole request stops. ``narrow`` says that the documents give the code for the
    content or for one number, so that a group may be asked for again in halves; a code with a concern never narrows.
    ``failure`` is the class where one number alone is refused with it.
    """

    words: str
    concern: Concern = Concern.NONE
    narrow: bool = False
    failure: FailureClass = FailureClass.OTHER


def _number(words: str) -> StatusFact:
    return StatusFact(words, narrow=True, failure=FailureClass.NO_SUCH_NUMBER)


def _text(words: str) -> StatusFact:
    return StatusFact(words, narrow=True, failure=FailureClass.CONTENT)


_TASKS = gettext_noop(
    "The provider refused with a code that its documents explain only for tasks of group calls. Ask the account manager"
    " there whether this account may use this API."
)
_EVERYWHERE = {
    "-1": StatusFact(
        gettext_noop("The provider does not accept the API key or secret. Check both in the account."),
        Concern.CREDENTIALS,
    ),
    "-2": StatusFact(
        gettext_noop("The provider does not accept our IP address. Have this server's address allowed there."),
        Concern.ADDRESS,
    ),
    "-10": StatusFact(
        gettext_noop("The balance is too low for this request. Top up the account at the provider."),
        Concern.BALANCE,
    ),
    "-13": StatusFact(
        gettext_noop("The account is locked at the provider. Ask the account manager there."), Concern.FROZEN
    ),
    "-15": StatusFact(
        gettext_noop("Requests came too fast for the provider; it goes on by itself after a pause."), Concern.PASSING
    ),
    "-16": StatusFact(
        gettext_noop("The provider's clock and ours differ too much. Set this server's clock."), Concern.CLOCK
    ),
    "-19": StatusFact(
        gettext_noop("No price or channel is set up for this account. Ask the account manager at the provider."),
        Concern.PRICE,
    ),
    "-29": StatusFact(
        gettext_noop("The workspace of this account is switched off at the provider. Ask the account manager there."),
        Concern.CONTRACT,
    ),
    "-30": StatusFact(
        gettext_noop("The API key is switched off at the provider. Switch it on there, or enter another one here."),
        Concern.CREDENTIALS,
    ),
    "-31": StatusFact(
        gettext_noop("Our IP address is not on the provider's whitelist. Have this server's address allowed there."),
        Concern.ADDRESS,
    ),
    "-32": StatusFact(
        gettext_noop("The API key may not use this application. Check the key and the application id in the account."),
        Concern.CREDENTIALS,
    ),
    "-35": StatusFact(_TASKS, Concern.CONTRACT),
    "-37": StatusFact(_TASKS, Concern.CONTRACT),
    "-54": StatusFact(_TASKS, Concern.CONTRACT),
}
"""About the account, its key or its contract, whatever was asked for."""

_SENDING = {
    # Our setting is above what this account may send. Stopping for a person spares the callees a rejection.
    "-7": StatusFact(
        gettext_noop("Too many numbers in one request. Lower the account's limit of numbers per request."),
        Concern.CONTRACT,
    ),
    "-8": _number(gettext_noop("The provider says that a number is empty.")),
    "-9": _number(gettext_noop("The provider says that a number is invalid. Check the number and its country code.")),
    "-14": StatusFact(
        gettext_noop("The provider says that a field is empty. Check the options of this campaign."), Concern.CAMPAIGN
    ),
    "-21": StatusFact(
        gettext_noop("The request did not pass the provider's own check. Check the options of this campaign."),
        Concern.CAMPAIGN,
    ),
    "-22": StatusFact(
        gettext_noop("The provider does not accept a value in the request. Check the options."), narrow=True
    ),
    "-24": StatusFact(
        gettext_noop(
            "The provider does not have something that the request names. Check the voice file and the application id."
        ),
        Concern.CAMPAIGN,
    ),
    NO_RATE: StatusFact(
        gettext_noop(
            "The provider could not find a fee for this request: it may have no price for a destination, or its own"
            " look-up may have failed. Ask the account manager there."
        ),
        Concern.PRICE,
    ),
    "-27": StatusFact(
        gettext_noop("The provider's limit for all messages of a period is reached. Ask the account manager there."),
        Concern.CONTRACT,
    ),
    "-28": StatusFact(gettext_noop("The provider's limit for one number in a period is reached."), narrow=True),
}
"""About what is sent, or to whom. Everybody in a campaign shares its options and its voice file."""

_TEXTS = {
    "-3": _text(gettext_noop("The text contains words that the provider blocks. Change the text.")),
    "-4": _text(gettext_noop("The provider says that the text is empty.")),
    "-5": _text(gettext_noop("The text is too long for the provider. Shorten it.")),
    "-6": _text(
        gettext_noop("The text does not match a template that the provider approved. Use an approved wording.")
    ),
    "-17": StatusFact(
        gettext_noop("The provider asks for a text template and got none. Ask the account manager there."),
        Concern.CAMPAIGN,
    ),
}
"""About the text of an SMS. No page gives them for calls."""

_QUESTIONS = {
    "-11": StatusFact(gettext_noop("The provider could not read a time in the request.")),
    "-14": StatusFact(gettext_noop("A field is empty, or the provider does not know the requested id.")),
    "-22": StatusFact(gettext_noop("The provider does not accept a value in the request.")),
    "-24": StatusFact(gettext_noop("The provider does not have the requested data.")),
    "-25": StatusFact(gettext_noop("The requested time is outside the range that the provider keeps.")),
}
_FILES = {
    "-20": StatusFact(gettext_noop("The provider has this already, for example a file of the same name.")),
    "-21": StatusFact(gettext_noop("The data did not pass the provider's own check.")),
    "-22": StatusFact(gettext_noop("The provider does not accept a value in the request.")),
    "-23": StatusFact(gettext_noop("A limit on stored data is reached at the provider.")),
    "-24": StatusFact(gettext_noop("The provider does not have the requested data.")),
}

ENDPOINTS: Mapping[str, Mapping[str, StatusFact]] = MappingProxyType(
    {
        "voice/sendGroup": MappingProxyType(_EVERYWHERE | _SENDING),
        "voice/sendCode": MappingProxyType(_EVERYWHERE | _SENDING),
        "sendSms/batch": MappingProxyType(_EVERYWHERE | _SENDING | _TEXTS),
        "getBalance": MappingProxyType(_EVERYWHERE),
        "getReport": MappingProxyType(_EVERYWHERE | _QUESTIONS),
        "getSentRcd": MappingProxyType(_EVERYWHERE | _QUESTIONS),
        "voice/recordGroup": MappingProxyType(_EVERYWHERE | _QUESTIONS),
        "voice/recordGroupQuery": MappingProxyType(_EVERYWHERE | _QUESTIONS),
        "voice/fileUpload": MappingProxyType(_EVERYWHERE | _FILES),
        "voice/fileQuery": MappingProxyType(_EVERYWHERE | _FILES),
    }
)
"""The codes that count as a refusal at each endpoint, by the endpoint's documented name."""

_LEAVES_SOMETHING = frozenset({"voice/sendGroup", "voice/sendCode", "sendSms/batch", "voice/fileUpload"})
_UNSURE = {
    "-12": gettext_noop("The provider had trouble with a bulk submission; how much of it was taken is not known."),
    "-18": gettext_noop("The provider had an internal error; whether it took the request is not known."),
}
_UNEXPLAINED = gettext_noop(
    "The provider answered with code %(code)s, which its documents do not explain; whether it took the request is not"
    " known."
)
_NO_ANSWER = gettext_noop(
    "The provider could not be asked: it answered with code %(code)s, an error of its own or one that its documents do"
    " not explain."
)


def fact_of(endpoint: str, code: str) -> StatusFact | None:
    """What *code* refuses at *endpoint*; None if no document says that nothing was taken."""
    return ENDPOINTS[endpoint].get(code)


def doubt_of(endpoint: str, code: str) -> Words:
    """What is not known after *code*, for which :func:`fact_of` has nothing."""
    if not leaves_something(endpoint):
        return Words(_NO_ANSWER, {"code": code})
    return Words(_UNSURE[code]) if code in _UNSURE else Words(_UNEXPLAINED, {"code": code})


def leaves_something(endpoint: str) -> bool:
    """Whether a request to *endpoint* changes anything at the provider, as sending does and asking does not."""
    return endpoint in _LEAVES_SOMETHING


def concern_of(fact: StatusFact, code: str, callees: int) -> Concern:
    """What a refusal of a whole request with *code* stops, when *callees* were asked for.

    A missing fee belongs to a destination. With one callee that is this callee's own matter; in a group nobody can
    tell whose, and rejecting all of them for one would be wrong, so a person is asked.
    """
    return Concern.NONE if code == NO_RATE and callees == 1 else fact.concern
