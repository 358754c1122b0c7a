"""The job in which lists are read: under a lease, so that one worker at a time writes what a list brings."""

from campaigns.models import ListFile, ListState
from notifyadmin.jobs import LeasedJob
from providers.contract.words import Words, gettext_noop

POISONED = Words(
    gettext_noop(
        "Reading this list was cut off several times in a row, so it is not tried again. Save it as CSV UTF-8 and "
        "upload that; what was read of it stays."
    )
)
BROKEN = Words(
    gettext_noop(
        "A fault of this application stopped the reading; it is in the log. What was read stays. Save the list as CSV "
        "UTF-8 and upload that, or tell who runs the application."
    )
)

JOB = LeasedJob(
    ListFile,
    "campaigns.read_list",
    open=(ListState.READING,),
    working=ListState.READING,
    idle=ListState.READING,
    poisoned=POISONED,
    broken=BROKEN,
    fault="list %s cannot be read",
)
