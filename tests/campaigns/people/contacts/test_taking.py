"""Contact lists that become audiences."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import AudienceProblem, Campaign, Chunk, Contact, ListFile, Recipient, Suppression
from campaigns.people.audience import working
from campaigns.people.audience.destinations import NotADraft
from campaigns.people.contacts import taking
from campaigns.people.contacts.selectors import Choice, reach
from notifyadmin.web.errors import Refusal
from tests.factories import FakeGateway, make_account, make_campaign

from .making import make_list, number

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.stores]


def draft(**values: Any) -> Campaign:
    return make_campaign(
        make_account(), values.pop("kind", "voice_file"), values.pop("recipients", 0), running=False, **values
    )


def add_up(made: ListFile) -> bool:
    return made.rows == made.good + made.bad + made.duplicates + made.known + made.suppressed


def is_whole(campaign: Campaign) -> bool:
    """Positions are 1 to the total without a gap, and the chunks cover them."""
    campaign.refresh_from_db()
    positions = list(
        Recipient.objects.filter(campaign=campaign).order_by("position").values_list("position", flat=True)
    )
    chunks = list(Chunk.objects.filter(campaign=campaign).order_by("number").values_list("first", "last"))
    covered = [place for first, last in chunks for place in range(first, last + 1)]
    return positions == covered == list(range(1, campaign.total + 1))


def test_everybody_is_copied_with_values_and_the_list_is_among_the_lists(fake_gateway: FakeGateway) -> None:
    campaign, contacts = draft(), make_list(5)
    made = taking.take(campaign, Choice(contacts), None)
    assert (made.state, made.rows, made.good, made.contact_list, made.campaign) == ("done", 5, 5, contacts, campaign)
    assert made.name == contacts.name
    assert is_whole(campaign)
    assert campaign.columns == ["place"]
    person = campaign.recipients.get(position=3)
    assert (person.number, person.typed, person.variables) == (number(3), "typed 3", {"place": "3"})
    assert (person.list_file_id, person.row, person.state) == (made.pk, 3, "pending")


def test_suppressed_known_and_unfit_numbers_are_left_out_each_with_its_reason(fake_gateway: FakeGateway) -> None:
    campaign, contacts = draft(recipients=2), make_list(6)
    Contact.objects.filter(number=number(6)).update(number="9991234567890")
    Suppression.objects.create(number=number(3), messages=False)
    Suppression.objects.create(number=number(4), calls=False)
    counted = reach(Choice(contacts), campaign)
    assert (counted.total, counted.suppressed, counted.known, counted.new) == (6, 1, 2, 3)
    made = taking.take(campaign, Choice(contacts), None)
    assert (made.rows, made.good, made.bad, made.known, made.suppressed) == (6, 2, 1, 2, 1)
    assert add_up(made)
    assert is_whole(campaign)
    fates = dict(AudienceProblem.objects.filter(list_file=made).values_list("row", "fate"))
    assert fates == {1: "known", 2: "known", 3: "suppressed", 6: "bad"}
    assert set(campaign.recipients.filter(position__gt=2).values_list("number", flat=True)) == {number(4), number(5)}


def test_taking_a_list_twice_adds_nobody_twice(fake_gateway: FakeGateway) -> None:
    campaign, contacts = draft(), make_list(3)
    taking.take(campaign, Choice(contacts), None)
    again = taking.take(campaign, Choice(contacts), None)
    assert (again.good, again.known) == (0, 3)
    assert is_whole(campaign)


@pytest.mark.parametrize(
    ("having", "lacking", "places"),
    [
        ((), (), [1, 2, 3, 4]),
        (("even",), (), [2, 4]),
        ((), ("even",), [1, 3]),
        (("even", "first"), (), [1, 2, 4]),
        (("even",), ("last",), [2]),
    ],
)
def test_tags_choose_who_is_reached(
    fake_gateway: FakeGateway, having: tuple[str, ...], lacking: tuple[str, ...], places: list[int]
) -> None:
    campaign, contacts = draft(), make_list(4)
    Contact.objects.filter(number=number(1)).update(tags="|first|")
    Contact.objects.filter(number=number(4)).update(tags="|even|last|")
    choice = Choice(contacts, having, lacking)
    assert reach(choice, campaign).new == len(places)
    taking.take(campaign, choice, None)
    reached = campaign.recipients.order_by("position").values_list("number", flat=True)
    assert list(reached) == [number(place) for place in places]


def test_a_contact_without_a_value_that_the_text_needs_is_bad(fake_gateway: FakeGateway) -> None:
    campaign, contacts = draft(kind="sms", text="Hall {place}, {unheard}"), make_list(3)
    Contact.objects.filter(number=number(2)).update(variables={"place": ""})
    made = taking.take(campaign, Choice(contacts), None)
    assert (made.good, made.bad) == (2, 1)
    problem = AudienceProblem.objects.get(list_file=made)
    assert (problem.row, problem.values) == (2, {"column": "place"})


def test_nobody_chosen_is_refused_and_leaves_no_list(fake_gateway: FakeGateway) -> None:
    campaign = draft()
    with pytest.raises(Refusal):
        taking.take(campaign, Choice(make_list(2), ("odd",)), None)
    assert not ListFile.objects.exists()


def test_what_is_no_draft_is_not_changed(fake_gateway: FakeGateway) -> None:
    campaign = make_campaign(make_account(), recipients=1)
    with pytest.raises(NotADraft):
        taking.take(campaign, Choice(make_list(2)), None)
    assert campaign.recipients.count() == 1


def test_a_campaign_that_is_started_in_between_keeps_what_was_taken_until_then(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "BATCH", 2)
    campaign, contacts = draft(), make_list(5)
    real = taking._locked

    def locked(current: Campaign) -> Campaign:
        if current.recipients.count() >= 2:
            Campaign.objects.filter(pk=current.pk).update(state="running")
        return real(current)

    monkeypatch.setattr(taking, "_locked", locked)
    made = taking.take(campaign, Choice(contacts), None)
    assert (made.state, made.rows, made.good) == ("failed", 2, 2)
    assert is_whole(campaign)


def test_a_long_list_is_copied_on_by_workers_and_nobody_twice_by_two_of_them(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch, published: list[str]
) -> None:
    monkeypatch.setattr(taking, "BATCH", 2)
    monkeypatch.setattr(working, "AT_ONCE_SECONDS", 0.0)
    campaign, contacts = draft(), make_list(5)
    made = taking.take(campaign, Choice(contacts), None)
    assert (made.state, made.read, made.size, made.good) == ("reading", 2, 5, 2)
    assert working.JOB.task in published
    real = taking._next

    def stolen(*arguments: Any, **options: Any) -> Any:
        # Another worker takes the list over while this one has a batch in its hands.
        batch = real(*arguments, **options)
        monkeypatch.setattr(taking, "_next", real)
        ListFile.objects.filter(pk=made.pk).update(lease_until=None)
        working.read(made.pk)
        return batch

    monkeypatch.setattr(taking, "_next", stolen)
    working.read(made.pk)
    made.refresh_from_db()
    assert (made.state, made.rows, made.good, made.last_row) == ("done", 5, 5, 5)
    assert add_up(made)
    assert is_whole(campaign)


def test_whoever_is_deleted_from_the_list_in_between_leaves_no_gap(
    fake_gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign, contacts = draft(), make_list(5)
    real = taking._sort

    def sort(*arguments: Any) -> Any:
        found = real(*arguments)
        Contact.objects.filter(number=number(2)).delete()
        return found

    monkeypatch.setattr(taking, "_sort", sort)
    made = taking.take(campaign, Choice(contacts), None)
    assert (made.rows, made.good) == (4, 4)
    assert is_whole(campaign)


def test_the_number_of_statements_does_not_grow_with_the_list(fake_gateway: FakeGateway) -> None:
    small, large = make_list(10), make_list(2500)
    counts = []
    for contacts in (small, large):
        with CaptureQueriesContext(connection) as queries:
            made = taking.take(draft(), Choice(contacts), None)
        counts.append(len(queries))
        assert made.good == contacts.total
    assert counts[1] <= counts[0] + 2
