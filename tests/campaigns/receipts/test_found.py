"""What the page of a recipient says that asking the provider found: what is known, and never more than that."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.following.evidence.receipts import _asked
from campaigns.models import Asked, Asking, Campaign, Finding, Recipient, RecipientNote
from campaigns.receipts.ingest import apply_pushes, rematch
from campaigns.receipts.reconciliation.found import KEPT, history_of, write_found
from providers.contract.errors import Evidence, NotSent, Refused, Unknown
from providers.contract.records import Records, RecordsAnswer
from providers.contract.statuses import Concern, Verdict
from providers.contract.words import Words
from providers.models import InboundPush
from tests.factories import make_account, make_campaign

from .lost import ago, lose
from .records import Provider, ask, event, first, later, overdue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]

NOT_THERE = "Its records did not show this recipient"
NOT_ASKED = "No records came, so this says nothing about the recipient."
IN_PART = "Only a part of its records could be read"

ANSWERS = {
    "no connection": (NotSent(Words("No connection could be made.")), "", "No connection could be made."),
    "a page of a web server": (
        Unknown(Words("The answer is a web page."), raw="<h1>404</h1>", evidence=Evidence(http_status=404)),
        "HTTP 404",
        "The answer is a web page.",
    ),
    "a captcha": (
        Unknown(Words("The answer cannot be read."), evidence=Evidence(http_status=200)),
        "HTTP 200",
        "The answer cannot be read.",
    ),
    "refused with words": (
        Refused("-1", "wrong key for 8613800000001", Words("It does not accept the key."), Concern.CREDENTIALS),
        "",
        "The provider's words: -1 wrong key for …",
    ),
}


@pytest.fixture
def campaign(provider: Provider) -> Campaign:
    return make_campaign(make_account(), "sms", recipients=3)


def found(recipient: Recipient) -> list[tuple[str, ...]]:
    """(what stands beside the time, first sentence, the others together) of every asking on the page, in its order."""
    return [(one.by, one.notes[0], " ".join(one.notes[1:])) for one in _asked(recipient)]


def person(campaign: Campaign, position: int) -> Recipient:
    return campaign.recipients.get(position=position)


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("by_id", [False, True])
def test_an_answer_without_records_says_why_and_nothing_about_the_recipient(
    campaign: Campaign, provider: Provider, name: str, by_id: bool
) -> None:
    overdue(campaign) if by_id else lose(campaign, 1)
    answer, status, why = ANSWERS[name]
    provider.says = [answer]
    ask()
    [(by, said, reason)] = found(first(campaign))
    assert (by, said) == (status, NOT_ASKED)
    assert why in reason
    assert "records" not in first(campaign).reason


def test_by_time_it_says_who_ended_who_is_under_way_and_who_is_not_there(
    campaign: Campaign, provider: Provider
) -> None:
    reference = lose(campaign, 1, 2, 3).reference
    numbers = [person(campaign, position).number for position in (1, 2)]
    provider.records = [
        event("a", f"{reference}.1", numbers[0]),
        event("b", f"{reference}.2", numbers[1], Verdict.UNKNOWN),
    ]
    ask()
    said = [found(person(campaign, position))[0][1] for position in (1, 2, 3)]
    assert said == [str(Finding.ENDED.label), str(Finding.UNDER_WAY.label), str(Finding.NOT_THERE.label)]
    assert Asking.objects.count() == 1


def test_by_id_it_says_who_ended_who_is_under_way_and_who_is_not_there(campaign: Campaign, provider: Provider) -> None:
    overdue(campaign)
    provider.records = [
        event("id-1", number=person(campaign, 1).number),
        event("id-2", number=person(campaign, 2).number, verdict=Verdict.UNKNOWN),
    ]
    ask()
    said = [found(person(campaign, position))[0][1] for position in (1, 2, 3)]
    assert said == [str(Finding.ENDED.label), str(Finding.UNDER_WAY.label), str(Finding.NOT_THERE.label)]


def test_a_record_of_the_id_under_another_number_says_nothing_about_the_recipient(
    campaign: Campaign, provider: Provider
) -> None:
    overdue(campaign)
    provider.records = [event("id-1", number="8613999999999")]
    ask()
    assert found(first(campaign))[0][1] == str(Finding.MISMATCH.label)


def test_of_a_listing_that_was_read_only_in_part_nobody_is_told_not_to_be_there(
    campaign: Campaign, provider: Provider
) -> None:
    reference = lose(campaign, 1, 2).reference
    here = event("a", f"{reference}.1", first(campaign).number)
    provider.says = [Records((here,), next="2"), Records(next="3"), Unknown(Words("Broken."))]
    ask()
    assert [said for _, said, _ in found(first(campaign))] == [str(Finding.ENDED.label)]
    [(_, said, why)] = found(person(campaign, 2))
    assert said.startswith(IN_PART)
    assert why == "Broken."
    assert person(campaign, 2).reason == "The connection broke."


def test_a_listing_that_repeats_itself_was_read_only_in_part(campaign: Campaign, provider: Provider) -> None:
    lose(campaign, 1)
    provider.says = [Records(next="2"), Records(next="2")]
    ask()
    [(_, said, why)] = found(first(campaign))
    assert said.startswith(IN_PART)
    assert "the same page" in why
    assert first(campaign).reason == "The connection broke."


def test_who_became_unknown_while_a_listing_was_read_is_not_said_to_be_missing_from_it(
    campaign: Campaign, provider: Provider
) -> None:
    lose(campaign, 1)

    def turn(answer: Records) -> RecordsAnswer:
        lose(campaign, 2)
        campaign.recipients.filter(position=2).update(changed_at=timezone.now() + timedelta(seconds=1))
        return answer

    by_time = provider.by_time
    pages = iter([Records(next="2"), Records()])
    provider.by_time = lambda *asked: turn(next(pages))  # type: ignore[method-assign]
    account_gateway(campaign).records_by_time = provider.by_time
    ask()
    account_gateway(campaign).records_by_time = by_time
    assert found(first(campaign))[0][1].startswith(NOT_THERE)
    assert not Asked.objects.filter(recipient__position=2).exists()


def account_gateway(campaign: Campaign) -> object:
    return campaign.account.gateway


def test_a_record_that_only_names_the_number_is_told_as_that_until_it_is_matched(
    campaign: Campaign, provider: Provider
) -> None:
    lose(campaign, 1)
    provider.records = [event("a", "", first(campaign).number)]
    ask()
    assert found(first(campaign))[0][1] == str(Finding.BY_NUMBER.label)
    assert first(campaign).reason == "The connection broke."


def test_under_a_delivered_receipt_no_record_is_missing(campaign: Campaign, provider: Provider) -> None:
    reference = lose(campaign, 1).reference
    provider.records = [event("a", f"{reference}.1", first(campaign).number)]
    ask()
    assert first(campaign).state == "delivered"
    assert not any(NOT_THERE in said for _, said, _ in found(first(campaign)))


def test_who_is_settled_by_a_push_while_the_records_are_read_is_not_said_to_be_missing(
    campaign: Campaign, provider: Provider
) -> None:
    reference = lose(campaign, 1, 2).reference
    number = first(campaign).number

    def pushed(*asked: object) -> Records:
        body = f"a|{reference}.1|{number}|delivered|2|1".encode()
        InboundPush.objects.create(account=campaign.account, door="receipts", body=body)
        apply_pushes()
        return Records()

    account_gateway(campaign).records_by_time = pushed
    ask()
    assert first(campaign).state == "delivered"
    assert found(first(campaign)) == [("", "What its records showed was not kept.", "")]
    assert found(person(campaign, 2))[0][1].startswith(NOT_THERE)


def test_every_asking_is_told_in_its_order(campaign: Campaign, provider: Provider) -> None:
    lose(campaign, 1)
    provider.says = [NotSent(Words("No way.")), Records()]
    ask()
    later(days=1)
    ask()
    assert [said[:10] for _, said, _ in found(first(campaign))] == [NOT_ASKED[:10], NOT_THERE[:10]]


def test_only_the_last_askings_are_kept_in_detail_and_the_page_says_how_many_there_were(
    campaign: Campaign, provider: Provider
) -> None:
    lose(campaign, 1)
    for _ in range(KEPT + 3):
        later(days=1)
        ask()
    assert len(history_of(Asked.objects.get())) == KEPT
    told = list(_asked(first(campaign)))
    assert [one.title for one in told if one.at is None] == [f"The provider was asked {KEPT + 3} times"]
    assert len(told) == KEPT + 1


def test_the_history_keeps_whole_entries_whatever_their_keys_are(campaign: Campaign) -> None:
    Asked.objects.create(recipient=first(campaign), times=1, next_at=timezone.now())
    largest = 2**63 - 1
    for number in range(20):
        write_found(Asking(pk=largest - number), {Finding.NOT_THERE: [first(campaign).pk]})
    kept = history_of(Asked.objects.get())
    assert [one.asking_id for one in kept] == [largest - number for number in range(19, 19 - KEPT, -1)]


def test_what_was_asked_before_it_was_kept_claims_nothing(campaign: Campaign) -> None:
    Asked.objects.create(recipient=first(campaign), times=3, next_at=timezone.now())
    assert found(first(campaign)) == [("", "What its records showed was not kept.", "")]


def test_asking_about_thousands_writes_in_a_handful_of_statements(
    provider: Provider, django_assert_max_num_queries: object
) -> None:
    campaign = make_campaign(make_account(), "sms", recipients=2500)
    lose(campaign, *range(1, 2501))
    provider.says = [Unknown(Words("A page."), evidence=Evidence(http_status=404))]
    with django_assert_max_num_queries(40):  # type: ignore[operator]
        ask()
    assert Asked.objects.exclude(history="").count() == 2500
    assert Asking.objects.count() == 1
    assert not RecipientNote.objects.exists()


# Unknown people with an id


def test_an_unknown_recipient_with_an_id_is_asked_for_by_it(campaign: Campaign, provider: Provider) -> None:
    lose(campaign, 1)
    campaign.recipients.filter(position=1).update(provider_id="unclear-1")
    provider.records = [event("unclear-1", number=first(campaign).number)]
    ask()
    assert provider.asked_ids == [["unclear-1"]]
    assert not provider.asked_times
    assert first(campaign).state == "delivered"
    assert found(first(campaign))[0][1] == str(Finding.ENDED.label)


def test_an_unknown_recipient_with_an_id_that_the_records_do_not_show_stays_unknown_and_says_so(
    campaign: Campaign, provider: Provider
) -> None:
    lose(campaign, 1)
    campaign.recipients.filter(position=1).update(provider_id="unclear-1")
    ask()
    assert first(campaign).state == "unknown"
    assert "did not show this recipient" in first(campaign).reason


def test_a_push_with_the_id_of_an_unknown_recipient_settles_it_at_once(campaign: Campaign) -> None:
    lose(campaign, 1)
    campaign.recipients.filter(position=1).update(provider_id="unclear-1")
    body = f"unclear-1||{first(campaign).number}|undelivered|-6|".encode()
    InboundPush.objects.create(account=campaign.account, door="receipts", body=body, received_at=ago(seconds=1))
    apply_pushes()
    assert first(campaign).state == "undelivered"
    assert rematch() == 0
