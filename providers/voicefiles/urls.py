"""Addresses of voice files."""

from django.urls import path

from . import copyurls, sound, uploads, views

app_name = "voicefiles"
urlpatterns = [
    path("", views.VoiceFileList.as_view(), name="list"),
    path("upload/", uploads.VoiceFileUpload.as_view(), name="upload"),
    path("take-over/", views.VoiceFileTakeOver.as_view(), name="take-over"),
    path("<int:pk>/", views.VoiceFileDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", views.VoiceFileEdit.as_view(), name="edit"),
    path("<int:pk>/sound/", sound.VoiceFileSound.as_view(), name="sound"),
    path("<int:pk>/copies/add/", views.VoiceFileCopyAdd.as_view(), name="add-copy"),
    path("<int:pk>/archive/", views.VoiceFileArchive.as_view(), name="archive"),
    path("<int:pk>/restore/", views.VoiceFileRestore.as_view(), name="restore"),
    path("<int:pk>/delete/", views.VoiceFileDelete.as_view(), name="delete"),
    *copyurls.urlpatterns,
]
