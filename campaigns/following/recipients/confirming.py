"""Between the question and the answer recipients move on: nothing is done to more of them than were confirmed."""

from django.http import HttpRequest

from notifyadmin.web.keys import key_of
from notifyadmin.web.words import in_words
from providers.contract.words import Words, gettext_noop

CONFIRMED = "confirmed"
"""The hidden field with the number that was shown."""

MORE = gettext_noop(
    "There are more of them by now: %(now)s instead of %(then)s. Look at the numbers again, then go on."
)


def grown(request: HttpRequest, amount: int) -> str:
    """Why it is not done to *amount* people now, or nothing when no fewer were confirmed."""
    then = key_of(request.POST.get(CONFIRMED))
    if then is None or amount <= then:
        return ""
    return in_words(Words(MORE, {"now": amount, "then": then}))
