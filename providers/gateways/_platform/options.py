"""The documented optional fields of each request, by the document's own names."""

from providers.contract.fields import Field, FieldKind
from providers.contract.words import gettext_noop

CALLED_INFO_LIMIT = 1000
SPOKEN_TEXT = 1000
"""Units of UTF-16 of a spoken text on the newest page, for all languages. Older pages: 800, and 299 for three."""
LONGEST_SENDER = 100
"""More than any page allows; how much an account may use is its setting."""
SHORT_TEXT_LANGUAGES = frozenset({"IDN", "VN", "TH"})

LANGUAGES = (
    ("EN", gettext_noop("English (EN)")),
    ("VN", gettext_noop("Vietnamese (VN)")),
    ("IDN", gettext_noop("Indonesian (IDN)")),
    ("TH", gettext_noop("Thai (TH)")),
    ("JP", gettext_noop("Japanese (JP)")),
    ("KR", gettext_noop("Korean (KR)")),
    ("IN", gettext_noop("Hindi (IN)")),
    ("BD", gettext_noop("Bengali (BD)")),
    ("ARB", gettext_noop("Arabic (ARB)")),
    ("DE", gettext_noop("German (DE)")),
    ("ES", gettext_noop("Spanish (ES)")),
    ("IT", gettext_noop("Italian (IT)")),
    ("PT", gettext_noop("Portuguese (PT)")),
    ("RU", gettext_noop("Russian (RU)")),
    ("AR", gettext_noop("Arabic (AR, newer accounts)")),
    ("BN", gettext_noop("Bengali (BN, newer accounts)")),
    ("GU", gettext_noop("Gujarati (GU, newer accounts)")),
    ("HI", gettext_noop("Hindi (HI, newer accounts)")),
    ("NL", gettext_noop("Dutch (NL, newer accounts)")),
    ("TA", gettext_noop("Tamil (TA, newer accounts)")),
    ("TL", gettext_noop("Filipino (TL, newer accounts)")),
)
"""Both generations of codes. The pages contradict each other and do not say which account understands which."""


def voice_file_options(source: str) -> tuple[Field, ...]:
    """Options of voice/sendGroup."""
    return (_display_number(source), *_call_limits(source), _loop_count(source), _called_info(source))


def voice_text_options(source: str) -> tuple[Field, ...]:
    """Options of voice/sendCode, including those that only newer pages have (advanced)."""
    return (
        Field(
            "language",
            gettext_noop("Language of the voice"),
            FieldKind.CHOICE,
            required=True,
            choices=LANGUAGES,
            help=gettext_noop("Must be the language in which the text is written."),
            source=source,
        ),
        _display_number(source),
        _loop_count(source),
        _called_info(source),
        *_redialling(source),
        *_call_limits(source),
        *_voice_colour(source),
    )


def sms_options(source: str) -> tuple[Field, ...]:
    """Options of sendSms/batch."""
    return (
        Field(
            "senderId",
            gettext_noop("Sender"),
            max_length=LONGEST_SENDER,
            help=gettext_noop("Shown as the sender where the destination allows it; usually at most 32 characters."),
            source=source,
        ),
    )


def _display_number(source: str) -> Field:
    return Field(
        "displayNum",
        gettext_noop("Displayed number"),
        pattern="[0-9]{7,15}",
        pattern_words=gettext_noop("The displayed number has 7 to 15 digits and nothing else."),
        help=gettext_noop("The number that the called person sees: 7 to 15 digits."),
        source=source,
    )


def _call_limits(source: str) -> tuple[Field, ...]:
    return (
        Field(
            "maxDuration",
            gettext_noop("Longest call"),
            FieldKind.INTEGER,
            minimum=1,
            maximum=120,
            unit=gettext_noop("seconds"),
            help=gettext_noop("The provider hangs up this long after the call was answered."),
            source=source,
        ),
        Field(
            "maxRingingTime",
            gettext_noop("Longest ringing"),
            FieldKind.INTEGER,
            default=60,
            minimum=20,
            maximum=120,
            unit=gettext_noop("seconds"),
            help=gettext_noop("The provider gives up when nobody has answered for so long."),
            source=source,
        ),
    )


def _loop_count(source: str) -> Field:
    return Field(
        "loopCount",
        gettext_noop("Times played"),
        FieldKind.INTEGER,
        default=1,
        minimum=1,
        maximum=9,
        help=gettext_noop("Older pages of the provider allow 3 at most."),
        source=source,
    )


def _called_info(source: str) -> Field:
    return Field(
        "calledInfo",
        gettext_noop("Note"),
        max_length=CALLED_INFO_LIMIT,
        help=gettext_noop("Comes back in reports, behind our own reference; both together have 1000 characters."),
        source=source,
        advanced=True,
    )


def _redialling(source: str) -> tuple[Field, ...]:
    return (
        Field(
            "recallCount",
            gettext_noop("Redials"),
            FieldKind.INTEGER,
            default=0,
            minimum=0,
            maximum=9,
            help=gettext_noop("How often the provider calls again by itself; only the last call is reported."),
            source=source,
        ),
        Field(
            "recallInterval",
            gettext_noop("Time between redials"),
            FieldKind.INTEGER,
            default=5,
            minimum=1,
            maximum=999,
            unit=gettext_noop("minutes"),
            help=gettext_noop("Only together with redials."),
            source=source,
        ),
    )


def _voice_colour(source: str) -> tuple[Field, ...]:
    return (
        Field(
            "accent",
            gettext_noop("Accent"),
            pattern="[0-9]{1,4}",
            pattern_words=gettext_noop("An accent is a country's dialling code, for example 91."),
            help=gettext_noop("Dialling code of the country whose accent is spoken; newer accounts only."),
            advanced=True,
            source=source,
        ),
        Field(
            "ssmlGender",
            gettext_noop("Voice"),
            FieldKind.CHOICE,
            choices=(("1", gettext_noop("Male")), ("2", gettext_noop("Female"))),
            help=gettext_noop("Newer accounts only."),
            advanced=True,
            source=source,
        ),
        Field(
            "speakingRate",
            gettext_noop("Speaking rate"),
            FieldKind.DECIMAL,
            minimum=0.25,
            maximum=4,
            help=gettext_noop("1 is the usual speed; newer accounts only."),
            advanced=True,
            source=source,
        ),
    )
