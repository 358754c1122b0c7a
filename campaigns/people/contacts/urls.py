"""Addresses below ``contacts/``, and of what campaigns do with contact lists below ``campaigns/``."""

from django.urls import include, path

from campaigns.people.audience.urls import list_urls

from . import bulkviews, views
from .exporting import ExportContacts
from .lists import ContactsTarget

app_name = "contacts"
urlpatterns = [
    path("", views.ContactLists.as_view(), name="list"),
    path("add/", views.AddList.as_view(), name="add"),
    path("<int:pk>/", views.Contacts.as_view(), name="detail"),
    path("<int:pk>/edit/", views.EditList.as_view(), name="edit"),
    path("<int:pk>/archive/", views.ArchiveList.as_view(), name="archive"),
    path("<int:pk>/restore/", views.RestoreList.as_view(), name="restore"),
    path("<int:pk>/tag/", bulkviews.TagContacts.as_view(), name="tag"),
    path("<int:pk>/untag/", bulkviews.UntagContacts.as_view(), name="untag"),
    path("<int:pk>/delete/", bulkviews.DeleteContacts.as_view(), name="delete"),
    path("<int:pk>/export.<slug:kind>", ExportContacts.as_view(), name="export"),
    path("<int:pk>/import/", include(list_urls(ContactsTarget))),
]

of_campaigns = [
    path("<int:pk>/contacts/", views.SaveAudience.as_view(), name="contacts_save"),
]
