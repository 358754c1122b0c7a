"""Taking people out again: one list's, or everybody; and what is left stays whole."""

from pathlib import Path

import pytest
from django.test import Client

from campaigns.compose.steps.services import delete_draft
from campaigns.counters.selectors import tallies
from campaigns.models import AudienceProblem, Campaign, Chunk, ListFile
from campaigns.models.statuses import CampaignState
from campaigns.people.audience import chunks

from .bringing import newest, numbers, page_of, paste

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(staff: Client, draft: Campaign, monkeypatch: pytest.MonkeyPatch) -> list[ListFile]:
    """Lists of 4, 5 and 3 people in chunks of 5; the second with a bad row and a column of its own."""
    monkeypatch.setattr(chunks, "CHUNK_SIZE", 5)
    head, people = "mobile,place,extra", [f"{number},1,x" for number in numbers(5, first=4)]
    paste(staff, draft, "\n".join(["mobile,place", *(f"{number},1" for number in numbers(4))]))
    paste(staff, draft, "\n".join([head, *people, "12,1,x"]))
    paste(staff, draft, "\n".join(["mobile,place", *(f"{number},1" for number in numbers(3, first=9))]))
    return list(draft.lists.order_by("pk"))


def is_whole(draft: Campaign, expected: list[str]) -> None:
    draft.refresh_from_db()
    people = list(draft.recipients.order_by("position").values_list("position", "number"))
    assert people == [(place, f"86{number}") for place, number in enumerate(expected, 1)]
    assert draft.total == len(expected)
    assert {state: number for state, number in tallies(draft).items() if number} == (
        {"pending": len(expected)} if expected else {}
    )
    cut = list(Chunk.objects.filter(campaign=draft).order_by("number").values_list("number", "first", "last"))
    firsts = range(1, len(expected) + 1, 5)
    assert cut == [(number, first, min(first + 4, len(expected))) for number, first in enumerate(firsts, 1)]


@pytest.mark.stores
@pytest.mark.parametrize("which", [0, 1, 2])
def test_one_list_goes_and_the_others_close_ranks(
    staff: Client, draft: Campaign, three: list[ListFile], which: int, lists_folder: Path
) -> None:
    parts = [numbers(4), numbers(5, first=4), numbers(3, first=9)]
    is_whole(draft, [number for part in parts for number in part])
    page = staff.post(page_of(draft, "remove", three[which]), follow=True).content.decode()
    assert f"The list is gone, and {len(parts[which])} recipients with it." in page
    is_whole(draft, [number for place, part in enumerate(parts) if place != which for number in part])
    assert draft.columns == (["place"] if which == 1 else ["place", "extra"])
    assert AudienceProblem.objects.count() == (0 if which == 1 else 1)
    assert draft.lists.count() == 2


@pytest.mark.stores
def test_the_audience_is_emptied_with_all_its_lists(
    staff: Client, draft: Campaign, three: list[ListFile], django_capture_on_commit_callbacks, lists_folder: Path
) -> None:
    from django.urls import reverse

    with django_capture_on_commit_callbacks(execute=True):
        staff.post(reverse("campaigns:clear_audience", args=[draft.pk]))
    is_whole(draft, [])
    assert (draft.columns, draft.lists.count(), AudienceProblem.objects.count()) == ([], 0, 0)
    assert list(lists_folder.iterdir()) == []


def test_the_file_goes_with_the_list(
    staff: Client, draft: Campaign, lists_folder: Path, django_capture_on_commit_callbacks
) -> None:
    paste(staff, draft, "\n".join(numbers(2)))
    assert len(list(lists_folder.iterdir())) == 1
    with django_capture_on_commit_callbacks(execute=True):
        staff.post(page_of(draft, "remove", newest(draft)))
    assert list(lists_folder.iterdir()) == []


def test_the_files_go_with_the_draft(
    staff: Client, draft: Campaign, lists_folder: Path, django_capture_on_commit_callbacks
) -> None:
    paste(staff, draft, "\n".join([*numbers(2), "12"]))
    with django_capture_on_commit_callbacks(execute=True):
        delete_draft(draft)
    assert (list(lists_folder.iterdir()), ListFile.objects.count(), AudienceProblem.objects.count()) == ([], 0, 0)


def test_more_lists_can_be_added_after_one_was_removed(staff: Client, draft: Campaign, three: list[ListFile]) -> None:
    staff.post(page_of(draft, "remove", three[0]))
    paste(staff, draft, "\n".join(["mobile,place", *(f"{number},1" for number in numbers(4))]))
    is_whole(draft, [*numbers(5, first=4), *numbers(3, first=9), *numbers(4)])


def test_nobody_is_taken_out_of_a_campaign_that_was_started(
    staff: Client, draft: Campaign, three: list[ListFile]
) -> None:
    Campaign.objects.filter(pk=draft.pk).update(state=CampaignState.RUNNING)
    answer = staff.post(page_of(draft, "remove", three[0]))
    assert answer["Location"] == f"/campaigns/{draft.pk}/"
    assert draft.recipients.count() == 12
    assert draft.lists.count() == 3


def test_a_list_of_another_campaign_is_not_found(staff: Client, draft: Campaign, three: list[ListFile]) -> None:
    from tests.factories import make_campaign

    other = make_campaign(draft.account, "sms", 0, running=False, text="x")
    for page in ("list", "columns", "live", "problems"):
        assert staff.get(page_of(other, page, three[0])).status_code == 404
    for page in ("remove", "stop", "resume"):
        assert staff.post(page_of(other, page, three[0])).status_code == 404
    assert draft.lists.count() == 3
