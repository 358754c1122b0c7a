"""What can be changed while the sandbox runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from . import weather

PUSH_FORMS = ("single", "array", "list")


@dataclass(slots=True)
class Settings:
    """All times are seconds.

    ``receipt_delay`` is the least and most time from a submission to its receipt, ``gap_scale`` stretches the 60 and
    120 seconds between the tries of a push, ``batch_form`` (single, array, list) is the form of pushes where a
    provider documents several, ``clock_offset`` is how far the providers' clocks are ahead. ``retry_after`` is what an
    HTTP 429 or 503 asks to wait in its header of that name, which it has not with 0. ``weather`` is the share of
    requests and callees that meets an outcome by chance, by the outcome's name.
    """

    receipt_delay: tuple[float, float] = (0.5, 1.5)
    review_delay: float = 3.0
    gap_scale: float = 1.0
    batch_form: str = "single"
    answer_delay: float = 0.0
    slow_seconds: float = 2.0
    late_seconds: float = 5.0
    clock_offset: float = 0.0
    retry_after: float = 0.0
    weather: dict[str, float] = field(default_factory=dict)

    def change(self, changes: Mapping[str, Any]) -> None:
        """Take over *changes*, all or nothing.

        Raises ValueError for an unknown name or an impossible value.
        """
        right = {name: _checked(name, value) for name, value in changes.items()}
        for name, value in right.items():
            setattr(self, name, value)

    def as_dict(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


def _checked(name: str, value: Any) -> Any:
    if name == "receipt_delay":
        return _delay(value)
    if name == "batch_form":
        if value not in PUSH_FORMS:
            raise ValueError(f"batch_form is one of {', '.join(PUSH_FORMS)}")
        return value
    if name == "weather":
        return weather.checked(value)
    if name not in {one.name for one in fields(Settings)}:
        raise ValueError(f"there is no setting {name}")
    return _seconds(name, value, negative=name == "clock_offset")


def _delay(value: Any) -> tuple[float, float]:
    least, most = value if isinstance(value, list | tuple) and len(value) == 2 else (value, value)
    bounds = _seconds("receipt_delay", least), _seconds("receipt_delay", most)
    if bounds[0] > bounds[1]:
        raise ValueError("receipt_delay is the least and then the most")
    return bounds


def _seconds(name: str, value: Any, *, negative: bool = False) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or (value < 0 and not negative):
        raise ValueError(f"{name} is a number of seconds")
    return float(value)
