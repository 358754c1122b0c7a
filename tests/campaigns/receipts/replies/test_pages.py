"""The page of replies."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Reply, Suppression
from tests.factories import FakeGateway, make_account, make_campaign, make_user

pytestmark = pytest.mark.django_db

URL = "/replies/"


def replied(number: str, text: str, **values: object) -> Reply:
    values = {"account": make_account(), "digest": f"{number}{text}", **values}
    return Reply.objects.create(number=number, text=text, replied_at=timezone.now(), **values)


def page(client: Client, query: str = "", *more: str) -> str:
    client.force_login(make_user("campaigns.view_reply", *more))
    return client.get(URL + query).content.decode()


def test_replies_are_listed_with_what_they_answer_and_where_stop_led(client: Client, fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), "sms", 1)
    replied("8613800000001", "TD", stops=True, recipient=campaign.recipients.get())
    replied("8613800000002", "<b>thanks</b>")
    entry = Suppression.objects.create(number="8613800000001")
    shown = page(client, "", "campaigns.change_suppression")
    assert reverse("campaigns:recipient", args=[campaign.pk, 1]) in shown
    assert reverse("campaigns:suppression:edit", args=[entry.pk]) in shown
    assert "&lt;b&gt;thanks&lt;/b&gt;" in shown


def test_a_reply_leads_to_a_form_that_has_its_number_already(client: Client, fake_gateway: FakeGateway) -> None:
    replied("6281234567890", "please call me less")
    shown = page(client, "", "campaigns.add_suppression")
    assert "/suppression/add/?number=%2B6281234567890" in shown
    assert "+6281234567890" in client.get("/suppression/add/?number=%2B6281234567890").content.decode()
    assert "/suppression/add/" not in page(client)


def test_replies_are_found_by_number_words_and_meaning(client: Client, fake_gateway: FakeGateway) -> None:
    replied("8613800000001", "TD", stops=True)
    replied("8613800000002", "Thanks, see you at 9")
    for query, found in (("?find=0000002", "Thanks"), ("?find=thanks", "Thanks"), ("?stops=0", "Thanks")):
        shown = page(client, query)
        assert found in shown
        assert "0001" not in shown.partition('id="results"')[2]
    assert "Thanks" not in page(client, "?stops=1")


def test_the_page_says_which_words_mean_stop(client: Client) -> None:
    shown = page(client)
    assert "退订" in shown
    assert "Nobody has written back yet" in shown
