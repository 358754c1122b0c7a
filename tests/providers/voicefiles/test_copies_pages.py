"""The card that says at which accounts a recording is, and what staff do there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from providers.contract.words import Words
from providers.models import AccountState, CopyState, VoiceFileCopy
from providers.voicefiles import copies
from tests.factories import make_account, make_user

from .provider import recording, taking

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def provider(fake_gateway, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return taking(fake_gateway)


@pytest.fixture
def staff(client):
    client.force_login(make_user("providers.view_voicefile", "providers.change_voicefile"))
    return client


def line_of(client, voice_file, account):
    return client.get(reverse("providers:voicefiles:copy", args=[voice_file.pk, account.pk])).content.decode()


def copy_in(state, **values):
    copy = copies.ensure(recording(), make_account(), None)
    VoiceFileCopy.objects.filter(pk=copy.pk).update(state=state, **values)
    copy.refresh_from_db()
    return copy


@pytest.mark.parametrize(
    ("state", "values", "shown", "offered", "is_live"),
    [
        ("waiting", {}, ["To be sent"], [], True),
        ("sending", {}, ["Sending"], [], True),
        ("unclear", {"words": "No answer.", "asked": 1}, ["Unclear", "No answer."], ["ask", "again"], True),
        ("unclear", {"words": "No answer."}, ["Unclear"], ["ask"], True),
        ("there", {"file_id": "f-77", "next_attempt_at": None}, ["There", "#f-77"], [], False),
        ("failed", {"words": "Not a voice.", "raw": "-21 <x>"}, ["Not a voice.", "-21 &lt;x&gt;"], ["again"], False),
    ],
)
def test_each_state_shows_what_is_known_and_offers_what_makes_sense(staff, state, values, shown, offered, is_live):
    copy = copy_in(state, **values)
    line = line_of(staff, copy.voice_file, copy.account)
    assert all(text in line for text in shown)
    found = [action for action in ("ask", "again", "send") if f"/{action}/" in line]
    assert found == offered
    assert ("hx-get" in line) == is_live


def test_an_account_that_has_nothing_is_offered_unless_it_is_out_of_use(staff):
    voice_file = recording()
    line = line_of(staff, voice_file, make_account())
    assert "Not there" in line
    assert "/send/" in line
    for state in (AccountState.PAUSED, AccountState.ARCHIVED):
        line = line_of(staff, voice_file, make_account(state=state))
        assert f"This account is {state}" in line
        assert "/send/" not in line


def test_who_may_only_look_sees_the_state_and_no_button(client):
    copy = copy_in("failed", words="Not a voice.")
    client.force_login(make_user("providers.view_voicefile"))
    line = line_of(client, copy.voice_file, copy.account)
    assert "Not a voice." in line
    assert "<button" not in line


def test_a_file_is_sent_to_one_account_and_to_several_at_once(staff):
    voice_file, accounts = recording(), [make_account() for _ in range(3)]
    staff.post(reverse("providers:voicefiles:send-copy", args=[voice_file.pk, accounts[0].pk]))
    assert voice_file.copies.get().state == CopyState.WAITING
    ticked = [account.pk for account in accounts]
    staff.post(reverse("providers:voicefiles:send", args=[voice_file.pk]), {"account": [*ticked, "x"]})
    assert voice_file.copies.count() == 3


def test_sending_without_a_tick_says_so(staff):
    voice_file = recording()
    page = staff.post(reverse("providers:voicefiles:send", args=[voice_file.pk]), follow=True)
    assert "No account was ticked" in page.content.decode()


def test_an_account_out_of_use_is_refused_even_when_asked_for(staff):
    voice_file, account = recording(), make_account(state=AccountState.PAUSED)
    page = staff.post(reverse("providers:voicefiles:send-copy", args=[voice_file.pk, account.pk]), follow=True)
    assert "paused" in page.content.decode()
    assert not voice_file.copies.exists()


def test_the_buttons_do_what_they_say(staff):
    failed, unclear = copy_in("failed", next_attempt_at=None), copy_in("unclear", asked=1)
    VoiceFileCopy.objects.filter(pk=unclear.pk).update(next_attempt_at=timezone.now() + timedelta(hours=1))
    staff.post(reverse("providers:voicefiles:try-again", args=[failed.voice_file_id, failed.account_id]))
    staff.post(reverse("providers:voicefiles:ask", args=[unclear.voice_file_id, unclear.account_id]))
    failed.refresh_from_db()
    unclear.refresh_from_db()
    assert (failed.state, unclear.state) == (CopyState.WAITING, CopyState.UNCLEAR)
    assert unclear.next_attempt_at <= timezone.now()


def test_the_card_is_on_the_page_of_the_file_with_a_line_per_account(staff):
    voice_file = recording()
    there, other = make_account(), make_account()
    copy = copies.ensure(voice_file, there, None)
    VoiceFileCopy.objects.filter(pk=copy.pk).update(state="waiting", words=Words("Busy.").pack())
    page = staff.get(reverse("providers:voicefiles:detail", args=[voice_file.pk])).content.decode()
    assert "At the accounts" in page
    assert all(text in page for text in (there.name, other.name, "Busy.", "Not there"))


def test_a_copy_at_an_account_that_is_unknown_is_not_found(staff):
    voice_file = recording()
    assert staff.get(reverse("providers:voicefiles:copy", args=[voice_file.pk, 123456])).status_code == 404
    assert staff.post(reverse("providers:voicefiles:ask", args=[voice_file.pk, 123456])).status_code == 404
