"""Wake-ups for the dispatch queue."""

from django.db import transaction

from notifyadmin.wake import publish

MOST_AT_ONCE = 4
EXPIRE_SECONDS = 30


def wake_dispatch(campaign_id: int, *, times: int = 1) -> None:
    """After the transaction, ask for up to *times* workers to look at the campaign."""

    def ask() -> None:
        for _ in range(max(1, min(times, MOST_AT_ONCE))):
            if not publish_dispatch(campaign_id):
                return

    transaction.on_commit(ask)


def publish_dispatch(campaign_id: int, *, expires: float = EXPIRE_SECONDS) -> bool:
    """Ask one worker to look at the campaign within *expires* seconds; whether the broker took it."""
    return publish("campaigns.dispatch", campaign_id, expires=expires)
