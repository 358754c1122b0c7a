"""Fetching an account's list of files, and taking over what is unknown here."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from notifyadmin.web.words import in_words
from providers.contract.errors import Refused
from providers.contract.files import FilePage, FileThere
from providers.contract.words import Words
from providers.models import FetchedFile, FileList, VoiceFile, VoiceFileCopy
from providers.voicefiles import copies, takingover
from providers.voicefiles.copysending import send
from providers.voicefiles.fetching import LEASE, fetch
from tests.factories import NoHttp, make_account, make_user

from .provider import recording, taking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


@pytest.fixture(autouse=True)
def provider(fake_gateway, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return taking(fake_gateway)


@pytest.fixture
def account():
    return make_account()


@pytest.fixture
def staff(client):
    client.force_login(make_user(is_superuser=True))
    return client


def fetched(account):
    takingover.fetch(account)
    fetch(account.pk, NoHttp())
    return list(FetchedFile.objects.filter(account=account).values_list("file_id", "name"))


def has(provider, *names):
    provider.files = [FileThere(f"id-{name}", f"{name}.mp3") for name in names]


def test_all_pages_are_kept_and_a_complete_list_replaces_the_one_before(provider, account):
    has(provider, "a", "b", "c", "d", "e")
    assert [name for _, name in fetched(account)] == ["a.mp3", "b.mp3", "c.mp3", "d.mp3", "e.mp3"]
    assert provider.pages == [1, 2, 3]
    has(provider, "b", "x")
    provider.files[0] = FileThere("id-b", "renamed.mp3")
    assert fetched(account) == [("id-b", "renamed.mp3"), ("id-x", "x.mp3")]
    state = FileList.objects.get()
    assert (state.page, state.pages, state.next_attempt_at, state.words) == (1, 1, None, "")


def test_a_list_that_fails_half_way_keeps_what_was_known_and_says_why(provider, account):
    has(provider, "a", "b")
    fetched(account)
    first_page = FilePage((FileThere("id-c", "c.mp3"),), 2, 3)
    provider.list_answers = [first_page, Refused("-1", "raw words", Words("No list."))]
    assert {file_id for file_id, _ in fetched(account)} == {"id-a", "id-b", "id-c"}
    state = FileList.objects.get()
    assert (in_words(state.words), state.raw, state.next_attempt_at) == ("No list.", "raw words (-1)", None)
    fetched(account)
    assert FileList.objects.get().words == ""


def test_a_doubled_task_asks_nothing_and_a_lost_worker_is_replaced(provider, account, published):
    takingover.fetch(account)
    FileList.objects.update(next_attempt_at=timezone.now() + LEASE)
    fetch(account.pk, NoHttp())
    assert provider.pages == []
    FileList.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    published.clear()
    copies.wake_copies()
    assert published == ["providers.fetch_voice_files"]
    fetch(account.pk, NoHttp())
    assert provider.pages == [1]
    fetch(account.pk, NoHttp())
    assert provider.pages == [1]


def test_the_page_marks_what_is_known_and_offers_the_rest(provider, account, staff):
    sent = copies.ensure(recording("ours"), account, None)
    send(sent.pk, NoHttp())
    known = takingover.take_over(name="typed", account=account, file_id="id-b", by=None)
    provider.files += [FileThere("id-b", "b.mp3"), FileThere("id-c", "c.mp3")]
    fetched(account)
    page = staff.get(reverse("providers:voicefiles:fetched", args=[account.pk]))
    rows = {file.file_id: voice_file for file, voice_file in page.context["rows"]}
    assert rows == {"id-1": sent.voice_file, "id-b": known, "id-c": None}
    assert page.content.decode().count('type="checkbox"') == 1


def test_a_file_of_ours_whose_answer_was_lost_is_not_offered_as_unknown(provider, account):
    copy = copies.ensure(recording("ours"), account, None)
    provider.files = [FileThere("id-x", copy.remote_name)]
    fetched(account)
    taken = takingover.take_over_listed(account, [FetchedFile.objects.get().pk], None)
    assert (taken, VoiceFile.objects.count()) == (0, 1)


def test_ticked_files_are_taken_over_in_bulk_under_their_names_and_only_once(provider, account, staff):
    has(provider, "a", "b", "c")
    fetched(account)
    ticked = [file.pk for file in FetchedFile.objects.exclude(file_id="id-b")]
    address = reverse("providers:voicefiles:fetch-take-over", args=[account.pk])
    for _ in range(2):
        staff.post(address, {"file": [*ticked, "x", "999999"]})
    there = VoiceFileCopy.objects.values_list("voice_file__name", "account", "file_id", "state")
    assert set(there) == {("a.mp3", account.pk, "id-a", "there"), ("c.mp3", account.pk, "id-c", "there")}


def test_files_of_another_account_are_not_taken_over(provider, account):
    has(provider, "a")
    fetched(account)
    other = make_account()
    assert takingover.take_over_listed(other, [FetchedFile.objects.get().pk], None) == 0


def test_a_list_of_many_files_is_shown_in_pages_and_searched(provider, account, staff, django_assert_max_num_queries):
    provider.files = [FileThere(f"id-{number}", f"name-{number:03}.mp3") for number in range(130)]
    fetched(account)
    address = reverse("providers:voicefiles:fetched", args=[account.pk])
    with django_assert_max_num_queries(12):
        assert len(staff.get(address).context["rows"]) == 100
    assert len(staff.get(address, {"page": 2}).context["rows"]) == 30
    assert [file.name for file, _ in staff.get(address, {"q": "e-12"}).context["rows"]] == [
        f"name-12{digit}.mp3" for digit in range(10)
    ]


def test_while_the_list_is_read_the_page_says_how_far_and_asks_again(account, staff):
    takingover.fetch(account)
    FileList.objects.update(page=3, pages=7)
    page = staff.get(reverse("providers:voicefiles:fetched", args=[account.pk])).content.decode()
    assert "3 of 7 pages read" in page
    assert "hx-get" in page
    assert "fetch-read" not in page


def test_only_accounts_that_take_files_and_are_in_use_are_offered(account, staff):
    others = [make_account(state="archived"), make_account(provider="unknown")]
    page = staff.get(reverse("providers:voicefiles:fetch")).content.decode()
    assert account.name in page
    assert not any(other.name + "<" in page for other in others)
    assert staff.get(reverse("providers:voicefiles:fetched", args=[others[0].pk])).status_code == 404


def test_all_that_is_unknown_and_fits_the_search_is_taken_over_at_once(provider, account, staff, monkeypatch):
    monkeypatch.setattr(takingover, "BATCH", 2)
    has(provider, "a1", "a2", "a3", "a4", "a5", "b1")
    fetched(account)
    takingover.take_over(name="known", account=account, file_id="id-a3", by=None)
    staff.post(reverse("providers:voicefiles:fetch-take-over", args=[account.pk]), {"all": "1", "q": "a"})
    names = set(VoiceFile.objects.values_list("name", flat=True))
    assert names == {"known", "a1.mp3", "a2.mp3", "a4.mp3", "a5.mp3"}


@pytest.mark.parametrize("query", ["q=%00", "q=a%00b", f"page={'9' * 30}", f"page={'9' * 5000}"])
def test_addresses_that_no_page_makes_do_no_harm(provider, account, staff, query):
    has(provider, "a")
    fetched(account)
    address = reverse("providers:voicefiles:fetched", args=[account.pk])
    assert staff.get(f"{address}?{query}").status_code == 200


@pytest.mark.parametrize("key", ["9" * 30, "9" * 5000])
def test_keys_that_no_row_can_have_are_none(provider, account, staff, key):
    has(provider, "a")
    fetched(account)
    taken = staff.post(reverse("providers:voicefiles:fetch-take-over", args=[account.pk]), {"file": key})
    sent = staff.post(reverse("providers:voicefiles:send", args=[recording().pk]), {"account": key})
    assert (taken.status_code, sent.status_code) == (302, 302)
    assert not VoiceFileCopy.objects.exists()
