"""ITNIO Tech: the platform with a path family of its own for SMS and balance."""

from providers.contract.abilities import Ability

from .._platform import BrandFacts, build_gateway

FACTS = BrandFacts(
    slug="itnio",
    name="ITNIO Tech",
    website="https://www.itniotech.com",
    base_url="https://api.itniotech.com",
    sms_path="/sms",
    documents={
        Ability.VOICE_TEXT: "https://itniotech.com/api/voice/sendCode",
        Ability.VOICE_FILE: "https://www.itniotech.com/api/voice/sendGroup/",
        Ability.SMS: "https://itniotech.com/api/sms/sendSmsBatch",
    },
    files_document="https://itniotech.com/api/voice/fileUpload",
    rehearsed=frozenset({Ability.VOICE_TEXT, Ability.VOICE_FILE}),
)

gateway = build_gateway(FACTS)
