"""All models of the application."""

from .activity import Activity, ActivityKind
from .campaign import Campaign, Chunk, Tally, new_reference
from .pacing import Gate, NumberUse
from .receipt import Receipt
from .recipient import AudienceProblem, Recipient
from .submission import Submission, SubmissionState

__all__ = (
    "Activity",
    "ActivityKind",
    "AudienceProblem",
    "Campaign",
    "Chunk",
    "Gate",
    "NumberUse",
    "Receipt",
    "Recipient",
    "Submission",
    "SubmissionState",
    "Tally",
    "new_reference",
)
