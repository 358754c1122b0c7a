"""The few addresses of the installation itself: health and the choice of language."""

from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """Whether this process answers and reaches its database: 200, or 503 with which part fails. Open to everybody."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return JsonResponse({"status": "failing", "part": "database"}, status=503)
    return JsonResponse({"status": "ok"})


@login_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and go back to where the viewer was."""
    return set_language(request)
