"""The platform's receipt pushes, member by member as its documents show them, for the sandbox."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from providers.contract.magic import Outcome, magic_digits
from providers.contract.rehearsal import Push, foreign_id
from providers.contract.taken import Receipt, Taken

SIP_REASONS = {
    "403": "Forbidden",
    "404": "Not Found",
    "408": "Request Timeout",
    "410": "Gone",
    "480": "Temporarily Unavailable",
    "484": "Address Incomplete",
    "486": "Busy Here",
    "487": "Request Terminated",
    "488": "Not Acceptable Here",
    "500": "Server Internal Error",
    "502": "Bad Gateway",
    "503": "Service Unavailable",
    "600": "Busy Everywhere",
    "603": "Decline",
    "604": "Does Not Exist Anywhere",
}
SMS_REASONS = {"1": "UNDELIV", "2": "EXPIRED", "3": "REJECTD", "4": "DELETED", "5": "UNKNOWN"}
SUCCESS_CODES = ("0", "200")
UNKNOWN_CODE = "X99"
HEADERS = {"User-Agent": "Java/1.8.0_232"}
RINGING_SECONDS = 6
FILE_CALL, TEXT_CALL = 1, 2

RECEIPT_OUTCOMES: tuple[Outcome, ...] = (
    Outcome("200", "answered_200", "Voice: success written as termination code 200.", receipt_code="200"),
    Outcome("220", "answered_0", "Voice: success written as termination code 0 (older text).", receipt_code="0"),
    *(
        Outcome(code, f"sip_{code}", f"Voice: SIP {code} {reason}; SMS: failed.", receipt_code=code)
        for code, reason in SIP_REASONS.items()
    ),
    *(
        Outcome(
            f"30{code}", f"sms_{reason.lower()}", f"SMS: status {code}, {reason}; voice: SIP 480.", receipt_code=code
        )
        for code, reason in SMS_REASONS.items()
    ),
)
REPLY_OUTCOMES: tuple[Outcome, ...] = (
    Outcome("110", "replies_stop", "SMS: delivered, then the owner writes back TD.", reply="TD"),
    Outcome("111", "replies_stop_in_words", "SMS: delivered, then the owner writes back “退订。”.", reply="退订。"),
    Outcome("112", "replies_thanks", "SMS: delivered, then the owner writes back thanks.", reply="Thanks, got it!"),
)
KEYS = {"120": "*", "121": "1", "122": "2", "123": "12"}
NO_KEY = "-1"
KEY_OUTCOMES: tuple[Outcome, ...] = tuple(
    Outcome(digits, f"presses_{keys.replace('*', 'star')}", f"Voice: answered, and the owner presses {keys}.")
    for digits, keys in KEYS.items()
)


def talk_seconds(number: str) -> int:
    """How long this callee listens: the same for a number each time."""
    return 5 + int(number[-2:]) % 40


def voice_receipt(taken: Taken, receipt: Receipt, happened_at: float) -> dict[str, object]:
    """The voice report push. The clock of a rehearsal runs faster than its claimed talk times."""
    answered = receipt.code in SUCCESS_CODES
    talk = talk_seconds(taken.number) if answered else 0
    submitted, hung_up = int(taken.at * 1000), int(happened_at * 1000)
    step = max(hung_up - submitted, 0) // 4
    return {
        "voiceId": foreign_id(taken.provider_id) if receipt.lost_id else taken.provider_id,
        "type": FILE_CALL if taken.kind == "voice_file" else TEXT_CALL,
        "callee": taken.number,
        "displayNum": taken.facts.get("displayNum", ""),
        "submitTime": submitted,
        "callTime": submitted + step,
        "ringingTime": submitted + 2 * step,
        "answerTime": submitted + 3 * step if answered else 0,
        "hangupTime": hung_up,
        "callDuration": talk,
        "chargedDuration": -(-talk // 20) * 20,
        "ringDuration": RINGING_SECONDS,
        "billPeriod": "20+20",
        "code": "Indonesia(Mobile)",
        "voiceFileId": taken.facts.get("voiceFileId", ""),
        "rate": "0.0200",
        "baseCost": "0",
        "cost": "0.0200" if answered else "0",
        "currency": "USD",
        "settleRate": "",
        "quoteExchange": "",
        "settlePay": "",
        **_termination(receipt.code),
        "feedbackValue": KEYS.get(magic_digits(taken.number), NO_KEY) if answered else NO_KEY,
        "calledInfo": "" if receipt.lost_id else taken.ref,
        # The report is about the last call, so somebody who did not answer was called as often as was asked for.
        "outRecallCount": 0 if answered else int(taken.facts.get("recallCount", "0")),
    }


def _termination(code: str) -> dict[str, object]:
    if code in SUCCESS_CODES:
        return {"terminationCode": code, "terminationReason": "success", "sipCode": "200"}
    if code == UNKNOWN_CODE:
        return {"terminationCode": code, "terminationReason": "", "sipCode": ""}
    return {"terminationCode": code, "terminationReason": SIP_REASONS.get(code, ""), "sipCode": code}


def sms_receipt(taken: Taken, receipt: Receipt, happened_at: float, app_id: str, order_key: str) -> dict[str, object]:
    """The SMS report push: ``msgid`` in lower case, a status as number, and the own id under *order_key*."""
    status, reason = _sms_status(receipt.code)
    return {
        "appId": app_id,
        "msgid": foreign_id(taken.provider_id) if receipt.lost_id else taken.provider_id,
        "mobile": taken.number,
        "status": status,
        "reason": reason,
        "timestamp": int(happened_at * 1000),
        order_key: "" if receipt.lost_id else taken.ref,
        "mcc": "510",
        "mnc": "10",
        "pricedetail": {"pay": "0.0100", "currency": "USD", "chargeCnt": 1, "price": "0.0100"},
    }


def _sms_status(code: str) -> tuple[int, str]:
    if code in SUCCESS_CODES:
        return 0, "0"
    if code == UNKNOWN_CODE:
        return 99, "99"
    return (int(code), SMS_REASONS[code]) if code in SMS_REASONS else (1, SMS_REASONS["1"])


def sms_reply(number: str, text: str, reply_id: str, written_at: datetime, network_key: str) -> dict[str, object]:
    """The reply push; one sample spells the member of the network's code *network_key* wrongly."""
    return {
        "msgid": reply_id,
        "mobile": number,
        "reply_time": f"{written_at:%Y-%m-%d %H:%M:%S}",
        "content": text,
        "sendid": "10690001",
        "mcc": 510,
        network_key: 10,
        "operator": "Rehearsal Mobile",
        "pricedetail": {"pay": "0.0000", "currency": "USD", "chargeCnt": 1, "price": "0.0000"},
    }


def json_push(bodies: Sequence[Mapping[str, object]], form: str) -> Push:
    """One report alone, or several as ``{"array": [...]}`` or as a bare list."""
    batch = [{**body, "recordingFileId": "", "scriptId": 0, "intent": ""} for body in bodies]
    content: object = {"single": bodies[0], "array": {"array": batch}, "list": batch}[form]
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return Push("application/json;charset=UTF-8", body, HEADERS)
