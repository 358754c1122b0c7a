"""The pages of lists: who may see and do what, how many questions they ask, and the warning of what was sent before."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Campaign, ListFile
from campaigns.models.statuses import CampaignState
from campaigns.people.audience import selectors
from tests.factories import make_campaign, make_user

from .bringing import LIST, newest, numbers, page_of, paste

pytestmark = pytest.mark.django_db

VIEW, CHANGE = "campaigns.view_campaign", "campaigns.change_campaign"
PAGES = [("", CHANGE), ("columns", CHANGE), ("list", VIEW), ("live", VIEW), ("problems", VIEW), ("example", VIEW)]


def visitor(*permissions: str) -> Client:
    client = Client()
    client.force_login(make_user(*permissions), "django.contrib.auth.backends.ModelBackend")
    return client


def url_of(campaign: Campaign, page: str) -> str:
    return page_of(campaign, page, None if page in ("", "example") else newest(campaign))


@pytest.fixture
def unmapped(staff: Client, draft: Campaign) -> Campaign:
    paste(staff, draft, LIST, look="1")
    return draft


@pytest.mark.parametrize(("page", "permission"), PAGES)
def test_a_page_opens_with_its_permission_and_only_with_it(unmapped: Campaign, page: str, permission: str) -> None:
    url = url_of(unmapped, page)
    assert Client().get(url)["Location"].startswith("/login/")
    assert visitor().get(url).status_code == 403
    assert visitor(VIEW if permission == CHANGE else CHANGE).get(url).status_code == 403
    answer = visitor(permission).get(url)
    assert answer.status_code == (302 if page == "list" else 200)


@pytest.mark.parametrize("page", ["stop", "resume", "remove"])
def test_a_button_works_with_its_permission_and_only_by_post(unmapped: Campaign, page: str) -> None:
    url = url_of(unmapped, page)
    assert visitor(VIEW).post(url).status_code == 403
    assert visitor(CHANGE).get(url).status_code == 405
    assert visitor(VIEW, CHANGE).post(url).status_code == 302


@pytest.mark.parametrize("page", ["", "columns", "stop", "resume", "remove"])
def test_what_has_left_the_draft_is_changed_no_more(staff: Client, unmapped: Campaign, page: str) -> None:
    url = url_of(unmapped, page)
    Campaign.objects.filter(pk=unmapped.pk).update(state=CampaignState.RUNNING)
    assert staff.post(url, {"pasted": "13800138000", "complete": "1"})["Location"] == f"/campaigns/{unmapped.pk}/"
    assert unmapped.recipients.count() == 0


def test_a_list_can_be_looked_at_after_the_start_and_offers_no_button(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, LIST)
    Campaign.objects.filter(pk=draft.pk).update(state=CampaignState.RUNNING)
    page = staff.get(url_of(draft, "list")).content.decode()
    assert "Together 6 rows" in page
    assert "Take this list out" not in page


def queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize(("page", "most"), [("", 12), ("list", 8), ("live", 5)])
def test_pages_ask_as_few_questions_for_many_rows_and_lists(
    staff: Client, draft: Campaign, page: str, most: int
) -> None:
    paste(staff, draft, LIST)
    few = queries(staff, url_of(draft, page))
    for turn in range(4):
        paste(staff, draft, LIST + "\n".join(f"{number},1" for number in numbers(30, first=turn * 30)) + "\n12,1" * 90)
    assert queries(staff, url_of(draft, page)) == few <= most


def test_the_page_of_an_empty_audience_says_what_to_do(staff: Client, draft: Campaign) -> None:
    page = staff.get(page_of(draft)).content.decode()
    assert "Bring a list in" in page
    assert "Download an example" in page
    assert "Lists so far" not in page


def sent(draft: Campaign, **values: Any) -> Campaign:
    """Another campaign that has the very list of *draft* and was started."""
    return make_campaign(draft.account, "sms", 0, text="x", **{"name": "Last week", **values})


def with_list(campaign: Campaign, digest: str, good: int = 3) -> Campaign:
    ListFile.objects.create(purpose="audience", campaign=campaign, digest=digest, good=good, state="done")
    return campaign


def test_the_same_list_sent_before_gives_a_warning_that_names_when(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, "\n".join(numbers(2)))
    earlier = with_list(sent(draft), newest(draft).digest)
    [before] = selectors.sent_before(draft)
    assert (before.campaign_id, before.campaign_name, before.started_at) == (
        earlier.pk,
        "Last week",
        earlier.started_at,
    )
    page = paste(staff, draft, "\n".join(numbers(2)), follow=True)
    page = staff.get(page["Location"]).content.decode()
    assert "This very list was sent before: with the campaign “Last week”, started" in page
    assert timezone.localtime(earlier.started_at).strftime("%Y-%m-%d %H:%M") in page


def test_only_what_was_really_sent_in_the_same_way_counts(staff: Client, draft: Campaign) -> None:
    paste(staff, draft, "\n".join(numbers(2)))
    digest = newest(draft).digest
    with_list(sent(draft), "0" * 64)
    with_list(sent(draft, started_at=None, state="draft"), digest)
    with_list(make_campaign(draft.account, "voice_file", 0), digest)
    with_list(sent(draft), digest, good=0)
    with_list(sent(draft, test_of=draft), digest)
    assert selectors.sent_before(draft) == []


def test_asking_what_was_sent_before_takes_two_questions(
    staff: Client, draft: Campaign, django_assert_num_queries: Any
) -> None:
    for turn in range(4):
        paste(staff, draft, "\n".join(numbers(2, first=turn)))
        for _ in range(3):
            with_list(sent(draft), newest(draft).digest)
    with django_assert_num_queries(2):
        assert len(selectors.sent_before(draft)) == selectors.MOST_NAMED


def test_whether_a_list_is_still_being_read_can_be_asked(draft: Campaign) -> None:
    assert not selectors.being_read(draft)
    ListFile.objects.create(purpose="audience", campaign=draft, state="reading")
    assert selectors.being_read(draft)
