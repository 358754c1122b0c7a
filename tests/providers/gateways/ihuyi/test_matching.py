"""What is predicted about a text against what the sandbox, which was written apart, says to it."""

import random
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from providers.contract.rehearsal import Template as Kept
from providers.gateways.ihuyi import sandbox
from providers.gateways.ihuyi.checks import VARIABLE
from providers.voicetemplates.matching import Fit, Template

from .support import access, gateway

LONGEST = sandbox.LONGEST_VARIABLE
CODES = {Fit.PASSES: "", Fit.TOO_LONG: "40722", Fit.EMPTY: "4072", Fit.DIFFERS: "4072"}


def code_of(content: str, template: str) -> str:
    desk: Any = SimpleNamespace(templates=lambda: [Kept("1", template, "approved")])
    try:
        sandbox._check_content(content, desk)
    except sandbox._Refusal as refusal:
        return refusal.code
    return ""


def some_text(chance: random.Random) -> tuple[str, str]:
    """A template, and a text that is near to it: filled, then perhaps changed in places."""
    pieces = ["".join(chance.choices("，,到a b", k=chance.randint(0, 4))) for _ in range(chance.randint(1, 5))]
    longest = chance.choice([3, LONGEST, LONGEST + 2])
    values = ["".join(chance.choices("，到a12", k=chance.randint(0, longest))) for _ in pieces[1:]]
    text = pieces[0] + "".join(value + piece for value, piece in zip(values, pieces[1:], strict=True))
    for _ in range(chance.choice([0, 0, 0, 1, 2])):
        place = chance.randint(0, len(text))
        text = text[:place] + chance.choice(["", "，", ",", "a", "x"]) + text[place + chance.randint(0, 1) :]
    return VARIABLE.join(pieces), text


def test_the_prediction_is_what_the_sandbox_says_to_ten_thousand_texts() -> None:
    chance = random.Random(20_26)
    seen: Counter[Fit] = Counter()
    for _ in range(10_000):
        template, text = some_text(chance)
        fit = Template.of(template, VARIABLE, LONGEST).fit(text)
        if text:
            assert CODES[fit] == code_of(text, template), (template, text)
            seen[fit] += 1
    assert all(seen[fit] > 200 for fit in Fit), seen


def test_the_sandbox_is_not_slowed_down_by_variables_side_by_side() -> None:
    assert code_of("a" * 999 + "x", ("a" + VARIABLE) * 100 + VARIABLE * 50 + "b") == "4072"


@pytest.mark.parametrize(
    ("setting", "limit"), [({}, 20), ({"variable_characters": 35}, 35), ({"variable_characters": 0}, None)]
)
def test_the_account_says_how_long_a_value_may_be(setting: dict[str, Any], limit: int | None) -> None:
    assert gateway.longest_variable(access(**setting)) == limit
