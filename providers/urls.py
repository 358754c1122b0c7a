"""Addresses of the pages about accounts, voice files, voice templates and pushes."""

from django.urls import include, path

from providers.accounts import urls as accounts_urls
from providers.accounts.prices import urls as prices_urls
from providers.voicefiles import urls as voicefiles_urls
from providers.voicetemplates import urls as voicetemplates_urls
from providers.webhooks import urls as webhooks_urls

from . import badges  # noqa: F401 - registers the colours of the states

app_name = "providers"
urlpatterns = [
    path("accounts/", include(accounts_urls)),
    path("accounts/", include(prices_urls)),
    path("voice-files/", include(voicefiles_urls)),
    path("voice-templates/", include(voicetemplates_urls)),
    path("pushes/", include(webhooks_urls)),
]
