"""Who may open which page: every page of the application, without login, without and with the permission."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from providers.accounts import pushaddresses
from providers.models import InboundPush, Price, UnknownReview, VoiceFile, VoiceFileCopy, VoiceTemplate
from tests.factories import FAKE_SLUG, make_account, make_user

from .voicefiles.provider import taking

pytestmark = pytest.mark.django_db

PAGES = [
    ("accounts:list", [], "view_account", "get"),
    ("accounts:choose", [], "add_account", "get"),
    ("accounts:add", [FAKE_SLUG], "add_account", "get"),
    ("accounts:detail", ["account"], "view_account", "get"),
    ("accounts:edit", ["account"], "change_account", "get"),
    ("accounts:test", ["account"], "test_account", "post"),
    ("accounts:resume", ["account"], "change_account", "post"),
    ("accounts:archive", ["account"], "change_account", "post"),
    ("accounts:restore", ["account"], "change_account", "post"),
    ("accounts:forget", ["account", "per_day"], "change_account", "post"),
    ("accounts:new_address", ["account"], "change_account", "post"),
    ("accounts:close_address", ["account", "address"], "change_account", "post"),
    ("accounts:close_address_at", ["account", "address"], "change_account", "get"),
    ("prices:page", ["account"], "change_price", "get"),
    ("prices:remove", ["price"], "change_price", "post"),
    ("voicefiles:list", [], "view_voicefile", "get"),
    ("voicefiles:upload", [], "add_voicefile", "get"),
    ("voicefiles:edit", ["voice_file"], "change_voicefile", "get"),
    ("voicefiles:delete", ["voice_file"], "delete_voicefile", "post"),
    ("voicefiles:take-over", [], "add_voicefile", "get"),
    ("voicefiles:detail", ["voice_file"], "view_voicefile", "get"),
    ("voicefiles:sound", ["voice_file"], "view_voicefile", "get"),
    ("voicefiles:add-copy", ["voice_file"], "change_voicefile", "get"),
    ("voicefiles:copy", ["voice_file", "account"], "view_voicefile", "get"),
    ("voicefiles:send", ["voice_file"], "change_voicefile", "post"),
    ("voicefiles:send-copy", ["voice_file", "account"], "change_voicefile", "post"),
    ("voicefiles:try-again", ["voice_file", "account"], "change_voicefile", "post"),
    ("voicefiles:ask", ["voice_file", "account"], "change_voicefile", "post"),
    ("voicefiles:fetch", [], "add_voicefile", "get"),
    ("voicefiles:fetched", ["account"], "add_voicefile", "get"),
    ("voicefiles:fetch-read", ["account"], "add_voicefile", "post"),
    ("voicefiles:fetch-take-over", ["account"], "add_voicefile", "post"),
    ("voicefiles:archive", ["voice_file"], "change_voicefile", "post"),
    ("voicefiles:restore", ["voice_file"], "change_voicefile", "post"),
    ("voicetemplates:list", [], "view_voicetemplate", "get"),
    ("voicetemplates:add", [], "add_voicetemplate", "get"),
    ("voicetemplates:take-over", [], "add_voicetemplate", "get"),
    ("voicetemplates:preview", [], "view_voicetemplate", "get"),
    ("voicetemplates:detail", ["template"], "view_voicetemplate", "get"),
    ("voicetemplates:edit", ["template"], "change_voicetemplate", "get"),
    ("voicetemplates:submit", ["template"], "change_voicetemplate", "post"),
    ("voicetemplates:back-to-draft", ["template"], "change_voicetemplate", "post"),
    ("voicetemplates:link", ["template"], "change_voicetemplate", "get"),
    ("voicetemplates:dismiss-review", ["review"], "change_voicetemplate", "post"),
    ("voicetemplates:set-state", ["template"], "change_voicetemplate", "get"),
    ("voicetemplates:delete", ["template"], "delete_voicetemplate", "post"),
    ("pushes:list", [], "view_inboundpush", "get"),
    ("pushes:detail", ["push"], "view_inboundpush", "get"),
]

SHOWN_ONCE = {"accounts:new_address"}
"""What is shown in the answer to a POST, because it can be shown only then."""


@pytest.fixture
def rows(fake_gateway, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    taking(fake_gateway)
    account = make_account()
    voice_file = VoiceFile.objects.create(name="hello")
    voice_file.file.save("hello.wav", ContentFile(b"RIFF"))
    VoiceFileCopy.objects.create(voice_file=voice_file, account=account, state="unclear")
    return {
        "account": account,
        "address": pushaddresses.issue(account).address,
        "price": Price.objects.create(account=account, kind="sms", unit="segment", amount=1, currency="USD"),
        "voice_file": voice_file,
        "template": VoiceTemplate.objects.create(account=account, name="t", text="hello"),
        "review": UnknownReview.objects.create(account=account, template_id="9", review="approved", at=timezone.now()),
        "push": InboundPush.objects.create(account=account, door="receipts", body=b"1"),
    }


@pytest.mark.parametrize(("name", "args", "permission", "method"), PAGES)
def test_a_page_needs_a_login_and_its_own_permission(client, rows, name, args, permission, method):
    address = reverse(f"providers:{name}", args=[rows[arg].pk if arg in rows else arg for arg in args])
    ask = getattr(client, method)
    assert ask(address).url.startswith(f"{reverse('login')}?next=")
    others = sorted({f"providers.{page[2]}" for page in PAGES} - {f"providers.{permission}"})
    client.force_login(make_user(*others))
    assert ask(address).status_code == 403
    client.force_login(make_user(f"providers.{permission}"))
    assert ask(address).status_code == (302 if method == "post" and name not in SHOWN_ONCE else 200)


def test_every_page_is_in_the_table():
    from providers import urls

    included = [pattern for pattern in urls.urlpatterns if hasattr(pattern, "url_patterns")]
    names = {f"{rooms.namespace}:{page.name}" for rooms in included for page in rooms.url_patterns}
    assert names == {page[0] for page in PAGES}


@pytest.mark.parametrize("name", [page[0] for page in PAGES if page[3] == "post"])
def test_what_changes_something_cannot_be_reached_by_a_link(client, rows, name):
    args = next(page[1] for page in PAGES if page[0] == name)
    address = reverse(f"providers:{name}", args=[rows[arg].pk if arg in rows else arg for arg in args])
    client.force_login(make_user(is_superuser=True))
    assert client.get(address).status_code == 405
