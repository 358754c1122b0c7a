"""The one door for pushes: keep, acknowledge, wake. What a push means is read later, by the receipts queue."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from providers import registry
from providers.contract.gateway import Gateway
from providers.contract.push import PushBody

from . import addresses
from .keeping import keep
from .models import InboundPush
from .wake import wake_receipts


@csrf_exempt
@require_POST
def push(request: HttpRequest, token: str, door: str) -> HttpResponse:
    """Store the push durably, then answer exactly what the provider takes as received."""
    account_id, gateway = _owner(token)
    if door not in {known.name for known in gateway.doors}:
        raise Http404
    body, truncated = _body(request)
    content_type = request.headers.get("Content-Type", "")[:200]
    keep(InboundPush(account_id=account_id, door=door, content_type=content_type, body=body, truncated=truncated))
    wake_receipts()
    answer = gateway.acknowledge(PushBody(door, content_type, body))
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)


def _owner(token: str) -> tuple[int, Gateway]:
    found = addresses.find(token)
    if found is None:
        raise Http404
    account_id, provider = found
    try:
        return account_id, registry.get(provider)
    except registry.UnknownGateway as error:
        raise Http404 from error


def _body(request: HttpRequest) -> tuple[bytes, bool]:
    body = request.read(settings.PUSH_MAX_BYTES + 1)
    return body[: settings.PUSH_MAX_BYTES], len(body) > settings.PUSH_MAX_BYTES
