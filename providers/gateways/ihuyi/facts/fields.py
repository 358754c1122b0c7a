"""Credentials and settings of an account.

Source: ihuyi voice notification API, sections 1, 2, 3 and 7; where pages disagree the help text says so.
"""

from typing import Any

from providers.contract.fields import Field, FieldKind
from providers.contract.http import CONNECT_SECONDS, READ_SECONDS
from providers.contract.messages import AccountAccess
from providers.contract.words import gettext_noop

API = "ihuyi voice notification API"
DYNAMIC, PLAIN = "dynamic", "plain"
JSON, XML = "json", "xml"

CREDENTIALS = (
    Field(
        "base_url",
        gettext_noop("Address of the API"),
        FieldKind.URL,
        required=True,
        default="https://api.vm.ihuyi.com",
        max_length=200,
        pattern=r"https?://[^/\s?#@]+(/[^\s?#]*)?",
        pattern_words=gettext_noop("An address that begins with https:// (or http://), without user name or query."),
        help=gettext_noop(
            "The document shows this host with http and names https as the way to encrypt. "
            "Use http only if https does not work for your account."
        ),
        advanced=True,
        source=f"{API}, sections 1.4 and 2.2",
    ),
    Field(
        "account",
        gettext_noop("APIID"),
        required=True,
        max_length=64,
        pattern=r"\S+",
        pattern_words=gettext_noop("The APIID has no blanks."),
        help=gettext_noop("User centre, voice notification, product overview. Other products have other APIIDs."),
        source=f"{API}, section 1.5",
    ),
    Field(
        "api_key",
        gettext_noop("APIKEY"),
        FieldKind.SECRET,
        required=True,
        max_length=128,
        pattern=r"\S+",
        pattern_words=gettext_noop("The APIKEY has no blanks."),
        help=gettext_noop("Shown beside the APIID."),
        source=f"{API}, section 1.5",
    ),
)

_PACE_HELP = gettext_noop(
    "What the document allows per phone number, over all campaigns of the account. "
    "A call that would be more is held and made when the time has passed."
)

SETTINGS = (
    Field(
        "password_mode",
        gettext_noop("Password"),
        FieldKind.CHOICE,
        default=DYNAMIC,
        choices=(
            (DYNAMIC, gettext_noop("Dynamic: a new MD5 password for each request")),
            (PLAIN, gettext_noop("Plain: the APIKEY itself")),
        ),
        help=gettext_noop(
            "Applies to calls and to the balance. Template requests always carry the APIKEY itself, "
            "because the document gives no formula for them."
        ),
        advanced=True,
        source=f"{API}, section 7",
    ),
    Field(
        "answer_format",
        gettext_noop("Format of answers"),
        FieldKind.CHOICE,
        default=JSON,
        choices=((JSON, "JSON"), (XML, "XML")),
        help=gettext_noop("What is asked for. Both are understood, whichever comes."),
        advanced=True,
        source=f"{API}, sections 2.3 and 3.3",
    ),
    Field(
        "per_second",
        gettext_noop("Calls to one number per second"),
        FieldKind.INTEGER,
        default=1,
        minimum=1,
        maximum=1,
        help=_PACE_HELP,
        advanced=True,
        source=f"{API}, section 2.5, code 4080",
    ),
    Field(
        "per_minute",
        gettext_noop("Calls to one number per minute"),
        FieldKind.INTEGER,
        default=3,
        minimum=1,
        maximum=3,
        help=_PACE_HELP,
        source=f"{API}, section 2.5, code 4081",
    ),
    Field(
        "per_day",
        gettext_noop("Calls to one number per day (China time)"),
        FieldKind.INTEGER,
        default=10,
        minimum=1,
        maximum=10,
        help=gettext_noop(
            "The document says ten; a refusal that names five has been seen. Counted over any 24 hours, "
            "which is stricter than the natural day. A call that would be more is held."
        ),
        source=f"{API}, section 2.5, code 4082",
    ),
    Field(
        "max_text",
        gettext_noop("Longest text of a call"),
        FieldKind.INTEGER,
        default=180,
        minimum=1,
        maximum=1000,
        unit=gettext_noop("characters"),
        help=gettext_noop(
            "Older pages of the provider allow 180 characters, the current document names no limit. "
            "Raise it only if the provider confirms more for your account."
        ),
        source=f"{API}, section 2.3, and its older page",
    ),
    Field(
        "variable_characters",
        gettext_noop("Longest value of a template's variable"),
        FieldKind.INTEGER,
        default=20,
        minimum=0,
        maximum=1000,
        unit=gettext_noop("characters"),
        help=gettext_noop(
            "The provider refuses longer values, but no document says from which length on: 20 is a careful guess. "
            "Whoever would get a longer one is skipped before anything is sent. Ask the provider for the number of "
            "your account; 0 stands for no limit here."
        ),
        source=f"{API}, section 2.5, code 40722",
    ),
    Field(
        "connect_seconds",
        gettext_noop("Wait for a connection"),
        FieldKind.DECIMAL,
        default=CONNECT_SECONDS,
        minimum=1,
        maximum=10,
        unit=gettext_noop("seconds"),
        advanced=True,
    ),
    Field(
        "read_seconds",
        gettext_noop("Wait for an answer"),
        FieldKind.DECIMAL,
        default=READ_SECONDS,
        minimum=5,
        maximum=40,
        unit=gettext_noop("seconds"),
        help=gettext_noop("A call whose answer does not come in this time counts as unclear and is not repeated."),
        advanced=True,
    ),
)

FREQUENCIES = {"per_second": 1.0, "per_minute": 60.0, "per_day": 86400.0}
"""The settings that limit how often one number is called, with their windows in seconds. The document counts natural
days in China; any 24 hours hold every natural day in them, so that the stricter of both is the rolling one."""

_DEFAULTS = {field.name: field.default for field in SETTINGS}


def setting(access: AccountAccess, name: str) -> Any:
    """The account's value of the setting *name*, or its declared default where the account has none."""
    value = access.settings.get(name)
    return _DEFAULTS[name] if value is None or value == "" else value
