"""Addresses of bringing lists in, for any target."""

from typing import Any

from django.urls import URLPattern, path
from django.views.generic import View

from . import uploads, views
from .targets import Target

_PAGES: tuple[tuple[str, str, type[View]], ...] = (
    ("", "", uploads.ListsPage),
    ("example.csv", "_example", views.ExampleFile),
    ("example.xlsx", "_workbook", views.ExampleWorkbook),
    ("lists/<int:list>/", "_list", views.ListPage),
    ("lists/<int:list>/columns/", "_columns", views.ColumnsPage),
    ("lists/<int:list>/live/", "_live", views.LiveFragment),
    ("lists/<int:list>/bad-rows.csv", "_problems", views.ProblemsFile),
    ("lists/<int:list>/stop/", "_stop", views.StopReading),
    ("lists/<int:list>/resume/", "_resume", views.ResumeReading),
    ("lists/<int:list>/remove/", "_remove", views.RemoveList),
)


def list_urls(target: type[Target]) -> list[URLPattern]:
    """The addresses of *target*'s pages, below whatever names the place, such as ``<int:pk>/audience/``."""
    name = target.name.rpartition(":")[2]
    return [path(route, _made_for(target, view).as_view(), name=name + suffix) for route, suffix, view in _PAGES]


def _made_for(target: type[Target], view: type[View]) -> Any:
    """*view* with the target and the permission that it asks for: every view says by itself which one that is."""
    changes = getattr(view, "changes", True)
    facts = {
        "target_class": target,
        "permission_required": target.change_permission if changes else target.view_permission,
        "__doc__": view.__doc__,
        "__module__": view.__module__,
    }
    return type(f"{view.__name__}Of{target.__name__}", (view,), facts)
