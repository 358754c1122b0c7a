"""Every page that shows numbers, held against the recipients themselves."""

import time
from collections import Counter

from django.contrib.auth import get_user_model
from django.db.models import Count
from django.test import Client
from django.test.utils import setup_test_environment, teardown_test_environment
from django.urls import reverse

from campaigns.counters.rollups.reading import GONE
from campaigns.models import Campaign, Recipient
from campaigns.models.statuses import CampaignState

COMPOSED = (CampaignState.DRAFT, CampaignState.PENDING_APPROVAL)
TRIES = 5
_BACKEND = "django.contrib.auth.backends.ModelBackend"


def disagreements() -> list[str]:
    """What any page says that the recipients of the campaigns that left composing do not; nothing when all agree."""
    client = Client()
    looker, _ = get_user_model().objects.get_or_create(username="adding-up", is_superuser=True)
    client.force_login(looker, _BACKEND)
    begun = Campaign.objects.real().exclude(state__in=COMPOSED)
    found = [line for campaign in begun.order_by("pk") for line in _of_campaign(client, campaign)]
    return [*found, *_of_list(client), *_of_reports(client)]


def disagreements_of_a_bare_process() -> list[str]:
    """As :func:`disagreements`, where no test runner has prepared Django; asked again, since a receipt may come between
    two pages."""
    setup_test_environment()
    try:
        for _ in range(TRIES - 1):
            if not disagreements():
                return []
            time.sleep(1)
        return disagreements()
    finally:
        teardown_test_environment()


def _of_campaign(client: Client, campaign: Campaign) -> list[str]:
    expected = _states(campaign)
    said = {
        name: {
            count[0]: count[2]
            for count in client.get(reverse(f"campaigns:{name}", args=[campaign.pk])).context["counts"]
        }
        for name in ("detail", "progress")
    }
    people = client.get(reverse("campaigns:recipients", args=[campaign.pk])).context
    said["recipients"] = {choice.value: choice.amount for choice in people["state_choices"]}
    said["total"] = expected if sum(expected.values()) == campaign.total else {"total": campaign.total}
    return [f"{campaign}, {name}: {shown}, not {expected}" for name, shown in said.items() if shown != expected]


def _of_list(client: Client) -> list[str]:
    shown = client.get(reverse("campaigns:list")).context["table"].tallies
    expected = {pk: _states(Campaign.objects.get(pk=pk)) for pk in shown}
    return [f"list: {shown}, not {expected}"] if shown != expected else []


def _of_reports(client: Client) -> list[str]:
    people = Recipient.objects.filter(campaign__in=Campaign.objects.real())
    states = Counter(dict(people.values_list("state").annotate(n=Count("pk")).order_by()))
    report = client.get(reverse("campaigns:reports:page")).context["sum"]
    shown = (report.sent, report.answered, report.failed)
    expected = (sum(states[state] for state in GONE), states["delivered"], states["undelivered"])
    return [f"reports: {shown}, not {expected}"] if shown != expected else []


def _states(campaign: Campaign) -> dict[str, int]:
    return dict(campaign.recipients.values_list("state").annotate(n=Count("pk")).order_by())
