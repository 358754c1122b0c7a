"""What needs a person: listed once, with its action, and gone when its cause is gone."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.alerts.selectors import count_open, open_alerts
from campaigns.alerts.services import mark_done, record
from campaigns.alerts.sync import sync_alerts
from campaigns.lifecycle import services
from campaigns.models import Activity, ActivityKind, Campaign, Export, ExportState, Gate, Receipt
from notifyadmin.web.errors import Refusal
from notifyadmin.web.words import in_words
from providers.accounts.models import Account
from providers.contract.words import Words
from providers.webhooks.models import InboundPush
from tests.factories import FakeGateway, make_account, make_campaign, make_user
from tests.markup import tight

pytestmark = [pytest.mark.django_db, pytest.mark.stores]
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def campaign(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "sms", 5)


@pytest.fixture
def boss(db: None) -> User:
    return make_user(is_superuser=True)


def subjects() -> list[str]:
    return sorted(Activity.objects.filter(attention=True, done_at=None).values_list("subject", flat=True))


def tended() -> list[str]:
    """What is open after two looks: the second must not list anything again."""
    sync_alerts()
    sync_alerts()
    return subjects()


def test_unknown_recipients_are_one_matter_per_campaign_until_nobody_is_unknown(campaign: Campaign) -> None:
    campaign.recipients.filter(position__lte=3).update(state="unknown")
    assert tended() == [f"unknown:{campaign.pk}"]
    line = Activity.objects.get(attention=True)
    assert in_words(line.words).startswith("Recipients of whom nobody knows whether the provider took them: 3.")
    assert (line.campaign, line.account, line.amount) == (campaign, campaign.account, 3)
    campaign.recipients.filter(position=1).update(state="delivered")
    sync_alerts()
    line.refresh_from_db()
    assert "took them: 2." in in_words(line.words)
    campaign.recipients.filter(state="unknown").update(state="delivered")
    assert tended() == []
    line.refresh_from_db()
    assert line.done_at
    assert line.done_by is None


def test_tests_are_nobodys_worry(campaign: Campaign) -> None:
    trial = make_campaign(campaign.account, "sms", 2, test_of=campaign)
    trial.recipients.update(state="unknown")
    assert tended() == []


def unmatched(account: Account, name: str, **age: float) -> None:
    at = timezone.now() - timedelta(**age)
    Receipt.objects.create(account=account, fingerprint=name, verdict="delivered", received_at=at)


def test_receipts_that_stay_unmatched_are_a_matter_and_early_ones_are_not(campaign: Campaign) -> None:
    unmatched(campaign.account, "a", seconds=5)
    assert tended() == []
    unmatched(campaign.account, "b", hours=1)
    assert tended() == [f"unmatched:{campaign.account_id}"]


def test_each_cause_is_listed_and_leads_to_where_it_is_solved(campaign: Campaign, boss: User) -> None:
    account = campaign.account
    late = make_campaign(account, "sms", 1, state="scheduled", late=True)
    asks = make_campaign(account, "sms", 1, state="pending_approval")
    paused = make_campaign(account, "sms", 1, state="paused", pause_words="Stopped.")
    stopped = make_account(state="paused", pause_words="No money.")
    make_campaign(stopped, "sms", 1, state="paused", pause_words="No money.")
    Gate.objects.create(account=account, failures=account.breaker_failures, opened=2)
    Account.objects.filter(pk=account.pk).update(balance_amount=Decimal("4.5"), balance_low=Decimal(5))
    InboundPush.objects.create(account=account, door="receipts", body=b"?", state="unreadable")
    export = Export.objects.create(user=boss, listing="recipients", format="csv", state=ExportState.FAILED)
    assert tended() == sorted(
        [
            f"late:{late.pk}",
            f"approval:{asks.pk}",
            f"paused:{paused.pk}",
            f"account:{stopped.pk}",
            f"breaker:{account.pk}",
            f"balance:{account.pk}",
            f"unreadable:{account.pk}",
            f"export:{export.pk}",
        ]
    )
    found = {matter.line.subject: matter for matter in open_alerts(boss)}
    assert found[f"paused:{paused.pk}"].action.url == reverse("campaigns:detail", args=[paused.pk])
    assert found[f"account:{stopped.pk}"].action.url == reverse("providers:accounts:detail", args=[stopped.pk])
    assert "4.5" in in_words(found[f"balance:{account.pk}"].line.words)
    assert found[f"unreadable:{account.pk}"].action.url.startswith(reverse("providers:pushes:list"))
    nobody = open_alerts(make_user("campaigns.view_activity"))
    assert [matter.action for matter in nobody] == [None] * 8


def test_pausing_opens_and_resuming_closes_with_who_did_it(campaign: Campaign, boss: User) -> None:
    services.pause(campaign, boss)
    assert subjects() == [f"paused:{campaign.pk}"]
    assert tended() == [f"paused:{campaign.pk}"]
    services.resume(campaign, boss)
    assert subjects() == []
    assert Activity.objects.get(kind="paused").done_by == boss


def test_what_happens_again_is_open_once(campaign: Campaign) -> None:
    for number in (1, 2):
        record(ActivityKind.AUTO_PAUSED, Words(f"Pause {number}."), campaign=campaign, attention=True)
    line = Activity.objects.get(done_at=None, attention=True)
    assert line.words == "Pause 2."
    assert Activity.objects.filter(kind="auto_paused").count() == 2


def test_a_person_closes_a_matter_and_it_stays_closed_until_there_is_more_of_it(campaign: Campaign, boss: User) -> None:
    unmatched(campaign.account, "a", hours=1)
    sync_alerts()
    line = Activity.objects.get()
    mark_done(line, boss)
    assert tended() == []
    with pytest.raises(Refusal):
        mark_done(line, boss)
    unmatched(campaign.account, "b", hours=1)
    assert tended() == [f"unmatched:{campaign.account_id}"]
    assert Activity.objects.count() == 2


def test_a_closed_matter_whose_cause_went_away_opens_again_when_it_comes_back(campaign: Campaign, boss: User) -> None:
    campaign.recipients.filter(position=1).update(state="unknown")
    sync_alerts()
    mark_done(Activity.objects.get(), boss)
    campaign.recipients.filter(position=1).update(state="delivered")
    assert tended() == []
    campaign.recipients.filter(position=1).update(state="unknown")
    assert tended() == [f"unknown:{campaign.pk}"]


def test_more_matters_than_are_looked_for_do_not_close_and_open_by_turns(
    campaign: Campaign, boss: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.alerts.conditions.MOST", 2)
    paused = [make_campaign(campaign.account, "sms", 1) for _ in range(4)]
    for one in reversed(paused):
        services.pause(one, boss)
    everyone = sorted(f"paused:{one.pk}" for one in paused)
    assert tended() == everyone
    assert Activity.objects.filter(kind="paused").count() == 4
    Campaign.objects.filter(pk=paused[0].pk).update(state="running")
    assert tended() == everyone[1:]


@pytest.mark.parametrize("kind", ["approval_refused", "approval_void", "scheduled"])
@pytest.mark.parametrize("ended", ["approval_asked", "approved", "started", "cancelled", "scheduled"])
def test_a_draft_that_came_back_is_a_matter_until_it_goes_on(campaign: Campaign, kind: str, ended: str) -> None:
    record(ActivityKind(kind), Words("Back."), campaign=campaign, attention=True)
    assert tended() == [f"returned:{campaign.pk}"]
    record(ActivityKind(ended), Words("It goes on."), campaign=campaign)
    assert tended() == []


def test_the_loser_of_a_race_for_one_subject_leaves_no_matter_that_never_closes(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(ActivityKind.AUTO_PAUSED, Words("First."), campaign=campaign, attention=True)
    with monkeypatch.context() as context:
        # What the other has written cannot be seen yet when this one looks.
        context.setattr("campaigns.alerts.services._end", lambda *_: None)
        record(ActivityKind.AUTO_PAUSED, Words("Second."), campaign=campaign, attention=True)
    assert subjects() == [f"paused:{campaign.pk}"]
    services.pause(campaign, None)
    services.resume(campaign, None)
    assert subjects() == []


def test_an_event_between_looking_and_closing_is_not_closed(
    campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    from campaigns.alerts import sync

    def nothing() -> list[object]:
        services.pause(campaign, None)
        return []

    monkeypatch.setattr(sync, "CONDITIONS", {"paused": nothing})
    sync_alerts()
    assert subjects() == [f"paused:{campaign.pk}"]


def test_the_badge_counts_what_is_open_and_the_list_shows_it_with_its_action(campaign: Campaign, boss: User) -> None:
    client = Client()
    client.force_login(boss, BACKEND)
    address = reverse("campaigns:activity:list")
    assert 'class="count"' not in client.get(address).content.decode()
    services.pause(campaign, boss)
    assert count_open(boss) == 1
    text = tight(client.get(address).content)
    assert 'class="count">1<' in text
    assert "Needs a person" in text
    assert "Look and resume" in text
    line = Activity.objects.get(kind="paused")
    answer = client.post(reverse("campaigns:activity:done", args=[line.pk]), follow=True).content.decode()
    assert "Needs a person" not in answer
    assert 'class="count"' not in answer
    assert f"done · {boss.get_username()}" in answer


def test_who_may_only_look_cannot_call_it_done(campaign: Campaign) -> None:
    client = Client()
    client.force_login(make_user("campaigns.view_activity"), BACKEND)
    services.pause(campaign, None)
    line = Activity.objects.get(kind="paused")
    assert client.post(reverse("campaigns:activity:done", args=[line.pk])).status_code == 403
    assert ">Done<" not in tight(client.get(reverse("campaigns:activity:list")).content)


def test_the_page_asks_the_same_questions_for_one_matter_and_for_many(campaign: Campaign, boss: User) -> None:
    client = Client()
    client.force_login(boss, BACKEND)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("campaigns:activity:list"))
        return len(captured)

    services.pause(campaign, boss)
    before = queries()
    for _ in range(9):
        services.pause(make_campaign(make_account(), "sms", 1), boss)
    assert queries() == before


def test_pushes_that_were_set_aside_are_a_matter_of_their_own_machine(
    campaign: Campaign, settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PUSH_FOLDER = tmp_path
    file = tmp_path / "one.damaged"
    file.write_bytes(b"?")
    (subject,) = tended()
    assert subject.startswith("spooled:")
    monkeypatch.setattr("campaigns.alerts.conditions.socket.gethostname", lambda: "another")
    file.unlink()
    assert tended() == [subject]
    monkeypatch.undo()
    settings.PUSH_FOLDER = tmp_path
    assert tended() == []
