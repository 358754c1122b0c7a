"""The oracle must not be blind: each way in which a provider and our books can differ makes it fail."""

from collections import Counter
from dataclasses import replace

import pytest

from .oracle import Books, Entry, judge, longest_gap

PEOPLE = {"1": "delivered", "2": "undelivered", "3": "rejected", "4": "submitted", "5": "unknown", "6": "unknown"}
ENTRIES = [
    *(Entry("1", "delivered", True), Entry("2", "undelivered", True), Entry("4", "none", False)),
    Entry("5", "none", False),
]


def books(people: dict[str, str] | None = None, entries: list[Entry] | None = None) -> Books:
    people = PEOPLE if people is None else people
    counted = dict(Counter(people.values()))
    entries = ENTRIES if entries is None else entries
    return Books(
        "c", 6, people, counted, entries, unknown_before=frozenset("56"), unknown_ever=2, in_flight=1, spoilt=1
    )


def failures(what: Books) -> str:
    return "\n".join(judge(what).failures)


def test_books_that_agree_pass() -> None:
    judged = judge(books())
    assert judged.failures == []
    assert (judged.accepted, judged.doubled, judged.lost) == (4, [], [])
    assert (judged.told, judged.known_share) == (0, 1.0)


def test_somebody_accepted_twice_fails_and_is_named() -> None:
    judged = judge(books(entries=[*ENTRIES, Entry("2", "undelivered", True)]))
    assert judged.doubled == ["2"]
    assert judged.failures == ["c: 1 accepted twice: 2"]


@pytest.mark.parametrize("state", ["pending", "held", "submitting"])
def test_somebody_who_still_waits_is_lost(state: str) -> None:
    judged = judge(books(PEOPLE | {"6": state}))
    assert judged.lost == ["6"]
    assert "c: 1 still waiting: 6" in judged.failures


def test_somebody_who_is_missing_altogether_fails() -> None:
    gone = {number: state for number, state in PEOPLE.items() if number != "6"}
    judged = replace(books(gone), unknown_before=frozenset("5"))
    assert "5 people and 5 counted, of 6" in failures(judged)


def test_counters_that_differ_from_the_rows_fail() -> None:
    assert "the counters say" in failures(replace(books(), counted={"delivered": 6}))


@pytest.mark.parametrize("state", ["rejected", "skipped", "cancelled", "pending"])
def test_somebody_whom_the_provider_has_and_our_books_deny_fails(state: str) -> None:
    assert "1 accepted, but never by our books: 4" in failures(books(PEOPLE | {"4": state}))


@pytest.mark.parametrize("state", ["submitted", "delivered", "undelivered", "expired"])
def test_somebody_whom_the_provider_never_had_and_our_books_claim_fails(state: str) -> None:
    assert "1 taken by our books, but never accepted: 3" in failures(books(PEOPLE | {"3": state}))


def test_a_stranger_in_the_ledger_fails() -> None:
    assert "1 accepted and not ours: 7" in failures(books(entries=[*ENTRIES, Entry("7", "delivered", True)]))


@pytest.mark.parametrize(("state", "wrong"), [("submitted", True), ("undelivered", True), ("delivered", False)])
def test_an_acknowledged_receipt_must_have_been_applied(state: str, wrong: bool) -> None:
    assert ("in a wrong state: 1 (" in failures(books(PEOPLE | {"1": state}))) == wrong


@pytest.mark.parametrize(("state", "wrong"), [("submitted", False), ("delivered", False), ("undelivered", True)])
def test_what_was_never_heard_of_may_stay_silent_and_not_be_made_up(state: str, wrong: bool) -> None:
    entries = [replace(entry, heard=entry.heard and entry.number != "1") for entry in ENTRIES]
    assert ("in a wrong state: 1 (" in failures(books(PEOPLE | {"1": state}, entries))) == wrong


def test_more_unknown_than_in_flight_fails() -> None:
    assert "3 became unknown, but only 2 were in flight or spoilt" in failures(replace(books(), unknown_ever=3))


def test_unknown_people_of_whom_the_provider_spoke_must_become_known() -> None:
    told = [replace(entry, verdict="delivered", heard=True) if entry.number == "5" else entry for entry in ENTRIES]
    assert "of 1 unknown about whom the provider spoke, only 0 are known" in failures(books(entries=told))
    assert judge(books(PEOPLE | {"5": "delivered"}, told)).failures == []


def test_a_campaign_that_stopped_itself_fails() -> None:
    assert "the campaign is paused" in failures(replace(books(), state="paused"))


def test_the_longest_gap_does_not_depend_on_the_order() -> None:
    assert longest_gap([5.0, 1.0, 2.0]) == 3.0
    assert longest_gap([1.0]) == longest_gap([]) == 0.0
