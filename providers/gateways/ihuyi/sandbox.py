"""ihuyi in the sandbox, from the voice notification API document and apart from its client."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from providers.contract.abilities import Ability
from providers.contract.magic import SENSITIVE_WORDS
from providers.contract.rehearsal import (
    Answer,
    Desk,
    Frequency,
    Push,
    Rehearsal,
    Reply,
    SandboxRequest,
    Template,
    foreign_id,
    json_reply,
    text_reply,
)
from providers.contract.taken import Receipt, Taken

from .sandbox_codes import OUTCOMES, RECEIPTS, UNKNOWN_RECEIPT, WORDS
from .sandbox_fields import fields_of

CHINA = timezone(timedelta(hours=8))
PATH = "/webservice/voice.php"
NEWER_PATH = "/vm/Submit.json"
"""The address of newer articles and public clients: Submit alone, always in JSON, with a template's id if wanted."""
NAMESPACE = "http://api.vm.ihuyi.com/"
RESULTS = {"Submit": "SubmitResult", "GetNum": "GetNumResult"}
TEMPLATE_RESULT = "AddTemplateResult"
"""The document heads the answers of both template calls with this name."""

MOBILE = re.compile(r"1[3-9][0-9]{9}")
LANDLINE = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})[2-8][0-9]{6,7}")
TIME_SECONDS = 10 * 60
VARIABLE = re.compile(r"【变量[0-9]*】")
LONGEST_VARIABLE = 20
"""A rule of this sandbox: the document names code 40722 and not the length."""
REJECT_WORD, SILENT_WORD = "驳回", "待审"
OPERATORS = {"3": "0123456789", "5": "012356789", "7": "01235678", "8": "0123456789", "9": "012356789"}
HEADS = tuple(
    f"861{second}{third}{rest:02d}" for second, thirds in OPERATORS.items() for third in thirds for rest in range(100)
)


class _Refusal(Exception):
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class IhuyiRehearsal(Rehearsal):
    slug = "ihuyi"
    base_path = "/ihuyi"
    credentials = {"account": "VM00000001", "api_key": "sandbox0ihuyi0key0000000000000001"}
    template = Template("1361", "您的订单号是:【变量】。已由顺风快递发出,请注意查收。")
    starting_balance = 10_000_000.0
    doors = ("receipts", "templates")
    receipt_door = {Ability.VOICE_TEMPLATE: "receipts"}
    review_door = "templates"
    frequencies = (Frequency("4080", 1, 1), Frequency("4081", 3, 60), Frequency("4082", 10, 0))
    own_outcomes = OUTCOMES
    failure_code = "-6"
    unknown_code = UNKNOWN_RECEIPT

    def handle(self, request: SandboxRequest, desk: Desk) -> Answer:
        fields = fields_of(request)
        method = _method(request.path, fields)
        if method not in WORDS:
            # Not the address itself: it is the client's own, and may hold anything.
            return Answer(text_reply("404 Not Found", 404), "unknown address", "404")
        if request.method not in ("GET", "POST"):
            return Answer(text_reply("405 Method Not Allowed", 405), method, "405")
        decide = {
            "Submit": self._submit,
            "GetNum": self._get_num,
            "AddTemplate": self._add_template,
            "DelTemplate": self._del_template,
        }[method]
        try:
            self._login(method, fields, request.received_at)
            return decide(fields, request.received_at, desk)
        except _Refusal as refusal:
            members = {"Submit": {"voiceid": "0"}, "GetNum": {"num": "0"}}.get(method, {})
            return Answer(_reply(method, refusal.code, fields, members), method, refusal.code)

    def _login(self, method: str, fields: Mapping[str, str], at: float) -> None:
        if not fields.get("account"):
            raise _Refusal("401")
        if not fields.get("password"):
            raise _Refusal("402")
        if fields["account"] != self.credentials["account"]:
            raise _Refusal("405")
        if fields["password"] != self.credentials["api_key"] and not self._dynamic(method, fields, at):
            raise _Refusal("405")

    def _dynamic(self, method: str, fields: Mapping[str, str], at: float) -> bool:
        """Section 7: account, key, then number and text for Submit, then the time. Template calls follow GetNum."""
        time = fields.get("time", "")
        if not re.fullmatch(r"[0-9]{10}", time) or abs(at - int(time)) > TIME_SECONDS:
            return False
        said = fields.get("mobile", "") + fields.get("content", "") if method == "Submit" else ""
        whole = fields["account"] + self.credentials["api_key"] + said + time
        return fields["password"].lower() == hashlib.md5(whole.encode()).hexdigest()

    def _submit(self, fields: Mapping[str, str], at: float, desk: Desk) -> Answer:
        mobile = fields.get("mobile", "")
        _check_number(mobile)
        content = _spoken(fields, desk)
        _check_content(content, desk)
        number = "86" + mobile.removeprefix("0")
        code = desk.too_often(number, at) or ("" if desk.balance >= 1 else "4051")
        if code:
            raise _Refusal(code)
        outcome = self.outcome_of(number)
        code = outcome.status or ("4030" if outcome.refused else "")
        if code:
            raise _Refusal(code)
        voice_id = str(60_000_000 + desk.serial())
        taken = self.take(
            outcome,
            provider_id=voice_id,
            number=number,
            ref="",
            text=content,
            kind=Ability.VOICE_TEMPLATE,
            at=at,
            facts={"mobile": mobile},
        )
        effect = outcome if outcome.concerns_request else None
        reply, bare = _reply("Submit", "2", fields, {"voiceid": voice_id}), _bare(fields)
        return Answer(reply, "Submit", "2", accepted=True, asked=1, taken=(taken,), cost=1, effect=effect, bare=bare)

    def _get_num(self, fields: Mapping[str, str], at: float, desk: Desk) -> Answer:
        reply = _reply("GetNum", "2", fields, {"num": str(int(desk.balance))})
        return Answer(reply, "GetNum", "2", accepted=True)

    def _add_template(self, fields: Mapping[str, str], at: float, desk: Desk) -> Answer:
        content = fields.get("content", "")
        if not content:
            raise _Refusal("404")
        if _is_sensitive(content):
            raise _Refusal("407")
        if any(template.text == content for template in desk.templates()):
            raise _Refusal("408")
        template = Template(str(20_000 + desk.serial()), content, "in_review")
        reply = _reply("AddTemplate", "2", fields, {"templateid": int(template.id)})
        return Answer(reply, "AddTemplate", "2", accepted=True, added=template)

    def _del_template(self, fields: Mapping[str, str], at: float, desk: Desk) -> Answer:
        template_id = fields.get("templateid", "")
        if all(template.id != template_id for template in desk.templates()):
            raise _Refusal("404")
        return Answer(_reply("DelTemplate", "2", fields, {}), "DelTemplate", "2", accepted=True, deleted=template_id)

    def review(self, template: Template) -> tuple[Template, Mapping[str, object]] | None:
        if SILENT_WORD in template.text:
            return None
        rejected = REJECT_WORD in template.text
        state, code = ("rejected", "0") if rejected else ("approved", "2")
        words = "模板内容不符合要求,请修改后重新提交" if rejected else "审核通过"
        decided = Template(template.id, template.text, state, words)
        return decided, {"code": code, "msg": words, "templateid": template.id}

    def success_code(self, kind: str) -> str:
        return "2"

    def receipt(self, taken: Taken, receipt: Receipt, happened_at: float) -> Mapping[str, object]:
        answered = receipt.code == "2"
        return {
            "code": receipt.code,
            "msg": RECEIPTS.get(receipt.code, "未定义"),
            "mobilephone": taken.facts["mobile"],
            "talktime": str(5 + int(taken.number[-2:]) % 40 if answered else 0),
            "voiceid": foreign_id(taken.provider_id) if receipt.lost_id else taken.provider_id,
            "report_time": datetime.fromtimestamp(happened_at, CHINA).strftime("%Y-%m-%d %H:%M:%S"),
        }

    def push(self, door: str, bodies: Sequence[Mapping[str, object]], form: str) -> Push:
        return Push("application/x-www-form-urlencoded", urlencode(bodies[0]).encode())

    def acknowledged(self, status: int, body: bytes) -> bool:
        return status == 200 and body == b"success"

    def head(self, index: int) -> str:
        if index >= len(HEADS):
            raise ValueError(f"{self.slug} has only {len(HEADS)} numbers of one magic outcome")
        return HEADS[index]


def _method(path: str, fields: dict[str, str]) -> str:
    """Which method is asked for. Each address adds to *fields* what it means, and takes away what it does not know."""
    if path == NEWER_PATH:
        fields["format"] = "json"
        return "Submit"
    method = fields.get("method", "") if path == PATH else ""
    if method == "Submit":
        fields.pop("templateid", None)
    return method


def _spoken(fields: Mapping[str, str], desk: Desk) -> str:
    """The whole text. With a template's id the content is the values of its variables, joined by vertical bars."""
    content, template_id = fields.get("content", ""), fields.get("templateid", "")
    if not template_id or not content:
        return content
    approved = (one.text for one in desk.templates() if one.id == template_id and one.state == "approved")
    first, *rest = _pieces(next(approved, ""))
    values = content.split("|")
    if not rest or len(values) != len(rest):
        raise _Refusal("4072")
    return first + "".join(value + piece for value, piece in zip(values, rest, strict=True))


def _check_number(mobile: str) -> None:
    if not mobile:
        raise _Refusal("403")
    if not MOBILE.fullmatch(mobile) and not LANDLINE.fullmatch(mobile):
        raise _Refusal("406")


def _is_sensitive(text: str) -> bool:
    return any(word in text for word in SENSITIVE_WORDS)


def _check_content(content: str, desk: Desk) -> None:
    if not content:
        raise _Refusal("404")
    if _is_sensitive(content):
        raise _Refusal("407")
    approved = [template.text for template in desk.templates() if template.state == "approved"]
    if not approved:
        raise _Refusal("4071")
    if any(_can_be(content, text, LONGEST_VARIABLE) for text in approved):
        return
    raise _Refusal("40722" if any(_can_be(content, text, len(content)) for text in approved) else "4072")


def _can_be(content: str, template: str, longest: int) -> bool:
    """Whether *content* is *template* with 1 to *longest* characters for each variable, read from its end."""
    *before, last = _pieces(template)
    starts = {len(content) - len(last)} if content.endswith(last) else set()
    for piece in reversed(before):
        ends = {end for start in starts for end in range(max(0, start - longest), start)}
        starts = {end - len(piece) for end in ends if content.endswith(piece, 0, end)}
    return 0 in starts


@lru_cache(maxsize=1024)
def _pieces(template: str) -> tuple[str, ...]:
    return tuple(VARIABLE.split(template))


def _reply(method: str, code: str, fields: Mapping[str, str], members: Mapping[str, object]) -> Reply:
    """Flat JSON with a number as code, or XML with a default namespace."""
    content: dict[str, object] = {"code": int(code), "msg": WORDS[method][code], **members}
    if fields.get("format") == "json":
        return json_reply(content)
    root = RESULTS.get(method, TEMPLATE_RESULT)
    lines = "\n".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in content.items())
    text = f'<?xml version="1.0" encoding="utf-8"?>\n<{root} xmlns="{NAMESPACE}">\n{lines}\n</{root}>\n'
    return text_reply(text, content_type="text/xml; charset=utf-8")


def _bare(fields: Mapping[str, str]) -> Reply:
    if fields.get("format") == "json":
        return json_reply({"code": "2", "msg": WORDS["Submit"]["2"]})
    return text_reply("<SubmitResult><code>2</code></SubmitResult>", content_type="text/xml; charset=utf-8")


rehearsal = IhuyiRehearsal()
