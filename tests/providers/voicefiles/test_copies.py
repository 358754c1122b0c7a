"""Sending recordings to accounts: what each answer leads to, never twice, and never lost."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifyadmin.web.errors import Refusal
from notifyadmin.web.words import in_words
from providers.contract.errors import NotSent, Refused
from providers.contract.files import FileExists, FilePage, FileTaken, FileThere
from providers.contract.statuses import Concern
from providers.contract.words import Words
from providers.models import AccountState, CopyState, VoiceFileCopy
from providers.voicefiles import copies, takingover
from providers.voicefiles.copysending import CALL_TIME, send
from providers.voicefiles.remotenames import remote_name
from tests.factories import NoHttp, make_account

from .provider import CUT, RULES, TAKEN_AND_CUT, recording, taking

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

WORDS = Words("Reason %(number)s.", {"number": 7})


@pytest.fixture(autouse=True)
def provider(fake_gateway, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return taking(fake_gateway)


@pytest.fixture
def copy():
    return copies.ensure(recording(), make_account(), None)


def work(copy):
    send(copy.pk, NoHttp())
    copy.refresh_from_db()
    return copy


def later(copy, **amount):
    """So much time passes for this copy."""
    gone = timedelta(**(amount or {"hours": 1}))
    copy.refresh_from_db()
    at = copy.next_attempt_at and copy.next_attempt_at - gone
    VoiceFileCopy.objects.filter(pk=copy.pk).update(next_attempt_at=at)
    return copy


def test_a_recording_is_sent_once_under_its_name_and_is_there(copy, provider):
    work(copy)
    assert (copy.state, copy.file_id, copy.next_attempt_at) == (CopyState.THERE, "id-1", None)
    assert provider.uploads == [(copy.remote_name, b"ID3 sound")]
    assert copy.account.calls.count() == 1
    for _ in range(3):
        work(copy)
    assert len(provider.uploads) == 1


@pytest.mark.parametrize(
    ("answer", "state", "words", "raw", "is_due_again"),
    [
        (Refused("-21", "not a voice", WORDS), "failed", "Reason 7.", "not a voice (-21)", False),
        (Refused("-2", "bad key", WORDS, Concern.CREDENTIALS), "failed", "Reason 7.", "bad key (-2)", False),
        (Refused("-9", "busy", WORDS, Concern.PASSING, retry_after=40), "waiting", "Reason 7.", "busy (-9)", True),
        (NotSent(WORDS, retry_after=40), "waiting", "Reason 7.", "", True),
        (CUT, "unclear", "No answer came.", "", True),
        (FileExists(WORDS), "unclear", "Reason 7.", "", True),
    ],
)
def test_each_answer_leads_to_its_state_with_its_reason(copy, provider, answer, state, words, raw, is_due_again):
    provider.answers = [answer]
    work(copy)
    assert (copy.state, in_words(copy.words), copy.raw, copy.file_id) == (state, words, raw, "")
    assert (copy.next_attempt_at is not None and copy.next_attempt_at > timezone.now()) == is_due_again
    work(copy)
    assert len(provider.uploads) == 1
    assert copy.account.state == AccountState.ACTIVE


def test_what_passes_by_itself_is_sent_again_under_the_same_name_when_it_is_time(copy, provider):
    provider.answers = [NotSent(WORDS, retry_after=40)]
    work(copy)
    later(copy, seconds=41)
    work(copy)
    assert copy.state == CopyState.THERE
    assert len({name for name, _ in provider.uploads}) == 1


def test_a_file_that_was_taken_before_the_answer_was_lost_is_found_by_asking_and_not_sent_again(copy, provider):
    provider.files = [FileThere(f"other-{number}", f"other-{number}.mp3") for number in range(5)]
    provider.answers = [TAKEN_AND_CUT]
    work(copy)
    assert copy.state == CopyState.UNCLEAR
    work(later(copy))
    assert (copy.state, copy.file_id) == (CopyState.THERE, "id-6")
    assert provider.pages == [1, 2, 3]
    assert len(provider.uploads) == 1


def test_a_file_that_was_not_taken_is_sent_again_only_after_all_pages_were_read(copy, provider):
    provider.files = [FileThere(f"other-{number}", f"other-{number}.mp3") for number in range(5)]
    provider.answers = [CUT]
    work(copy)
    work(later(copy))
    assert (copy.state, len(provider.uploads), provider.pages) == (CopyState.WAITING, 1, [1, 2, 3])
    work(copy)
    assert copy.state == CopyState.THERE
    assert [name for name, _ in provider.uploads] == [copy.remote_name] * 2


def test_a_list_that_cannot_be_read_leaves_it_unclear_and_is_asked_for_ever_less_often(copy, provider):
    provider.answers = [CUT]
    work(copy)
    gaps = []
    for _ in range(4):
        provider.list_answers = [Refused("-1", "no list", WORDS)]
        work(later(copy))
        gaps.append(round((copy.next_attempt_at - timezone.now()).total_seconds()))
        assert (copy.state, in_words(copy.words), copy.raw) == (CopyState.UNCLEAR, "Reason 7.", "no list (-1)")
    assert gaps == [30, 60, 120, 300]
    assert len(provider.uploads) == 1


def test_a_list_whose_later_page_cannot_be_read_proves_nothing(copy, provider):
    provider.answers = [CUT]
    work(copy)
    provider.list_answers = [FilePage((FileThere("a", "a.mp3"), FileThere("b", "b.mp3")), 2, 3), CUT]
    work(later(copy))
    assert copy.state == CopyState.UNCLEAR
    assert len(provider.uploads) == 1


def test_a_list_that_shrinks_while_it_is_read_proves_nothing(copy, provider):
    provider.answers = [CUT]
    work(copy)
    first = (FileThere("a", "a.mp3"), FileThere("b", "b.mp3"))
    provider.list_answers = [FilePage(first, 2, 4), FilePage((FileThere("d", "d.mp3"),), 2, 3)]
    work(later(copy))
    assert copy.state == CopyState.UNCLEAR
    provider.list_answers = [FilePage(first, 1, 2), FilePage((), 1, 2)]
    work(later(copy))
    assert copy.state == CopyState.WAITING


def test_pages_that_come_while_the_list_is_read_are_read_too(copy, provider):
    provider.answers = [CUT]
    work(copy)
    others = (FileThere("a", "a.mp3"), FileThere("b", "b.mp3"))
    ours = (FileThere("c", copy.remote_name),)
    provider.list_answers = [FilePage(others, 2, 3), FilePage(others, 3, 5), FilePage(ours, 3, 5)]
    work(later(copy))
    assert (copy.state, copy.file_id) == (CopyState.THERE, "c")


def test_a_list_without_an_end_is_given_up_after_a_thousand_pages(copy, provider, monkeypatch):
    provider.answers = [CUT]
    work(copy)
    monkeypatch.setattr(
        copy.account.gateway, "list_files", lambda page, *rest: provider.pages.append(page) or FilePage((), page + 1, 9)
    )
    work(later(copy))
    assert (copy.state, len(provider.pages)) == (CopyState.UNCLEAR, 1000)


def test_a_name_that_exists_after_a_lost_answer_is_looked_for_again_and_not_sent_again_at_once(copy, provider):
    provider.answers = [CUT, FileExists(WORDS)]
    work(copy)
    work(later(copy))
    work(copy)
    assert (copy.state, len(provider.uploads)) == (CopyState.UNCLEAR, 2)
    provider.files = [FileThere("late", copy.remote_name)]
    work(later(copy))
    assert (copy.state, copy.file_id, len(provider.uploads)) == (CopyState.THERE, "late", 2)


def test_a_worker_that_ends_while_sending_makes_it_unclear_and_asks_first(copy, provider):
    class Killed(BaseException):
        pass

    def die():
        raise Killed

    provider.during = die
    with pytest.raises(Killed):
        send(copy.pk, NoHttp())
    provider.during = lambda: None
    work(copy)
    assert (copy.state, len(provider.uploads)) == (CopyState.SENDING, 1)
    provider.files = [FileThere("taken", copy.remote_name)]
    later(copy, seconds=CALL_TIME.total_seconds() + 1)
    work(copy)
    assert (copy.state, copy.file_id, len(provider.uploads)) == (CopyState.THERE, "taken", 1)


def test_an_answer_that_comes_after_it_was_given_up_is_still_believed(copy, provider):
    def takes_too_long():
        provider.during = lambda: None
        later(copy, seconds=CALL_TIME.total_seconds() + 1)
        provider.list_answers = [CUT]
        send(copy.pk, NoHttp())
        copy.refresh_from_db()
        assert copy.state == CopyState.UNCLEAR

    provider.during = takes_too_long
    work(copy)
    assert (copy.state, copy.file_id, len(provider.uploads)) == (CopyState.THERE, "id-1", 1)


def test_a_late_refusal_does_not_overrule_what_was_found_meanwhile(copy, provider):
    def found_by_another():
        VoiceFileCopy.objects.filter(pk=copy.pk).update(state=CopyState.THERE, file_id="found", next_attempt_at=None)

    provider.during = found_by_another
    provider.answers = [Refused("-1", "", WORDS)]
    work(copy)
    assert (copy.state, copy.file_id, copy.words) == (CopyState.THERE, "found", "")


def test_two_workers_at_the_same_time_send_it_once(copy, provider):
    barrier = threading.Barrier(2)

    def worker():
        barrier.wait(5)
        try:
            send(copy.pk, NoHttp())
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    copy.refresh_from_db()
    assert (copy.state, len(provider.uploads)) == (CopyState.THERE, 1)


def test_nothing_is_asked_inside_a_transaction(copy, provider):
    seen = []
    provider.during = lambda: seen.append(connection.in_atomic_block)
    work(copy)
    assert seen == [False]


def test_an_id_that_belongs_to_another_file_here_is_not_stolen(copy, provider):
    takingover.take_over(name="other one", account=copy.account, file_id="id-9", by=None)
    provider.answers = [FileTaken("id-9")]
    work(copy)
    assert (copy.state, copy.file_id) == (CopyState.FAILED, "")
    assert "id-9" in in_words(copy.words)


def test_a_recording_that_is_gone_on_our_side_fails_with_words_and_asks_nothing(copy, provider):
    copy.voice_file.file.storage.delete(copy.voice_file.file.name)
    work(copy)
    assert (copy.state, provider.uploads) == (CopyState.FAILED, [])
    assert copy.words


@pytest.mark.parametrize("state", [AccountState.PAUSED, AccountState.ARCHIVED])
def test_nothing_is_sent_to_an_account_out_of_use_until_it_is_used_again(copy, provider, published, state):
    copy.account.state = state
    copy.account.save()
    published.clear()
    copies.wake_copies()
    work(copy)
    assert (copy.state, provider.uploads, published) == (CopyState.WAITING, [], [])
    copy.account.state = AccountState.ACTIVE
    copy.account.save()
    copies.wake_copies()
    assert published == ["providers.send_voice_file"]
    assert work(copy).state == CopyState.THERE


def test_the_sweep_wakes_what_is_due_and_nothing_else(copy, published):
    published.clear()
    copies.wake_copies()
    assert published == ["providers.send_voice_file"]
    work(copy)
    published.clear()
    copies.wake_copies()
    assert published == []


def test_asking_for_a_copy_twice_makes_one(copy, published):
    again = copies.ensure(copy.voice_file, copy.account, None)
    assert (again.pk, again.remote_name) == (copy.pk, copy.remote_name)
    assert VoiceFileCopy.objects.count() == 1
    assert set(published) == {"providers.send_voice_file"}


def test_two_people_who_ask_at_the_same_time_get_the_same_copy():
    voice_file, account = recording(), make_account()
    barrier, got = threading.Barrier(2), []

    def person():
        barrier.wait(5)
        try:
            got.append(copies.ensure(voice_file, account, None).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=person) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert len(got) == 2
    assert set(got) == set(VoiceFileCopy.objects.values_list("pk", flat=True))
    assert VoiceFileCopy.objects.count() == 1


def test_a_file_that_the_account_cannot_take_is_refused_with_the_reason():
    account = make_account()
    for voice_file, said in ((recording(format="amr"), "amr"), (recording(archived_at=timezone.now()), "archived")):
        with pytest.raises(Refusal, match=said):
            copies.ensure(voice_file, account, None)
    with pytest.raises(Refusal, match="archived"):
        copies.ensure(recording(), make_account(state=AccountState.ARCHIVED), None)
    assert copies.ensure(recording(), make_account(state=AccountState.PAUSED), None).state == CopyState.WAITING
    assert not voice_file.copies.filter(account=account).exists()


def test_a_refused_file_is_tried_again_under_a_new_name(copy, provider):
    provider.answers = [Refused("-21", "raw", WORDS)]
    work(copy)
    before = copy.remote_name
    copies.try_again(copy)
    work(copy)
    assert (copy.state, copy.words, copy.raw) == (CopyState.THERE, "", "")
    assert copy.remote_name != before
    assert [name for name, _ in provider.uploads] == [before, copy.remote_name]


def test_what_is_unclear_is_not_sent_anew_by_hand_before_the_provider_was_asked(copy, provider):
    provider.answers = [CUT]
    work(copy)
    with pytest.raises(Refusal):
        copies.try_again(copy)
    provider.list_answers = [CUT]
    work(later(copy))
    copies.try_again(copy)
    copy.refresh_from_db()
    assert copy.state == CopyState.WAITING
    assert len(provider.uploads) == 1


def test_asking_now_does_not_wait_for_the_next_time(copy, provider):
    provider.answers = [TAKEN_AND_CUT]
    work(copy)
    work(copy)
    assert copy.state == CopyState.UNCLEAR
    copies.ask_now(copy)
    assert work(copy).state == CopyState.THERE
    with pytest.raises(Refusal):
        copies.ask_now(copy)


def test_an_id_typed_by_hand_settles_what_is_unclear_but_not_what_is_under_way(copy, provider):
    with pytest.raises(Refusal):
        takingover.add_copy(copy.voice_file, account=copy.account, file_id="typed")
    provider.answers = [CUT]
    work(copy)
    takingover.add_copy(copy.voice_file, account=copy.account, file_id="typed")
    work(copy)
    assert (copy.state, copy.file_id, copy.next_attempt_at) == (CopyState.THERE, "typed", None)
    assert provider.pages == []


@pytest.mark.parametrize("name", ["hello", "Ein Größe", "通知", "x" * 120, "a b/c\\d..%00", "-"])
def test_a_name_at_the_provider_fits_its_rules_and_is_plain(name):
    names = {remote_name(recording(name, original_name=""), RULES) for _ in range(20)}
    assert len(names) == 20
    for made in names:
        assert RULES.shortest_name <= len(made) <= RULES.longest_name
        assert made.endswith(".mp3")
        assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")


def test_a_name_that_somebody_has_already_is_not_used_again(monkeypatch):
    account = make_account()
    names = iter(["same.mp3", "same.mp3", "other.mp3"])
    monkeypatch.setattr(copies, "remote_name", lambda *_: next(names))
    first = copies.ensure(recording(), account, None)
    second = copies.ensure(recording(), account, None)
    assert (first.remote_name, second.remote_name) == ("same.mp3", "other.mp3")


def test_all_chosen_accounts_get_it_but_those_that_may_not():
    voice_file = recording()
    good, other, paused = make_account(), make_account(), make_account(state=AccountState.PAUSED)
    from providers.models import Account

    chosen = Account.objects.filter(pk__in=[good.pk, other.pk, paused.pk])
    assert copies.send(voice_file, chosen, None) == 2
    assert copies.send(voice_file, chosen, None) == 0
    assert set(voice_file.copies.values_list("account_id", flat=True)) == {good.pk, other.pk}
