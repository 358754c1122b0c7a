"""The page of recipients: its columns, and what is done to many at once."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from campaigns.models import Activity, Campaign, ShownColumns, Suppression
from tests.factories import FakeGateway, make_account, make_campaign, make_user, states_of

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"
VIEW, ADD, SUPPRESS = "campaigns.view_campaign", "campaigns.add_campaign", "campaigns.add_suppression"


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), "sms", 12, columns=["name", "place"], state="finished")
    campaign.recipients.update(variables={"name": "Ann", "place": "Hall 2"}, state="delivered")
    campaign.recipients.filter(position__lte=5).update(state="undelivered", failure="busy")
    campaign.recipients.filter(position=6).update(state="expired")
    return campaign


@pytest.fixture
def user() -> User:
    return make_user(VIEW, ADD, SUPPRESS, "campaigns.view_suppression")


@pytest.fixture
def staff(client: Client, user: User) -> Client:
    client.force_login(user, BACKEND)
    return client


def url(campaign: Campaign, page: str = "recipients") -> str:
    return reverse(f"campaigns:{page}", args=[campaign.pk])


def heads(client: Client, campaign: Campaign) -> list[str]:
    return [str(column.label) for column, _sort in client.get(url(campaign)).context["heads"]]


def test_the_usual_columns_are_shown_until_others_are_chosen_and_after_a_reset(
    staff: Client, campaign: Campaign
) -> None:
    usual = heads(staff, campaign)
    assert usual == ["Number", "State", "Reason", "Provider's id", "Submitted", "Settled"]
    answer = staff.post(
        url(campaign, "recipients_columns"),
        {"column": ["failure", "v:place"], "query": f"{url(campaign)}?state=delivered"},
    )
    assert answer["Location"] == f"{url(campaign)}?state=delivered"
    assert heads(staff, campaign) == ["Number", "Failure class", "place"]
    assert "Hall 2" in staff.get(url(campaign)).content.decode()
    staff.post(url(campaign, "recipients_columns"), {"reset": "1"})
    assert heads(staff, campaign) == usual


def test_columns_are_kept_for_one_person_and_what_another_campaign_has_is_not_lost(
    staff: Client, campaign: Campaign
) -> None:
    other = make_campaign(campaign.account, "sms", 2, columns=["code"])
    staff.post(url(other, "recipients_columns"), {"column": ["state", "v:code"]})
    staff.post(url(campaign, "recipients_columns"), {"column": ["reason", "v:name"]})
    assert heads(staff, other) == ["Number", "Reason", "code"]
    colleague = Client()
    colleague.force_login(make_user(VIEW), BACKEND)
    assert "Provider's id" in heads(colleague, campaign)
    assert ShownColumns.objects.count() == 1


def test_nothing_can_be_done_to_many_without_the_permission_for_it(campaign: Campaign) -> None:
    visitor = Client()
    visitor.force_login(make_user(VIEW), BACKEND)
    assert 'name="id"' not in visitor.get(url(campaign)).content.decode()
    for page in ("recipients_again", "recipients_suppress"):
        assert visitor.get(url(campaign, page), {"all": 1}).status_code == 403
        assert visitor.post(f"{url(campaign, page)}?all=1").status_code == 403


def test_rows_of_a_campaign_that_runs_stand_still_only_when_somebody_wants_to_choose(
    staff: Client, campaign: Campaign
) -> None:
    Campaign.objects.update(state="running")
    moving = staff.get(url(campaign)).content.decode()
    assert "every 3s" in moving
    assert 'name="id"' not in moving
    choosing = staff.get(url(campaign), {"pick": 1}).content.decode()
    assert "every 3s" not in choosing
    assert choosing.count('name="id"') == 12


def test_all_who_fit_are_sent_to_again_as_far_as_they_were_not_reached(staff: Client, campaign: Campaign) -> None:
    asked = staff.get(url(campaign, "recipients_again"), {"all": 1}).content.decode()
    assert "<b>6</b> people" in asked
    assert "Line busy" in asked
    staff.post(f"{url(campaign, 'recipients_again')}?all=1&failure=busy")
    draft = Campaign.objects.get(repeats=campaign)
    assert (draft.total, draft.state) == (5, "draft")
    assert sorted(draft.recipients.values_list("number", flat=True)) == sorted(
        campaign.recipients.filter(failure="busy").values_list("number", flat=True)
    )
    assert Activity.objects.filter(kind="sent_again").count() == 2


def test_ticked_rows_alone_are_sent_to_again(staff: Client, campaign: Campaign) -> None:
    keys = "&".join(
        f"id={pk}" for pk in campaign.recipients.filter(position__in=(2, 6, 9)).values_list("pk", flat=True)
    )
    staff.post(f"{url(campaign, 'recipients_again')}?{keys}")
    numbers = Campaign.objects.get(repeats=campaign).recipients.values_list("number", flat=True)
    assert set(numbers) == set(campaign.recipients.filter(position__in=(2, 6)).values_list("number", flat=True))


def test_who_was_reached_cannot_be_sent_to_again(staff: Client, campaign: Campaign) -> None:
    answer = staff.get(url(campaign, "recipients_again"), {"all": 1, "state": "delivered"}, follow=True)
    assert "Nobody of them can be sent to again" in answer.content.decode()
    assert states_of(campaign)["delivered"] == 6


def test_the_chosen_are_put_on_the_suppression_list(staff: Client, campaign: Campaign) -> None:
    page = f"{url(campaign, 'recipients_suppress')}?all=1&failure=busy"
    assert "<b>5</b> people" in staff.get(page).content.decode()
    answer = staff.post(page, {"what": "both", "reason": "complaint", "note": "they wrote"}, follow=True)
    assert "5 numbers were added." in answer.content.decode()
    assert Suppression.objects.filter(reason="complaint", note="they wrote").count() == 5
    assert Activity.objects.filter(kind="suppressed").exists()


def test_too_many_for_the_suppression_list_are_refused_in_words(
    staff: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.following.recipients.actions.MOST_SUPPRESSED", 3)
    page = f"{url(campaign, 'recipients_suppress')}?all=1"
    answer = staff.post(page, {"what": "both", "reason": "complaint"})
    assert "Narrow the list" in answer.content.decode()
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("page", ["recipients_again", "recipients_suppress"])
def test_nothing_is_done_to_more_than_were_confirmed(staff: Client, campaign: Campaign, page: str) -> None:
    address = f"{url(campaign, page)}?all=1&state=undelivered"
    assert 'name="confirmed" value="5"' in staff.get(address).content.decode()
    campaign.recipients.filter(position=9).update(state="undelivered")
    given = {"what": "both", "reason": "complaint", "confirmed": "5"}
    answer = staff.post(address, given).content.decode()
    assert "6 instead of 5" in answer
    assert not Campaign.objects.filter(repeats=campaign).exists()
    assert not Suppression.objects.exists()
    staff.post(address, given | {"confirmed": "6"})
    assert Campaign.objects.filter(repeats=campaign).exists() or Suppression.objects.count() == 6


def test_who_is_erased_is_neither_counted_nor_sent_to_again(staff: Client, campaign: Campaign) -> None:
    campaign.recipients.filter(position=1).update(number="#1#")
    address = f"{url(campaign, 'recipients_again')}?all=1&state=undelivered"
    assert "<b>4</b> people" in staff.get(address).content.decode()
    staff.post(address, {"confirmed": "4"})
    assert Campaign.objects.get(repeats=campaign).total == 4


def test_those_of_a_test_are_not_sent_to_again(staff: Client, campaign: Campaign) -> None:
    trial = make_campaign(campaign.account, "sms", 1, test_of=campaign, state="finished")
    trial.recipients.update(state="undelivered")
    assert staff.post(f"{url(trial, 'recipients_again')}?all=1").status_code == 404


def test_choosing_nobody_leads_back_with_the_filters(staff: Client, campaign: Campaign) -> None:
    answer = staff.get(url(campaign, "recipients_suppress"), {"state": "delivered", "id": ["x", "9" * 30]})
    assert answer["Location"] == f"{url(campaign)}?state=delivered"


def test_a_search_without_a_count_offers_no_all(
    staff: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.following.recipients.paging.ROWS", 10)
    text = staff.get(url(campaign), {"text": "ann"}).content.decode()
    assert 'name="id"' in text
    assert 'name="all"' not in text
