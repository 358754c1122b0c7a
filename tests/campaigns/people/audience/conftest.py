"""What tests of lists share: a draft, staff, and a folder of their own for files."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from campaigns.models import Campaign
from tests.factories import FakeGateway, make_account, make_campaign, make_user


@pytest.fixture
def lists_folder(settings: Any, tmp_path: Path) -> Path:
    settings.LISTS_FOLDER = tmp_path / "lists"
    return tmp_path / "lists"


@pytest.fixture
def draft(fake_gateway: FakeGateway, lists_folder: Path) -> Campaign:
    return make_campaign(make_account(), "sms", 0, running=False, text="Hall {place}")


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(make_user(is_superuser=True), "django.contrib.auth.backends.ModelBackend")
    return client
