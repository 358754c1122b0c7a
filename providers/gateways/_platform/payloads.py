"""Request bodies, exactly as documented: absent options stay absent, numbers are numbers, lists are joined text."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from providers.contract.abilities import Ability
from providers.contract.fields import Field, FieldKind
from providers.contract.messages import Callee, Message

_WHOLE_CHOICES = frozenset({"ssmlGender"})
_BUILT_HERE = frozenset({"calledInfo"})


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of the API: its documented name, its place behind the brand's path family, and its body.

    ``bulk`` names the member of the body that is a whole file in Base64, which nobody ever wants to read.
    """

    name: str
    method: str
    path: str
    payload: Mapping[str, Any] | None = None
    bulk: str = ""

    @property
    def body(self) -> bytes:
        if self.payload is None:
            return b""
        return json.dumps(self.payload, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def operation_for(message: Message, options: Iterable[Field], app_id: str) -> Operation:
    """The operation that carries *message*, which has passed the check; *options* are the declared fields."""
    given = _typed_options(options, message.options)
    return _BUILDERS[message.kind](message, given, app_id)


def called_info(message: Message) -> str:
    """What reports echo: our reference first, so that it is found again, then the note of staff."""
    note = str(message.options.get("calledInfo") or "")
    return f"{message.ref} {note}" if note else message.ref


def redials(options: Mapping[str, Any]) -> bool:
    """Whether redialling is asked for, which alone makes an interval meaningful."""
    return str(options.get("recallCount") or "").strip().strip("0") != ""


def _send_group(message: Message, options: Mapping[str, Any], app_id: str) -> Operation:
    payload = {
        "callee": ",".join(callee.number for callee in message.callees),
        "fileId": message.file_id.strip(),
        "appId": app_id,
        **options,
        "calledInfo": called_info(message),
    }
    return Operation("voice/sendGroup", "POST", "/sendGroup", payload)


def _send_code(message: Message, options: Mapping[str, Any], app_id: str) -> Operation:
    callee = message.callees[0]
    payload = {
        "callee": callee.number,
        "text": callee.text,
        "appId": app_id,
        **options,
        "calledInfo": called_info(message),
    }
    if not redials(message.options):
        payload.pop("recallInterval", None)
    return Operation("voice/sendCode", "POST", "/sendCode", payload)


def _send_sms_batch(message: Message, options: Mapping[str, Any], app_id: str) -> Operation:
    items = [_sms_item(text, callees, options) for text, callees in _by_text(message.callees).items()]
    return Operation("sendSms/batch", "POST", "/sendSms/batch", {"appId": app_id, "array": items})


def _sms_item(text: str, callees: list[Callee], options: Mapping[str, Any]) -> dict[str, Any]:
    # One page names the field "number"; the example bodies and the vendor's programs write "numbers".
    return {
        "numbers": ",".join(callee.number for callee in callees),
        "content": text,
        **options,
        "orderId": ",".join(callee.ref for callee in callees),
    }


def _by_text(callees: Iterable[Callee]) -> dict[str, list[Callee]]:
    groups: dict[str, list[Callee]] = {}
    for callee in callees:
        groups.setdefault(callee.text, []).append(callee)
    return groups


_BUILDERS: Mapping[Ability, Callable[[Message, Mapping[str, Any], str], Operation]] = {
    Ability.VOICE_FILE: _send_group,
    Ability.VOICE_TEXT: _send_code,
    Ability.SMS: _send_sms_batch,
}


def _typed_options(fields: Iterable[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        field.name: _typed(field, given[field.name])
        for field in fields
        if field.name not in _BUILT_HERE and given.get(field.name) not in (None, "")
    }


def _typed(field: Field, value: Any) -> Any:
    if field.kind is FieldKind.INTEGER or field.name in _WHOLE_CHOICES:
        return int(str(value))
    if field.kind is FieldKind.DECIMAL:
        return float(str(value))
    return str(value)
