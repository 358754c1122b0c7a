"""Making one request and bringing back what was seen, with every secret already removed.

The method travels in the query and everything else in the body, so that key and text stay out of access logs
(ihuyi voice notification API, sections 2.1 and 2.2).
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import quote_plus

from providers.contract.errors import Evidence, NotSent, Unknown
from providers.contract.fields import problems_of
from providers.contract.http import HttpClient, HttpFailure, HttpRequest, HttpResponse
from providers.contract.messages import AccountAccess
from providers.contract.statuses import Concern
from providers.contract.words import Words, gettext_noop

from .answers import Answer, read_answer
from .facts.fields import CREDENTIALS, setting
from .payloads import Form
from .texts import MAX_WORDS, decoded

PATH = "/webservice/voice.php"
MAX_EVIDENCE = 2000
HIDDEN = "••••"


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete HTTP answer; ``answer`` is None where nothing could be read from it.

    ``retry_after`` is the seconds to wait that a header named, None without one.
    """

    method: str
    status: int
    answer: Answer | None
    evidence: Evidence
    retry_after: float | None = None

    @property
    def is_good(self) -> bool:
        """Whether HTTP itself says that all went well."""
        return 200 <= self.status < 300


def obstacle(access: AccountAccess) -> NotSent | None:
    """Why no request can be made with these credentials, or None."""
    field = _unusable(tuple(str(access.credentials.get(field.name) or "") for field in CREDENTIALS))
    if not field:
        return None
    concern = Concern.ENDPOINT if field == "base_url" else Concern.CREDENTIALS
    words = gettext_noop("The account has no usable value for %(field)s; nothing was sent.")
    return NotSent(Words(words, {"field": field}), concern=concern)


@lru_cache(maxsize=64)
def _unusable(credentials: tuple[str, ...]) -> str:
    """The first credential that cannot be used, judged once and not for each of a million calls."""
    values = {field.name: value for field, value in zip(CREDENTIALS, credentials, strict=True)}
    return next((problem.field for problem in problems_of(CREDENTIALS, values)), "")


def ask(method: str, form: Form, access: AccountAccess, http: HttpClient) -> Reply | Unknown | NotSent:
    """Make the one request of *method*; what the network did is in the answer."""
    request = request_of(method, form, access)
    return reply_of(method, request, form, access, http.send(request))


def reply_of(
    method: str, request: HttpRequest, form: Form, access: AccountAccess, result: HttpResponse | HttpFailure
) -> Reply | Unknown | NotSent:
    """What came of *request*."""
    evidence = _evidence(method, request, form, access, result)
    if isinstance(result, HttpFailure):
        return _without_answer(result, evidence)
    answer = read_answer(result.body)
    return Reply(method, result.status, _without_secrets(answer, form, access), evidence, result.retry_after)


def request_of(method: str, form: Form, access: AccountAccess) -> HttpRequest:
    """The request of *method* with *form* as its body."""
    base = str(access.credentials["base_url"]).rstrip("/")
    return HttpRequest(
        method="POST",
        url=f"{base}{PATH}?method={method}",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        body="&".join([f"{name}={_quoted(value)}" for name, value in form.items()]).encode(),
        connect_seconds=float(setting(access, "connect_seconds")),
        read_seconds=float(setting(access, "read_seconds")),
    )


@lru_cache(maxsize=256)
def _quoted(value: str) -> str:
    """Most values are the same in every call of a campaign."""
    return quote_plus(value)


def _without_answer(failure: HttpFailure, evidence: Evidence) -> Unknown | NotSent:
    if failure.sent:
        return Unknown(failure.words, evidence=evidence)
    concern = Concern.ENDPOINT if failure.certificate else Concern.NONE
    return NotSent(failure.words, concern=concern, evidence=evidence)


def _evidence(
    method: str, request: HttpRequest, form: Form, access: AccountAccess, result: HttpResponse | HttpFailure
) -> Evidence:
    shown = form | {"account": _partly(form["account"]), "password": HIDDEN}
    lines = [f"{request.method} {request.url}", *(f"{name}={value}" for name, value in shown.items())]
    seen = result.detail if isinstance(result, HttpFailure) else decoded(result.body)
    return Evidence(
        operation=method,
        request="\n".join(lines)[:MAX_EVIDENCE],
        # Hidden before it is cut, so that no half of a key is left at the end.
        response=_hide(seen.replace("\x00", ""), form, access)[:MAX_EVIDENCE],
        http_status=0 if isinstance(result, HttpFailure) else result.status,
        seconds=result.seconds,
    )


def _without_secrets(answer: Answer | None, form: Form, access: AccountAccess) -> Answer | None:
    if answer is None:
        return None
    return replace(answer, msg=_hide(answer.msg, form, access)[:MAX_WORDS])


def _hide(text: str, form: Form, access: AccountAccess) -> str:
    for secret in {str(access.credentials["api_key"]), form["password"]}:
        text = text.replace(secret, HIDDEN)
    return text


def _partly(account: str) -> str:
    return f"{account[:2]}{HIDDEN}{account[-2:]}" if len(account) >= 8 else HIDDEN
