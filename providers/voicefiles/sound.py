"""The bytes of our own copies, whole or in part: a player that seeks asks for the part it needs.

Document: RFC 9110, ranges (14) and conditions (13.1.5).
"""

import re
from collections.abc import Iterator
from pathlib import PurePath

from django.core.files.storage import Storage
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.generic import View

from notifyadmin.web.views import StaffMixin

from . import keeping
from .models import VoiceFile

TYPES = {"mp3": "audio/mpeg", "wav": "audio/wav", "m4a": "audio/mp4"}
"""What a browser may play in the page; everything else is only ever saved."""
PIECE = 64 * 1024
RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)

Part = tuple[int, int]
"""The first byte, and the one behind the last."""


class VoiceFileSound(StaffMixin, View):
    """Never anything but sound, whatever the bytes are: its type is ours, and nothing in it may run."""

    permission_required = "providers.view_voicefile"
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        voice_file = get_object_or_404(VoiceFile, pk=pk)
        size = _size(voice_file)
        tag = f'"{voice_file.digest or _path(voice_file).name}"'
        if request.headers.get("If-None-Match") == tag:
            response: HttpResponseBase = HttpResponse(status=304)
        else:
            response = _sent(request, voice_file, size, tag)
        response["ETag"] = tag
        response["Accept-Ranges"] = "bytes"
        response["Cache-Control"] = "private, no-cache"
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "sandbox; default-src 'none'"
        return response


def part_of(header: str, size: int) -> Part | None:
    """The one part that a Range header asks for; None for everything, or where it asks for what is not offered.

    Raises ValueError when the part lies outside the file.
    """
    asked = RANGE.fullmatch(header.strip())
    if asked is None or asked.groups() == ("", ""):
        return None
    first, last = (int(number) if number else None for number in asked.groups())
    if first is None:
        first, last = size - min(last or 0, size), None
    elif last is not None and last < first:
        return None
    if first >= size:
        raise ValueError(header)
    return first, size if last is None else min(last + 1, size)


def _size(voice_file: VoiceFile) -> int:
    try:
        return keeping.storage().size(voice_file.file.name) if voice_file.file.name else _missing()
    except FileNotFoundError:
        return _missing()


def _path(voice_file: VoiceFile) -> PurePath:
    return PurePath(voice_file.file.name or "")


def _missing() -> int:
    raise Http404(_("We have no copy of this recording."))


def _sent(request: HttpRequest, voice_file: VoiceFile, size: int, tag: str) -> HttpResponseBase:
    try:
        part = part_of(request.headers.get("Range", ""), size) if _still(request, tag) else None
    except ValueError:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = part or (0, size)
    response = _body(request, str(_path(voice_file)), (first, last))
    response["Content-Length"] = str(last - first)
    if part:
        response.status_code = 206
        response["Content-Range"] = f"bytes {first}-{last - 1}/{size}"
    kind = TYPES.get(voice_file.format or _path(voice_file).suffix.lower().lstrip("."))
    response["Content-Type"] = kind or "application/octet-stream"
    saved = kind is None or "save" in request.GET
    response["Content-Disposition"] = content_disposition_header(saved, _file_name(voice_file)) or "attachment"
    return response


def _still(request: HttpRequest, tag: str) -> bool:
    """Whether what the browser has a part of is what we have; a file never changes, but another may take its place."""
    return request.headers.get("If-Range", tag) == tag


def _body(request: HttpRequest, name: str, part: Part) -> HttpResponse | StreamingHttpResponse:
    if request.method == "HEAD":
        return HttpResponse()
    return StreamingHttpResponse(_pieces(keeping.storage(), name, part))


def _pieces(storage: Storage, name: str, part: Part) -> Iterator[bytes]:
    first, last = part
    with storage.open(name, "rb") as file:
        file.seek(first)
        while first < last and (piece := file.read(min(PIECE, last - first))):
            first += len(piece)
            yield piece


def _file_name(voice_file: VoiceFile) -> str:
    """What it is called when it is saved: letters of one line, with its own ending."""
    stem = "".join(letter for letter in voice_file.name if letter.isprintable()).replace("/", "-").strip()
    suffix = voice_file.format or _path(voice_file).suffix.lstrip(".")
    return f"{stem or 'recording'}.{suffix}" if suffix else stem or "recording"
