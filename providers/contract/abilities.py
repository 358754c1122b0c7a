"""What a gateway can do. Screens ask "able to?", never "which vendor?"."""

from enum import StrEnum


class Ability(StrEnum):
    """The first four are kinds of campaign, the others are services around them."""

    VOICE_FILE = "voice_file"
    VOICE_TEXT = "voice_text"
    VOICE_TEMPLATE = "voice_template"
    SMS = "sms"

    RECEIVES_RECEIPTS = "receives_receipts"
    PULLS_RECEIPTS = "pulls_receipts"
    REVIEWS_TEMPLATES = "reviews_templates"
    TAKES_VOICE_FILES = "takes_voice_files"
    REPORTS_BALANCE = "reports_balance"
    RECEIVES_REPLIES = "receives_replies"


KINDS = (Ability.VOICE_FILE, Ability.VOICE_TEXT, Ability.VOICE_TEMPLATE, Ability.SMS)
