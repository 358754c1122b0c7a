"""What only looks like a variable: every form that people write, where it stands, and what replaces it."""

import pytest

from notifyadmin.web.words import in_words
from providers.voicetemplates import lookalikes, texts

RIGHT = "【变量】"

WRONG = [
    "[变量]",
    "［变量］",
    "{变量}",
    "｛变量｝",
    "(变量)",
    "（变量）",
    "<变量>",
    "《变量》",
    "「变量」",
    "〔变量〕",
    "〖变量〗",
    "【变量]",
    "[变量】",
    "【变量］",
    "【 变量】",
    "【变量 】",
    "【\u3000变量\u3000】",
    "【变 量】",
    "[ 变量 ]",
    "【變量】",
    "【参数】",
    "【variable】",
    "[Variable]",
    "【ｖａｒ】",
    "{{变量}}",
    "[[变量]]",
    "【【变量】】",
    "【【变量】",
    "【变量】】",
    "${变量}",
    "#变量#",
    "%变量%",
    "{code}",
    "{1}",
    "【姓名】",
    "【】",
    "【变量",
    "变量】",
]

NUMBERED = ["【变量1】", "【变量 2】", "[变量1]", "{变量12}", "【变量３】"]

FINE = [
    RIGHT,
    f"{RIGHT}和{RIGHT}",
    f"({RIGHT})",
    f"（{RIGHT}）",
    f"<b>{RIGHT}</b>",
    "好(请注意)",
    "[1]",
    "第（一）条",
    "《合同》",
    "打8折，满100%返#号",
    "变量",
    "",
]


@pytest.mark.parametrize("wrong", WRONG)
def test_what_looks_like_a_variable_is_found_with_its_place_and_replaced_by_the_right_form(wrong):
    text = f"您好，{wrong}，再见"
    [hint] = lookalikes.find(text, RIGHT)
    assert (hint.start, text[hint.start : hint.end], hint.replacement) == (3, wrong, RIGHT)
    assert text[: hint.start] + hint.replacement + text[hint.end :] == f"您好，{RIGHT}，再见"
    assert "Character 4:" in in_words(hint.words)
    assert wrong in in_words(hint.words)


@pytest.mark.parametrize("numbered", NUMBERED)
def test_a_numbered_variable_is_told_apart(numbered):
    [hint] = lookalikes.find(f"码{numbered}。", RIGHT)
    assert hint.replacement == RIGHT
    assert "has a number" in in_words(hint.words)


@pytest.mark.parametrize("text", FINE)
def test_ordinary_text_is_left_alone(text):
    assert lookalikes.find(text, RIGHT) == []


@pytest.mark.parametrize(
    ("text", "place", "word"), [("a【b", 2, "closed"), ("a】b", 2, "opened"), ("【a【b】", 1, "closed")]
)
def test_a_bracket_without_partner_is_named(text, place, word):
    hint = next(hint for hint in lookalikes.find(text, RIGHT) if not hint.replacement)
    assert hint.start == place - 1
    assert word in in_words(hint.words)


def test_every_mistake_of_a_text_is_found_in_the_order_of_its_place():
    text = f"[变量]{RIGHT}{{变量}}与【变量"
    assert [hint.start for hint in lookalikes.find(text, RIGHT)] == [0, 8, 13]


def test_the_brackets_are_those_of_the_provider():
    assert lookalikes.find("a【变量】", "{value}")[0].replacement == "{value}"
    assert lookalikes.find("a{value}", "{value}") == []
    assert lookalikes.find("a[变量]", "") == []


@pytest.mark.parametrize("text", ["【" * 500, "[ " * 500, "#" * 1000, "{" * 999 + "}", "[" + " " * 900 + "]"])
def test_long_nonsense_is_judged_at_once(text):
    lookalikes.find(text, RIGHT)


def test_the_shown_text_keeps_every_character_and_marks_mistakes():
    text = f"A{RIGHT}B[变量]C【【变量】】<"
    pieces = texts.marked(text, RIGHT, texts.hints(text, RIGHT))
    assert [(piece.text, piece.kind) for piece in pieces] == [
        ("A", ""),
        ("变量", "chip"),
        ("B", ""),
        ("[变量]", "miss"),
        ("C", ""),
        ("【【变量】】", "miss"),
        ("<", ""),
    ]


def test_example_values_are_spoken_in_their_order_and_missing_ones_are_marked():
    pieces = texts.spoken(f"到{RIGHT}，码{RIGHT}。", RIGHT, ["东门", " "])
    assert [(piece.text, piece.kind) for piece in pieces] == [
        ("到", ""),
        ("东门", "chip"),
        ("，码", ""),
        ("变量", "miss"),
        ("。", ""),
    ]
