"""All models of the application."""

from .activity import Activity, ActivityKind
from .asking import Asked, Asking, Finding, Inquiry
from .campaign import Campaign, Chunk, Tally, new_reference
from .contacts import Contact, ContactList
from .erasure import Erasure, ErasureState
from .following import (
    Channel,
    Export,
    ExportState,
    Movement,
    Notice,
    RecipientNote,
    Retention,
    ShownColumns,
    Subscription,
)
from .hold import Hold, HoldCause, HoldReason, Restoration, RestoredListing
from .installation import Installation, SenderFolder
from .lists import ListFile, ListPurpose, ListState, Mapping, RowFate
from .pacing import Gate, NumberUse, Pace
from .presets import Preset
from .receipt import KeyCount, Receipt
from .recipient import AudienceProblem, Recipient
from .submission import Submission, SubmissionState
from .suppression import Reply, Suppression, SuppressionReason, SuppressionSource

__all__ = (
    "Activity",
    "ActivityKind",
    "Asked",
    "Asking",
    "AudienceProblem",
    "Campaign",
    "Channel",
    "Chunk",
    "Contact",
    "ContactList",
    "Erasure",
    "ErasureState",
    "Export",
    "ExportState",
    "Finding",
    "Gate",
    "Hold",
    "HoldCause",
    "HoldReason",
    "Inquiry",
    "Installation",
    "KeyCount",
    "ListFile",
    "ListPurpose",
    "ListState",
    "Mapping",
    "Movement",
    "Notice",
    "NumberUse",
    "Pace",
    "Preset",
    "Receipt",
    "Recipient",
    "RecipientNote",
    "Reply",
    "Restoration",
    "RestoredListing",
    "Retention",
    "RowFate",
    "SenderFolder",
    "ShownColumns",
    "Submission",
    "SubmissionState",
    "Subscription",
    "Suppression",
    "SuppressionReason",
    "SuppressionSource",
    "Tally",
    "new_reference",
)
