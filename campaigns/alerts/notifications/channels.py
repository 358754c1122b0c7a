"""Handing one message over: by e-mail, or as JSON to a webhook. What goes wrong comes back in words."""

import hashlib
import hmac
import json
import smtplib
import time
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMessage

from campaigns.models import Channel, Subscription
from providers import secrets
from providers.contract.http import HttpFailure, HttpRequest, RequestsClient
from providers.contract.words import Words, gettext_noop

from . import addresses
from .messages import Message

CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
SIGNATURE = "X-NotifyAdmin-Signature"

NO_MAIL = Words(
    gettext_noop(
        "No e-mail server is set up in this installation, so nothing can be sent. Whoever runs it sets EMAIL_URL and "
        "EMAIL_FROM; until then choose a webhook."
    )
)
MAIL_REFUSED = gettext_noop("The e-mail server did not take it: %(said)s")
HOOK_AWAY = Words(gettext_noop("No connection to the address could be made."))
HOOK_UNPROVEN = Words(gettext_noop("The address could not prove with a valid certificate that it is who it says."))
HOOK_BROKEN = Words(gettext_noop("The connection to the address broke before it had answered."))
HOOK_REFUSED = gettext_noop("The address answered with HTTP %(status)s; anything from 200 to 299 counts as taken.")


def deliver(subscription: Subscription, message: Message) -> Words | None:
    """Send *message* to *subscription*; why it did not arrive, or None. Must not run inside a transaction."""
    told = secrets.decrypt(subscription.address_encrypted)
    if subscription.channel == Channel.EMAIL:
        return _mail(str(told.get("address", "")), message)
    return _hook(str(told.get("address", "")), str(told.get("key", "")), message)


def can_mail() -> bool:
    """Whether somebody has set up a way for e-mail."""
    return bool(settings.EMAIL_IS_SET_UP)


def _mail(address: str, message: Message) -> Words | None:
    if not can_mail():
        return NO_MAIL
    mail = EmailMessage(f"[NotifyAdmin] {message.title}", message.text(), settings.DEFAULT_FROM_EMAIL, [address])
    try:
        mail.send()
    except (smtplib.SMTPException, OSError, ValueError) as error:
        return Words(MAIL_REFUSED, {"said": type(error).__name__})
    return None


def _hook(address: str, key: str, message: Message) -> Words | None:
    problem = addresses.problem_now(address)
    if problem:
        return problem
    body = json.dumps(message.payload(), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json", SIGNATURE: signature(key, body, int(time.time()))}
    answer = _client().send(
        HttpRequest("POST", address, headers, body, connect_seconds=CONNECT_SECONDS, read_seconds=READ_SECONDS)
    )
    if isinstance(answer, HttpFailure):
        return HOOK_UNPROVEN if answer.certificate else HOOK_BROKEN if answer.sent else HOOK_AWAY
    return None if 200 <= answer.status < 300 else Words(HOOK_REFUSED, {"status": answer.status})


def signature(key: str, body: bytes, at: int) -> str:
    """The header by which the receiver knows that *body* was sent by us *at* (Unix seconds), and not repeated later."""
    signed = hmac.new(key.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


@lru_cache(maxsize=1)
def _client() -> RequestsClient:
    return RequestsClient(pool_size=2)
