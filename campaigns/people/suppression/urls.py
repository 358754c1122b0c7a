"""Addresses below ``suppression/``."""

from django.urls import include, path

from campaigns.people.audience.urls import list_urls

from . import views
from .exporting import ExportSuppression
from .lists import RemoveList, SuppressionTarget

IMPORT = "import/<slug:what>/<slug:reason>/"

app_name = "suppression"
urlpatterns = [
    path("", views.SuppressionList.as_view(), name="list"),
    path("add/", views.AddNumbers.as_view(), name="add"),
    path("export.<slug:kind>", ExportSuppression.as_view(), name="export"),
    path("<int:pk>/", views.EditNumber.as_view(), name="edit"),
    path("<int:pk>/remove/", views.RemoveNumber.as_view(), name="remove"),
    path(f"{IMPORT}lists/<int:list>/remove/", RemoveList.as_view(), name="import_remove"),
    path(IMPORT, include(list_urls(SuppressionTarget))),
]
