"""Status codes of the platform: what they mean, what to do, and what may be concluded from them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from providers.contract.statuses import Concern, FailureClass
from providers.contract.words import Words, gettext_noop

OK = "0"
NO_RATE = "-26"


@dataclass(frozen=True, slots=True)
class StatusFact:
    """One documented code.

    ``nothing_taken`` says whether a request answered with it certainly rang no phone and sent no text. ``failure`` is
    the class where the code is given for one number alone. ``retry_after`` is in seconds.
    """

    words: str
    concern: Concern = Concern.NONE
    retry_after: float | None = None
    nothing_taken: bool = True
    failure: FailureClass = FailureClass.OTHER


_STATUSES = {
    "-1": StatusFact(
        gettext_noop("The provider does not accept the API key or secret. Check both in the account."),
        Concern.CREDENTIALS,
    ),
    "-2": StatusFact(
        gettext_noop("The provider does not accept our IP address. Have this server's address allowed there."),
        Concern.ADDRESS,
    ),
    "-3": StatusFact(
        gettext_noop("The text contains words that the provider blocks. Change the text."),
        failure=FailureClass.CONTENT,
    ),
    "-4": StatusFact(gettext_noop("The provider says that the text is empty."), failure=FailureClass.CONTENT),
    "-5": StatusFact(gettext_noop("The text is too long for the provider. Shorten it."), failure=FailureClass.CONTENT),
    "-6": StatusFact(
        gettext_noop("The text does not match a template that the provider approved. Use an approved wording."),
        failure=FailureClass.CONTENT,
    ),
    # Our setting is above what this account may send. Stopping for a person spares the callees a rejection.
    "-7": StatusFact(
        gettext_noop("Too many numbers in one request. Lower the account's limit of numbers per request."),
        Concern.CONTRACT,
    ),
    "-8": StatusFact(gettext_noop("The provider says that a number is empty."), failure=FailureClass.NO_SUCH_NUMBER),
    "-9": StatusFact(
        gettext_noop("The provider says that a number is invalid. Check the number and its country code."),
        failure=FailureClass.NO_SUCH_NUMBER,
    ),
    "-10": StatusFact(
        gettext_noop("The balance is too low for this request. Top up the account at the provider."),
        Concern.BALANCE,
    ),
    "-11": StatusFact(gettext_noop("The provider could not read a time in the request.")),
    "-12": StatusFact(
        gettext_noop("The provider had trouble with a bulk submission; how much of it was taken is not known."),
        nothing_taken=False,
    ),
    "-13": StatusFact(
        gettext_noop("The account is locked at the provider. Ask the account manager there."), Concern.FROZEN
    ),
    "-14": StatusFact(gettext_noop("A field is empty, or the provider does not know the requested id.")),
    "-15": StatusFact(
        gettext_noop("Requests came too fast for the provider; it goes on by itself after a pause."),
        Concern.PASSING,
        retry_after=60.0,
    ),
    "-16": StatusFact(
        gettext_noop("The provider's clock and ours differ too much. Set this server's clock."), Concern.CLOCK
    ),
    "-17": StatusFact(
        gettext_noop("The provider asks for a text template and got none."), failure=FailureClass.CONTENT
    ),
    "-18": StatusFact(
        gettext_noop("The provider had an internal error; whether it took the request is not known."),
        nothing_taken=False,
    ),
    "-19": StatusFact(
        gettext_noop("No price or channel is set up for this account. Ask the account manager at the provider."),
        Concern.PRICE,
    ),
    "-20": StatusFact(gettext_noop("The provider has this already, for example a file of the same name.")),
    "-21": StatusFact(gettext_noop("The data did not pass the provider's own check.")),
    "-22": StatusFact(gettext_noop("The provider does not accept a value in the request. Check the options.")),
    "-23": StatusFact(gettext_noop("A limit on stored data is reached at the provider.")),
    "-24": StatusFact(gettext_noop("The provider does not have the requested data.")),
    "-25": StatusFact(gettext_noop("The requested time is outside the range that the provider keeps.")),
    NO_RATE: StatusFact(
        gettext_noop("The provider has no price for a destination. Ask the account manager there to open it."),
        Concern.PRICE,
    ),
    "-27": StatusFact(gettext_noop("A total limit is reached at the provider.")),
    "-28": StatusFact(gettext_noop("A limit for one number is reached at the provider.")),
    "-29": StatusFact(
        gettext_noop("The text contains words that the provider blocks. Change the text."),
        failure=FailureClass.CONTENT,
    ),
}

STATUSES: Mapping[str, StatusFact] = MappingProxyType(_STATUSES)
"""Every code of every page of the platform except success."""

# Every page says that anything but "0" is a failure. A negative code that no page lists is therefore a refusal as a
# whole; since nobody says what it means, it stops nothing else.
_UNLISTED = StatusFact(gettext_noop("The provider refused with code %(code)s, which its documents do not explain."))


def fact_of(code: str) -> StatusFact:
    """What is known about *code*; for an unlisted one, that it is a refusal."""
    return STATUSES.get(code, _UNLISTED)


def words_of(code: str) -> Words:
    """The meaning of *code* for staff."""
    fact = fact_of(code)
    return Words(fact.words, {"code": code}) if fact is _UNLISTED else Words(fact.words)


def concern_of(code: str, callees: int) -> Concern:
    """What a refusal with *code* means for the account, when *callees* were asked for.

    A missing rate belongs to a destination. With one callee that is this callee's own matter; in a group nobody can
    tell whose, and rejecting all of them for one would be wrong, so a person is asked.
    """
    if code == NO_RATE and callees == 1:
        return Concern.NONE
    return fact_of(code).concern
