"""A push in parts on its whole way: through the door, kept, read, applied."""

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.receipts.ingest import apply_pushes
from providers.accounts import pushaddresses
from providers.models import InboundPush, VoiceTemplate
from providers.webhooks import receiving
from tests.factories import make_account
from tests.factories.pushes import wait_for_pushes

from .support import ACCOUNT, API_KEY

REVIEW = {"code": "2", "msg": "审核通过", "templateid": "20481"}


@pytest.fixture
def template(transactional_db: None) -> VoiceTemplate:
    receiving.book().doubt()
    credentials = {"base_url": "https://api.vm.ihuyi.com", "account": ACCOUNT, "api_key": API_KEY}
    account = make_account("ihuyi", credentials=credentials)
    return VoiceTemplate.objects.create(
        account=account, name="x", text="x", state="in_review", provider_id="20481", submitted_at=timezone.now()
    )


@pytest.mark.parametrize("door", [0, 1])
def test_a_review_in_parts_approves_its_template(client: Client, template: VoiceTemplate, door: int) -> None:
    issued = pushaddresses.issue(template.account)
    answer = client.post(issued.doors[door].url.removeprefix("http://testserver"), REVIEW)
    assert (answer.status_code, answer.content) == (200, b"success")
    wait_for_pushes()
    assert InboundPush.objects.get().content_type.startswith("multipart/form-data; boundary=")
    assert apply_pushes() == 1
    assert InboundPush.objects.get().state == "applied"
    assert VoiceTemplate.objects.get().state == "approved"
