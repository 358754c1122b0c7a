"""Addresses of the pages about accounts, voice files, voice templates and pushes."""

from django.urls import include, path

from . import badges  # noqa: F401 - registers the colours of the states

app_name = "providers"
urlpatterns = [
    path("accounts/", include("providers.accounts.urls")),
    path("accounts/", include("providers.prices.urls")),
    path("voice-files/", include("providers.voicefiles.urls")),
    path("voice-templates/", include("providers.voicetemplates.urls")),
    path("pushes/", include("providers.webhooks.urls")),
]
