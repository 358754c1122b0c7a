"""Closed vocabularies of the contract. The provider's raw code and words always travel beside them."""

from enum import StrEnum


class Verdict(StrEnum):
    """What a receipt says happened to one recipient."""

    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    UNKNOWN = "unknown"
    """A code that no document explains: kept and shown, never taken for success."""


class FailureClass(StrEnum):
    """Why somebody was not reached, alike over all providers, so that staff can choose whom to send to again."""

    NONE = ""
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    OFF = "off"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    SUSPENDED = "suspended"
    NO_SUCH_NUMBER = "no_such_number"
    BARRED = "barred"
    NETWORK = "network"
    BLACKLISTED = "blacklisted"
    CONTENT = "content"
    OTHER = "other"

    @classmethod
    def known(cls, value: str) -> "FailureClass | None":
        """The class that is written as *value*; None for what this release does not know."""
        try:
            return cls(value)
        except ValueError:
            return None


class Review(StrEnum):
    """What the provider says about a voice template."""

    APPROVED = "approved"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class Concern(StrEnum):
    """What a refusal means. NONE and PASSING stop nothing, CAMPAIGN stops this campaign, any other the account."""

    NONE = ""
    """Only this request or this recipient is concerned."""
    PASSING = "passing"
    """Too fast, or busy: wait, then go on."""
    CAMPAIGN = "campaign"
    """The content or the options of this campaign: other campaigns of the account go on."""
    CREDENTIALS = "credentials"
    ADDRESS = "address"
    """The provider does not accept our IP address."""
    BALANCE = "balance"
    FROZEN = "frozen"
    CONTRACT = "contract"
    PRICE = "price"
    CLOCK = "clock"
    ENDPOINT = "endpoint"
    """The address does not lead to the provider: wrong base URL or certificate."""
