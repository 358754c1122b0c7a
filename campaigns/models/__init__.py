"""All models of the application."""

from .campaign import Campaign, Chunk, Tally, new_reference
from .receipt import Receipt
from .recipient import AudienceProblem, Recipient
from .submission import Submission, SubmissionState

__all__ = (
    "AudienceProblem",
    "Campaign",
    "Chunk",
    "Receipt",
    "Recipient",
    "Submission",
    "SubmissionState",
    "Tally",
    "new_reference",
)
