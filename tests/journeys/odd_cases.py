"""What an odd provider answers to campaigns, and what must become of their people."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from providers.contract.abilities import Ability

from . import odd_server as odd
from .odd_server import Answer

FILE, SMS, SINGLE = Ability.VOICE_FILE, Ability.SMS, Ability.VOICE_TEMPLATE
GROUP, LARGE_GROUP = 32, 200
"""The most people of one request, so that whoever is unknown beyond that was lost to a second one."""
FEW, MORE, HUNDREDS, MANY = 12, 64, 600, 6000
SHORTEST_PAUSE = 300
"""Seconds; longer than anybody watches here."""
IN_DOUBT = "It is not known whether the provider took its {} recipients; nobody else was sent to"
RUNNING, PAUSED = "running", "paused"


@dataclass(frozen=True)
class Case:
    """One account with one campaign, of which one request leaves before a person looks.

    ``states`` are what people are then, and ``concern`` is what the account is paused for, if it is. ``words`` stand
    where it stopped, ``raw`` there or beside the people who are unknown. With ``refused`` the documents say that nobody
    in the request was taken, so they may be asked for once more. With ``proven`` the account has sent well before;
    ``rests`` is for how long it waits (seconds). ``receipts`` come for so many people who were refused, before anybody
    resumes; ``ids_kept`` is how many of the unknown have an id.
    """

    name: str
    kind: Ability
    answer: Answer
    people: int
    group: int
    states: Mapping[str, int] = field(default_factory=dict)
    campaign: str = PAUSED
    concern: str = ""
    words: str = ""
    raw: str = ""
    refused: bool = False
    proven: bool = False
    rests: int = 0
    receipts: int = 0
    ids_kept: int = 0


def _sizes(kind: Ability, people: int, group: int) -> tuple[int, int]:
    return (people or FEW, 1) if kind is SINGLE else (people or MORE, group)


def lost(
    name: str, kind: Ability, answer: Answer, words: str = IN_DOUBT, people: int = 0, group: int = GROUP, **more: Any
) -> Case:
    """Nobody knows whether the people of the one request were taken."""
    people, group = _sizes(kind, people, group)
    states = {"unknown": group, "pending": people - group}
    known = {"states": states, "concern": "endpoint", "words": words.format(group)}
    return Case(name, kind, answer, people, group, **(known | more))


def refused(name: str, kind: Ability, answer: Answer, concern: str = "", **more: Any) -> Case:
    """Nobody was taken, and the account, or without *concern* the campaign, waits for a person."""
    people, group = _sizes(kind, 0, GROUP)
    return Case(name, kind, answer, people, group, {"pending": people}, concern=concern, refused=True, **more)


def passing(name: str, kind: Ability, answer: Answer, words: str, rests: int) -> Case:
    """The account rests by itself."""
    people, group = _sizes(kind, 0, GROUP)
    states = {"held": group, "pending": people - group}
    return Case(name, kind, answer, people, group, states, RUNNING, words=words, refused=True, rests=rests)


def partly(name: str, kind: Ability, answer: Answer, unknown: int, **more: Any) -> Case:
    """Of five in one request it is known what became of them, but for some."""
    return Case(name, kind, answer, 5, GROUP, {"unknown": unknown, "submitted": 5 - unknown}, RUNNING, **more)


CAPTCHA = odd.always(odd.Reply(odd.CHALLENGE, 200, "text/html"))
NOT_THERE, BLOCKED = odd.page(404, "Not Found"), odd.page(403, "Blocked")
BUSY, BUSY_FOR_600 = odd.page(429, "Too Many"), odd.page(429, "Too Many", **{"Retry-After": "600"})
NO_API, TURNED_AWAY, SINGLE_BLOCKED = (
    "it has no such API (HTTP 404)",
    "turned the request away without an answer of the provider's API (HTTP 403)",
    "the address is wrong or something on the way there blocks us",
)
STOPPED_BY_SHARE = "{} of 600 recipients are unknown"

CASES = (
    lost("unexplained code, calls", FILE, odd.code(-999, "see console"), raw="see console"),
    lost("unexplained code, SMS", SMS, odd.code(-999, "see console"), raw="see console"),
    lost("unexplained positive code", SMS, odd.code(3, "queued?"), raw="queued?"),
    lost("unexplained code, one by one", SINGLE, odd.single_code(99, "处理中"), raw="处理中"),
    lost("a proxy's frozen account", SINGLE, odd.machine(504, code=408, message="upstream timeout")),
    lost("a proxy's wrong key", FILE, odd.machine(504, status=-1, message="timed out"), raw="timed out"),
    lost("a captcha with status 200", FILE, CAPTCHA),
    lost("a captcha with status 200, one by one", SINGLE, CAPTCHA),
    lost("a captcha, hundreds", FILE, CAPTCHA, people=HUNDREDS, group=LARGE_GROUP),
    lost("nothing at the address", SMS, NOT_THERE, NO_API),
    lost("nothing at the address, thousands", FILE, NOT_THERE, NO_API, MANY, LARGE_GROUP),
    lost("nothing at the address, after good days", FILE, NOT_THERE, NO_API, proven=True),
    lost("a firewall", FILE, BLOCKED, TURNED_AWAY),
    lost("a firewall, one by one", SINGLE, BLOCKED, SINGLE_BLOCKED),
    lost("a captcha after good days", FILE, CAPTCHA, STOPPED_BY_SHARE, HUNDREDS, LARGE_GROUP, concern="", proven=True),
    refused("key disabled", FILE, odd.code(-30, "Key is disabled"), "credentials", raw="Key is disabled", receipts=2),
    refused(
        "key disabled, after good days", SMS, odd.code(-30, "disabled"), "credentials", raw="disabled", proven=True
    ),
    refused("address not on the list", SMS, odd.code(-31, "not in the whitelist"), "address", raw="whitelist"),
    refused("workspace disabled", FILE, odd.code(-29, "WorkSpace"), "contract", raw="WorkSpace"),
    refused("no template registered", SINGLE, odd.single_code(4071, "没有提交备案模板"), raw="没有提交备案模板"),
    passing("busy for 600 seconds, calls", FILE, BUSY_FOR_600, "asked to wait 600 seconds", 600),
    passing("busy for 600 seconds, one by one", SINGLE, BUSY_FOR_600, "asked to wait 600 seconds", 600),
    passing("busy, nobody knows for how long", SMS, BUSY, "without saying for how long", SHORTEST_PAUSE),
    partly("a row with an id and a refusal", FILE, odd.rows("-22"), 1, raw="reason -22", ids_kept=1),
    partly("a batch that names one and counts nobody", SMS, odd.names_one_without_counts, 4),
)
PASSING = tuple(case for case in CASES if case.rests)
