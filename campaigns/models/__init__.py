"""All models of the application."""

from .activity import Activity, ActivityKind
from .asking import Asked, Inquiry
from .campaign import Campaign, Chunk, Tally, new_reference
from .contacts import Contact, ContactList
from .lists import ListFile, ListPurpose, ListState, Mapping, RowFate
from .pacing import Gate, NumberUse, Pace
from .presets import Preset
from .receipt import Receipt
from .recipient import AudienceProblem, Recipient
from .submission import Submission, SubmissionState
from .suppression import Reply, Suppression, SuppressionReason, SuppressionSource

__all__ = (
    "Activity",
    "ActivityKind",
    "Asked",
    "AudienceProblem",
    "Campaign",
    "Chunk",
    "Contact",
    "ContactList",
    "Gate",
    "Inquiry",
    "ListFile",
    "ListPurpose",
    "ListState",
    "Mapping",
    "NumberUse",
    "Pace",
    "Preset",
    "Receipt",
    "Recipient",
    "Reply",
    "RowFate",
    "Submission",
    "SubmissionState",
    "Suppression",
    "SuppressionReason",
    "SuppressionSource",
    "Tally",
    "new_reference",
)
