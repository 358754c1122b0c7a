"""Addresses of accounts."""

from django.urls import path

from . import addressviews, views

app_name = "accounts"
urlpatterns = [
    path("", views.AccountList.as_view(), name="list"),
    path("add/", views.ProviderChoice.as_view(), name="choose"),
    path("add/<slug:provider>/", views.AccountCreate.as_view(), name="add"),
    path("<int:pk>/", views.AccountDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", views.AccountEdit.as_view(), name="edit"),
    path("<int:pk>/test/", views.AccountTest.as_view(), name="test"),
    path("<int:pk>/resume/", views.AccountResume.as_view(), name="resume"),
    path("<int:pk>/archive/", views.AccountArchive.as_view(), name="archive"),
    path("<int:pk>/restore/", views.AccountRestore.as_view(), name="restore"),
    path("<int:pk>/learned/<slug:name>/forget/", views.LearnedForget.as_view(), name="forget"),
    path("<int:pk>/push-address/new/", addressviews.NewAddress.as_view(), name="new_address"),
    path("<int:pk>/push-address/<int:address>/close/", addressviews.Close.as_view(), name="close_address"),
    path("<int:pk>/push-address/<int:address>/close-at/", addressviews.CloseAt.as_view(), name="close_address_at"),
]
