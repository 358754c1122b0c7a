"""From rows to recipients: nobody lost, nobody twice, and every other row with its reason."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.audience import importing, problems
from campaigns.audience.importing import NotADraft, add_audience, clear_audience
from campaigns.audience.judging import Judge
from campaigns.audience.reading import Row, read_text
from campaigns.models import Campaign
from campaigns.selectors import tallies
from campaigns.statuses import CampaignState
from providers.contract.abilities import Ability
from tests.factories import FakeGateway, make_account, make_campaign

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "sms", 0, running=False, text="Hall {place}")


def take(campaign: Campaign, text: str, home: str = "CN") -> importing.ImportResult:
    table = read_text(text)
    return add_audience(campaign, table.rows, table.columns, home)


LIST = """number,place
13800138000,1
138 0013 8000,2
1.39E+10,3
13900139000,
+999 55555555,5
13700137000,6
"""


@pytest.mark.stores
def test_good_rows_become_recipients_and_the_others_are_kept_with_their_reasons(draft: Campaign) -> None:
    result = take(draft, LIST)
    assert (result.good, result.bad, result.duplicates, result.rows) == (2, 3, 1, 6)
    people = list(draft.recipients.order_by("position").values_list("position", "number", "typed", "variables"))
    assert people == [
        (1, "8613800138000", "13800138000", {"place": "1"}),
        (2, "8613700137000", "13700137000", {"place": "6"}),
    ]
    kept = {problem.row: problem.words for problem in draft.problems.all()}
    assert sorted(kept) == [3, 4, 5, 6]
    assert "same number" in kept[3]
    assert "shortened" in kept[4]
    assert "is empty" in kept[5]
    draft.refresh_from_db()
    assert (draft.total, draft.columns, tallies(draft)) == (2, ["place"], {"pending": 2})


@pytest.mark.stores
def test_a_second_list_goes_behind_the_first_and_known_numbers_are_told(
    draft: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK_SIZE", 4)
    take(draft, "number,place\n" + "\n".join(f"1380013800{n},x" for n in range(6)))
    result = take(draft, "number,floor\n13800138000,x\n" + "\n".join(f"1390013900{n},y" for n in range(5)))
    assert (result.good, result.duplicates) == (5, 1)
    assert list(draft.chunks.order_by("number").values_list("number", "first", "last")) == [
        (1, 1, 4),
        (2, 5, 8),
        (3, 9, 11),
    ]
    assert list(draft.recipients.order_by("position").values_list("position", flat=True)) == list(range(1, 12))
    assert draft.columns == ["place", "floor"]
    assert [problem.words for problem in draft.problems.all()] == ["This number is already in the campaign."]
    assert not draft.chunks.filter(next_attempt_at=None).exists()


@pytest.mark.stores
def test_an_emptied_audience_can_be_filled_again(draft: Campaign) -> None:
    take(draft, LIST)
    clear_audience(draft)
    assert (draft.total, draft.columns, tallies(draft)) == (0, [], {})
    assert not draft.chunks.exists()
    assert not draft.problems.exists()
    assert take(draft, LIST).good == 2


@pytest.mark.parametrize("change", [lambda campaign: take(campaign, LIST), clear_audience])
def test_nothing_changes_once_the_campaign_has_started(draft: Campaign, change) -> None:
    Campaign.objects.filter(pk=draft.pk).update(state=CampaignState.RUNNING)
    with pytest.raises(NotADraft):
        change(draft)
    assert not draft.recipients.exists()


def test_control_characters_and_endless_values_are_problems_of_their_row() -> None:
    judge = Judge(FakeGateway(), Ability.SMS, "CN", ["place"])
    rows = [Row(1, "13800138000", ("a\nb",)), Row(2, "13800138001", ("x" * 1001,)), Row(3, "13800138002", ("好😀",))]
    judgement = judge.judge(rows)
    assert [good.row.row for good in judgement.good] == [3]
    assert ["line break" in judgement.bad[0].words.text, "the limit is" in judgement.bad[1].words.text] == [True, True]


cells = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)
numbers = st.one_of(st.integers(13800000000, 13800000020).map(str), cells)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.tuples(numbers, cells), min_size=1, max_size=25))
def test_every_row_is_good_bad_or_repeated_and_no_bad_row_blocks_a_good_one(draft: Campaign, rows) -> None:
    clear_audience(draft)
    listed = [Row(place, number, (value,), (number, value)) for place, (number, value) in enumerate(rows, 1)]
    result = add_audience(draft, listed, ["place"], "CN")
    assert result.rows == len(rows)
    assert draft.recipients.count() == result.good == draft.total
    assert draft.problems.count() == result.bad + result.duplicates
    judge = Judge.of(draft, ["place"], "CN")
    alone = {judge.verdict(row).number for row in listed if not hasattr(judge.verdict(row), "words")}
    assert set(draft.recipients.values_list("number", flat=True)) == alone


def test_the_file_of_bad_rows_has_the_cells_and_no_formula(draft: Campaign) -> None:
    take(draft, 'number,place\n=1+1,"@SUM, x"\n13800138000,1')
    text = "".join(problems.as_csv(draft))
    assert text.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert lines[1][0] == "2"
    assert "no part of a phone number" in lines[1][1]
    assert lines[1][2:] == ["'=1+1", "'@SUM, x"]
