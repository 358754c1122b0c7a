"""The lists of receipts that need a look."""

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.models import Receipt
from campaigns.receipts.ingest import apply_pushes, rematch
from campaigns.sending.dispatcher import dispatch
from providers.models import InboundPush
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


def test_contradicting_receipts_are_listed_with_their_recipient_and_others_are_not(
    fake_gateway: FakeGateway, client: Client
) -> None:
    campaign = make_campaign(make_account(), recipients=2)
    dispatch(campaign.pk, http=NoHttp())
    one, two = campaign.recipients.order_by("position")
    told = [(one, "delivered", "71"), (one, "undelivered", "72"), (two, "delivered", "73")]
    body = "\n".join(f"{person.provider_id}||{person.number}|{verdict}|{code}|1" for person, verdict, code in told)
    InboundPush.objects.create(account=campaign.account, door="receipts", body=body.encode())
    apply_pushes()
    client.force_login(make_user("campaigns.view_receipt"))
    text = client.get(reverse("campaigns:receipts:contradicting")).content.decode()
    assert "Said 71." in text
    assert "Said 72." in text
    assert "Said 73." not in text
    assert reverse("campaigns:recipient", args=[campaign.pk, 1]) in text
    assert (
        reverse("campaigns:receipts:contradicting")
        in client.get(reverse("campaigns:receipts:unmatched")).content.decode()
    )


def test_receipts_of_strangers_do_not_keep_an_early_one_from_being_matched(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaigns.receipts.ingest.REMATCH_BATCH", 3)
    campaign = make_campaign(make_account(), recipients=4)
    people = list(campaign.recipients.order_by("position"))
    early = [f"id-{person.number}||{person.number}|delivered|2|1" for person in people]
    strangers = [f"stranger-{place}||861390000000{place}|delivered|2|1" for place in range(9)]
    body = "\n".join([*early, *strangers]).encode()
    InboundPush.objects.create(account=campaign.account, door="receipts", body=body)
    apply_pushes()
    dispatch(campaign.pk, http=NoHttp())
    assert rematch() == 4
    assert Receipt.objects.filter(recipient=None).count() == 9
