"""What a set of receipts means for one recipient, said in SQL so that a whole batch is decided by one statement.

The rule looks at the set, never at the order in which it came, so any permutation, duplication or delay of the same
receipts gives the same state: the highest rank wins, and among equals the one that the provider reported first.
"""

from campaigns.models.statuses import RecipientState
from providers.contract.statuses import FailureClass, Verdict

RANKS = {Verdict.UNKNOWN: 1, Verdict.UNDELIVERED: 2, Verdict.DELIVERED: 3}

STATES = {
    # Not a success and not a failure, but proof that the request arrived.
    Verdict.UNKNOWN: RecipientState.SUBMITTED,
    Verdict.UNDELIVERED: RecipientState.UNDELIVERED,
    Verdict.DELIVERED: RecipientState.DELIVERED,
}

VAGUE = (FailureClass.NONE, FailureClass.OTHER)
"""Classes beside which any other may be true of the same call."""


def _cases(meanings: dict[Verdict, str], otherwise: str) -> str:
    whens = " ".join(f"WHEN '{one.value}' THEN {said}" for one, said in meanings.items())
    return f"CASE verdict {whens} {otherwise} END"


STATE = _cases({one: f"'{state.value}'" for one, state in STATES.items()}, "")
"""The state that a receipt's ``verdict`` means."""

_HIGHEST_AND_EARLIEST = ", ".join(
    (
        f"{_cases({one: str(rank) for one, rank in RANKS.items()}, 'ELSE 0')} DESC",
        "CASE WHEN reported_at IS NULL THEN 1 ELSE 0 END",
        "reported_at",
    )
)
DECISIVE_FIRST = f"{_HIGHEST_AND_EARLIEST}, fingerprint"
"""The order of one recipient's receipts in which the first one decides."""

_OF_ONE = "PARTITION BY recipient_id"
KEYS = f"""first_value(NULLIF(pressed, '')) OVER ({_OF_ONE} ORDER BY CASE WHEN pressed = '' THEN 1 ELSE 0 END,
    {_HIGHEST_AND_EARLIEST}, length(pressed) DESC, pressed)"""
"""The keys of a recipient: those of the receipt that would decide if only those counted that name any.

Of several of the same moment the most keys, because what is told while a call goes on is a part of them.
"""

LARGEST = {name: f"max({name}) OVER ({_OF_ONE})" for name in ("charged_seconds", "redials")}
"""What only grows while a call goes on: the largest that any receipt names."""

_DELIVERED, _UNDELIVERED = f"'{Verdict.DELIVERED.value}'", f"'{Verdict.UNDELIVERED.value}'"
_PRECISE = "NOT IN ({})".format(", ".join(f"'{one.value}'" for one in VAGUE))

CONTRADICTED = f"""EXISTS (
    SELECT 1 FROM campaigns_receipt o WHERE o.recipient_id = x.recipient_id AND o.provider_id = x.provider_id
    AND ((o.verdict = {_DELIVERED} AND x.verdict = {_UNDELIVERED})
        OR (o.verdict = {_UNDELIVERED} AND x.verdict = {_DELIVERED})
        OR (o.verdict = {_UNDELIVERED} AND x.verdict = {_UNDELIVERED} AND o.failure <> x.failure
            AND o.failure {_PRECISE} AND x.failure {_PRECISE})))"""  # noqa: S608
"""Whether another receipt ``o`` of the same call cannot be true beside the receipt ``x``: reached and not reached, or
not reached for two different reasons. A second call to the same person may well end in another way."""
