"""Texts against their template."""

import re
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.voicetemplates.matching import Fit, Template, difference

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
        ("您好，快递已到，取件码1，请领取。", 8),
        ("您好，快递已到", 8),
        ("", 1),
    ],
)
def test_the_first_character_that_differs_is_named(text: str, place: int) -> None:
    found = difference(text, TEMPLATE, V)
    assert found is not None
    assert found.place == place
    assert str(place) in str(found.words)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("您好,快递已到A，取件码1，请领取。", "half-width"),
        ("您好，快递已到A，取件码1，请领取｡", "half-width"),
        ("您好，快递已到A，取件码1，请领取.", "half-width"),
        ("您好，快递已到A，取件码1，请领取", "“。” is missing"),
        ("您好，快递已到A，取件码1，请 领取。", "U+0020"),
        ("您好，快递已到A，取件码1，请\u200b领取。", "U+200B"),
        ("您好，快递已到", "no value"),
    ],
)
def test_what_is_likely_behind_a_difference_is_said(text: str, hint: str) -> None:
    found = difference(text, TEMPLATE, V)
    assert found is not None
    assert hint in str(found.hint)


@pytest.mark.parametrize(
    ("text", "template", "hint"),
    [
        ("Hello a", f"hello {V}", "Capital"),
        ("Code：1 ok", f"Code:{V} ok", "full-width"),
        ("Pay\u00a0now 1", f"Pay now {V}", "blanks"),
        ("Pay  1", f"Pay now {V}", None),
    ],
)
def test_case_width_and_blanks_are_told_apart(text: str, template: str, hint: str | None) -> None:
    found = difference(text, template, V)
    assert found is not None
    assert hint in str(found.hint) if hint else found.hint is None


def test_a_template_without_variables_is_the_text() -> None:
    assert difference("same", "same", V) is None
    found = difference("same!", "same", V)
    assert found is not None
    assert found.place == 5


def test_a_value_that_is_too_long_is_named_with_its_length_and_the_limit() -> None:
    fault = Template.of(TEMPLATE, V, 3).judge("您好，快递已到A，取件码1234，请领取。").fault
    assert fault is not None
    assert (fault.fit, fault.number, fault.value, fault.limit) == (Fit.TOO_LONG, 2, "1234", 3)
    assert "4 characters" in str(fault.words)


def test_an_empty_value_is_named() -> None:
    fault = Template.of(TEMPLATE, V, 3).judge("您好，快递已到A，取件码，请领取。").fault
    assert fault is not None
    assert (fault.fit, fault.number) == (Fit.EMPTY, 2)


def test_one_reading_that_keeps_the_limit_is_enough() -> None:
    # Read from the front the second value would have 5 characters.
    assert Template.of(f"a{V}b{V}c", V, 3).fit("a1b2b34c") is Fit.PASSES
    assert Template.of(f"a{V}{V}c", V, 2).fit("a1234c") is Fit.PASSES
    assert Template.of(f"a{V}{V}c", V, 2).fit("a12345c") is Fit.TOO_LONG


def test_other_characters_than_documents_name_are_a_warning_and_no_refusal() -> None:
    template = Template.of(f"To {V}.", V)
    assert template.judge("To 12-3 A.B 号.").warnings == ()
    verdict = template.judge("To 5@home.")
    assert verdict.passes
    assert "“@”" in str(verdict.warnings[0])


literals = st.lists(st.text("abAB，,", max_size=4), min_size=1, max_size=5)


@st.composite
def filled(draw: Callable[[Any], Any], values: str) -> tuple[list[str], list[str]]:
    """The pieces of a template, and values of at most 3 characters between them."""
    pieces = draw(literals)
    return pieces, [draw(st.text(values, min_size=1, max_size=3)) for _ in pieces[1:]]


def woven(pieces: list[str], values: list[str]) -> str:
    return pieces[0] + "".join(value + piece for value, piece in zip(values, pieces[1:], strict=True))


@given(filled("ab1，中"))
def test_every_text_made_from_a_template_passes(made: tuple[list[str], list[str]]) -> None:
    template = Template.of(V.join(made[0]), V, 3)
    text = woven(*made)
    assert template.fit(text) is Fit.PASSES
    values = template.values(text) or []
    assert woven(made[0], values) == text
    assert all(1 <= len(value) <= 3 for value in values)


@given(filled("12中"), st.data())
def test_every_change_outside_the_variables_is_refused(made: tuple[list[str], list[str]], data: st.DataObject) -> None:
    """Where values and template share no character, a changed or lost one of the template is nowhere else to be had."""
    pieces, values = made
    text = woven(pieces, values)
    outside = [place for place, sign in enumerate(text) if sign in "abAB，,"]
    if not outside:
        return
    place = data.draw(st.sampled_from(outside))
    other = data.draw(st.sampled_from(["", *(set("abAB，,1 x") - {text[place]})]))
    changed = text[:place] + other + text[place + 1 :]
    template = Template.of(V.join(pieces), V)
    assert not template.judge(changed).passes
    found = difference(changed, V.join(pieces), V)
    assert found is not None
    assert 1 <= found.place <= len(changed) + 1


@given(literals, st.text("ab，1", max_size=12), st.integers(0, 4))
def test_a_verdict_is_that_of_trying_every_reading(pieces: list[str], text: str, longest: int) -> None:
    def matches(most: int | str) -> bool:
        between = "(.{1,%s})" % most  # noqa: UP031
        return re.fullmatch(between.join(map(re.escape, pieces)), text, re.DOTALL) is not None

    fit = Template.of(V.join(pieces), V, longest).fit(text)
    assert (fit is Fit.PASSES) == matches(longest or "")
    assert (fit in (Fit.PASSES, Fit.TOO_LONG)) == matches("")


def steps_of(work: Callable[[], object]) -> int:
    """Lines of code that *work* goes through."""
    lines = 0

    def count(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return lines


@pytest.mark.parametrize(
    "template", [("a" + V) * 200 + "b", V * 250, (V + "ab") * 160 + "c", "a" * 500 + V + "a" * 499]
)
@pytest.mark.parametrize("text", ["a" * 1000, "ab" * 500, "a" * 999 + "c"])
@pytest.mark.parametrize("longest", [0, 20])
def test_no_template_makes_the_verdict_slow(template: str, text: str, longest: int) -> None:
    shape = Template.of(template, V, longest)
    assert steps_of(lambda: shape.fit(text)) < 100_000
    assert steps_of(lambda: shape.refusal(text)) < 200_000


def test_a_long_text_is_explained_without_comparing_every_reading() -> None:
    shape = Template.of(("a" + V) * 200 + "b", V)
    assert steps_of(lambda: shape.judge("a" * 1000)) < 200_000
    found = shape.judge("a" * 1000).difference
    assert found is not None
    assert found.place > 1
