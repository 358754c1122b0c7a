"""The platform in the sandbox, from the documents of its brands and apart from its client."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from providers.contract.abilities import Ability
from providers.contract.books import StoredFile
from providers.contract.magic import Outcome, Receipts
from providers.contract.rehearsal import Answer, Desk, Push, Rehearsal, Reply, SandboxRequest, json_reply, text_reply
from providers.contract.taken import Receipt, Taken

from . import sandbox_checks as checks
from . import sandbox_files as files
from . import sandbox_pushes as pushes
from . import sandbox_records as records
from .sandbox_checks import REASONS, UNEXPLAINED, Refusal

CHINA = timezone(timedelta(hours=8))
FIRST_FILE = "welcome.mp3"
"""The name of the voice file that is there from the start."""
RECORD_PATH = "/voice/recordGroup/"
ALL_REASONS = {**REASONS, **UNEXPLAINED, **records.REASONS, **files.REASONS}
PRICES = {Ability.VOICE_FILE: 0.02, Ability.VOICE_TEXT: 0.02, Ability.SMS: 0.01}
SECOND_DIGITS = "12356789"
"""After 62 8: Indonesian mobile numbers of twelve digits with these are valid."""


class PlatformRehearsal(Rehearsal):
    """One brand. ``sms_prefix`` begins its SMS paths, ``success`` is its termination code of an answered call,
    ``order_key`` the member that carries the caller's own id in its SMS push, ``network_key`` the one of the network's
    code in its reply push."""

    doors = ("voice", "sms", "replies")
    reply_door = "replies"
    receipt_door = {Ability.VOICE_FILE: "voice", Ability.VOICE_TEXT: "voice", Ability.SMS: "sms"}
    file_id = "120220225070cc2484c59d4f8b9745d34226285b1e.mp3"
    own_outcomes = (*checks.STATUS_OUTCOMES, *pushes.RECEIPT_OUTCOMES, *pushes.REPLY_OUTCOMES, *pushes.KEY_OUTCOMES)
    failure_code = "480"
    unknown_code = pushes.UNKNOWN_CODE

    def __init__(
        self,
        slug: str,
        base_path: str,
        *,
        sms_prefix: str,
        success: str,
        order_key: str = "orderId",
        network_key: str = "mnc",
    ) -> None:
        self.slug = slug
        self.base_path = base_path
        self.credentials = {
            "api_key": f"{slug}Key1",
            "api_secret": f"{slug}Secret1",
            "voice_app_id": f"{slug}Voice1",
            "sms_app_id": f"{slug}Sms1",
        }
        self._success = success
        self._order_key = order_key
        self._network_key = network_key
        self._routes: dict[str, tuple[str, str, Callable[[SandboxRequest, Desk], Answer]]] = {
            "/voice/sendGroup": ("POST", "voice/sendGroup", self._send_group),
            "/voice/sendCode": ("POST", "voice/sendCode", self._send_code),
            f"{sms_prefix}/sendSms/batch": ("POST", "sendSms/batch", self._send_batch),
            f"{sms_prefix}/sendSms": ("GET POST", "sendSms", self._send_sms),
            f"{sms_prefix}/getBalance": ("GET", "getBalance", self._balance),
            f"{sms_prefix}/getReport": ("GET", "getReport", self._report),
            f"{sms_prefix}/getSentRcd": ("GET", "getSentRcd", self._sent_records),
            "/voice/fileUpload": ("POST", "voice/fileUpload", self._upload_file),
            "/voice/fileQuery": ("POST", "voice/fileQuery", self._list_files),
            "/voice/recordGroupQuery": ("POST", "voice/recordGroupQuery", self._call_records),
            RECORD_PATH: ("GET", "voice/recordGroup", self._call_record),
        }

    def handle(self, request: SandboxRequest, desk: Desk) -> Answer:
        route = self._routes.get(RECORD_PATH if request.path.startswith(RECORD_PATH) else request.path)
        if route is None:
            return Answer(text_reply("404 page not found", 404), request.path[:80], "404")
        methods, endpoint, decide = route
        if request.method not in methods.split():
            return Answer(text_reply("405 method not allowed", 405), endpoint, "405")
        try:
            checks.login(request, self.credentials)
            return decide(request, desk)
        except Refusal as refusal:
            return self._refuse(endpoint, refusal.code)

    def _refuse(self, endpoint: str, code: str) -> Answer:
        return Answer(json_reply({"status": code, "reason": ALL_REASONS[code]}), endpoint, code)

    def _send_group(self, request: SandboxRequest, desk: Desk) -> Answer:
        body = checks.json_object(request)
        numbers = checks.group_numbers(body)
        self._check_app(body, "voice_app_id")
        if body["fileId"] != self.file_id and desk.books.file(body["fileId"]) is None:
            raise Refusal("-22")
        facts = {"displayNum": body.get("displayNum") or "", "voiceFileId": body["fileId"]}
        calls = [(number, "", body.get("calledInfo") or "") for number in numbers]
        lines, taken = self._accept(calls, Ability.VOICE_FILE, request.received_at, desk, facts)
        data = [_group_line(number, voice_id) for number, voice_id in lines]
        return self._accepted("voice/sendGroup", {"data": data}, numbers, taken)

    def _send_code(self, request: SandboxRequest, desk: Desk) -> Answer:
        body = checks.json_object(request)
        checks.check_code(body)
        self._check_app(body, "voice_app_id")
        if self.outcome_of(body["callee"]).refused:
            raise Refusal("-22")
        calls = [(body["callee"], body["text"], body.get("calledInfo") or "")]
        facts = {"displayNum": body.get("displayNum") or "", "recallCount": str(body.get("recallCount") or 0)}
        lines, taken = self._accept(calls, Ability.VOICE_TEXT, request.received_at, desk, facts)
        return self._accepted("voice/sendCode", {"data": lines[0][1]}, [body["callee"]], taken)

    def _send_batch(self, request: SandboxRequest, desk: Desk) -> Answer:
        return self._send("sendSms/batch", checks.json_object(request), request, desk)

    def _send_sms(self, request: SandboxRequest, desk: Desk) -> Answer:
        by_get = request.method == "GET"
        fields: Mapping[str, Any] = request.query if by_get else checks.json_object(request)
        body = {"appId": fields.get("appId"), "array": [fields]}
        most = checks.MOST_CALLEES_BY_GET if by_get else checks.MOST_CALLEES
        return self._send("sendSms", body, request, desk, most)

    def _send(
        self,
        endpoint: str,
        body: Mapping[str, Any],
        request: SandboxRequest,
        desk: Desk,
        most: int = checks.MOST_CALLEES,
    ) -> Answer:
        self._check_app(body, "sms_app_id")
        items = checks.sms_items(body, most)
        messages = [(number, text, order or "") for number, text, order in items]
        lines, taken = self._accept(messages, Ability.SMS, request.received_at, desk, {})
        array = [
            {"msgId": message_id, "number": number, "orderId": order}
            for (number, message_id), (_, _, order) in zip(lines, items, strict=True)
            if message_id
        ]
        counts = {"success": str(len(array)), "fail": str(len(items) - len(array))}
        return self._accepted(endpoint, {**counts, "array": array}, [number for number, _, _ in items], taken)

    def _balance(self, request: SandboxRequest, desk: Desk) -> Answer:
        members = {"balance": f"{desk.balance:.4f}", "gift": "0.0000", "credit": "0.0000"}
        return Answer(self._success_reply(members), "getBalance", "0", accepted=True)

    def _report(self, request: SandboxRequest, desk: Desk) -> Answer:
        self._check_app(request.query, "sms_app_id")
        return self._records("getReport", records.sms_by_ids(request.query, desk.books))

    def _sent_records(self, request: SandboxRequest, desk: Desk) -> Answer:
        self._check_app(request.query, "sms_app_id")
        return self._records("getSentRcd", records.sms_by_time(request.query, desk.books, request.received_at))

    def _call_record(self, request: SandboxRequest, desk: Desk) -> Answer:
        members = records.call_by_id(request.path.removeprefix(RECORD_PATH), desk.books)
        return self._records("voice/recordGroup", members)

    def _call_records(self, request: SandboxRequest, desk: Desk) -> Answer:
        members = records.calls_by_time(checks.json_object(request), desk.books, request.received_at)
        return self._records("voice/recordGroupQuery", members)

    def _upload_file(self, request: SandboxRequest, desk: Desk) -> Answer:
        body = checks.json_object(request)
        known = [file.name for file in self._files(desk)]
        file = files.uploaded(body, known, request.received_at, f"{self.slug} {desk.serial()}")
        effect = self.outcomes.get(files.effect_of(file.name))
        reply = self._success_reply({"data": file.id})
        return Answer(reply, "voice/fileUpload", "0", accepted=True, stored=file, effect=effect)

    def _list_files(self, request: SandboxRequest, desk: Desk) -> Answer:
        return self._records("voice/fileQuery", files.listed(checks.json_object(request), self._files(desk)))

    def _files(self, desk: Desk) -> Sequence[StoredFile]:
        return [StoredFile(self.file_id, FIRST_FILE, 0), *desk.books.files()]

    def _records(self, endpoint: str, members: Mapping[str, object]) -> Answer:
        return Answer(self._success_reply(members), endpoint, "0", accepted=True)

    def _check_app(self, body: Mapping[str, Any], credential: str) -> None:
        if body.get("appId") != self.credentials[credential]:
            raise Refusal("-1")

    def _accept(
        self, calls: Sequence[tuple[str, str, str]], kind: Ability, at: float, desk: Desk, facts: Mapping[str, str]
    ) -> tuple[list[tuple[str, str]], list[Taken]]:
        """Give every callee that is not refused alone an id: (number, id or empty) of each, and those taken."""
        if len(calls) * PRICES[kind] > desk.balance:
            raise Refusal("-10")
        minute = datetime.fromtimestamp(at, CHINA).strftime("%y%m%d%H%M%S")
        lines, taken = [], []
        for number, text, ref in calls:
            outcome = self.outcome_of(number)
            provider_id = "" if outcome.refused else f"{minute}{1_000_000 + desk.serial() % 9_000_000}"
            lines.append((number, provider_id))
            if provider_id:
                taken.append(
                    self.take(
                        outcome,
                        provider_id=provider_id,
                        number=number,
                        ref=ref,
                        text=text,
                        kind=kind,
                        at=at,
                        facts=facts,
                    )
                )
        return lines, taken

    def _accepted(
        self, endpoint: str, members: Mapping[str, object], numbers: Sequence[str], taken: Sequence[Taken]
    ) -> Answer:
        effect = self.request_outcome(numbers)
        if effect and effect.status:
            return self._refuse(endpoint, effect.status)
        cost = sum(PRICES[Ability(callee.kind)] for callee in taken)
        bare = json_reply({"status": 0, "reason": "success"})
        return Answer(
            self._success_reply(members),
            endpoint,
            "0",
            accepted=True,
            taken=tuple(taken),
            asked=len(numbers),
            cost=cost,
            effect=effect,
            bare=bare,
        )

    def _success_reply(self, members: Mapping[str, object]) -> Reply:
        return json_reply({"status": "0", "reason": "success", **members})

    def success_code(self, kind: str) -> str:
        return "0" if kind == Ability.SMS else self._success

    def succeeds(self, kind: str, code: str) -> bool:
        return code in pushes.SUCCESS_CODES

    def receipt_code(self, kind: str, outcome: Outcome) -> str:
        code = outcome.receipt_code
        if not code:
            return self.success_code(kind)
        if kind == Ability.SMS:
            return code if code in pushes.SMS_REASONS else ("0" if code in pushes.SUCCESS_CODES else "1")
        return self.failure_code if code in pushes.SMS_REASONS else code

    def verdict(self, outcome: Outcome, kind: str, code: str) -> str:
        if kind == Ability.SMS and outcome.receipts is Receipts.UNKNOWN_CODE:
            return "undelivered"  # the SMS push calls every status but 0 a failure
        return super().verdict(outcome, kind, code)

    def receipt(self, taken: Taken, receipt: Receipt, happened_at: float) -> Mapping[str, object]:
        if taken.kind == Ability.SMS:
            app_id = self.credentials["sms_app_id"]
            return pushes.sms_receipt(taken, receipt, happened_at, app_id, self._order_key)
        return pushes.voice_receipt(taken, receipt, happened_at)

    def push(self, door: str, bodies: Sequence[Mapping[str, object]], form: str) -> Push:
        return pushes.json_push(bodies, form if self.groups(door) else "single")

    def reply(self, number: str, text: str, reply_id: str, written_at: float) -> Mapping[str, object]:
        return pushes.sms_reply(number, text, reply_id, datetime.fromtimestamp(written_at, CHINA), self._network_key)

    def groups(self, door: str) -> bool:
        return door == "voice"

    def acknowledged(self, status: int, body: bytes) -> bool:
        return status == 200

    def head(self, index: int) -> str:
        second, rest = divmod(index, 10_000)
        if second >= len(SECOND_DIGITS):
            raise ValueError(f"{self.slug} has only {len(SECOND_DIGITS) * 10_000} numbers of one magic outcome")
        return f"628{SECOND_DIGITS[second]}{rest:04d}"


def _group_line(number: str, voice_id: str) -> dict[str, str]:
    code, reason = ("0", "success") if voice_id else ("-9", "number error")
    return {"voiceId": voice_id, "callee": number, "terminationCode": code, "terminationReason": reason}
