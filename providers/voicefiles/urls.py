"""Addresses of voice files."""

from django.urls import path

from . import views

app_name = "voicefiles"
urlpatterns = [
    path("", views.VoiceFileList.as_view(), name="list"),
    path("take-over/", views.VoiceFileTakeOver.as_view(), name="take-over"),
    path("<int:pk>/", views.VoiceFileDetail.as_view(), name="detail"),
    path("<int:pk>/sound/", views.VoiceFileSound.as_view(), name="sound"),
    path("<int:pk>/copies/add/", views.VoiceFileCopyAdd.as_view(), name="add-copy"),
    path("<int:pk>/archive/", views.VoiceFileArchive.as_view(), name="archive"),
    path("<int:pk>/restore/", views.VoiceFileRestore.as_view(), name="restore"),
]
