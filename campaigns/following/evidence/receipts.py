"""What the provider later said about a recipient: each receipt as it came, and what it was understood to mean."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.models import Asked, Asking, Finding, Receipt, Recipient
from campaigns.models.statuses import RecipientState
from campaigns.receipts.reconciliation.found import history_of
from notifyadmin.web.templatetags.web import exactly
from notifyadmin.web.words import in_words
from providers import registry
from providers.contract.statuses import Verdict

from .bodies import shown
from .moments import Moment, joined, meaning, provider_words, sentences, texts

MOST = 200
"""Of one recipient; a provider that says more repeats itself."""

_COLOURS = {
    Verdict.DELIVERED: RecipientState.DELIVERED,
    Verdict.UNDELIVERED: RecipientState.UNDELIVERED,
    Verdict.UNKNOWN: RecipientState.UNKNOWN,
}


def moments(recipient: Recipient) -> Iterator[Moment]:
    rows = recipient.receipts.select_related("push").order_by("received_at", "pk")[:MOST]
    yield from (_moment(receipt, recipient) for receipt in rows)
    yield from _disagreeing(recipient)
    yield from _asked(recipient)


def _moment(receipt: Receipt, recipient: Recipient) -> Moment:
    said = meaning(receipt.verdict, receipt.failure)
    return Moment(
        receipt.received_at,
        _COLOURS.get(Verdict(receipt.verdict), RecipientState.UNKNOWN),
        _("Receipt: %(verdict)s") % {"verdict": said},
        joined((_way(receipt), _door(receipt, recipient), _times(receipt))),
        sentences(
            _understood(receipt),
            in_words(receipt.reason),
            provider_words(receipt.code, receipt.raw),
            _when(receipt),
            _match(receipt),
            _after_refusal(receipt),
            _against(receipt),
        ),
        texts((_("Pushed"), _body(receipt, recipient))),
    )


def _way(receipt: Receipt) -> str:
    if receipt.push is None:
        return _("asked for, not pushed")
    return _("push %(number)s") % {"number": receipt.push_id}


def _door(receipt: Receipt, recipient: Recipient) -> str:
    """By what its code was read: each address that a provider pushes to has a table of its own."""
    try:
        doors = recipient.campaign.account.gateway.doors
    except registry.UnknownGateway:
        return receipt.door
    return next((_(door.label) for door in doors if door.name == receipt.door), "")


def _times(receipt: Receipt) -> str:
    text = ngettext("said %(times)s time", "said %(times)s times, applied once", receipt.times)
    return text % {"times": receipt.times} if receipt.times > 1 else ""


def _understood(receipt: Receipt) -> str:
    parts = []
    if receipt.talk_seconds is not None:
        parts.append(_("Listened %(seconds)s s.") % {"seconds": receipt.talk_seconds})
    if receipt.pressed:
        parts.append(_("Pressed %(keys)s.") % {"keys": receipt.pressed})
    if receipt.charged_seconds is not None:
        parts.append(_("Charged for %(seconds)s s.") % {"seconds": receipt.charged_seconds})
    if receipt.redials:
        text = ngettext("Called again %(times)s time.", "Called again %(times)s times.", receipt.redials)
        parts.append(text % {"times": receipt.redials})
    if receipt.cost:
        parts.append(_("Cost %(cost)s %(currency)s.") % {"cost": receipt.cost, "currency": receipt.currency})
    if receipt.provider_id:
        parts.append(_("Provider's id %(id)s.") % {"id": receipt.provider_id})
    return " ".join(parts)


def _when(receipt: Receipt) -> str:
    parts = []
    if receipt.answered_at:
        parts.append(_("Answered at %(time)s.") % {"time": exactly(receipt.answered_at)})
    if receipt.reported_at:
        parts.append(_("By the provider's clock: %(time)s.") % {"time": exactly(receipt.reported_at)})
    return " ".join(parts)


def _match(receipt: Receipt) -> str:
    if receipt.mismatch:
        return _("The id fits and the number does not, so nothing was changed.")
    found = {
        "reference": _("Matched by our own reference."),
        "id": _("Matched by the provider's id."),
        "number": _("Matched by number and time."),
    }
    return found.get(receipt.matched_by, "")


def _after_refusal(receipt: Receipt) -> str:
    if not receipt.after_refusal:
        return ""
    return _("The provider had refused this recipient, and carried the request out after all. Nothing is sent again.")


def _against(receipt: Receipt) -> str:
    return _("It contradicts another receipt; both are kept.") if receipt.contradicts else ""


def _body(receipt: Receipt, recipient: Recipient) -> str:
    if receipt.push is None:
        return ""
    known = (recipient.number, receipt.number, receipt.provider_id, receipt.reference, recipient.provider_id)
    return shown(bytes(receipt.push.body), known)


def _disagreeing(recipient: Recipient) -> Iterator[Moment]:
    """Receipts with this recipient's id and somebody else's number: kept, shown, and without effect."""
    if not recipient.provider_id:
        return
    rows = Receipt.objects.filter(account=recipient.campaign.account_id, recipient__isnull=True, mismatch=True)
    for receipt in rows.filter(provider_id=recipient.provider_id).select_related("push").order_by("pk")[:MOST]:
        yield _moment(receipt, recipient)


_FOUND_COLOURS = {
    Finding.ENDED: RecipientState.DELIVERED,
    Finding.UNDER_WAY: RecipientState.SUBMITTED,
    Finding.NOT_ASKED: RecipientState.HELD,
}


def _asked(recipient: Recipient) -> Iterator[Moment]:
    """What each of the last askings found, and no more than that."""
    asked = Asked.objects.filter(pk=recipient.pk).first()
    if asked is None or not asked.times:
        return
    history = history_of(asked)
    askings = Asking.objects.in_bulk([one.asking_id for one in history])
    found = [(one.finding, askings[one.asking_id]) for one in history if one.asking_id in askings]
    if len(found) < asked.times:
        yield _not_kept(asked.times, len(found))
    for finding, asking in reversed(found):
        title = _("The provider was asked for its records")
        colour = _FOUND_COLOURS.get(finding, RecipientState.UNKNOWN)
        yield Moment(asking.at, colour, title, _status(asking), sentences(str(finding.label), *_why(asking)))


def _not_kept(times: int, shown_: int) -> Moment:
    text = ngettext("The provider was asked once", "The provider was asked %(times)s times", times)
    note = _("The latest are shown above.") if shown_ else _("What its records showed was not kept.")
    return Moment(None, RecipientState.UNKNOWN, text % {"times": times}, notes=(note,))


def _status(asking: Asking) -> str:
    return f"HTTP {asking.http_status}" if asking.http_status else ""


def _why(asking: Asking) -> tuple[str, str]:
    """Why there are no records, or not all."""
    return in_words(asking.words), provider_words(asking.code, asking.raw)
