"""Numbers as typed, and what they are read as."""

import random
from types import ModuleType

import phonenumbers
import pytest
import rphonenumbers

from campaigns.people.audience.phones import COUNTRIES, BadNumber, home_country, normalise, numbers
from providers.contract.abilities import Ability
from tests.factories import FakeGateway


@pytest.mark.parametrize(
    ("typed", "home", "number"),
    [
        ("13800138000", "CN", "8613800138000"),
        (" 138 0013 8000 ", "CN", "8613800138000"),
        ("138-0013-8000", "CN", "8613800138000"),
        ("+86 138 0013 8000", "", "8613800138000"),
        ("(+86)138-0013-8000", "", "8613800138000"),
        ("0086 13800138000", "", "8613800138000"),
        ("8613800138000", "", "8613800138000"),
        ("８６１３８００１３８０００", "", "8613800138000"),
        ("＋８６ 13800138000", "", "8613800138000"),
        ("'13800138000", "CN", "8613800138000"),
        ('="13800138000"', "CN", "8613800138000"),
        ("13800138000.0", "CN", "8613800138000"),
        ("tel:+8613800138000", "", "8613800138000"),
        ("\u202d13800138000\u202c", "CN", "8613800138000"),
        ("138\u00a00013\u20038000", "CN", "8613800138000"),
        ("021-5123 0029", "CN", "862151230029"),
        ("+86 021 51230029", "", "862151230029"),
        ("+62 812-3456-7890", "CN", "6281234567890"),
        ("6281234567890", "", "6281234567890"),
        ("0812-3456-7890", "ID", "6281234567890"),
        ("0912 345 678", "VN", "84912345678"),
    ],
)
def test_a_number_is_read_however_it_was_typed(typed: str, home: str, number: str) -> None:
    assert normalise(typed, home) == number


@pytest.mark.parametrize(
    ("typed", "home", "said"),
    [
        ("", "CN", "missing"),
        ("  ", "", "missing"),
        ("1.38E+10", "CN", "last digits are lost"),
        ("1,38E+10", "CN", "last digits are lost"),
        ("8.61E+12", "", "last digits are lost"),
        ("no phone", "CN", "no part of a phone number"),
        ("13800138000/13900139000", "CN", "no part of a phone number"),
        ("13800138000 ext 5", "CN", "no part of a phone number"),
        ("1380013", "CN", "not a phone number of the country"),
        ("6281234567890", "CN", "not a phone number of the country"),
        ("123", "", "3 digits"),
        ("123456789012345678", "", "18 digits"),
        ("13800138000", "", "country code 1"),
        ("+999 12345678", "", "not a possible phone number"),
    ],
)
def test_a_number_that_cannot_be_read_says_why(typed: str, home: str, said: str) -> None:
    with pytest.raises(BadNumber) as caught:
        normalise(typed, home)
    assert said in str(caught.value.words)


def test_china_is_assumed_only_for_a_provider_that_takes_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    gateway = FakeGateway()
    assert home_country(gateway, Ability.SMS) == ""

    class Mainland(FakeGateway):
        def number_problem(self, number, kind):
            return None if number.startswith("86") else super().number_problem("999", kind)

    assert home_country(Mainland(), Ability.SMS) == "CN"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("13800138000", ["8613800138000"]),
        ("13800138000/13900139000", ["8613800138000", "8613900139000"]),
        ("+86 138-0013-8000；１３９００１３９０００", ["8613800138000", "8613900139000"]),
        ("13800138000、13900139000\n+62 812 3456 7890", ["8613800138000", "8613900139000", "6281234567890"]),
        ("13800138000 13900139000", ["8613800138000", "8613900139000"]),
        ("13800138000 / ", ["8613800138000"]),
    ],
)
def test_several_numbers_in_a_cell_are_told_apart(typed: str, read: list[str]) -> None:
    assert [number for _, number in numbers(typed, "CN")] == read


@pytest.mark.parametrize("typed", ["13800138000/12", "13800138000,abc", "138/0013/8000", "2024/05/01", "1/2", "-/-"])
def test_a_cell_is_refused_as_a_whole_where_one_of_its_numbers_is_none(typed: str) -> None:
    with pytest.raises(BadNumber):
        numbers(typed, "CN")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2024-05-01", "a date"),
        ("2024/5/1 12:30", "a date"),
        ("01/05/2024", "a date"),
        ("2024年5月1日", "a date"),
        ("12:30:00", "a date"),
        ("13800138000.5", "has decimals"),
        ("8.61380013800012E+18", "last digits are lost"),
    ],
)
def test_what_is_no_number_at_all_is_named(typed: str, said: str) -> None:
    with pytest.raises(BadNumber) as caught:
        normalise(typed, "CN")
    assert said in str(caught.value.words)


def _outcome(library: ModuleType, digits: str, home: str | None) -> tuple[object, ...]:
    try:
        number = library.parse(digits, home)
    except library.NumberParseException:
        return ("none",)
    written = library.format_number(number, library.PhoneNumberFormat.E164)
    return library.is_possible_number(number), bool(home) and library.is_valid_number_for_region(number, home), written


def test_the_fast_library_says_what_the_reference_says() -> None:
    chance = random.Random(11)
    regions = sorted(region for region, _ in COUNTRIES if region)
    for region in regions:
        code = phonenumbers.country_code_for_region(region)
        for _ in range(150):
            example = phonenumbers.example_number_for_type(region, chance.choice([0, 1, 2]))
            national = str(example.national_number) if example else "12345678"
            digits = list(national)
            for _ in range(chance.randrange(4)):
                digits[chance.randrange(len(digits))] = str(chance.randrange(10))
            text = "".join(digits)[: chance.choice([5, 7, 99, 99])] + chance.choice(["", "", "", "1", "12345"])
            for typed, home in ((f"+{code}{text}", None), (text, region), (f"0{text}", region)):
                assert _outcome(rphonenumbers, typed, home) == _outcome(phonenumbers, typed, home), (typed, home)


def test_every_mainland_mobile_is_read_without_the_library_as_with_it() -> None:
    chance = random.Random(12)
    for _ in range(2000):
        typed = f"1{chance.randrange(3, 10)}{chance.randrange(10**9):09d}"
        number = phonenumbers.parse(typed, "CN")
        assert phonenumbers.is_possible_number(number)
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == f"+{normalise(typed, 'CN')}"
