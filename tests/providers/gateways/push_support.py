"""Pushed reports of the platform, and shortcuts to read them."""

import json

from providers.contract.push import PushBody
from providers.contract.statuses import FailureClass, Verdict

from .platform_support import gateway

CALL = {
    "voiceId": "2405071020001000001",
    "type": 1,
    "callee": "919800000001",
    "displayNum": "9180000000",
    "submitTime": 1715077200100,
    "callTime": 1715077201000,
    "ringingTime": 1715077204000,
    "answerTime": 1715077210000,
    "hangupTime": 1715077231000,
    "callDuration": 21,
    "chargedDuration": 40,
    "cost": "0.0134",
    "terminationCode": "200",
    "terminationReason": "success",
    "sipCode": "200",
    "feedbackValue": "-1",
    "calledInfo": "job-8 spring campaign",
    "ringDuration": "6",
    "currency": "USD",
}
SMS = {
    "appId": "sApp0001",
    "msgid": "2405071100001000001",
    "mobile": "+919800000001",
    "status": 0,
    "reason": "DELIVRD",
    "timestamp": 1715080000123,
    "orderId": "job-7/1",
    "pricedetail": {"pay": "0.012", "currency": "USD", "chargeCnt": 1, "price": "0.012"},
}
UNANSWERED = {"answerTime": None, "callDuration": 0}
SILENT = dict.fromkeys(("answerTime", "callDuration", "hangupTime", "ringingTime"))


def read(content, door="voice", content_type="application/json"):
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return gateway.read_push(PushBody(door, content_type, body))


def only(content, **more):
    reading = read(content, **more)
    assert reading.problem is None
    [event] = reading.events
    return event


DELIVERED = (Verdict.DELIVERED, FailureClass.NONE)
UNEXPLAINED = (Verdict.UNKNOWN, FailureClass.NONE)


def undelivered(failure):
    return (Verdict.UNDELIVERED, failure)
