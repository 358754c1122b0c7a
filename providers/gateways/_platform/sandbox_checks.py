"""What the platform's documents demand of each request, rule by rule, for the sandbox."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from providers.contract.magic import SENSITIVE_WORDS, Outcome
from providers.contract.rehearsal import SandboxRequest

TIMESTAMP_SECONDS = 30 * 60
MOST_CALLEES = 1000
MOST_CALLEES_BY_GET = 100
NUMBER = re.compile(r"[0-9]{7,15}")
LANGUAGES = frozenset(
    {"VN", "EN", "JP", "ARB", "DE", "IN", "IT", "KR", "RU", "ES", "PT", "IDN", "BD", "TH"}
    | {"AR", "BN", "HI", "GU", "TA", "NL", "TL"}
)
"""The first generation of language codes, then what the newer table adds."""

REASONS = {
    "0": "success",
    "-1": "Authentication error",
    "-2": "Restricted IP access",
    "-3": "SMS contains sensitive characters",
    "-4": "SMS content is empty",
    "-5": "SMS content is too long",
    "-6": "SMS does not match a template",
    "-7": "Too many numbers",
    "-8": "Number is empty",
    "-9": "Number is abnormal",
    "-10": "The customer's balance is insufficient",
    "-12": "Bulk submission failed for platform reasons",
    "-13": "User locked",
    "-15": "Too frequent",
    "-16": "Timestamp expires",
    "-18": "Port program unusual",
    "-19": "Please contact business to set the price",
    "-22": "Parameter exception",
    "-24": "Data does not exist",
    "-26": "Getting fee failed",
    "-28": "Limit of one phone in a period",
    "-29": "WorkSpace disabled",
    "-30": "API Key disabled",
    "-31": "IP outside the whitelist",
    "-32": "API Key may not access this application",
    "-35": "No number to call",
    "-37": "Wrong group call task",
    "-54": "Wrong task",
}
UNEXPLAINED = {"-99": "Cannot be processed now"}
"""A code that is on no page."""

STATUS_OUTCOMES = (
    *(
        Outcome(
            f"7{-int(code):02d}", f"status_{-int(code)}", f"The request is refused with {code}: {reason}.", status=code
        )
        for code, reason in REASONS.items()
        if code != "0"
    ),
    Outcome("799", "status_99", "The request is answered with -99, which no document explains.", status="-99"),
)

Rule = tuple[str, bool, Callable[[Any], bool]]
"""Member, whether it is required, and when its value is right. Absent and null optional members are right."""


class Refusal(Exception):
    """The request is refused with this status code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


def _text(most: int, least: int = 0) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and least <= _units(value) <= most


def _units(text: str) -> int:
    """The length as programs of the vendor (Java) count it: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _display_number(value: Any) -> bool:
    return value == "" or (isinstance(value, str) and NUMBER.fullmatch(value) is not None)


def _number(value: Any) -> bool:
    return isinstance(value, str) and NUMBER.fullmatch(value) is not None


def _rate(value: Any) -> bool:
    return type(value) in (int, float) and 0.25 <= value <= 4


CALL_RULES: tuple[Rule, ...] = (
    ("appId", True, _text(64, 1)),
    ("displayNum", False, _display_number),
    ("maxDuration", False, _whole(1, 120)),
    ("maxRingingTime", False, _whole(20, 120)),
    ("loopCount", False, _whole(1, 9)),
    ("calledInfo", False, _text(1000)),
)
GROUP_RULES: tuple[Rule, ...] = (("callee", True, _text(20_000, 1)), ("fileId", True, _text(200, 1)), *CALL_RULES)
CODE_RULES: tuple[Rule, ...] = (
    ("callee", True, _number),
    ("language", True, lambda value: isinstance(value, str) and value in LANGUAGES),
    ("text", True, _text(1000, 1)),  # the newest page; older ones have 800, and 299 for three languages
    ("recallCount", False, _whole(0, 9)),
    ("accent", False, _text(10)),
    ("ssmlGender", False, _whole(1, 2)),
    ("speakingRate", False, _rate),
    *CALL_RULES,
)


def login(request: SandboxRequest, credentials: Mapping[str, str]) -> None:
    """Api-Key, Sign (md5 of key, secret and Timestamp, any letter case), then the age of the Timestamp."""
    timestamp = request.headers.get("timestamp", "")
    known = request.headers.get("api-key", "") == credentials["api_key"]
    expected = hashlib.md5((credentials["api_key"] + credentials["api_secret"] + timestamp).encode()).hexdigest()
    if not known or request.headers.get("sign", "").lower() != expected:
        raise Refusal("-1")
    if not re.fullmatch(r"[0-9]{1,20}", timestamp) or abs(request.received_at - int(timestamp)) > TIMESTAMP_SECONDS:
        raise Refusal("-16")


def json_object(request: SandboxRequest) -> Mapping[str, Any]:
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        raise Refusal("-22")
    try:
        body = json.loads(request.body)
        if b"\\ud" in request.body.lower():
            json.dumps(body, ensure_ascii=False).encode()  # half a surrogate pair is not text
    except ValueError:
        raise Refusal("-22") from None
    if not isinstance(body, dict):
        raise Refusal("-22")
    return body


def follow(rules: tuple[Rule, ...], body: Mapping[str, Any]) -> None:
    for name, required, right in rules:
        value = body.get(name)
        wrong = required if value is None else not right(value)
        if wrong:
            raise Refusal("-22")


def group_numbers(body: Mapping[str, Any]) -> list[str]:
    """The callees of a voice/sendGroup request, checked."""
    follow(GROUP_RULES, body)
    numbers: list[str] = body["callee"].split(",")
    if len(numbers) > MOST_CALLEES or not all(map(_number, numbers)):
        raise Refusal("-22")
    return numbers


def check_code(body: Mapping[str, Any]) -> None:
    """A voice/sendCode request: an interval of redialling depends on its count."""
    follow(CODE_RULES, body)
    interval = body.get("recallInterval")
    if interval is None or (interval == 0 and not body.get("recallCount")):
        return
    if not _whole(1, 999)(interval):
        raise Refusal("-22")


def sms_items(body: Mapping[str, Any], most: int = MOST_CALLEES) -> list[tuple[str, str, str | None]]:
    """Number, text and own id of every message in a sendSms/batch request, checked."""
    array = body.get("array")
    if not isinstance(array, list) or not array:
        raise Refusal("-8")
    messages = [message for item in array for message in _sms_item(item)]
    if len(messages) > most:
        raise Refusal("-7")
    return messages


def _sms_item(item: Any) -> list[tuple[str, str, str | None]]:
    if not isinstance(item, dict):
        raise Refusal("-22")
    numbers, content = _sms_numbers(item.get("numbers")), _sms_content(item.get("content"))
    sender, order = item.get("senderId"), item.get("orderId")
    if not (sender is None or _text(32)(sender)) or not (order is None or isinstance(order, str)):
        raise Refusal("-22")
    if not order:
        return [(number, content, None) for number in numbers]
    orders = order.split(",")
    if len(orders) != len(numbers):
        raise Refusal("-22")
    return list(zip(numbers, [content] * len(numbers), orders, strict=True))


def _sms_numbers(value: Any) -> list[str]:
    if value is None or value == "":
        raise Refusal("-8")
    if not isinstance(value, str):
        raise Refusal("-22")
    numbers = value.split(",")
    if not all(map(_number, numbers)):
        raise Refusal("-9")
    return numbers


def _sms_content(value: Any) -> str:
    if value is None or value == "":
        raise Refusal("-4")
    if not isinstance(value, str):
        raise Refusal("-22")
    if _units(value) > 1024:
        raise Refusal("-5")
    if any(word in value for word in SENSITIVE_WORDS):
        raise Refusal("-3")
    return value
