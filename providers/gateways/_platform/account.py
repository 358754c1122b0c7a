"""What an account of the platform consists of: credentials, settings with safe defaults, and how they are read."""

from collections.abc import Iterable
from typing import Any

from providers.contract.abilities import Ability
from providers.contract.fields import Field, FieldKind
from providers.contract.messages import AccountAccess
from providers.contract.words import gettext_noop

from .facts import BrandFacts
from .options import LONGEST_SENDER, SPOKEN_TEXT

DOCUMENTED_CALLEES = {Ability.VOICE_FILE: 1000, Ability.VOICE_TEXT: 1, Ability.SMS: 1000}
"""Newest sendGroup page; sendCode takes one. No page limits sendSms/batch as a whole: the 1000 of the single-text page
(POST), which the vendor's SDK repeats for the batch, is counted over the whole call and so holds in either reading."""

APP_ID_FIELDS = {
    Ability.VOICE_FILE: "voice_app_id",
    Ability.VOICE_TEXT: "voice_app_id",
    Ability.SMS: "sms_app_id",
}


def credential_fields(facts: BrandFacts) -> tuple[Field, ...]:
    """The account form's credentials. An application id is needed only by the kinds that it serves."""
    source = f"{facts.name} API, common rules"
    return (
        Field(
            "base_url",
            gettext_noop("Address of the API"),
            FieldKind.URL,
            required=True,
            default=facts.base_url,
            pattern=r"https?://[^\s/?#]+[^\s?#]*",
            pattern_words=gettext_noop("An address begins with https:// and has no question mark."),
            source=source,
        ),
        _copied("api_key", gettext_noop("API key"), FieldKind.TEXT, source),
        _copied("api_secret", gettext_noop("API secret"), FieldKind.SECRET, source),
        Field(
            "voice_app_id",
            gettext_noop("Application id for voice"),
            help=gettext_noop("Voice and SMS are separate applications at the provider. Needed for calls."),
            source=source,
        ),
        Field(
            "sms_app_id",
            gettext_noop("Application id for SMS"),
            help=gettext_noop("Voice and SMS are separate applications at the provider. Needed for SMS."),
            source=source,
        ),
    )


def setting_fields(facts: BrandFacts) -> tuple[Field, ...]:
    """Numbers where the pages disagree or an account may differ."""
    fields = [_timeout("connect_seconds", gettext_noop("Longest wait for a connection"), 1, 10, 5)]
    fields.append(_timeout("read_seconds", gettext_noop("Longest wait for an answer"), 5, 40, 30))
    if Ability.VOICE_FILE in facts.documents:
        fields.append(_timeout("upload_seconds", gettext_noop("Longest wait while giving a voice file"), 10, 180, 60))
        fields.append(_most_callees_of_calls(facts))
    if Ability.VOICE_TEXT in facts.documents:
        fields.extend(_most_characters(facts))
    if Ability.SMS in facts.documents:
        fields.append(_most_callees_of_sms(facts))
        fields.append(_longest_sender(facts))
    return tuple(fields)


def setting(fields: Iterable[Field], name: str, access: AccountAccess) -> Any:
    """The account's value of a declared number, or its default where it is absent or out of range."""
    field = next(field for field in fields if field.name == name)
    value = access.settings.get(name)
    usable = value not in (None, "") and not any(field.problems(value))
    return int(str(value)) if usable else field.default


def _copied(name: str, label: str, kind: FieldKind, source: str) -> Field:
    # Anything but printable ASCII in a key or secret is a mistake of copying, and a header could not carry it.
    return Field(
        name,
        label,
        kind,
        required=True,
        pattern="[!-~]+",
        pattern_words=gettext_noop("Only Latin letters, digits and signs, without blanks and line breaks."),
        source=source,
    )


def _timeout(name: str, label: str, minimum: int, maximum: int, default: int) -> Field:
    return Field(
        name,
        label,
        FieldKind.INTEGER,
        default=default,
        minimum=minimum,
        maximum=maximum,
        unit=gettext_noop("seconds"),
        advanced=True,
        source="our own choice; no page of the platform names a timeout",
    )


def _most_callees_of_calls(facts: BrandFacts) -> Field:
    return Field(
        "max_callees_voice_file",
        gettext_noop("Numbers per voice file request"),
        FieldKind.INTEGER,
        default=200,
        minimum=1,
        maximum=DOCUMENTED_CALLEES[Ability.VOICE_FILE],
        help=gettext_noop("Pages of the provider say 200, 500 or 1000. 200 is safe everywhere."),
        source=f"{facts.name} voice/sendGroup",
    )


def _most_characters(facts: BrandFacts) -> tuple[Field, ...]:
    source = f"{facts.name} voice/sendCode"
    return (
        Field(
            "max_text_voice_text",
            gettext_noop("Characters of a spoken text"),
            FieldKind.INTEGER,
            default=SPOKEN_TEXT,
            minimum=1,
            maximum=SPOKEN_TEXT,
            help=gettext_noop("The newest page of the provider says 1000, older ones say 800."),
            advanced=True,
            source=source,
        ),
        Field(
            "max_text_voice_text_short",
            gettext_noop("Characters of a spoken text in Indonesian, Vietnamese and Thai"),
            FieldKind.INTEGER,
            default=SPOKEN_TEXT,
            minimum=1,
            maximum=SPOKEN_TEXT,
            help=gettext_noop("The newest page of the provider says 1000 for every language, older ones say 299 here."),
            advanced=True,
            source=source,
        ),
    )


def _longest_sender(facts: BrandFacts) -> Field:
    return Field(
        "max_sender",
        gettext_noop("Characters of a sender"),
        FieldKind.INTEGER,
        default=32,
        minimum=1,
        maximum=LONGEST_SENDER,
        help=gettext_noop("The newest pages of the provider say 32, others name no limit."),
        advanced=True,
        source=f"{facts.name} sendSms/batch",
    )


def _most_callees_of_sms(facts: BrandFacts) -> Field:
    return Field(
        "max_callees_sms",
        gettext_noop("Numbers per SMS request"),
        FieldKind.INTEGER,
        default=DOCUMENTED_CALLEES[Ability.SMS],
        minimum=1,
        maximum=DOCUMENTED_CALLEES[Ability.SMS],
        help=gettext_noop("The provider names 1000 for one text and nothing for several; all texts count together."),
        source=f"{facts.name} sendSms and sendSms/batch",
    )
