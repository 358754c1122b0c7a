"""Lists that come in: what is kept of them, what is said about them, and that nothing typed is lost."""

import hashlib
import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from campaigns.counters.selectors import tallies
from campaigns.models import Campaign, ListFile, ListState
from campaigns.people.audience import receiving

from .bringing import LIST, newest, numbers, page_of, paste, upload

pytestmark = pytest.mark.django_db


@pytest.mark.stores
def test_a_pasted_list_with_a_known_header_is_read_without_a_question(staff: Client, draft: Campaign) -> None:
    answer = paste(staff, draft, LIST)
    assert (answer.status_code, answer["Location"]) == (302, page_of(draft))
    page = staff.get(page_of(draft)).content.decode()
    assert "6 rows read: 2 added, 1 repeated, 3 bad." in page
    assert "The same number is already in row 2." in page
    draft.refresh_from_db()
    assert (draft.total, draft.columns, tallies(draft)) == (2, ["place"], {"pending": 2})
    read = newest(draft)
    assert (read.state, read.rows, read.good, read.bad, read.duplicates) == (ListState.DONE, 6, 2, 3, 1)


def test_a_plain_list_of_numbers_needs_no_thinking(staff: Client, draft: Campaign) -> None:
    answer = paste(staff, draft, "\r\n".join(numbers(3)))
    assert answer["Location"] == page_of(draft)
    draft.refresh_from_db()
    assert draft.total == 3


def test_what_is_not_certain_is_shown_before_it_is_read(staff: Client, draft: Campaign) -> None:
    answer = paste(staff, draft, "13800138000,ann\n13900139000,bob")
    assert answer["Location"].startswith(page_of(draft, "columns", newest(draft)))
    draft.refresh_from_db()
    assert (draft.total, newest(draft).state) == (0, ListState.UNMAPPED)


def test_people_may_look_at_the_columns_of_every_list_first(staff: Client, draft: Campaign) -> None:
    answer = paste(staff, draft, LIST, look="1")
    assert answer["Location"].startswith(page_of(draft, "columns", newest(draft)))


def test_a_file_lies_under_a_name_of_our_own_readable_by_us_alone(
    staff: Client, draft: Campaign, lists_folder: Path
) -> None:
    content = b"\xef\xbb\xbf" + LIST.encode()
    upload(staff, draft, content, "C:\\lists\\客户 1.CSV")
    kept = newest(draft)
    assert (kept.name, kept.size, kept.digest) == ("客户 1.CSV", len(content), hashlib.sha256(content).hexdigest())
    [path] = lists_folder.iterdir()
    assert (path.name, path.read_bytes()) == (kept.stored, content)
    assert "客户" not in path.name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(lists_folder.stat().st_mode) == 0o700


def test_a_file_is_written_while_it_comes_in(staff: Client, draft: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    write = receiving.Kept.write
    monkeypatch.setattr(receiving.Kept, "write", lambda kept, data: (sizes.append(len(data)), write(kept, data))[1])
    content = "\n".join(["mobile", *numbers(20_000)]).encode()
    upload(staff, draft, content)
    assert sum(sizes) == len(content)
    assert max(sizes) <= 64 * 1024


def test_pasted_text_comes_back_when_something_is_wrong(staff: Client, draft: Campaign, lists_folder: Path) -> None:
    page = upload(staff, draft, b"13800138000", pasted="13900139000;mine").content.decode()
    assert "one of the two" in page
    assert "13900139000;mine" in page
    page = paste(staff, draft, "mobile,name\n").content.decode()
    assert "mobile,name" in page
    assert ListFile.objects.count() == 0
    assert list(lists_folder.iterdir()) == []


@pytest.mark.parametrize("values", [{}, {"pasted": " \n"}])
def test_nothing_is_not_a_list(staff: Client, draft: Campaign, values: dict[str, str]) -> None:
    answer = staff.post(page_of(draft), {"complete": "1", **values})
    assert answer.status_code == 200
    assert "Paste a list or choose a file" in answer.content.decode()


def test_two_files_at_once_are_refused_and_neither_is_lost_in_silence(
    staff: Client, draft: Campaign, lists_folder: Path
) -> None:
    files = [SimpleUploadedFile(name, b"13800138000") for name in ("a.csv", "b.csv")]
    answer = staff.post(page_of(draft), {"file": files, "complete": "1"})
    assert "one file at a time" in answer.content.decode()
    assert list(lists_folder.iterdir()) == []


def test_an_empty_file_says_that_it_is_empty(staff: Client, draft: Campaign, lists_folder: Path) -> None:
    assert "The file is empty" in upload(staff, draft, b"").content.decode()
    assert list(lists_folder.iterdir()) == []


def test_a_request_that_was_cut_off_leaves_nothing_behind(staff: Client, draft: Campaign, lists_folder: Path) -> None:
    answer = upload(staff, draft, LIST.encode(), complete="")
    assert "broke off" in answer.content.decode()
    assert list(lists_folder.iterdir()) == []


def test_a_file_that_is_too_big_is_said_so_and_not_kept(
    staff: Client, draft: Campaign, lists_folder: Path, settings: Any
) -> None:
    settings.LIST_MAX_BYTES = 2000
    page = upload(staff, draft, b"1" * 2001, pasted="").content.decode()
    assert "The file is bigger than 2.0\xa0KB" in page
    assert list(lists_folder.iterdir()) == []
    assert "at most 2.0\xa0KB" in page


def test_a_request_far_beyond_the_limit_is_not_read_at_all(
    staff: Client, draft: Campaign, lists_folder: Path, settings: Any
) -> None:
    settings.LIST_MAX_BYTES = settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = upload(staff, draft, b"1" * 200_000)
    assert (answer.status_code, lists_folder.exists()) == (413, False)
    assert "The file is bigger" in answer.content.decode()


def test_too_much_pasted_is_told_and_no_bare_error(staff: Client, draft: Campaign, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = paste(staff, draft, "1" * 5000)
    assert answer.status_code == 413
    assert "cannot be pasted" in answer.content.decode()


def test_the_token_is_asked_for(draft: Campaign) -> None:
    from tests.factories import make_user

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    assert paste(strict, draft, LIST).status_code == 403
    draft.refresh_from_db()
    assert draft.total == 0


def test_who_may_not_come_in_writes_nothing(draft: Campaign, lists_folder: Path) -> None:
    assert upload(Client(), draft, LIST.encode()).status_code == 302
    assert not lists_folder.exists()


def test_a_script_is_led_on_and_gets_errors_as_a_page_it_can_show(staff: Client, draft: Campaign) -> None:
    script = {"HX-Request": "true"}
    led = staff.post(page_of(draft), {"pasted": LIST, "home": "CN", "complete": "1"}, headers=script)
    assert (led.status_code, led["HX-Redirect"]) == (200, page_of(draft))
    wrong = staff.post(page_of(draft), {"pasted": "", "complete": "1"}, headers=script)
    assert (wrong.status_code, "Paste a list" in wrong.content.decode()) == (200, True)


def test_a_binary_named_like_text_is_refused_in_words(staff: Client, draft: Campaign, lists_folder: Path) -> None:
    page = upload(staff, draft, bytes(range(256)) * 20, "numbers.csv").content.decode()
    assert 'role="alert"' in page
    assert ListFile.objects.count() == 0
    assert list(lists_folder.iterdir()) == []


def test_numbers_without_country_code_are_read_in_the_country_that_was_chosen(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, "091234567", home="VN")
    paste(staff, draft, "0912345678", home="VN")
    assert list(draft.recipients.values_list("number", flat=True)) == ["84912345678"]


def test_several_lists_add_up_in_one_audience(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, "\n".join(numbers(3)))
    paste(staff, draft, "\n".join(numbers(3, first=2)))
    draft.refresh_from_db()
    assert (draft.total, draft.lists.count(), newest(draft).good, newest(draft).known) == (5, 2, 2, 1)
    page = staff.get(page_of(draft)).content.decode()
    assert page.count('class="name"') == 2
    assert "This number is already in the campaign." in page
