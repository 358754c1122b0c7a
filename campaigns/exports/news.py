"""Telling the owner of an export that it is over, on whatever page he is, and wherever he is signed in.

Each session is told once; an export whose owner has looked at it is told of nowhere any more. Only the session that
asked for it keeps asking how far it is.
"""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from campaigns.models import Export, ExportState

WATCHED = "exports"
"""In the session: keys of exports that were asked for here and are not over."""

TOLD = "exports_told"
"""In the session: keys of exports that are over, of which was told here and at which nobody has looked yet."""

OPEN = (ExportState.WAITING, ExportState.WRITING)
OVER = (ExportState.READY, ExportState.FAILED, ExportState.REMOVED)


def context(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: whether there is something to tell. At most one statement, where a page asks."""
    return {"has_export_news": lambda: _has_news(request)}


def watch(request: HttpRequest, export: Export) -> None:
    """Tell this session about *export* without waiting for its next page."""
    request.session[WATCHED] = [*request.session.get(WATCHED, []), export.pk]


def tell(request: HttpRequest, own: QuerySet[Export], shown: Collection[int]) -> tuple[list[Export], bool]:
    """The exports that are over and that this session was not told of before, besides those that are *shown* already;
    and whether to ask again for others."""
    session = request.session
    unseen = list(own.filter(seen=False, state__in=OVER).order_by("pk"))
    told = [export.pk for export in unseen]
    news = [export for export in unseen if export.pk not in session.get(TOLD, []) or export.pk in shown]
    watched = session.get(WATCHED, [])
    still = list(own.filter(pk__in=watched, state__in=OPEN).order_by("pk").values_list("pk", flat=True))
    _keep(request, TOLD, told)
    _keep(request, WATCHED, still)
    return news, bool(still)


def look_at(own: QuerySet[Export]) -> None:
    """Their owner sees them: those of *own* that are over are told of nowhere any more."""
    unseen = own.filter(seen=False, state__in=OVER)
    # Pages ask this every second; nothing is written, and no writer waited for, where there is nothing.
    if unseen.exists():
        unseen.update(seen=True)


def _has_news(request: HttpRequest) -> bool:
    user, session = getattr(request, "user", None), getattr(request, "session", None)
    if session is None or user is None or not user.is_authenticated:
        return False
    if session.get(WATCHED):
        return True
    unseen = Export.objects.filter(user_id=user.pk, seen=False, state__in=OVER)
    return unseen.exclude(pk__in=session.get(TOLD, [])).exists()


def _keep(request: HttpRequest, name: str, keys: Sequence[int]) -> None:
    if request.session.get(name, []) != keys:
        request.session[name] = keys
