"""What a new installation begins with: a login, sandbox accounts, a voice file, a template and an example list."""

import math
import secrets
import struct
import wave
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from campaigns.compose.steps import services as compose
from campaigns.people.audience.importing import add_audience
from campaigns.people.audience.reading import read_text
from providers import registry, rehearsing
from providers.contract.abilities import Ability
from providers.models import Account, VoiceFile, VoiceTemplate
from providers.sandbox.mounts import rehearsals
from providers.voicefiles.uploading import add_recording
from providers.voicetemplates import services as templates

LOGIN = "admin"
EXAMPLE_ROWS = 40
EXAMPLE_OUTCOMES = ("late", "twice", "early", "out_of_order", "refused")
COLUMN = "code"


def create_login() -> str | None:
    """The first staff login. Returns its password, or None when somebody can sign in already."""
    if User.objects.exists():
        return None
    password = secrets.token_urlsafe(12)
    User.objects.create_superuser(LOGIN, password=password)
    return password


def create_examples(base: str) -> bool:
    """Sandbox accounts at *base* and everything to rehearse with. False when there are accounts already."""
    if Account.objects.exists():
        return False
    accounts = rehearsing.sandbox_accounts(base)
    rehearsing.put_file_everywhere(_example_recording())
    for account in accounts:
        template = _take_over_template(account)
        if template is not None:
            _example_campaign(account, template)
    return True


def example_list(provider: str) -> str:
    """A CSV list for one provider: mostly ordinary numbers, and some whose outcome the sandbox documents."""
    rehearsal = rehearsals()[provider]
    numbers = [rehearsal.number_for(index) for index in range(EXAMPLE_ROWS)]
    numbers += [rehearsal.number_for(index, outcome) for index, outcome in enumerate(EXAMPLE_OUTCOMES)]
    lines = [f"{number},{1000 + index}" for index, number in enumerate(numbers)]
    return "\n".join([f"mobile,{COLUMN}", *lines]) + "\n"


def example_file() -> Path:
    """Where the example list lies, written if it is missing; its numbers suit every provider."""
    path = settings.VAR / "example-audience.csv"
    if not path.exists():
        suits_all = next(slug for slug in rehearsals() if Ability.VOICE_TEMPLATE in registry.get(slug).kinds)
        path.write_text(example_list(suits_all), encoding="utf-8-sig")
    return path


def chime(seconds: int, rate: int = 8000) -> bytes:
    """Two soft tones as a WAV file, mono, 16 bit."""
    buffer = BytesIO()
    with wave.open(buffer, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        frames = (_sample(index / rate) for index in range(seconds * rate))
        sound.writeframes(b"".join(struct.pack("<h", frame) for frame in frames))
    return buffer.getvalue()


def _example_recording() -> VoiceFile:
    file = add_recording(ContentFile(chime(3), name="chime.wav"), by=None)
    if not isinstance(file, VoiceFile):
        raise TypeError(f"the example recording was not kept: {file}")
    file.name = _("Chime, three seconds")
    file.save(update_fields=["name"])
    return file


def _sample(at: float) -> int:
    pitch = 660 if at % 1.0 < 0.5 else 880
    fade = max(0.0, 1.0 - (at % 0.5) * 2)
    return int(9000 * fade * math.sin(2 * math.pi * pitch * at))


def _take_over_template(account: Account) -> VoiceTemplate | None:
    known = rehearsals()[account.provider].template
    if known is None:
        return None
    name = _("Parcel handed to the courier")
    return templates.take_over(account=account, name=name, provider_id=known.id, text=known.text, by=None)


def _example_campaign(account: Account, template: VoiceTemplate) -> None:
    campaign = compose.create_draft(name=_("Rehearsal: parcel on its way"), kind="voice_template", account=account)
    text = template.text.replace(account.gateway.template_variable, "{%s}" % COLUMN)  # noqa: UP031
    compose.save_content(campaign, text=text, template=template)
    table = read_text(example_list(account.provider))
    add_audience(campaign, table.rows, table.columns)
