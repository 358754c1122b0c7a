"""All models of the application."""

from .activity import Activity, ActivityKind
from .asking import Asked, Inquiry
from .campaign import Campaign, Chunk, Tally, new_reference
from .pacing import Gate, NumberUse
from .receipt import Receipt
from .recipient import AudienceProblem, Recipient
from .submission import Submission, SubmissionState

__all__ = (
    "Activity",
    "ActivityKind",
    "Asked",
    "AudienceProblem",
    "Campaign",
    "Chunk",
    "Gate",
    "Inquiry",
    "NumberUse",
    "Receipt",
    "Recipient",
    "Submission",
    "SubmissionState",
    "Tally",
    "new_reference",
)
