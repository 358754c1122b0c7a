"""Files that were written before numbers were erased end with them, and their owners are told."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.exports import keeping, services, writing
from campaigns.exports.listings import LISTINGS
from campaigns.exports.removing import NAMING, remove
from campaigns.models import Activity, Campaign, Export
from campaigns.privacy import working
from campaigns.privacy.erasing import erase_campaign, erase_old
from campaigns.privacy.onenumber import ask
from campaigns.privacy.services import set_days
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]
NUMBER = "8613800000001"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "EXPORTS_FOLDER", tmp_path / "exports")
    return tmp_path / "exports"


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    campaign = make_campaign(make_account(), "sms", 3, state="finished", finished_at=timezone.now())
    campaign.recipients.update(state="delivered")
    return campaign


@pytest.fixture
def user() -> User:
    return make_user("campaigns.view_campaign")


def made(user: User, name: str, campaign: Campaign | None = None, **values: Any) -> Export:
    export = Export.objects.create(user=user, listing=name, campaign=campaign, format="csv", state="ready", **values)
    (keeping.folder() / export.file).write_text(f"+{NUMBER}")
    return export


def states() -> dict[str, str]:
    return dict(Export.objects.values_list("listing", "state"))


def test_every_list_says_whether_it_shows_numbers() -> None:
    assert set(LISTINGS) - set(NAMING) == {"campaigns", "reports"}


def test_erasing_a_number_ends_every_file_that_may_hold_it_and_says_so(
    campaign: Campaign, user: User, client: Client, folder: Path
) -> None:
    for name in LISTINGS:
        made(user, name, campaign if name == "recipients" else None, query="text=Wang")
    gone = Export.objects.get(listing="recipients")
    working.erase(ask(NUMBER, None, "asked").pk)
    assert states() == {name: "removed" if name in NAMING else "ready" for name in LISTINGS}
    assert len(list(folder.iterdir())) == len(LISTINGS) - len(NAMING)
    assert set(Export.objects.filter(state="removed").values_list("query", "seen")) == {("", False)}
    client.force_login(user)
    text = client.get(reverse("campaigns:exports:list")).content.decode()
    assert "numbers were erased since" in text
    answer = client.get(reverse("campaigns:exports:file", args=[gone.pk]), follow=True)
    assert "numbers were erased since" in answer.content.decode()


def test_what_was_to_look_for_the_number_does_not_keep_it(campaign: Campaign, user: User) -> None:
    waiting = Export.objects.create(user=user, listing="campaigns", format="csv", query=f"number={NUMBER}")
    other = Export.objects.create(user=user, listing="recipients", campaign=campaign, format="csv", query="number=0002")
    working.erase(ask(NUMBER, None, "asked").pk)
    waiting.refresh_from_db()
    other.refresh_from_db()
    assert (waiting.state, waiting.query) == ("removed", "")
    assert (other.state, other.query) == ("waiting", "number=0002")


def test_what_is_being_written_is_begun_anew_without_the_number(
    campaign: Campaign, user: User, monkeypatch: pytest.MonkeyPatch, folder: Path, published: list[str]
) -> None:
    query = f"about={campaign.pk}&columns=all"
    export = Export.objects.create(user=user, listing="recipients", campaign=campaign, format="csv", query=query)
    end = writing._end

    def erased_meanwhile(*given: Any) -> None:
        published.clear()
        working.erase(ask(NUMBER, None, "asked").pk)
        assert "campaigns.write_export" in published
        end(*given)

    with monkeypatch.context() as context:
        context.setattr(writing, "_end", erased_meanwhile)
        writing.write(export.pk)
    export.refresh_from_db()
    assert export.state == "waiting"
    assert list(folder.iterdir()) == []
    writing.write(export.pk)
    export.refresh_from_db()
    path = keeping.path_of(export)
    assert path
    assert NUMBER not in path.read_text()
    assert "8613800000002" in path.read_text()


def test_retention_ends_the_files_of_its_campaigns_and_lists_that_lose_by_age(campaign: Campaign, user: User) -> None:
    other = make_campaign(make_account(), "sms", 1)
    ours, theirs = made(user, "recipients", campaign), made(user, "recipients", other)
    contacts, lines = made(user, "contacts"), made(user, "activity")
    Campaign.objects.filter(pk=campaign.pk).update(finished_at=timezone.now() - timedelta(days=40))
    set_days(30, None)
    erase_old()
    found = dict(Export.objects.values_list("pk", "state"))
    assert found == {ours.pk: "removed", theirs.pk: "ready", contacts.pk: "ready", lines.pk: "removed"}


def test_a_night_in_which_nothing_is_old_ends_no_file(campaign: Campaign, user: User) -> None:
    Activity.objects.all().delete()
    made(user, "activity")
    set_days(30, None)
    erase_old()
    assert states() == {"activity": "ready"}


def test_a_file_that_was_not_reached_is_removed_the_next_time(
    campaign: Campaign, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(export: Export) -> None:
        raise Killed

    export = made(user, "recipients", campaign)
    with monkeypatch.context() as context, pytest.raises(Killed):
        context.setattr(keeping, "remove", killed)
        erase_campaign(campaign)
    campaign.refresh_from_db()
    assert campaign.erased_at is None
    erase_campaign(campaign)
    export.refresh_from_db()
    assert export.state == "removed"
    assert remove(Export.objects.all()) == 0


def test_what_was_removed_does_not_count_among_those_that_are_kept(campaign: Campaign, user: User) -> None:
    from django.http import QueryDict

    from campaigns.exports.listings import Asked, listing

    for _ in range(services.MOST_AT_A_TIME):
        Export.objects.create(user=user, listing="recipients", format="csv", state="removed")
    assert services.ask(listing("campaigns"), Asked(QueryDict(""), user), "csv", rows=1).pk
