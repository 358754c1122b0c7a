"""Addresses of voice templates."""

from django.urls import path

from . import editing, listing, views

app_name = "voicetemplates"
urlpatterns = [
    path("", listing.TemplateList.as_view(), name="list"),
    path("add/", editing.TemplateCreate.as_view(), name="add"),
    path("take-over/", editing.TemplateTakeOver.as_view(), name="take-over"),
    path("preview/", editing.TemplatePreview.as_view(), name="preview"),
    path("unknown-reviews/<int:pk>/dismiss/", views.ReviewDismiss.as_view(), name="dismiss-review"),
    path("<int:pk>/", views.TemplateDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", editing.TemplateEdit.as_view(), name="edit"),
    path("<int:pk>/submit/", views.TemplateSubmit.as_view(), name="submit"),
    path("<int:pk>/back-to-draft/", views.TemplateBackToDraft.as_view(), name="back-to-draft"),
    path("<int:pk>/link/", views.TemplateLink.as_view(), name="link"),
    path("<int:pk>/state/", views.TemplateSetState.as_view(), name="set-state"),
    path("<int:pk>/delete/", views.TemplateDelete.as_view(), name="delete"),
]
