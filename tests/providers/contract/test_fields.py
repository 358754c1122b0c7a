"""Declared fields judge values exactly as documented."""

from decimal import Decimal

import pytest

from providers.contract.fields import Field, FieldKind, problems_of

INTEGER = Field("count", "Count", FieldKind.INTEGER, minimum=1, maximum=120)
DECIMAL = Field("rate", "Rate", FieldKind.DECIMAL, minimum=0.25, maximum=4)
TEXT = Field("note", "Note", min_length=2, max_length=5)
DIGITS = Field("digits", "Digits", pattern="[0-9]{3}", pattern_words="Three digits.")
CHOICE = Field("mode", "Mode", FieldKind.CHOICE, choices=(("1", "One"), ("b", "B")))
SECRET = Field("key", "Key", FieldKind.SECRET, max_length=4)
URL = Field("base_url", "Address", FieldKind.URL, pattern="https://.+")
SWITCH = Field("on", "On", FieldKind.BOOLEAN)
FIELDS = (INTEGER, DECIMAL, TEXT, DIGITS, CHOICE, SECRET, URL, SWITCH)

GOOD = [
    *((INTEGER, value) for value in (1, 120, "60", " 7 ", Decimal(5))),
    *((DECIMAL, value) for value in (0.25, 4, "1.5", Decimal("3.99"))),
    *((TEXT, value) for value in ("ab", "abcde", "您好", 12345)),
    *((DIGITS, value) for value in ("123", 456)),
    *((CHOICE, value) for value in ("1", 1, "b")),
    *((SECRET, value) for value in ("x", "abcd")),
    *((URL, value) for value in ("https://a.test",)),
    *((SWITCH, value) for value in (True, False, "on")),
]
BAD = [
    *((INTEGER, value) for value in (0, 121, -1, "x", "1.5", True, [], "1" * 30)),
    *((DECIMAL, value) for value in (0.24, 4.01, "x", False, "inf")),
    *((TEXT, value) for value in ("a", "abcdef")),
    *((DIGITS, value) for value in ("12", "1234", "12x", "123\n")),
    *((CHOICE, value) for value in ("2", "B", True)),
    *((SECRET, value) for value in ("abcde",)),
    *((URL, value) for value in ("http://a.test",)),
]


@pytest.mark.parametrize(("field", "value"), GOOD)
def test_a_value_within_its_declaration_has_no_problem(field, value):
    assert list(field.problems(value)) == []


@pytest.mark.parametrize(("field", "value"), BAD)
def test_a_value_outside_its_declaration_is_a_problem_that_names_the_field(field, value):
    [problem] = field.problems(value)
    assert problem.field == field.name
    assert str(problem.words)


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
@pytest.mark.parametrize("empty", [None, ""])
def test_empty_and_absent_are_the_same_and_only_a_problem_where_required(field, empty):
    assert list(field.problems(empty)) == []
    [problem] = Field(field.name, field.label, field.kind, required=True).problems(empty)
    assert problem.field == field.name


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (INTEGER, 121, "121 is outside the allowed range of 1 to 120."),
        (INTEGER, "x", "“x” is not a number."),
        (TEXT, "abcdef", "6 characters are too many; the limit is 5."),
        (TEXT, "a", "1 characters are too few; at least 2 are needed."),
        (DIGITS, "12", "Three digits."),
        (CHOICE, "2", "“2” is not one of the choices."),
    ],
)
def test_a_problem_says_what_is_wrong_with_the_values_in_it(field, value, words):
    [problem] = field.problems(value)
    assert str(problem.words) == words


def test_a_secret_is_never_repeated_in_a_problem():
    [problem] = SECRET.problems("hunter22")
    assert "hunter22" not in repr(problem)


def test_problems_come_in_the_order_of_declaration_and_absent_values_count_as_empty():
    needed = Field("needed", "Needed", required=True)
    problems = problems_of((TEXT, needed, INTEGER), {"count": 0, "note": "a", "more": "x"})
    assert [problem.field for problem in problems] == ["note", "needed", "count"]
