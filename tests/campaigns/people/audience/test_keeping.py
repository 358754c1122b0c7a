"""Files of lists do not stay: they hold people's numbers."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign, ListFile, ListState
from campaigns.people.audience import keeping
from campaigns.upkeep import sweeps

from .bringing import newest, page_of, paste

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(staff: Client, draft: Campaign) -> ListFile:
    paste(staff, draft, "mobile,name\n13800138000,ann\n12,bob\n")
    return newest(draft)


def aged(list_file: ListFile, days: float) -> None:
    then = timezone.now() - timedelta(days=days)
    ListFile.objects.filter(pk=list_file.pk).update(created_at=then, finished_at=then)


def test_the_file_and_the_sample_rows_go_some_days_after_the_reading(
    staff: Client, draft: Campaign, read: ListFile, lists_folder: Path
) -> None:
    aged(read, 6)
    assert keeping.forget_old(timezone.now()) == 0
    assert len(list(lists_folder.iterdir())) == 1
    aged(read, 8)
    sweeps.expire()
    read.refresh_from_db()
    assert (read.stored, "ann" in str(read.found), list(lists_folder.iterdir())) == ("", False, [])
    assert keeping.forget_old(timezone.now()) == 0
    assert staff.get(page_of(draft, "list", read)).status_code == 200
    assert "12,bob" in b"".join(staff.get(page_of(draft, "problems", read)).streaming_content).decode()


def test_the_days_are_a_setting_and_count_from_the_end_of_the_reading(read: ListFile, settings) -> None:
    settings.LIST_KEEP_DAYS = 30
    aged(read, 20)
    assert keeping.forget_old(timezone.now()) == 0
    settings.LIST_KEEP_DAYS = 10
    ListFile.objects.filter(pk=read.pk).update(finished_at=timezone.now())
    assert keeping.forget_old(timezone.now()) == 0
    aged(read, 20)
    assert keeping.forget_old(timezone.now()) == 1


@pytest.mark.parametrize(("state", "kept"), [(ListState.READING, True), (ListState.UNMAPPED, False)])
def test_what_is_being_read_keeps_its_file_and_what_nobody_mapped_does_not(
    read: ListFile, lists_folder: Path, state: ListState, kept: bool
) -> None:
    aged(read, 30)
    ListFile.objects.filter(pk=read.pk).update(state=state, finished_at=None)
    keeping.forget_old(timezone.now())
    assert bool(list(lists_folder.iterdir())) is kept


def test_what_no_list_names_is_removed_when_it_is_no_upload_under_way(read: ListFile, lists_folder: Path) -> None:
    kept = keeping.Kept.begin("left.csv")
    kept.write(b"1")
    kept.close()
    assert keeping.remove_forgotten() == 0
    old = time.time() - keeping.FORGOTTEN.total_seconds() - 60
    for path in lists_folder.iterdir():
        os.utime(path, (old, old))
    assert keeping.remove_forgotten() == 1
    assert [path.name for path in lists_folder.iterdir()] == [read.stored]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a.b/c", "x." + "y" * 50, "list.сsv", "no name", ""])
def test_no_name_leads_out_of_the_folder(lists_folder: Path, name: str) -> None:
    kept = keeping.Kept.begin(name)
    kept.close()
    assert [path.name for path in lists_folder.iterdir()] == [kept.stored]
    assert kept.stored.isascii()
    assert len(kept.stored) <= 80


def test_a_list_whose_file_is_gone_cannot_be_mapped_and_says_so(
    staff: Client, draft: Campaign, lists_folder: Path
) -> None:
    paste(staff, draft, "13800138000,ann\n13900139000,bob", look="1")
    for path in lists_folder.iterdir():
        path.unlink()
    url = page_of(draft, "columns", newest(draft))
    looked = staff.post(url, {"look": "1", "encoding": "utf-8-sig", "delimiter": ",", "header": "no", "home": ""})
    assert "The file is not there any more" in looked.content.decode()
