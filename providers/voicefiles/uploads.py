"""The page that takes recordings: many at once, each with its own result."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from notifyadmin.web.uploads import COMPLETE, ROOM, StopAtLimit
from notifyadmin.web.views import Crumb, Page
from providers.contract.words import Words, gettext_noop

from . import audio
from .models import VoiceFile
from .rules import FILES_AT_ONCE, formats, limits
from .uploading import Known, add_recording
from .views import ADD, crumbs

FIELD = "files"

NO_FILE = Words(gettext_noop("No file was chosen. Choose one or more recordings, then upload them."))
CUT_OFF = Words(gettext_noop("The upload broke off on its way, and nothing of it was kept. Upload the files again."))
TOO_MUCH = gettext_noop(
    "This is more than can be sent at once: at most %(files)s files of %(most)s MB. Nothing was kept. Upload fewer "
    "files at a time."
)
LONGER = gettext_noop(
    "The file is bigger than %(most)s MB, which is the most that is allowed. Export it with a lower bit rate or make "
    "it shorter."
)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one file: ``voice_file`` is it or the one that is the same, ``words`` say why it was not taken."""

    name: str
    voice_file: VoiceFile | None = None
    known: bool = False
    brought_back: bool = False
    words: Words | None = None


@method_decorator(csrf_exempt, name="dispatch")
class VoiceFileUpload(Page):
    """Who asks may come in before anything of the body is read; the token is checked when the limits are set."""

    permission_required = ADD
    title = _("Upload recordings")
    template_name = "providers/voicefiles/upload.html"

    def get_crumbs(self) -> list[Crumb]:
        return crumbs()

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > FILES_AT_ONCE * settings.VOICE_FILE_MAX_BYTES + ROOM:
            words = Words(TOO_MUCH, {"files": FILES_AT_ONCE, "most": _megabytes()})
            return self._answer([Result("", words=words)], status=413)
        stop = StopAtLimit(request, settings.VOICE_FILE_MAX_BYTES)
        request.upload_handlers = [stop, TemporaryFileUploadHandler(request)]
        return self._read(request, stop=stop)

    @method_decorator(csrf_protect)
    def _read(self, request: HttpRequest, *, stop: StopAtLimit) -> HttpResponse:
        files = request.FILES.getlist(FIELD)
        if not request.POST.get(COMPLETE):
            return self._answer([Result("", words=CUT_OFF)], status=400)
        results = [*self._results(files), *(_too_long(name) for name in stop.too_big)]
        return self._answer(results or [Result("", words=NO_FILE)])

    def _results(self, files: list["UploadedFile[Any]"]) -> Iterator[Result]:
        for file in files:
            outcome = add_recording(file, by=self.request.user)
            name = file.name or ""
            if isinstance(outcome, Words):
                yield Result(name, words=outcome)
            elif isinstance(outcome, Known):
                yield Result(name, outcome.voice_file, known=True, brought_back=outcome.brought_back)
            else:
                yield Result(name, outcome)

    def _answer(self, results: list[Result], status: int = 200) -> HttpResponse:
        """The whole page, or only the lines for a script that shows them in its own place."""
        if "lines" not in self.request.GET:
            return self.render_to_response(self.get_context_data(results=results), status=status)
        response = render(self.request, "providers/voicefiles/results.html", {"results": results}, status=status)
        response["Cache-Control"] = "no-store"
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        suffixes = formats()
        return super().get_context_data(**kwargs) | {
            "formats": audio.shown(suffixes),
            "accepted": ",".join([f".{suffix}" for suffix in suffixes] + ["audio/*"]),
            "most_bytes": settings.VOICE_FILE_MAX_BYTES,
            "most_megabytes": _megabytes(),
            "most_minutes": f"{settings.VOICE_FILE_MAX_SECONDS / 60:.4g}",
            "address": reverse("providers:voicefiles:upload"),
            "too_long": _too_long("").words,
        }


def _too_long(name: str) -> Result:
    return Result(name, words=Words(LONGER, {"most": _megabytes()}))


def _megabytes() -> str:
    return audio.megabytes(limits().max_bytes)
