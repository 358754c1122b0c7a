"""The one door for pushes: keep, acknowledge, wake. What a push means is read later, by the receipts queue."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from providers.contract.push import PushBody

from .addresses import account_of
from .keeping import keep
from .models import InboundPush
from .wake import wake_receipts


@csrf_exempt
@require_POST
def push(request: HttpRequest, token: str, door: str) -> HttpResponse:
    """Store the push durably, then answer exactly what the provider takes as received."""
    account = account_of(token)
    if account is None or door not in {known.name for known in account.gateway.doors}:
        raise Http404
    body, truncated = _body(request)
    content_type = request.headers.get("Content-Type", "")[:200]
    keep(InboundPush(account=account, door=door, content_type=content_type, body=body, truncated=truncated))
    wake_receipts()
    answer = account.gateway.acknowledge(PushBody(door, content_type, body))
    return HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)


def _body(request: HttpRequest) -> tuple[bytes, bool]:
    body = request.read(settings.PUSH_MAX_BYTES + 1)
    return body[: settings.PUSH_MAX_BYTES], len(body) > settings.PUSH_MAX_BYTES
