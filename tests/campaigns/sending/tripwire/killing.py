"""A real process that sends and is killed in the middle: ``python -m tests.campaigns.tripwire.killing place campaign``.

It tells the numbers that it asked for on standard output, as a provider would know them.
"""

import os
import signal
import sys
from typing import Any

import django

PLACES = ("after the commit", "after the record")


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(place: str, campaign_id: int) -> None:
    from django.conf import settings

    from campaigns.sending import dispatcher, send_loop
    from campaigns.sending.batch_transaction import Departure
    from providers import registry
    from providers.contract.messages import Message
    from tests.factories import FakeGateway, NoHttp
    from tests.factories.fakes import accept_all

    settings.DATABASES["default"]["NAME"] = os.environ["KILLED_DATABASE"]

    def answer(message: Message) -> Any:
        print(*(callee.number for callee in message.callees), flush=True)
        return accept_all(message)

    gateway = FakeGateway(answer)
    registry.get = lambda slug: gateway  # type: ignore[assignment]
    real = send_loop.may_leave
    asked = iter(range(3))

    def may_leave(departures: list[Departure], account_id: int) -> bool:
        """Two turns go well; in the third it is killed."""
        last = departures and next(asked) == 2
        if last and place == PLACES[0]:
            die()
        is_fine = real(departures, account_id)
        if last:
            die()
        return is_fine

    send_loop.may_leave = may_leave  # type: ignore[assignment]
    dispatcher.dispatch(campaign_id, http=NoHttp())


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "notifyadmin.settings")
    django.setup()
    main(sys.argv[1], int(sys.argv[2]))
