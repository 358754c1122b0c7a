"""Addresses below ``campaigns/`` of the list of recipients."""

from django.urls import path

from . import actions, exporting, views

urlpatterns = [
    path("<int:pk>/recipients/", views.RecipientList.as_view(), name="recipients"),
    path("<int:pk>/recipients/rows/", views.RecipientRows.as_view(), name="recipients_rows"),
    path("<int:pk>/recipients/columns/", views.ChooseColumns.as_view(), name="recipients_columns"),
    path("<int:pk>/recipients/again/", actions.AgainChosen.as_view(), name="recipients_again"),
    path("<int:pk>/recipients/suppress/", actions.SuppressChosen.as_view(), name="recipients_suppress"),
    path("<int:pk>/recipients/export.<slug:kind>", exporting.ExportRecipients.as_view(), name="recipients_export"),
]
