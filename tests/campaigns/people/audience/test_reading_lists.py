"""A list into a draft, batch by batch: through crashes, thieves of the lease, second lists and whatever stands in it."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.counters.selectors import tallies
from campaigns.models import AudienceProblem, Campaign, ListFile, ListPurpose, ListState, Suppression
from campaigns.models.statuses import CampaignState
from campaigns.people.audience import chunks, formats, importing, intake
from campaigns.people.audience.importing import NotADraft, Plan, clear_audience, read_list
from notifyadmin.jobs import LostLease
from tests.factories import FakeGateway, make_account, make_campaign

pytestmark = [pytest.mark.stores, pytest.mark.django_db(transaction=True)]

PLAN = Plan(True, 0, ((1, "place"),), "CN")
Going = Callable[[], bool]


@pytest.fixture
def draft(fake_gateway: FakeGateway) -> Campaign:
    return make_campaign(make_account(), "sms", 0, running=False, text="Hall {place}")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches and chunks of a few."""
    monkeypatch.setattr(importing, "FIRST_BATCH", 3)
    monkeypatch.setattr(importing, "BATCH", 4)
    monkeypatch.setattr(chunks, "CHUNK_SIZE", 5)


def listed(draft: Campaign, folder: Path, text: str, plan: Plan = PLAN) -> tuple[ListFile, Callable[..., bool]]:
    """A list that is being read, and the reading of it; each call is a reader of its own, as after a crash."""
    path = folder / f"list-{ListFile.objects.count()}"
    path.write_text(text, encoding="utf-8")
    found = formats.look(path, "list.csv")
    list_file = ListFile.objects.create(
        purpose=ListPurpose.AUDIENCE, campaign=draft, state=ListState.READING, token=1, size=path.stat().st_size
    )

    def read(going: Going = lambda: True, **values: Any) -> bool:
        return read_list(ListFile.objects.get(pk=list_file.pk), path, found, plan, going=going, **values)

    return list_file, read


def counts(list_file: ListFile) -> dict[str, int]:
    list_file.refresh_from_db()
    names = ("rows", "good", "bad", "duplicates", "known", "suppressed")
    return {name: getattr(list_file, name) for name in names if getattr(list_file, name)}


def check(draft: Campaign) -> None:
    """What must hold after every batch."""
    draft.refresh_from_db()
    people = list(draft.recipients.order_by("position").values_list("position", flat=True))
    assert people == list(range(1, draft.total + 1))
    assert sum(tallies(draft).values()) == draft.total
    cut = list(draft.chunks.order_by("number").values_list("first", "last"))
    assert [place for first, last in cut for place in range(first, last + 1)] == people
    for list_file in draft.lists.all():
        assert (
            list_file.rows
            == list_file.good + list_file.bad + list_file.duplicates + list_file.known + list_file.suppressed
        )
        assert AudienceProblem.objects.filter(list_file=list_file).count() == list_file.rows - list_file.good
        assert draft.recipients.filter(list_file=list_file).count() == list_file.good


MIXED = """number,place
13800138000,1
138 0013 8000,2
1.39E+10,3
13900139000,

13700137000/13600136000,7
13500135000,8
13700137000,9
"""


def test_each_row_is_taken_or_kept_with_its_reason(draft: Campaign, tmp_path: Path) -> None:
    Suppression.objects.create(number="8613500135000")
    list_file, read = listed(draft, tmp_path, MIXED)
    assert read()
    assert counts(list_file) == {"rows": 8, "good": 3, "bad": 2, "duplicates": 2, "suppressed": 1}
    people = draft.recipients.order_by("position").values_list("number", "typed", "row", "list_file_id", "variables")
    assert list(people) == [
        ("8613800138000", "13800138000", 2, list_file.pk, {"place": "1"}),
        ("8613700137000", "13700137000", 7, list_file.pk, {"place": "7"}),
        ("8613600136000", "13600136000", 7, list_file.pk, {"place": "7"}),
    ]
    kept = {(problem.row, problem.fate): problem for problem in list_file.problems.all()}
    assert sorted(kept) == [(3, "duplicate"), (4, "bad"), (5, "bad"), (8, "suppressed"), (9, "duplicate")]
    assert kept[3, "duplicate"].values == {"row": 2}
    assert kept[9, "duplicate"].values == {"row": 7}
    assert kept[4, "bad"].cells == ["1.39E+10", "3"]
    check(draft)
    assert draft.columns == ["place"]
    assert (list_file.last_row, list_file.read) == (9, list_file.size)


def test_numbers_of_an_earlier_list_are_known(draft: Campaign, tmp_path: Path, small: None) -> None:
    _, read = listed(draft, tmp_path, "number,place\n" + "".join(f"1380013800{n},x\n" for n in range(7)))
    assert read()
    second, read = listed(draft, tmp_path, "number,place\n" + "".join(f"1380013800{n},x\n" for n in range(4, 10)) * 2)
    assert read()
    assert counts(second) == {"rows": 12, "good": 3, "known": 6, "duplicates": 3}
    assert {problem.words for problem in second.problems.filter(fate="known")} == {
        "This number is already in the campaign."
    }
    check(draft)


def test_repeated_numbers_are_found_when_there_are_too_many_to_remember(
    draft: Campaign, tmp_path: Path, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "MOST_REMEMBERED", 5)
    text = "number,place\n" + "".join(f"138001380{n % 9:02d},{n}\n" for n in range(20))
    list_file, read = listed(draft, tmp_path, text)
    assert read()
    assert counts(list_file) == {"rows": 20, "good": 9, "duplicates": 11}
    assert list_file.problems.get(row=21).values == {"row": 3}
    check(draft)


@pytest.mark.parametrize("stop_after", [1, 2, 3])
def test_a_reader_goes_on_behind_what_another_has_written(
    draft: Campaign, tmp_path: Path, small: None, stop_after: int
) -> None:
    text = "number,place\n" + "".join(f"138001380{n % 9:02d},{n}\n" for n in range(17))
    list_file, read = listed(draft, tmp_path, text)
    calls = iter([True] * (stop_after - 1) + [False])
    assert not read(lambda: next(calls))
    check(draft)
    before = counts(list_file)["rows"]
    assert before == 3 + 4 * (stop_after - 1)
    assert read()
    assert counts(list_file) == {"rows": 17, "good": 9, "duplicates": 8}
    assert [person.variables for person in draft.recipients.order_by("position")] == [
        {"place": str(n)} for n in range(9)
    ]
    check(draft)


@pytest.mark.parametrize("place", ["add", "problems", "move"])
@pytest.mark.parametrize("batch", [1, 2, 3])
def test_a_crash_within_a_batch_loses_and_doubles_nobody(
    draft: Campaign, tmp_path: Path, small: None, monkeypatch: pytest.MonkeyPatch, place: str, batch: int
) -> None:
    text = "number,place\n" + "".join(f"138001380{n % 9:02d},{n}\n" for n in range(10)) + "none,1\n"
    list_file, read = listed(draft, tmp_path, text)
    owner, name = {
        "add": (chunks, "timezone"),
        "problems": (intake, "AudienceProblem"),
        "move": (importing, "F"),
    }[place]
    real, crash = getattr(owner, name), [batch]

    class Crashing:
        def __getattr__(self, attribute: str) -> Any:
            self()
            return getattr(real, attribute)

        def __call__(self, *args: Any) -> Any:
            crash[0] -= place != "move" or args == ("rows",)
            if not crash[0]:
                raise RuntimeError("pulled the plug")
            return real(*args) if args else None

    monkeypatch.setattr(owner, name, Crashing())
    with pytest.raises(RuntimeError, match="plug"):
        read()
    check(draft)
    monkeypatch.setattr(owner, name, real)
    assert read()
    assert counts(list_file) == {"rows": 11, "good": 9, "duplicates": 1, "bad": 1}
    check(draft)


def test_a_reader_that_lost_its_lease_writes_nothing_more(draft: Campaign, tmp_path: Path, small: None) -> None:
    list_file, read = listed(draft, tmp_path, "number,place\n" + "".join(f"1380013800{n},x\n" for n in range(10)))

    def stolen(_: importing.Counts) -> None:
        ListFile.objects.filter(pk=list_file.pk).update(token=2)

    with pytest.raises(LostLease):
        read(progress=stolen)
    assert counts(list_file) == {"rows": 3, "good": 3}
    check(draft)
    assert read()
    assert counts(list_file) == {"rows": 10, "good": 10}


def test_a_list_that_was_stopped_is_read_no_further(draft: Campaign, tmp_path: Path, small: None) -> None:
    list_file, read = listed(draft, tmp_path, "number,place\n" + "".join(f"1380013800{n},x\n" for n in range(10)))
    with pytest.raises(LostLease):
        read(progress=lambda _: ListFile.objects.update(state=ListState.STOPPED))
    assert counts(list_file) == {"rows": 3, "good": 3}


def test_a_campaign_that_was_started_meanwhile_gets_nobody_more(draft: Campaign, tmp_path: Path, small: None) -> None:
    _, read = listed(draft, tmp_path, "number,place\n" + "".join(f"1380013800{n},x\n" for n in range(10)))
    with pytest.raises(NotADraft):
        read(progress=lambda _: Campaign.objects.update(state=CampaignState.RUNNING))
    check(draft)
    assert draft.total == 3


def test_what_others_take_in_or_out_between_two_batches_is_seen(draft: Campaign, tmp_path: Path, small: None) -> None:
    text = "number,place\n" + "".join(f"1380013800{n},x\n" for n in range(10))
    first, read_first = listed(draft, tmp_path, text)
    second, read_second = listed(draft, tmp_path, text)

    def once(_: importing.Counts) -> None:
        if not ListFile.objects.get(pk=second.pk).rows:
            read_second()

    assert read_first(progress=once)
    assert counts(first) == {"rows": 10, "good": 3, "known": 7}
    assert counts(second) == {"rows": 10, "good": 7, "known": 3}
    check(draft)


def test_an_audience_emptied_meanwhile_is_filled_by_the_rest(draft: Campaign, tmp_path: Path, small: None) -> None:
    _, read = listed(draft, tmp_path, "number,place\n" + "".join(f"1380013800{n % 5},x\n" for n in range(10)))
    emptied: list[bool] = []

    def empty(_: importing.Counts) -> None:
        if not emptied:
            clear_audience(draft)
            emptied.append(True)

    assert read(progress=empty)
    draft.refresh_from_db()
    assert set(draft.recipients.values_list("number", flat=True)) == {f"861380013800{n}" for n in range(5)}
    assert draft.total == 5


def test_a_header_may_be_denied_and_cells_may_hold_anything(draft: Campaign, tmp_path: Path) -> None:
    text = 'not a number,"a\tb\\n"\n13800138000,"x\ty"\n13900139000,"back\x1f\\slash"\n13700137000,\'; DROP %s --\n'
    list_file, read = listed(draft, tmp_path, text, Plan(False, 0, ((1, "place"),), "CN"))
    assert read()
    assert counts(list_file) == {"rows": 4, "good": 1, "bad": 3}
    assert draft.recipients.get().variables == {"place": "'; DROP %s --"}
    kept = list(list_file.problems.order_by("row").values_list("row", "cells"))
    assert kept[1] == (2, ["13800138000", "x\ty"])
    assert kept[0][1][0] == "not a number"


cells = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters='",'), max_size=10)
numbers = st.one_of(st.integers(13800000000, 13800000015).map(str), cells, st.just("13800000001/13800000002"))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(st.tuples(numbers, cells), min_size=1, max_size=30), seed=st.integers(0, 99))
def test_the_counts_always_add_up_however_often_the_reading_is_cut_off(
    draft: Campaign, tmp_path: Path, small: None, rows: list[tuple[str, str]], seed: int
) -> None:
    with transaction.atomic():
        clear_audience(draft)
        ListFile.objects.all().delete()
    text = "number,place\n" + "".join(f"{number},{value}\n" for number, value in rows)
    list_file, read = listed(draft, tmp_path, text)
    chance = random.Random(seed)
    while not read(lambda: chance.random() < 0.5):
        check(draft)
    check(draft)
    assert counts(list_file).get("rows", 0) >= sum(
        bool(f"{number}{value}".strip(" \t\u3000\xa0\ufeff\x1a")) for number, value in rows
    )
