"""Forms of composing: every declared option is asked for and judged, and a draft is only stored when it is right."""

from typing import Any

import pytest

from campaigns.compose.steps.forms import ContentForm, KindForm
from campaigns.compose.steps.optionforms import OPTION, OptionsForm
from campaigns.compose.steps.services import NotValid, create_draft, delete_draft, save_content, store_kind
from campaigns.models import Campaign
from providers import registry
from providers.contract.abilities import KINDS, Ability
from providers.contract.fields import Field, FieldKind
from providers.contract.files import FileRules
from providers.models import VoiceFile, VoiceFileCopy, VoiceTemplate
from tests.factories import FakeGateway, make_account, make_campaign

pytestmark = pytest.mark.django_db


def declared_options() -> list[Any]:
    return [
        pytest.param(gateway.slug, kind, option, id=f"{gateway.slug}-{kind}-{option.name}")
        for gateway in registry.all_gateways()
        for kind in gateway.able_kinds()
        for option in gateway.kinds[kind].options
    ]


def unsuitable(option: Field) -> str | None:
    """A value that the declaration forbids, or None if it forbids nothing."""
    if option.kind in (FieldKind.INTEGER, FieldKind.DECIMAL) and option.maximum is not None:
        return str(int(option.maximum) + 1)
    if option.kind is FieldKind.CHOICE:
        return "none of these"
    if option.max_length is not None:
        return "1" * (option.max_length + 1)
    return "@" if option.pattern else None


@pytest.mark.parametrize(("slug", "kind", "option"), declared_options())
def test_an_option_outside_its_declaration_is_refused_under_its_own_name(
    slug: str, kind: Ability, option: Field
) -> None:
    campaign = Campaign(kind=kind, account=make_account(slug))
    value = unsuitable(option)
    if value is None:
        pytest.skip("takes anything")
    form = OptionsForm(campaign, {OPTION + option.name: value})
    assert OPTION + option.name in form.errors


@pytest.mark.parametrize("slug", [gateway.slug for gateway in registry.all_gateways()])
def test_every_kind_of_every_provider_has_a_form(slug: str) -> None:
    for kind in registry.get(slug).able_kinds():
        form = OptionsForm(Campaign(kind=kind, account=make_account(slug)))
        assert {OPTION + option.name for option in registry.get(slug).kinds[kind].options} <= set(form.fields)
        assert all(str(field) for field in form)


def test_what_is_left_empty_is_not_stored(monkeypatch: pytest.MonkeyPatch, fake_gateway: FakeGateway) -> None:
    options = (
        Field("rings", "Rings", FieldKind.INTEGER, minimum=1, maximum=9, default=5),
        Field("rate", "Rate", FieldKind.DECIMAL, minimum=0.5, maximum=2),
    )
    facts = fake_gateway.kinds[Ability.SMS]
    changed = type(facts)(options=options, max_callees=1, has_text=True, document="fake")
    monkeypatch.setattr(FakeGateway, "kinds", {**FakeGateway.kinds, Ability.SMS: changed})
    campaign = make_campaign(make_account(), "sms", 0, running=False)
    save_content(campaign, text="Hello", options={"rate": "1.5", "rings": ""})
    campaign.refresh_from_db()
    assert (campaign.text, campaign.options) == ("Hello", {"rate": 1.5})


def test_a_draft_needs_an_account_that_can_send_its_kind() -> None:
    able = next(gateway for gateway in registry.all_gateways() if not gateway.able_to(Ability.SMS))
    with pytest.raises(NotValid) as caught:
        create_draft(name="One", kind="sms", account=make_account(able.slug))
    assert {"kind", "account"} & set(caught.value.errors)


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_is_made_for_every_kind(fake_gateway: FakeGateway, kind: Ability) -> None:
    campaign = create_draft(name="One", kind=kind, account=make_account())
    assert (campaign.state, campaign.kind, campaign.total) == ("draft", kind, 0)


def test_only_templates_of_the_account_that_may_become_approved_can_be_chosen_and_the_text_must_match(
    fake_gateway: FakeGateway,
) -> None:
    account = make_account()
    made = {"name": "T", "text": "您好，【变量】。", "provider_id": "1"}
    approved = VoiceTemplate.objects.create(account=account, state="approved", **made)
    rejected = VoiceTemplate.objects.create(account=account, state="rejected", **(made | {"provider_id": "2"}))
    waiting = VoiceTemplate.objects.create(account=account, state="in_review", **(made | {"provider_id": "3"}))
    foreign = VoiceTemplate.objects.create(account=make_account(), state="approved", **made)
    campaign = create_draft(name="One", kind="voice_template", account=account)
    for template in (rejected, foreign):
        with pytest.raises(NotValid, match="template"):
            save_content(campaign, template=template, text="您好，{a}。")
    with pytest.raises(NotValid, match="character 3"):
        save_content(campaign, template=approved, text="您好,{a}。")
    for template in (waiting, approved):
        save_content(campaign, template=template, text="您好，{a}。")
        campaign.refresh_from_db()
        assert (campaign.template, campaign.text) == (template, "您好，{a}。")
    labels = [label for _, label in ContentForm(campaign).fields["template"].choices]
    assert "T" in labels
    assert any("In review" in label for label in labels)


def test_only_files_that_are_at_the_account_or_that_it_can_take_can_be_chosen(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = make_account()
    here, elsewhere = VoiceFile.objects.create(name="here"), VoiceFile.objects.create(name="elsewhere")
    ours = VoiceFile.objects.create(name="ours", file="voice/ours.mp3", format="mp3")
    other = VoiceFile.objects.create(name="other", file="voice/other.wav", format="wav")
    VoiceFileCopy.objects.create(voice_file=here, account=account, file_id="1")
    VoiceFileCopy.objects.create(voice_file=elsewhere, account=make_account(), file_id="1")
    campaign = create_draft(name="One", kind="voice_file", account=account)
    for file in (elsewhere, ours, other):
        with pytest.raises(NotValid, match="voice_file"):
            save_content(campaign, voice_file=file)
    save_content(campaign, voice_file=here)
    assert campaign.voice_file == here
    rules = FileRules(("mp3",), shortest_name=5, longest_name=40, page_size=10, document="fake")
    monkeypatch.setattr(FakeGateway, "file_rules", rules)
    for file in (elsewhere, other):
        with pytest.raises(NotValid, match="voice_file"):
            save_content(campaign, voice_file=file)
    save_content(campaign, voice_file=ours)
    labels = [label for _, label in ContentForm(campaign).fields["voice_file"].choices]
    assert "here" in labels
    assert any(label.startswith("ours (not at this account yet") for label in labels)


def test_a_deleted_draft_takes_its_audience_along(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), "sms", 5, running=False)
    delete_draft(campaign)
    assert not Campaign.objects.exists()


def test_a_list_that_is_being_read_meanwhile_keeps_its_count_when_the_name_is_changed(
    fake_gateway: FakeGateway,
) -> None:
    campaign = make_campaign(make_account(), "sms", 2, running=False)
    form = KindForm(
        {"name": "another", "kind": campaign.kind, "account": campaign.account_id},
        instance=Campaign.objects.get(pk=campaign.pk),
    )
    assert form.is_valid()
    Campaign.objects.update(total=7, columns=["name"])
    store_kind(form)
    campaign.refresh_from_db()
    assert (campaign.name, campaign.total, campaign.columns) == ("another", 7, ["name"])
