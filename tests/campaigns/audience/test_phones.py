"""Numbers as typed, and what they are read as."""

import pytest

from campaigns.audience.phones import BadNumber, home_country, normalise
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
