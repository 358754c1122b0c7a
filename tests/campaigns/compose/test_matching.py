"""Texts against their template."""

import pytest

from campaigns.compose.matching import difference, starting_text

V = "【变量】"
TEMPLATE = f"您好，快递已到{V}，取件码{V}，请领取。"


@pytest.mark.parametrize(
    "text",
    [
        "您好，快递已到{站}，取件码{码}，请领取。",
        "您好，快递已到A，取件码，取件码B，请领取。",
        "您好，快递已到北门{站}口，取件码1，请领取。，请领取。",
    ],
)
def test_a_text_that_differs_in_its_variables_only_matches(text: str) -> None:
    assert difference(text, TEMPLATE, V) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("您好,快递已到{站}，取件码{码}，请领取。", 3),
        ("您好，快递已到{站}, 取件码{码}，请领取。", 11),
        ("您好，快递已到{站}，取件号{码}，请领取。", 14),
        ("您好，快递已到{站}，取件码{码}，请领取", 22),
        ("您好，快递已到{站}，取件码{码}，请领取。谢谢", 23),
        ("您好，快递已到北门,取件码1，请领取。", 10),
        ("您好，快递已到", 8),
        ("", 1),
    ],
)
def test_the_first_character_that_differs_is_named(text: str, place: int) -> None:
    found = difference(text, TEMPLATE, V)
    assert found is not None
    assert found.place == place
    assert str(place) in str(found.words)


def test_a_variable_stands_for_at_least_one_character() -> None:
    assert difference("到，取", f"到{V}，取", V) is not None


def test_a_template_without_variables_is_the_text() -> None:
    assert difference("same", "same", V) is None
    assert difference("same!", "same", V).place == 5


def test_a_new_text_is_the_template_with_the_columns_in_it_and_matches() -> None:
    text = starting_text(TEMPLATE, V, ["站"])
    assert text == "您好，快递已到{站}，取件码{column 3}，请领取。"
    assert difference(text, TEMPLATE, V) is None
