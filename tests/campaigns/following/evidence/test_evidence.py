"""The page of one recipient: complete, exact, about nobody else, and quick."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.alerts.services import record
from campaigns.following.evidence.bodies import HIDDEN, shown
from campaigns.following.evidence.timeline import moments
from campaigns.models import (
    ActivityKind,
    Asked,
    Campaign,
    ListFile,
    Receipt,
    Recipient,
    RecipientNote,
    Reply,
    Submission,
)
from campaigns.upkeep import sweeps
from providers.contract.words import Words
from providers.webhooks.models import InboundPush
from tests.factories import FakeGateway, make_account, make_campaign, make_user
from tests.markup import tight

pytestmark = [pytest.mark.django_db, pytest.mark.stores]
BACKEND = "django.contrib.auth.backends.ModelBackend"
START = datetime(2026, 11, 21, 1, 6, 52, 401_000, tzinfo=UTC)


@pytest.fixture
def recipient(fake_gateway: FakeGateway) -> Recipient:
    campaign = make_campaign(make_account(), "sms", 12, text="Hello", started_at=START)
    return campaign.recipients.get(position=8)


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), BACKEND)
    client.cookies["timezone"] = "Asia/Shanghai"
    return client


def page(client: Client, recipient: Recipient) -> str:
    address = reverse("campaigns:recipient", args=[recipient.campaign_id, recipient.position])
    return client.get(address).content.decode()


def submit(recipient: Recipient, **values: object) -> Submission:
    common = {"campaign": recipient.campaign, "chunk": recipient.campaign.chunks.get(), "token": 2, "positions": "7-9"}
    common |= {"size": 3, "state": "answered", "started_at": START, "finished_at": START + timedelta(seconds=0.512)}
    common |= {"seconds": 0.512, "http_status": 200, "operation": "Submit", "request": "POST /x", "response": "OK"}
    return Submission.objects.create(reference=f"r{Submission.objects.count()}", **(common | values))


def receive(person: Recipient, body: bytes = b'{"id": "55"}', **values: object) -> Receipt:
    account = person.campaign.account
    push = InboundPush.objects.create(account=account, door="receipts", body=body)
    common = {"account": account, "push": push, "recipient": person, "verdict": "delivered", "provider_id": "55"}
    common |= {"fingerprint": str(Receipt.objects.count()), "received_at": START + timedelta(seconds=30)}
    return Receipt.objects.create(**(common | values))


def titles(recipient: Recipient) -> list[str]:
    return [moment.title for moment in moments(recipient)]


def test_the_whole_story_is_told_in_order(recipient: Recipient) -> None:
    campaign = recipient.campaign
    record(ActivityKind.STARTED, Words("Started."), campaign=campaign)
    campaign.activities.update(at=START - timedelta(minutes=9))
    quiet = {"kind": "held", "words": "It is quiet there.", "until": START, "at": START - timedelta(minutes=8)}
    RecipientNote.objects.create(recipient=recipient, **quiet)
    submit(recipient)
    receive(recipient)
    Reply.objects.create(
        account=campaign.account, number=recipient.number, text="Thanks", recipient=recipient, digest="d",
        received_at=START + timedelta(minutes=5),
    )  # fmt: skip
    recipient.state, recipient.settled_at = "delivered", START + timedelta(seconds=31)
    found = moments(recipient)
    assert [moment.title for moment in found] == [
        "Taken into the audience",
        "Campaign: Started",
        "Held",
        "Submission 1 written down, then sent",
        "Answered",
        "Receipt: Delivered",
        "Replied",
        "Delivered",
    ]
    held, request, answer = found[2:5]
    assert (held.until, held.notes) == (START, ("It is quiet there.",))
    assert request.notes[0] == "Number 2 of the 3 recipients of this request."
    assert request.evidence == (("Request", "POST /x"),)
    assert answer.by == "HTTP 200 · after 512 ms"


def test_it_says_which_row_of_which_list_and_how_the_number_was_typed(recipient: Recipient) -> None:
    user = make_user()
    source = ListFile.objects.create(purpose="audience", name="名单-11月.xlsx", created_by=user)
    recipient.list_file, recipient.row, recipient.typed = source, 48214, "+86 138-0000-0008"
    first = moments(recipient)[0]
    assert first.by == user.get_username()
    text = " ".join(first.notes)
    assert "名单-11月.xlsx" in text
    assert "48214" in text.replace(",", "")
    assert "Typed as “+86 138-0000-0008”, read as +8613800000008." in text


def test_what_happened_to_the_campaign_after_it_was_over_is_not_its_story(recipient: Recipient) -> None:
    recipient.state, recipient.changed_at = "delivered", timezone.now() - timedelta(hours=1)
    record(ActivityKind.PAUSED, Words("Paused."), campaign=recipient.campaign)
    assert "Campaign: Paused" not in titles(recipient)
    recipient.state = "submitted"
    assert "Campaign: Paused" in titles(recipient)


def test_decisions_of_others_are_not_its_story(recipient: Recipient) -> None:
    record(ActivityKind.RESOLVED, Words("Closed."), campaign=recipient.campaign, positions="1-7,9")
    assert "Decided by a person" not in titles(recipient)
    record(ActivityKind.RESOLVED, Words("Closed."), campaign=recipient.campaign, positions="1-8")
    assert "Decided by a person" in titles(recipient)


def test_a_late_answer_a_contradiction_and_a_forgery_are_shown_as_what_they_are(recipient: Recipient) -> None:
    recipient.provider_id = "55"
    submit(recipient, late=True)
    receive(recipient, contradicts=True, times=3)
    receive(recipient, recipient=None, mismatch=True, matched_by="id")
    text = " ".join(f"{moment.by} {' '.join(moment.notes)}" for moment in moments(recipient))
    assert "another worker had taken over" in text
    assert "contradicts another receipt" in text
    assert "said 3 times, applied once" in text
    assert "the number does not, so nothing was changed" in text


def test_a_receipt_says_by_which_address_it_came_and_so_how_it_was_read(recipient: Recipient) -> None:
    receipt = receive(recipient, door="receipts")
    by = next(moment.by for moment in moments(recipient) if moment.title.startswith("Receipt"))
    assert by == f"push {receipt.push_id} · Receipts"


def test_asking_the_provider_is_part_of_it(recipient: Recipient) -> None:
    Asked.objects.create(recipient=recipient, times=2, next_at=timezone.now())
    assert "The provider was asked 2 times" in titles(recipient)
    receive(recipient, push=None)
    assert "asked for, not pushed" in " ".join(moment.by for moment in moments(recipient))


def test_times_are_exact_in_the_viewers_zone_and_in_utc_on_hover(client: Client, recipient: Recipient) -> None:
    submit(recipient)
    text = page(client, recipient)
    assert 'title="2026-11-21 01:06:52.401 UTC">2026-11-21 09:06:52.401</time>' in text
    assert "All times in Asia/Shanghai" in text


def test_the_page_asks_the_same_questions_however_much_happened(client: Client, recipient: Recipient) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page(client, recipient)
        return len(captured)

    def happen() -> None:
        submit(recipient)
        receive(recipient)
        RecipientNote.objects.create(recipient=recipient, kind="held", words="Quiet.")
        record(ActivityKind.RESOLVED, Words("x."), campaign=recipient.campaign, positions="8", user=make_user())

    happen()
    Recipient.objects.filter(pk=recipient.pk).update(provider_id="55")
    before = queries()
    for _ in range(9):
        happen()
    assert queries() == before


def test_the_paper_says_what_of_whom_and_who_printed_it(client: Client, recipient: Recipient) -> None:
    campaign: Campaign = recipient.campaign
    text = page(client, recipient)
    paper = text[text.index("print-only") : text.index("timeline")]
    for part in ("+8613800000008", campaign.name, campaign.account.name, "Printed by"):
        assert part in paper


def test_the_paper_of_somebody_erased_says_so(client: Client, recipient: Recipient) -> None:
    Recipient.objects.filter(pk=recipient.pk).update(number="#8#", typed="", variables={})
    text = tight(page(client, recipient))
    assert "#8#" not in text
    assert "<dd>erased</dd>" in text


def test_what_somebody_wrote_back_is_shown_to_who_may_read_replies(client: Client, recipient: Recipient) -> None:
    Reply.objects.create(
        account=recipient.campaign.account,
        number=recipient.number,
        text="what I wrote",
        recipient=recipient,
        digest="d",
    )
    assert "what I wrote" in page(client, recipient)
    client.force_login(make_user("campaigns.view_campaign"), BACKEND)
    assert "what I wrote" not in page(client, recipient)
    client.force_login(make_user("campaigns.view_campaign", "campaigns.view_reply"), BACKEND)
    assert "what I wrote" in page(client, recipient)


def test_a_test_says_that_it_was_one(recipient: Recipient) -> None:
    trial = make_campaign(recipient.campaign.account, "sms", 1, test_of=recipient.campaign)
    assert "This was a test" in " ".join(moments(trial.recipients.get())[0].notes)


def test_a_push_about_many_shows_only_the_report_about_this_one() -> None:
    reports = [{"msgId": str(n), "mobile": f"1380000{n:04}", "status": "0"} for n in range(200)]
    for content in (reports, {"array": reports}):
        text = shown(json.dumps(content).encode(), ("8613800000008", ""))
        assert "13800000008" in text
        assert "13800000009" not in text
        assert "199" in text
    assert "13800000009" in shown(json.dumps(reports).encode(), ("9",))


def test_a_request_for_many_names_nobody_else(recipient: Recipient) -> None:
    body = {
        "callee": "8613800000007,8613800000008,8613800000009",
        "array": [
            {
                "numbers": "8613800000007,8613800000008",
                "content": "Hello, you",
                "orderId": "a1b2c3d4e5-1-0.7,a1b2c3d4e5-1-0.8",
            },
            {"numbers": "8613800000009", "content": "Dear Mr Nine", "orderId": "a1b2c3d4e5-1-0.9"},
        ],
    }
    answer = {"success": [{"number": "+8613800000009", "id": "theirs"}, {"number": "13800000008", "id": "ours"}]}
    request = f"POST https://x/y\nTimestamp: 1763686012\n\n{json.dumps(body, indent=1)}"
    submit(recipient, request=request, response=json.dumps(answer), raw="no such number 13800000009")
    Submission.objects.update(reference="a1b2c3d4e5-1-0")
    text = str(moments(recipient))
    for theirs in ("3800000007", "3800000009", "Dear Mr Nine", "1-0.7", "1-0.9", "theirs"):
        assert theirs not in text
    for ours in (
        "8613800000008",
        "13800000008",
        "Hello, you",
        "a1b2c3d4e5-1-0.8",
        "ours",
        "Timestamp: 1763686012",
        "POST https://x",
    ):
        assert ours in text
    assert "(2 other recipients of the same request are not shown)" in text


def test_a_request_for_many_that_was_cut_shows_no_piece_of_its_list(recipient: Recipient) -> None:
    cut = 'POST https://x/y\n\n{"array": [{"numbers": "8613800000009", "content": "Dear Mr Ni'
    submit(recipient, request=cut, response="<html>bad gateway, 8613800000007</html>")
    text = str(moments(recipient))
    assert "Mr Ni" not in text
    assert "8613800000007" not in text
    assert "POST https://x/y" in text
    assert "bad gateway" in text


def test_a_request_for_one_is_shown_as_it_was(recipient: Recipient) -> None:
    request = 'POST https://x/y\n\n{"callee": "8613800000008,8613800000009"}'
    submit(recipient, request=request, positions="8", size=1)
    assert ("Request", request) in [pair for moment in moments(recipient) for pair in moment.evidence]


def test_a_list_without_us_shows_nobody() -> None:
    text = shown(json.dumps([{"mobile": "13800000001"}, {"mobile": "13800000002"}]).encode(), ("8613800000003",))
    assert "1380000000" not in text


def test_secrets_are_hidden_forms_are_readable_and_nothing_is_endless() -> None:
    assert shown(b"code=2&msg=%E6%88%90%E5%8A%9F&password=abc", ()) == f"code=2  msg=成功  password={HIDDEN}"
    assert "abc" not in shown(b'{"a": {"apiKey": "abc"}, "sign": "abc"}', ())
    assert len(shown(b"x" * 100_000, ())) < 5000
    assert shown(b"\xff\x00<b>", ()) == "��<b>"


def test_who_expired_before_a_late_receipt_came_has_expired_in_the_story(recipient: Recipient) -> None:
    long_ago = timezone.now() - timedelta(days=30)
    Recipient.objects.filter(pk=recipient.pk).update(state="submitted", submitted_at=long_ago)
    sweeps.expire()
    recipient.refresh_from_db()
    assert titles(recipient)[-1] == "Expired"
    assert titles(recipient).count("Expired") == 1
    Recipient.objects.filter(pk=recipient.pk).update(state="delivered", changed_at=timezone.now())
    recipient.refresh_from_db()
    assert titles(recipient)[-2:] == ["Expired", "Delivered"]
