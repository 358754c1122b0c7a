"""All addresses. Open doors: the push address, login and health; everything else needs a login and a permission."""

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_required
from django.urls import include, path
from django.views.generic import RedirectView

from notifyadmin.web import doors
from providers.webhooks import door

urlpatterns = [
    path("", login_required(RedirectView.as_view(pattern_name="overview")), name="home"),
    path("health/", doors.health, name="health"),
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("language/", doors.choose_language, name="language"),
    path("push/<str:token>/<slug:door>", door.push, name="push"),
    path("", include("providers.urls")),
    path("", include("campaigns.urls")),
]
