"""What is typed behind ``python -m tests.chaos``, and what ``make`` puts into the environment."""

import pytest

from . import __main__ as chaos
from .story import Plan


@pytest.fixture
def plans(monkeypatch: pytest.MonkeyPatch) -> list[Plan]:
    """The plans that would be played."""
    found: list[Plan] = []

    def told_by(plan: Plan, say: object) -> dict[str, list[str]]:
        found.append(plan)
        return {"falls": [], "failures": []}

    monkeypatch.setattr(chaos, "told_by", told_by)
    monkeypatch.setattr(chaos, "table", lambda told: "")
    monkeypatch.setattr(chaos.signal, "signal", lambda *args: None)
    for name in ("STACK", "RECIPIENTS", "KILLS", "SEED", "PACE", "VICTIMS"):
        monkeypatch.delenv(name, raising=False)
    return found


def test_help_is_printed_and_nothing_is_played(plans: list[Plan], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        chaos.main(["--help"])
    assert ended.value.code == 0
    assert "--kills" in capsys.readouterr().out
    assert plans == []


def test_what_is_typed_overrules_what_make_was_given(plans: list[Plan], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"STACK": "sqlite", "KILLS": "3", "SEED": "5", "VICTIMS": "beat,web"}.items():
        monkeypatch.setenv(name, value)
    assert chaos.main(["--kills", "0", "--recipients", "10"]) == 0
    (plan,) = plans
    assert (plan.stack, plan.kills, plan.seed, plan.recipients) == ("sqlite", 0, 5, 10)
    assert (plan.victims, plan.pace) == (("beat", "web"), chaos.PACE_SECONDS)


def test_without_anything_both_stacks_are_played_with_one_seed(plans: list[Plan]) -> None:
    assert chaos.main([]) == 0
    assert [plan.stack for plan in plans] == ["sqlite", "postgres"]
    assert len({plan.seed for plan in plans}) == 1
    assert {(plan.recipients, plan.kills) for plan in plans} == {(chaos.RECIPIENTS, chaos.KILLS)}


@pytest.mark.parametrize("arguments", [["--stack", "oracle"], ["--kills", "x"], ["--recipients", "0"], ["now"]])
def test_what_makes_no_sense_is_refused_before_anything_is_killed(plans: list[Plan], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        chaos.main(arguments)
    assert ended.value.code == 2
    assert plans == []


def test_an_unknown_stack_in_the_environment_is_refused_as_well(
    plans: list[Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STACK", "oracle")
    with pytest.raises(SystemExit):
        chaos.main([])
    assert plans == []
