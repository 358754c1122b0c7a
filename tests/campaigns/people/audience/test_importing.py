"""From rows to recipients: nobody lost, nobody twice, and every other row with its reason."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.counters.selectors import tallies
from campaigns.models import Campaign
from campaigns.models.statuses import CampaignState
from campaigns.people.audience import chunks, importing
from campaigns.people.audience.importing import NotADraft, add_audience, clear_audience
from campaigns.people.audience.judging import Judge, Plan, Rules
from campaigns.people.audience.reading import Row, read_text
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
    monkeypatch.setattr(chunks, "CHUNK_SIZE", 4)
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
    judge = Judge(Plan(False, 0, ((1, "place"),), "CN"), Rules())
    judged = judge.judge(
        [
            (1, ("13800138000", "a\nb")),
            (2, ("13800138001", "x" * 1001)),
            (3, ("13800138002", "好😀")),
            (4, ("13800138003", "\ufffd\ufffd")),
        ]
    )
    assert [person.row for person in judged.people] == [3]
    said = [problem.words.text for problem in judged.problems]
    assert ["line break" in said[0], "the limit is" in said[1], "damaged letter" in said[2]] == [True, True, True]


cells = st.text(alphabet=st.characters(codec="utf-8"), max_size=12)
numbers = st.one_of(st.integers(13800000000, 13800000020).map(str), cells)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.tuples(numbers, cells), min_size=1, max_size=25))
def test_every_row_is_good_bad_or_repeated_and_no_bad_row_blocks_a_good_one(draft: Campaign, rows) -> None:
    clear_audience(draft)
    listed = [Row(place, number, (value,), (number, value)) for place, (number, value) in enumerate(rows, 1)]
    result = add_audience(draft, listed, ["place"], "CN")
    assert result.rows >= len(rows)
    assert draft.recipients.count() == result.good == draft.total
    assert draft.problems.count() == result.bad + result.duplicates
    judged = Judge(Plan(False, 0, ((1, "place"),), "CN"), Rules(needed=["place"])).judge(
        (row.row, row.cells) for row in listed
    )
    alone = {person.number for person in judged.people}
    assert set(draft.recipients.values_list("number", flat=True)) == alone
