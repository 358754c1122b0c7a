"""Old numbers, texts and raw bodies go; counts, states, times and costs stay."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.compose.beginnings.resends.groups import Group
from campaigns.compose.beginnings.resends.services import send_again
from campaigns.counters.recounts.recount import differences_of
from campaigns.exports import keeping as exports
from campaigns.lifecycle.base import NotPossible
from campaigns.models import (
    Activity,
    ActivityKind,
    AudienceProblem,
    Campaign,
    Export,
    ListFile,
    ListPurpose,
    ListState,
    Receipt,
    Recipient,
    Reply,
    Retention,
    Submission,
)
from campaigns.people.audience import keeping
from campaigns.privacy.erasing import Amounts, due, erase_old
from campaigns.privacy.services import set_days
from campaigns.receipts.ingest import apply_pushes
from campaigns.sending.dispatcher import dispatch
from providers.contract.errors import Accepted, Answered
from providers.models import Account, InboundPush
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, make_user, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


def push(account: Account, body: str) -> InboundPush:
    return InboundPush.objects.create(account=account, door="receipts", body=body.encode())


@pytest.fixture
def lists(settings, tmp_path: Path) -> Path:
    settings.LISTS_FOLDER = tmp_path
    return tmp_path


@pytest.fixture
def ended(fake_gateway: FakeGateway, lists: Path) -> Campaign:
    """Three people whose campaign ended forty days ago, with everything that may be kept about them."""
    fake_gateway.answer = lambda message: Answered(
        tuple(Accepted(callee.ref, f"call-{callee.number[-1]}") for callee in message.callees)
    )
    campaign = make_campaign(make_account(), recipients=3, columns=["name"])
    campaign.recipients.update(typed="138 0000 0000", variables={"name": "Wang"})
    dispatch(campaign.pk, http=NoHttp())
    Submission.objects.update(request='{"to": "8613800000001"}', response="ok", raw="ok")
    for recipient in campaign.recipients.order_by("position")[:2]:
        push(campaign.account, f"{recipient.provider_id}||{recipient.number}|delivered|2|1")
    push(campaign.account, "stranger||8613800000009|delivered|2|1")
    apply_pushes()
    campaign.recipients.filter(state="submitted").update(
        state="expired", reason='{"text": "%(n)s", "values": {"n": 1}}'
    )
    kept = keeping.Kept.begin("list.csv")
    kept.write(b"8613800000001\n")
    kept.close()
    list_file = ListFile.objects.create(
        purpose=ListPurpose.AUDIENCE,
        campaign=campaign,
        state=ListState.DONE,
        stored=kept.stored,
        rows=4,
        good=3,
        bad=1,
        found={"sample": [["8613800000001"]], "format": "csv"},
    )
    campaign.recipients.update(list_file=list_file)
    AudienceProblem.objects.create(
        campaign=campaign, list_file=list_file, row=4, number="1380", words="Bad.", cells=["x"]
    )
    Reply.objects.create(account=campaign.account, number="8613800000001", text="who is this", digest="d")
    Activity.objects.create(kind="tested", words='{"text": "To %(number)s.", "values": {"number": "+8613800000001"}}')
    grow_old(campaign)
    return campaign


def grow_old(campaign: Campaign, days: int = 40) -> None:
    then = timezone.now() - timedelta(days=days)
    Campaign.objects.filter(pk=campaign.pk).update(state="finished", finished_at=then)
    Receipt.objects.update(received_at=then)
    InboundPush.objects.update(received_at=then)
    Reply.objects.update(received_at=then)
    Activity.objects.update(at=then)


def test_nothing_is_erased_while_no_days_are_set(ended: Campaign) -> None:
    assert not erase_old()
    assert ended.recipients.filter(number__startswith="86").count() == 3


def test_what_is_old_loses_its_numbers_and_keeps_its_counts(ended: Campaign, lists: Path) -> None:
    before = states_of(ended)
    facts = list(
        ended.recipients.order_by("position").values_list("state", "code", "settled_at", "cost", "provider_id")
    )
    set_days(30, None)
    assert erase_old() == Amounts(1, 3, 3, 1)
    assert states_of(ended) == before
    assert (
        list(ended.recipients.order_by("position").values_list("state", "code", "settled_at", "cost", "provider_id"))
        == facts
    )
    assert list(ended.recipients.order_by("position").values_list("number", "typed", "variables", "raw")) == [
        (f"#{position}#", "", {}, "") for position in (1, 2, 3)
    ]
    assert set(Receipt.objects.values_list("number", "raw")) == {("", "")}
    assert set(Submission.objects.values_list("request", "response", "raw")) == {("", "", "")}
    assert {bytes(body) for body in InboundPush.objects.values_list("body", flat=True)} == {b""}
    assert Reply.objects.values_list("number", "text").get() == ("", "")
    assert not AudienceProblem.objects.exists()
    list_file = ListFile.objects.get()
    assert (list_file.rows, list_file.bad, list_file.stored, list_file.found) == (4, 1, "", {"format": "csv"})
    assert list(lists.iterdir()) == []
    assert not Activity.objects.filter(words__contains="13800000001").exists()
    ended.refresh_from_db()
    assert ended.erased_at is not None
    assert differences_of([ended.pk]) == []


def test_erasing_is_told_of_and_done_once(ended: Campaign) -> None:
    set_days(30, None)
    erase_old()
    assert Activity.objects.filter(kind=ActivityKind.ERASED).count() == 2
    assert erase_old() == Amounts()
    assert Activity.objects.filter(kind=ActivityKind.ERASED).count() == 2


def test_a_killed_run_is_finished_by_the_next(ended: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def killed(list_file: ListFile) -> None:
        raise Killed

    set_days(30, None)
    with monkeypatch.context() as context, pytest.raises(Killed):
        context.setattr("campaigns.privacy.erasing.forget_list", killed)
        erase_old()
    assert erase_old().campaigns == 1
    assert not ended.recipients.exclude(number__startswith="#").exists()


def test_a_campaign_that_cannot_be_erased_does_not_hold_up_the_others(
    ended: Campaign, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = make_campaign(make_account(), recipients=2)
    other.recipients.update(state="delivered")
    grow_old(other)
    set_days(30, None)
    with monkeypatch.context() as context:
        context.setattr("campaigns.privacy.erasing.forget_list", lambda list_file: 1 / 0)
        assert erase_old().campaigns == 1
        assert not erase_old()
    assert "ZeroDivisionError" in caplog.text
    matter = Activity.objects.get(kind=ActivityKind.NOT_DONE)
    assert (matter.campaign_id, matter.attention, matter.done_at) == (ended.pk, True, None)
    assert not other.recipients.exclude(number__startswith="#").exists()
    assert not InboundPush.objects.exclude(body=b"").exists()
    assert erase_old().campaigns == 1
    matter.refresh_from_db()
    assert matter.done_at is not None


def test_what_is_young_or_runs_stays(ended: Campaign, fake_gateway: FakeGateway) -> None:
    grow_old(ended, days=29)
    running = make_campaign(make_account(), recipients=2, finished_at=timezone.now() - timedelta(days=99))
    set_days(30, None)
    assert not erase_old()
    assert Recipient.objects.filter(number__startswith="#").count() == 0
    assert running.recipients.count() == 2


def test_a_push_that_was_not_read_yet_is_kept(ended: Campaign) -> None:
    InboundPush.objects.update(state="new")
    set_days(30, None)
    erase_old()
    assert not InboundPush.objects.filter(body=b"").exists()


def test_files_that_were_exported_or_set_aside_go_as_well(ended: Campaign, settings, tmp_path: Path) -> None:
    settings.EXPORTS_FOLDER, settings.PUSH_FOLDER = tmp_path / "exports", tmp_path / "pushes"
    settings.PUSH_FOLDER.mkdir()
    user = make_user()
    ours = Export.objects.create(user=user, listing="recipients", campaign=ended, format="csv", state="ready")
    old = Export.objects.create(
        user=user, listing="replies", format="csv", state="ready", created_at=timezone.now() - timedelta(days=40)
    )
    young = Export.objects.create(user=user, listing="replies", format="csv", state="ready")
    for export in (ours, old, young):
        (exports.folder() / export.file).write_text("+8613800000001")
    for name, days in (("1.pushes.refused", 40), ("2.pushes.damaged", 40), ("3.pushes.refused", 2), ("4.pushes", 40)):
        (settings.PUSH_FOLDER / name).write_text("x")
        then = (timezone.now() - timedelta(days=days)).timestamp()
        os.utime(settings.PUSH_FOLDER / name, (then, then))
    set_days(30, None)
    erase_old()
    assert set(Export.objects.values_list("pk", "state")) == {(ours.pk, "removed"), (young.pk, "ready")}
    assert [path.name for path in exports.folder().iterdir()] == [young.file]
    assert sorted(path.name for path in settings.PUSH_FOLDER.iterdir()) == ["3.pushes.refused", "4.pushes"]


def test_erased_people_are_not_sent_to_again(ended: Campaign) -> None:
    set_days(30, None)
    erase_old()
    ended.refresh_from_db()
    with pytest.raises(NotPossible):
        send_again(ended, [Group("expired", "")], None)


def test_pages_of_an_erased_campaign_say_so(ended: Campaign, client: Client) -> None:
    set_days(30, None)
    erase_old()
    client.force_login(make_user(is_superuser=True))
    for address in (
        reverse("campaigns:detail", args=[ended.pk]),
        reverse("campaigns:recipients", args=[ended.pk]),
        reverse("campaigns:recipient", args=[ended.pk, 1]),
        reverse("campaigns:replies:list"),
        reverse("campaigns:activity:list"),
        reverse("providers:pushes:list"),
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert b"13800000001" not in answer.content, address
    assert b"erased" in client.get(reverse("campaigns:recipient", args=[ended.pk, 1])).content


def test_an_export_of_an_erased_campaign_says_so(ended: Campaign, client: Client) -> None:
    set_days(30, None)
    erase_old()
    client.force_login(make_user(is_superuser=True))
    answer = client.get(reverse("campaigns:recipients_export", args=[ended.pk, "csv"]))
    text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    assert "erased" in text
    assert "#1#" not in text
    assert "13800000001" not in text


def test_the_page_shows_what_would_go_and_asks_before_it_sets_days(ended: Campaign, client: Client) -> None:
    user = make_user("campaigns.change_retention")
    client.force_login(user)
    address = reverse("campaigns:retention:settings")
    refused = client.post(address, {"days": "30"})
    assert refused.status_code == 200
    assert not Retention.objects.exists()
    assert client.post(address, {"days": "30", "sure": "on"}).status_code == 302
    assert Retention.objects.values_list("days", "changed_by").get() == (30, user.pk)
    assert b"Campaigns: 1, recipients: 3, pushes: 3, replies: 1." in client.get(address).content
    assert due(timezone.now() - timedelta(days=30)) == Amounts(1, 3, 3, 1)
    client.post(address, {"days": ""})
    assert Retention.objects.get().days is None
