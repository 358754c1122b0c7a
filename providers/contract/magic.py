"""Magic numbers of a rehearsal: digits of a phone number that choose what the sandbox does with it.

A number whose sixth to fourth digits from the end are ``555`` is magic, and its last three digits name the outcome.
Every other number is answered by its owner. The outcomes here hold for every provider; a gateway's sandbox module
adds its own (its receipt codes and its status codes).
"""

from dataclasses import dataclass
from enum import StrEnum

MARK = "555"
TAILS = 999_000
"""How many ways there are to end a number (six digits) without being magic."""

SENSITIVE_WORDS = ("贷款", "赌博", "发票", "casino")
"""Words that a sandbox takes for forbidden. No document publishes a real list."""


class Receipts(StrEnum):
    """How the receipts of an accepted callee arrive."""

    ONE = "one"
    NONE = "none"
    LATE = "late"
    TWICE = "twice"
    THRICE = "thrice"
    EARLY = "early"
    OUT_OF_ORDER = "out_of_order"
    CONTRADICTORY = "contradictory"
    UNKNOWN_ID = "unknown_id"
    UNKNOWN_CODE = "unknown_code"


class Effect(StrEnum):
    """What happens to the answer on its way back."""

    HTTP_ERROR = "http_error"
    SLOW = "slow"
    HANG = "hang"
    CUT = "cut"
    CUT_IN_MIDDLE = "cut_in_middle"
    RUBBISH = "rubbish"
    EMPTY = "empty"
    WRONG_TYPE = "wrong_type"
    BROKEN = "broken"
    REDIRECT = "redirect"
    OVERSIZED = "oversized"
    BARE = "bare"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one magic number asks for.

    ``receipts`` and ``receipt_code`` (the provider's own; ``""`` for success) are about the callee alone, ``refused``
    refuses this callee alone where the provider can. ``status`` (the provider's own) refuses the whole request, an
    ``effect`` spoils its answer; then ``taken`` says whether the provider had accepted the request before that.
    ``reply`` is what the callee writes back, where the provider pushes replies.
    """

    digits: str
    name: str
    words: str
    receipts: Receipts = Receipts.ONE
    receipt_code: str = ""
    refused: bool = False
    status: str = ""
    effect: Effect | None = None
    http_status: int = 200
    taken: bool = True
    reply: str = ""

    @property
    def concerns_request(self) -> bool:
        return bool(self.status) or self.effect is not None


ORDINARY = Outcome("", "ordinary", "Answered by its owner, with a talk time.")


def _spoilt(digits: str, name: str, words: str, effect: Effect, *, taken: bool = True, status: int = 200) -> Outcome:
    return Outcome(digits, name, words, effect=effect, http_status=status, taken=taken)


COMMON_OUTCOMES: tuple[Outcome, ...] = (
    Outcome("100", "no_receipt", "Taken; no receipt ever comes.", Receipts.NONE),
    Outcome("101", "late", "Taken; the receipt comes late (5 s unless set otherwise).", Receipts.LATE),
    Outcome("102", "twice", "Taken; the same receipt comes twice.", Receipts.TWICE),
    Outcome("103", "thrice", "Taken; the same receipt comes three times.", Receipts.THRICE),
    Outcome("104", "early", "Taken; the receipt comes before the answer of the submission.", Receipts.EARLY),
    Outcome(
        "105",
        "out_of_order",
        "Taken; the success comes first, then a failure that happened a minute earlier.",
        Receipts.OUT_OF_ORDER,
    ),
    Outcome("106", "contradictory", "Taken; first a failure, then a success.", Receipts.CONTRADICTORY),
    Outcome("107", "unknown_id", "Taken; the receipt carries an id that was never handed out.", Receipts.UNKNOWN_ID),
    Outcome(
        "108", "unknown_code", "Taken; the receipt carries a code that no document explains.", Receipts.UNKNOWN_CODE
    ),
    Outcome("109", "refused", "This callee alone is refused; the others of the request are taken.", refused=True),
    _spoilt("900", "http_500", "HTTP 500; nothing was taken.", Effect.HTTP_ERROR, taken=False, status=500),
    _spoilt("901", "http_500_taken", "HTTP 500 after the request was taken.", Effect.HTTP_ERROR, status=500),
    _spoilt("902", "http_502", "HTTP 502; nothing was taken.", Effect.HTTP_ERROR, taken=False, status=502),
    _spoilt("903", "http_503", "HTTP 503; nothing was taken.", Effect.HTTP_ERROR, taken=False, status=503),
    _spoilt("904", "http_504_taken", "HTTP 504 after the request was taken.", Effect.HTTP_ERROR, status=504),
    _spoilt("905", "http_429", "HTTP 429; nothing was taken.", Effect.HTTP_ERROR, taken=False, status=429),
    _spoilt("910", "slow", "Taken; the right answer comes slowly (2 s unless set otherwise).", Effect.SLOW),
    _spoilt("911", "hang_taken", "Taken, and never answered.", Effect.HANG),
    _spoilt("912", "hang", "Not taken, and never answered.", Effect.HANG, taken=False),
    _spoilt("920", "cut_taken", "Taken, then the connection is cut before the answer.", Effect.CUT),
    _spoilt("921", "cut", "The connection is cut before anything is taken.", Effect.CUT, taken=False),
    _spoilt("922", "cut_in_middle", "Taken; the connection is cut in the middle of the answer.", Effect.CUT_IN_MIDDLE),
    _spoilt("930", "rubbish_taken", "Taken; the answer is a web page.", Effect.RUBBISH),
    _spoilt("931", "rubbish", "Not taken; the answer is a web page.", Effect.RUBBISH, taken=False),
    _spoilt("932", "empty_taken", "Taken; the answer is empty.", Effect.EMPTY),
    _spoilt("933", "empty", "Not taken; the answer is empty.", Effect.EMPTY, taken=False),
    _spoilt("934", "wrong_type", "Taken; the right answer under a wrong content type.", Effect.WRONG_TYPE),
    _spoilt("935", "broken", "Taken; the answer ends half-way although HTTP says it is complete.", Effect.BROKEN),
    _spoilt("936", "redirect", "Not taken; HTTP 307 back to the same address.", Effect.REDIRECT, taken=False),
    _spoilt("937", "oversized", "Taken; the right answer followed by 6 MB of blanks.", Effect.OVERSIZED),
    _spoilt(
        "938", "bare", "Taken; success without the ids, its status in the other type (number or text).", Effect.BARE
    ),
)


def magic_digits(number: str) -> str:
    """The three digits that choose an outcome, or ``""`` for an ordinary number."""
    return number[-3:] if number[-6:-3] == MARK else ""


def ordinary_tail(index: int) -> str:
    """The last six digits of the ordinary number *index*: distinct below :data:`TAILS`, never magic."""
    middle, low = divmod(index % TAILS, 1000)
    return f"{middle + (middle >= int(MARK)):03d}{low:03d}"


def magic_tail(digits: str) -> str:
    return MARK + digits
