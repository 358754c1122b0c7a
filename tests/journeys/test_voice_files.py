"""Recordings at the real sandbox: sent, found again after a lost answer, sent again after a lost request, listed."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db.models import F

from providers import registry
from providers.accounts.services import http_client
from providers.contract.abilities import Ability
from providers.contract.files import FileTaken
from providers.models import CopyState, FetchedFile, FileList, VoiceFile, VoiceFileCopy
from providers.sandbox.client import SandboxConsole
from providers.voicefiles import copies, takingover
from providers.voicefiles.copysending import send
from providers.voicefiles.fetching import fetch

from .live_campaigns import Stage, set_up
from .live_sandbox import sandbox_in_a_thread

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

GATEWAYS = [gateway for gateway in registry.all_gateways() if gateway.able_to(Ability.TAKES_VOICE_FILES)]
SOUND = b"ID3 a short sound"


@pytest.fixture(scope="module")
def console() -> Iterator[SandboxConsole]:
    with sandbox_in_a_thread() as running:
        yield running


@pytest.fixture(params=GATEWAYS, ids=[gateway.slug for gateway in GATEWAYS])
def stage(request: pytest.FixtureRequest, console: SandboxConsole, settings: Any, tmp_path: Path) -> Iterator[Stage]:
    settings.MEDIA_ROOT = tmp_path
    yield set_up(request.param, Ability.VOICE_FILE, console)
    console.reset()


def recording(name: str) -> VoiceFile:
    """What the sandbox does with an upload stands in its name."""
    made = VoiceFile.objects.create(name=name, format="mp3", original_name=f"{name}.mp3")
    made.file.save("sound.mp3", ContentFile(SOUND))
    return made


def work(copy: VoiceFileCopy) -> VoiceFileCopy:
    """What a worker does once it is time."""
    VoiceFileCopy.objects.filter(pk=copy.pk).update(next_attempt_at=F("next_attempt_at") - timedelta(hours=1))
    send(copy.pk)
    copy.refresh_from_db()
    return copy


def uploads(stage: Stage) -> int:
    return sum(request["endpoint"] == "voice/fileUpload" for request in stage.requests())


def stored(stage: Stage) -> list[tuple[str, str, int]]:
    return [(file["id"], file["name"], file["size"]) for file in stage.console.files(stage.gateway.slug)]


def test_a_recording_is_at_the_provider_once_under_the_id_that_is_known_here(stage: Stage) -> None:
    copy = work(copies.ensure(recording("Opening hours"), stage.account, None))
    assert copy.state == CopyState.THERE
    work(copy)
    assert stored(stage) == [(copy.file_id, copy.remote_name, len(SOUND))]
    assert uploads(stage) == 1


def test_a_file_that_was_taken_before_the_connection_was_cut_is_found_and_not_sent_again(stage: Stage) -> None:
    copy = work(copies.ensure(recording("unclear taken"), stage.account, None))
    assert copy.state == CopyState.UNCLEAR
    work(copy)
    assert copy.state == CopyState.THERE
    assert [(copy.file_id, copy.remote_name, len(SOUND))] == stored(stage)
    assert uploads(stage) == 1


def test_a_file_that_was_lost_on_its_way_is_sent_again_under_its_name_after_asking(stage: Stage) -> None:
    copy = work(copies.ensure(recording("unclear lost"), stage.account, None))
    assert (copy.state, uploads(stage), stored(stage)) == (CopyState.UNCLEAR, 1, [])
    work(copy)
    assert (copy.state, uploads(stage)) == (CopyState.WAITING, 1)
    name = copy.remote_name
    work(copy)
    assert (copy.remote_name, uploads(stage)) == (name, 2)


def test_a_recording_that_the_provider_refuses_fails_with_its_words(stage: Stage) -> None:
    copy = work(copies.ensure(recording("refused"), stage.account, None))
    assert copy.state == CopyState.FAILED
    assert copy.words
    assert "-21" in copy.raw
    assert stored(stage) == []


def test_the_whole_list_is_fetched_over_its_pages_and_what_is_unknown_taken_over(stage: Stage) -> None:
    ours = work(copies.ensure(recording("Ours"), stage.account, None))
    rules = stage.gateway.file_rules
    assert rules is not None
    for number in range(rules.page_size + 5):
        name, access = f"console-{number:03}.mp3", stage.account.access()
        assert isinstance(stage.gateway.upload_file(name, SOUND, access, http_client()), FileTaken)
    takingover.fetch(stage.account)
    fetch(stage.account.pk)
    listed = FetchedFile.objects.filter(account=stage.account)
    assert {(file.file_id, file.name) for file in listed} >= {(id, name) for id, name, _ in stored(stage)}
    assert FileList.objects.get(account=stage.account).pages == 2
    taken = takingover.take_over_listed(stage.account, listed.values_list("pk", flat=True), None)
    assert taken == listed.count() - 1
    there = VoiceFileCopy.objects.filter(account=stage.account, state=CopyState.THERE)
    assert set(there.values_list("file_id", flat=True)) == set(listed.values_list("file_id", flat=True))
    assert there.get(voice_file=ours.voice_file).file_id == ours.file_id
