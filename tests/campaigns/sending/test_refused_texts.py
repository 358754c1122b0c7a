"""Whoever the provider would refuse for their text costs no request."""

import pytest

from campaigns.models import Recipient
from campaigns.sending.dispatcher import dispatch
from notifyadmin.web.words import in_words
from providers.models import VoiceTemplate
from tests.factories import FakeGateway, NoHttp, make_account, make_campaign, states_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


def test_a_recipient_who_would_be_refused_is_skipped_with_the_reason_and_costs_no_request(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fake_gateway, "longest_variable", lambda access: 5, raising=False)
    account = make_account()
    template = VoiceTemplate.objects.create(
        account=account, name="T", text="到【变量】。", state="approved", provider_id="7"
    )
    campaign = make_campaign(account, "voice_template", 4, template=template, text="到{站}{尾}", columns=["站", "尾"])
    values = [("北门", "。"), ("一个太长的值", "。"), ("北门", "."), ("A@B", "。")]
    for position, (place, end) in enumerate(values, 1):
        campaign.recipients.filter(position=position).update(variables={"站": place, "尾": end})
    dispatch(campaign.pk, http=NoHttp())
    assert states_of(campaign) == {"submitted": 2, "skipped": 2}
    assert [callee.text for message in fake_gateway.asked for callee in message.callees] == ["到北门。", "到A@B。"]
    long, different = Recipient.objects.filter(campaign=campaign, state="skipped").order_by("position")
    assert "has 6 characters and the account allows 5" in in_words(long.reason)
    assert "not what the approved template says" in in_words(different.reason)
