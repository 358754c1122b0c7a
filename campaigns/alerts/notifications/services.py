"""Everything that changes what somebody wants to be told."""

import secrets as random
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.contrib.auth.models import AbstractBaseUser
from django.utils import translation

from campaigns.models import Channel, Subscription
from notifyadmin.web.errors import Refusal
from providers import secrets

from .channels import deliver
from .messages import trial


def save(
    subscription: Subscription | None,
    user: AbstractBaseUser,
    *,
    channel: str,
    address: str,
    topics: Sequence[str],
    active: bool,
    language: str,
) -> str:
    """A new subscription of *user*, or a changed one; without an *address* the stored one and its key stay.

    Returns the key that signs what is sent to a new webhook address, which is never shown again; else nothing.
    """
    chosen = subscription or Subscription(user_id=user.pk)
    chosen.channel, chosen.topics, chosen.active, chosen.language = channel, list(topics), active, language
    key = ""
    if address:
        key = random.token_urlsafe(32) if channel == Channel.WEBHOOK else ""
        chosen.address_encrypted = secrets.encrypt({"address": address, "key": key})
        chosen.failures, chosen.failed_words = 0, ""
    chosen.save()
    return key


def address_shown(subscription: Subscription) -> str:
    """The address as its owner sees it. What follows the host of a webhook is often a secret."""
    address = str(secrets.decrypt(subscription.address_encrypted).get("address", ""))
    if subscription.channel == Channel.EMAIL:
        return address
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}/…"


def send_test(subscription: Subscription) -> None:
    """Send a message now. Raises Refusal with the reason when it does not arrive. Not inside a transaction."""
    with translation.override(subscription.language):
        problem = deliver(subscription, trial())
    mine = Subscription.objects.filter(pk=subscription.pk)
    if problem is not None:
        mine.update(failed_words=problem.pack())
        raise Refusal(problem)
    mine.update(failures=0, failed_words="")
