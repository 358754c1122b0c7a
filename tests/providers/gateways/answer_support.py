"""Answers of the platform, and what became of each callee, in short."""

from typing import Any

from providers.contract.errors import Answered, SubmitAnswer

from .platform_support import sms, voice_file, voice_text

ONE, TWO, THREE = "919800000001", "919800000002", "919800000003"
MESSAGES = {"voice file": voice_file(), "spoken text": voice_text(), "sms": sms()}


def outcome(answer: SubmitAnswer) -> dict[str, str]:
    """ref -> provider id, "refused CODE" or "unclear ID"; also proves that each callee stands in one list only."""
    assert isinstance(answer, Answered), answer
    pairs = [(item.ref, item.provider_id) for item in answer.accepted]
    pairs += [(item.ref, f"refused {item.code}".strip()) for item in answer.refused]
    pairs += [(item.ref, f"unclear {item.provider_id}".strip()) for item in answer.unclear]
    assert len(dict(pairs)) == len(pairs)
    return {ref.removeprefix("job-7/"): what for ref, what in pairs}


def row(number: Any, voice_id: Any = "22030001", code: Any = "0", reason: str = "success") -> dict[str, Any]:
    return {"voiceId": voice_id, "callee": number, "terminationCode": code, "terminationReason": reason}


def group(*rows: Any, status: Any = "0") -> dict[str, Any]:
    return {"status": status, "reason": "success", "data": list(rows)}


def taken(number: Any, order_id: Any, msg_id: Any = "2207") -> dict[str, Any]:
    return {"msgId": msg_id, "number": number, "orderId": order_id}


def batch(rows: Any, success: Any = None, fail: Any = None) -> dict[str, Any]:
    counts = {"success": success, "fail": fail}
    return {"status": "0", "array": rows} | {name: value for name, value in counts.items() if value is not None}
